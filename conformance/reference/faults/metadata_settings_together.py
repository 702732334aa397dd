"""Faults in `cas_config` beside what else is sent with it, and in what of it is of a wrong type."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

_PATCH, _CREATE = "metadata-cas-config-patch-beside-keys", "metadata-cas-config-beside-all"
_ODD, _TYPE = "metadata-cas-config-odd-has-no-effect", "metadata-cas-config-of-wrong-type"


class _Settings(Fault):
    """Has a bad habit with what only the first edition has."""

    revisions = JUNE


# --- sent together ----------------------------------------------------------------------------------------------------


class LosesKeysBesideSettings(_Settings):
    """Takes nothing but cas_config from a patch of metadata that has it."""

    breaks = frozenset({"metadata-cas-config-gives-no-17th-key", "metadata-cas-config-is-not-counted", _PATCH})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Leave the user's keys out."""
        if isinstance(value, dict) and isinstance(value.get(self.RESERVED_KEY), dict):
            value = {self.RESERVED_KEY: value[self.RESERVED_KEY]}
        return super().update_metadata(stored, value)


class LosesSettingsBesideKeys(_Settings):
    """Leaves cas_config out of a patch of metadata that has other keys, too."""

    breaks = frozenset({_PATCH})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Take the user's keys only."""
        if isinstance(value, dict) and len(value) > 1:
            value = {key: text for key, text in value.items() if key != self.RESERVED_KEY}
        return super().update_metadata(stored, value)


class DeletesNothingBesideSettings(_Settings):
    """Deletes no metadata key in a patch that has cas_config."""

    breaks = frozenset({_PATCH})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Leave the nulls out."""
        if isinstance(value, dict) and isinstance(value.get(self.RESERVED_KEY), dict):
            value = {key: text for key, text in value.items() if text is not None}
        return super().update_metadata(stored, value)


class TakesZeroForNotSent(_Settings):
    """Takes a setting of 0 for one that was not sent."""

    breaks = frozenset({_PATCH})

    def merge_cas_config(self, stored: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        """Leave it out."""
        config = patch.get("config")
        if isinstance(config, dict):
            patch = patch | {"config": {key: value for key, value in config.items() if value != 0}}
        return super().merge_cas_config(stored, patch)


class ForgetsSettingsOfTheScheduled(_Settings):
    """Has the default settings for a new deployment with a schedule."""

    breaks = frozenset({_CREATE})

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Bring them in."""
        values = super().read_create(body)
        return values | ({"cas_config": self.cas_defaults()} if values["schedule"] else {})


class ForgetsSettingsOfTheTagged(_Settings):
    """Has the default settings for a new deployment with metadata keys."""

    breaks = frozenset({_CREATE})

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Bring them in."""
        values = super().create_metadata(value)
        return values | ({"cas_config": self.cas_defaults()} if values["metadata"] else {})


class SharesSettingsOfAnAgent(_Settings):
    """Gives the settings of an update to all deployments of the agent."""

    breaks = frozenset({"metadata-cas-config-patch-touches-one-only"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Store them everywhere."""
        changed = super().apply(stored, changes)
        if changed.cas_config != stored.cas_config:
            for other in list(self.account.deployments.values()):
                if other.agent.id == stored.agent.id:
                    self.save(replace(other, cas_config=changed.cas_config))
        return changed


class KeepsSettingsOfTheRefused(_Settings):
    """Stores the settings of an update that it refuses for another field."""

    breaks = frozenset({"metadata-cas-config-refused-patch"})

    def act_update(self) -> dict[str, Any]:
        """Store them all the same."""
        try:
            return super().act_update()
        except Problem:
            stored = self.account.deployments.get(self.call.ids[0])
            sent = self.call.body.get("metadata")
            if stored and stored.archived_at is None and isinstance(sent, dict):
                self.save(replace(stored, cas_config=self.read_cas_config(stored.cas_config, sent)))
            raise


# --- of a wrong type --------------------------------------------------------------------------------------------------


class WritesStrategies(_Settings):
    """Makes a text of a session_strategy that is none."""

    breaks = frozenset({_ODD})

    def check_cas_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Write it down."""
        strategy = settings["session_strategy"]
        if not isinstance(strategy, str):
            settings = settings | {"session_strategy": json.dumps(strategy)}
        return super().check_cas_config(settings)


class CutsFractionsOfSettings(_Settings):
    """Takes a setting of 1.5 for 1."""

    breaks = frozenset({_TYPE})

    def check_cas_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Cut it."""
        config = settings["config"]
        if isinstance(config, dict):
            whole = {key: int(value) if isinstance(value, float) else value for key, value in config.items()}
            settings = settings | {"config": whole}
        return super().check_cas_config(settings)


class ChecksSettingsOnCreateOnly(_Settings):
    """Stores whatever an update sends for a setting."""

    breaks = frozenset({_TYPE, _ODD})

    def check_cas_config(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Look at those of a create."""
        return settings if self.operation == "update" else super().check_cas_config(settings)
