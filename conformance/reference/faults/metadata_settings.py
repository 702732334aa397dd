"""Faults in the reserved key of metadata: its limits, its settings, and the stats below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- limits -----------------------------------------------------------------------------------------------------------


class CountsTheReservedKey(Fault):
    """Counts cas_config among the metadata keys of the user where it is sent."""

    breaks = frozenset({"metadata-cas-config-is-not-counted"})

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Count what came."""
        if isinstance(value, dict) and self.RESERVED_KEY in value:
            self.check_metadata_count({key: "" for key in value if value[key] is not None})
        return super().check_metadata(value)


class CountsTheStoredReservedKey(Fault):
    """Counts cas_config among the metadata keys that an update leaves, because it is always stored."""

    breaks = frozenset(
        {
            "metadata-16-keys",
            "metadata-all-limits-at-once",
            "metadata-cas-config-is-not-counted",
            "metadata-patch-within-16-keys",
        }
    )

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Count one more on update."""
        super().check_metadata_count(merged | ({self.RESERVED_KEY: ""} if self.operation == "update" else {}))


class GivesTheReservedKeyAPlace(Fault):
    """Takes 17 metadata keys of the user where cas_config is sent with them."""

    breaks = frozenset({"metadata-cas-config-gives-no-17th-key"})

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Count to 17 then."""
        sent = self.call.body.get("metadata")
        if not (isinstance(sent, dict) and self.RESERVED_KEY in sent and len(merged) == 17):
            super().check_metadata_count(merged)


class MeasuresTheReservedKey(Fault):
    """Refuses a cas_config that takes more than 512 characters."""

    breaks = frozenset({"metadata-cas-config-size"})

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Measure its text."""
        if isinstance(value, dict) and len(str(value.get(self.RESERVED_KEY))) > self.METADATA_VALUE_MAX:
            raise invalid("metadata-value-length", "A metadata value has at most 512 characters.", "metadata")
        return super().check_metadata(value)


# --- values -----------------------------------------------------------------------------------------------------------


class RetriesByDefault(Fault):
    """Retries three times where nothing was said."""

    breaks = frozenset({"metadata-cas-config-defaults", "metadata-cas-config-values"})

    def cas_defaults(self) -> dict[str, Any]:
        """Give another default."""
        defaults = super().cas_defaults()
        return defaults | {"config": defaults["config"] | {"max_retries": 3}}


class WaitsForSecondsByDefault(Fault):
    """Has a default timeout of 300 seconds, written as 300, for a deployment with metadata."""

    breaks = frozenset({"metadata-cas-config-defaults"})

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Mistake the unit."""
        values = super().create_metadata(value)
        if value and values["cas_config"] == self.cas_defaults():
            values["cas_config"]["config"]["timeout_ms"] = 300
        return values


class IgnoresGivenTimeouts(Fault):
    """Has the default timeout, whatever a create says."""

    breaks = frozenset(
        {"metadata-cas-config-beside-all", "metadata-cas-config-values", "metadata-cas-config-large-values"}
    )

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Put the default back."""
        values = super().create_metadata(value)
        values["cas_config"]["config"]["timeout_ms"] = 300_000
        return values


class ZeroesOtherSettings(Fault):
    """Has no retries, no timeout and no runs for the settings that a cas_config leaves out."""

    breaks = frozenset({"metadata-cas-config-values"})

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Fill up with zeros."""
        values = super().create_metadata(value)
        sent = value.get(self.RESERVED_KEY) if isinstance(value, dict) else None
        if isinstance(sent, dict) and isinstance(sent.get("config"), dict):
            values["cas_config"]["config"] = dict.fromkeys(values["cas_config"]["config"], 0) | sent["config"]
        return values


class TakesTextForSettings(Fault):
    """Takes a setting as text, and makes a number of it."""

    breaks = frozenset({"metadata-cas-config-of-wrong-type"})

    def check_integer(self, value: object, param: str, least: int) -> int:
        """Read digits too."""
        return super().check_integer(int(value) if isinstance(value, str) and value.isdigit() else value, param, least)


class TakesTrueForOne(Fault):
    """Takes true for a setting of 1."""

    breaks = frozenset({"metadata-cas-config-of-wrong-type"})

    def check_integer(self, value: object, param: str, least: int) -> int:
        """Count a boolean."""
        return super().check_integer(int(value) if isinstance(value, bool) else value, param, least)


