"""Faults in creates of several fields, of which each alone is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.records import Resource

_TOGETHER = "create-fields-are-kept-together"


class ForgetsResourcesBesideVaults(Fault):
    """Keeps no resources of a new deployment that has vaults too."""

    breaks = frozenset({_TOGETHER})

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Leave them out."""
        values = super().read_create(body)
        return values | ({"resources": []} if values["vault_ids"] else {})


class ForgetsVaultsOfThePinned(Fault):
    """Keeps no vaults of a new deployment that pins the version of its agent."""

    breaks = frozenset({_TOGETHER})

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Leave them out."""
        values = super().read_create(body)
        return values | ({"vault_ids": []} if isinstance(body["agent"], dict) else {})


class MakesScheduledOfArchivedAgents(Fault):
    """Makes deployments of archived agents, if they have a schedule."""

    revisions = QODER
    breaks = frozenset({"create-archived-agent-is-400"})

    def check_agent_archived(self, agent: Resource) -> None:
        """Leave it to the first run."""
        if self.operation != "create" or not self.call.body.get("schedule"):
            super().check_agent_archived(agent)


class MakesScheduledInArchivedEnvironments(Fault):
    """Makes deployments in archived environments, if they have a schedule."""

    revisions = QODER
    breaks = frozenset({"create-archived-environment-is-400"})

    def check_environment_archived(self, environment: Resource) -> None:
        """Leave it to the first run."""
        if self.operation != "create" or not self.call.body.get("schedule"):
            super().check_environment_archived(environment)
