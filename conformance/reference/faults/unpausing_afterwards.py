"""Faults in what can be done with a deployment that was unpaused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _HoldsTheWoken(Fault):
    """Takes a deployment for busy once it was unpaused."""

    breaks = frozenset({"unpause-leaves-every-way-open"})
    wide = True

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take note."""
        self.__dict__.setdefault("busy", set()).add(deployment.id)
        return super().unpaused(deployment)

    def check_idle(self, deployment: Deployment) -> None:
        """Refuse what was unpaused."""
        if deployment.id in self.__dict__.get("busy", ()):
            raise conflict("busy", "Deployment is busy.")


class ArchivesNothingThatWasUnpaused(_HoldsTheWoken):
    """Refuses to archive a deployment that was unpaused."""

    def check_archivable(self, deployment: Deployment) -> None:
        """Look it up."""
        self.check_idle(deployment)
        super().check_archivable(deployment)


class UpdatesNothingThatWasUnpaused(_HoldsTheWoken):
    """Refuses to update a deployment that was unpaused."""

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Look it up."""
        self.check_idle(stored)
        return super().read_update(stored, body)
