"""Faults in updates of several fields, of which each alone takes effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _Overlooks(Fault):
    """Overlooks one field of an update that sends another one too."""

    breaks = frozenset({"update-references-apply-together"})
    FIELD: ClassVar[str]
    BESIDE: ClassVar[str]

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Leave it out."""
        overlooked = {self.FIELD} if self.BESIDE in changes else set()
        return super().apply(stored, {field: changes[field] for field in changes if field not in overlooked})


class OverlooksTheEnvironment(_Overlooks):
    """Overlooks the environment of an update that names an agent too."""

    FIELD, BESIDE = "environment_id", "agent"


class OverlooksTheAgent(_Overlooks):
    """Overlooks the agent of an update that names an environment too."""

    FIELD, BESIDE = "agent", "environment_id"


class OverlooksVaults(_Overlooks):
    """Overlooks the vaults of an update that sends resources too."""

    FIELD, BESIDE = "vault_ids", "resources"


class ListsTheOldRuns(Fault):
    """Shows the runs of the first schedule that was listed in every later list."""

    breaks = frozenset({"update-schedule-replaces-runs-in-lists"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Write them once."""
        runs = super().render_upcoming(deployment)
        written: dict[str, list[str]] = self.__dict__.setdefault("written", {})
        if self.operation != "list" or deployment.archived_at is not None:
            return runs
        return written.setdefault(deployment.id, runs)


class _KeepsOfTheRefused(Fault):
    """Stores one good field of an update that is refused."""

    breaks = frozenset({"update-refused-keeps-references"})
    FIELD: ClassVar[str]

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Store it first."""
        try:
            return super().read_update(stored, body)
        except Problem:
            if self.FIELD in body:
                good = {self.FIELD: getattr(self, f"update_{self.FIELD}")(stored, body[self.FIELD])}
                self.save(self.apply(stored, good))
            raise


class KeepsAgentsOfTheRefused(_KeepsOfTheRefused):
    """Stores the agent of an update that is refused."""

    FIELD = "agent"


class KeepsVaultsOfTheRefused(_KeepsOfTheRefused):
    """Stores the vaults of an update that is refused."""

    FIELD = "vault_ids"
