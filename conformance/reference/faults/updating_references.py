"""Faults in what an update may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment


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
