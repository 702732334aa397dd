"""Faults in updates of paused deployments that those of active ones do not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class ReplacesMetadataOfThePaused(Fault):
    """Takes the metadata of an update for all that there is, while a deployment is paused."""

    breaks = frozenset({"update-of-the-paused-works-alike"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Begin with nothing."""
        paused = self.operation == "update" and self.find().status == "paused"
        return super().merge_metadata({} if paused else stored, patch)


class DeletesNoKeysOfThePaused(Fault):
    """Keeps metadata keys that an update sets to null, while a deployment is paused."""

    breaks = frozenset({"update-of-the-paused-works-alike"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Put them back."""
        merged = super().merge_metadata(stored, patch)
        paused = self.operation == "update" and self.find().status == "paused"
        return {**stored, **merged} if paused else merged


class _KeepsOfThePaused(Fault):
    """Takes no new value for one of the fields while a deployment is paused."""

    breaks = frozenset({"update-references-of-the-paused"})

    FIELD = ""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put the old one back."""
        kept = {self.FIELD: getattr(stored, self.FIELD)} if stored.status == "paused" else {}
        return super().apply(stored, changes | kept)


class KeepsTheEventsOfThePaused(_KeepsOfThePaused):
    """Takes no new events while a deployment is paused."""

    breaks = frozenset({"update-of-the-paused-works-alike"})

    FIELD = "initial_events"


class KeepsTheVaultsOfThePaused(_KeepsOfThePaused):
    """Takes no new vaults while a deployment is paused."""

    breaks = _KeepsOfThePaused.breaks | {"update-nulls-of-the-paused"}

    FIELD = "vault_ids"


class KeepsTheAgentOfThePaused(_KeepsOfThePaused):
    """Takes no new agent while a deployment is paused."""

    FIELD = "agent"


class KeepsTheResourcesOfThePaused(_KeepsOfThePaused):
    """Takes no new resources while a deployment is paused."""

    FIELD = "resources"


class KeepsTheEnvironmentOfThePaused(_KeepsOfThePaused):
    """Takes no new environment while a deployment is paused."""

    FIELD = "environment_id"


class ClearsNothingOfThePaused(Fault):
    """Takes no notice of null while a deployment is paused."""

    breaks = frozenset({"update-nulls-of-the-paused"})

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Read all but the nulls."""
        if stored.status == "paused":
            body = {field: value for field, value in body.items() if value is not None}
        return super().read_update(stored, body)
