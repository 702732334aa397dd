"""Faults in what updates do to the reserved key of metadata, and in the stats below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class ResetsSettingsByAnyPatch(Fault):
    """Brings the default settings back when a patch of metadata does not name cas_config."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Forget what was stored."""
        changes = super().update_metadata(stored, value)
        named = isinstance(value, dict) and (self.RESERVED_KEY in value or not value)
        return changes if named else changes | {"cas_config": self.cas_defaults()}


class ResetsSettingsWithTheLastKey(Fault):
    """Brings the default settings back when a patch deletes the last key of the user."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Forget them with the rest."""
        changes = super().update_metadata(stored, value)
        return changes if changes["metadata"] or not stored.metadata else changes | {"cas_config": self.cas_defaults()}


class ResetsSettingsByRenaming(Fault):
    """Brings the default settings back when a deployment is renamed."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Forget the settings."""
        if "name" in changes and "cas_config" not in changes:
            changes = changes | {"cas_config": self.cas_defaults()}
        return super().apply(stored, changes)


class ForgetsKeysForSettings(Fault):
    """Deletes the metadata keys of the user when a patch names cas_config alone."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Replace the whole."""
        changes = super().update_metadata(stored, value)
        alone = isinstance(value, dict) and [*value] == [self.RESERVED_KEY]
        return changes | {"metadata": {}} if alone else changes


class IgnoresSettingsOnUpdate(Fault):
    """Takes settings on create only, and ignores them in updates."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Keep the old ones."""
        return super().update_metadata(stored, value) | {"cas_config": stored.cas_config}


class LosesSettingsByNull(Fault):
    """Has no settings any more when cas_config is set to null."""

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        """Delete it like any other key."""
        if value.get(self.RESERVED_KEY, self) is None:
            return {}
        return super().read_cas_config(stored, value)


class LosesTimeoutByEmptySettings(Fault):
    """Has no timeout any more when cas_config is set to an empty object."""

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        """Leave the rest."""
        settings = super().read_cas_config(stored, value)
        if value.get(self.RESERVED_KEY, self) != {} or self.operation == "create":
            return settings
        return settings | {"config": {key: n for key, n in settings["config"].items() if key != "timeout_ms"}}


class TakesStats(Fault):
    """Takes over the total of runs that a body sends."""

    STAT = "total_runs"

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """Keep it beside the settings."""
        sent = patch.get("stats")
        kept = {"sent": sent} if isinstance(sent, dict) else {}
        return super().merge_cas_config(stored, patch) | kept

    def render_cas_config(self, deployment: Deployment) -> dict[str, Any]:
        """Show it instead of the count."""
        shown = super().render_cas_config(deployment)
        sent = shown.pop("sent", {})
        return shown | {"stats": shown["stats"] | {key: sent[key] for key in sent if key == self.STAT}}


class TakesFailures(TakesStats):
    """Takes over the number of consecutive failures that an update sends."""

    STAT = "consecutive_failures"
    breaks = frozenset()

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """Ignore it on create."""
        return super().merge_cas_config(stored, patch if self.operation == "update" else patch | {"stats": {}})


class TakesTheNextTrigger(TakesStats):
    """Takes over the next_trigger_at that a body sends."""

    STAT = "next_trigger_at"


class RefusesSettingsOnUpdate(Fault):
    """Refuses cas_config in an update."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Take it for a key of its own."""
        if isinstance(value, dict) and self.RESERVED_KEY in value:
            raise invalid("metadata-reserved", "cas_config is reserved.", "metadata")
        return super().update_metadata(stored, value)
