"""Faults in what archiving a deployment does to its agent, and to the next archive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class ArchivesItsAgent(Fault):
    """Archives the agent with the last of its deployments."""

    breaks = frozenset({"archive-keeps-the-agent"})
    wide = True

    def act_archive(self) -> dict[str, Any]:
        """Look for others."""
        shown, id_ = super().act_archive(), self.find().agent.id
        if all(each.archived_at for each in self.account.deployments.values() if each.agent.id == id_):
            agent = self.account.agents[id_]
            self.account.agents[id_] = replace(agent, archived_at=self.stamp())
        return shown


class CrashesOnNamesArchivedTwice(Fault):
    """Answers 500 to an archive that would give a name which another archived deployment has already."""

    revisions = QODER
    breaks = frozenset({"archive-one-name-twice-is-no-accident"})

    def archived_name(self, deployment: Deployment) -> str:
        """Keep them apart."""
        name = super().archived_name(deployment)
        if any(other.name == name for other in self.account.deployments.values()):
            raise RuntimeError(name)
        return name