# --- updates ----------------------------------------------------------------------------------------------------------


class ResetsSettingsByAnyPatch(Fault):
    """Brings the default settings back when a patch of metadata does not name cas_config."""

    breaks = frozenset({"metadata-patch-keeps-cas-config"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Forget what was stored."""
        changes = super().update_metadata(stored, value)
        named = isinstance(value, dict) and (self.RESERVED_KEY in value or not value)
        return changes if named else changes | {"cas_config": self.cas_defaults()}


class ResetsSettingsWithTheLastKey(Fault):
    """Brings the default settings back when a patch deletes the last key of the user."""

    breaks = frozenset({"metadata-patch-keeps-cas-config"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Forget them with the rest."""
        changes = super().update_metadata(stored, value)
        return changes if changes["metadata"] or not stored.metadata else changes | {"cas_config": self.cas_defaults()}


class ResetsSettingsByRenaming(Fault):
    """Brings the default settings back when a deployment is renamed."""

    breaks = frozenset({"update-of-others-keeps-cas-config"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Forget the settings."""
        if "name" in changes and "cas_config" not in changes:
            changes = changes | {"cas_config": self.cas_defaults()}
        return super().apply(stored, changes)


class ForgetsKeysForSettings(Fault):
    """Deletes the metadata keys of the user when a patch names cas_config alone."""

    breaks = frozenset({"metadata-cas-config-is-not-counted", "metadata-cas-config-patch-keeps-keys"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Replace the whole."""
        changes = super().update_metadata(stored, value)
        alone = isinstance(value, dict) and [*value] == [self.RESERVED_KEY]
        return changes | {"metadata": {}} if alone else changes


class IgnoresSettingsOnUpdate(Fault):
    """Takes settings on create only, and ignores them in updates."""

    breaks = frozenset({"metadata-cas-config-patch-beside-keys", "metadata-cas-config-patch-takes-effect"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Keep the old ones."""
        return super().update_metadata(stored, value) | {"cas_config": stored.cas_config}


class LosesSettingsByNull(Fault):
    """Has no settings any more when cas_config is set to null."""

    breaks = frozenset({"metadata-cas-config-is-never-lost"})

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        """Delete it like any other key."""
        if value.get(self.RESERVED_KEY, self) is None:
            return {}
        return super().read_cas_config(stored, value)


class LosesTimeoutByEmptySettings(Fault):
    """Has no timeout any more when cas_config is set to an empty object."""

    breaks = frozenset({"metadata-cas-config-is-never-lost"})

    def read_cas_config(self, stored: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        """Leave the rest."""
        settings = super().read_cas_config(stored, value)
        if value.get(self.RESERVED_KEY, self) != {} or self.operation == "create":
            return settings
        return settings | {"config": {key: n for key, n in settings["config"].items() if key != "timeout_ms"}}


class TakesStats(Fault):
    """Takes over the total of runs that a body sends."""

    breaks = frozenset({"metadata-cas-config-stats"})

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

    breaks = frozenset({"metadata-cas-config-stats"})

    STAT = "consecutive_failures"

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """Ignore it on create."""
        return super().merge_cas_config(stored, patch if self.operation == "update" else patch | {"stats": {}})


class TakesTheNextTrigger(TakesStats):
    """Takes over the next_trigger_at that a body sends."""

    breaks = frozenset({"metadata-cas-config-stats"})

    STAT = "next_trigger_at"


class RefusesSettingsOnUpdate(Fault):
    """Refuses cas_config in an update."""

    breaks = frozenset({"metadata-cas-config-is-not-counted", "metadata-cas-config-patch-takes-effect"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Take it for a key of its own."""
        if isinstance(value, dict) and self.RESERVED_KEY in value:
            raise invalid("metadata-reserved", "cas_config is reserved.", "metadata")
        return super().update_metadata(stored, value)


class LowersLongTimeouts(Fault):
    """Keeps no timeout above the default."""

    breaks = frozenset({"metadata-cas-config-large-values"})

    def check_cas_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Lower it."""
        config = super().check_cas_config(settings)["config"]
        return settings | {"config": config | {"timeout_ms": min(config["timeout_ms"], 300_000)}}
