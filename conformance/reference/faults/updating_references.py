"""Faults in what an update may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment, Resource


class MovesToForeignAgents(Fault):
    """Takes an agent of any account for an update."""

    breaks = frozenset({"update-foreign-reference-is-refused"})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Act for the account that has it."""
        own = self.call.account
        try:
            self.call.account = next((each for each in self.accounts if str(value) in each.agents), own)
            return super().update_agent(stored, value)
        finally:
            self.call.account = own


class MovesToForeignEnvironments(Fault):
    """Takes an environment of any account for an update."""

    breaks = frozenset({"update-foreign-reference-is-refused"})

    def update_environment_id(self, stored: Deployment, value: object) -> str:
        """Act for the account that has it."""
        own = self.call.account
        try:
            self.call.account = next((each for each in self.accounts if str(value) in each.environments), own)
            return super().update_environment_id(stored, value)
        finally:
            self.call.account = own


class MovesToVersionsOfTheArchived(Fault):
    """Takes an archived agent for an update that names one of its versions."""

    breaks = frozenset({"update-archived-agent-is-400", "update-archived-agent-is-refused"})

    def check_agent_archived(self, agent: Resource) -> None:
        """Look at agents without a version only."""
        by_version = self.operation == "update" and isinstance(self.call.body.get("agent"), dict)
        if not by_version:
            super().check_agent_archived(agent)


class TakesNoFiftyVaults(Fault):
    """Refuses an update with as many vault_ids as may be."""

    breaks = frozenset({"update-takes-50-vault-ids"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Stop one short."""
        vaults = super().update_vault_ids(stored, value)
        if len(vaults) >= self.VAULTS_MAX:
            raise invalid("vaults-count", "vault_ids has at most 49 ids.", "vault_ids")
        return vaults
