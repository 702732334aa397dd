"""Faults in what an update does to the state of a deployment, to its dates, and to other deployments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem, conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.records import Deployment

_STATE = "update-null-schedule-keeps-the-state"


# --- state and dates --------------------------------------------------------------------------------------------------


class WakesForNoSchedule(Fault):
    """Unpauses a deployment by taking its schedule away: there is nothing left to pause."""

    breaks = frozenset({_STATE})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Make it active."""
        changed = super().apply(stored, changes)
        gone = changes.get("schedule", "kept") is None
        return replace(changed, status="active", paused_reason=None) if gone else changed


class PausesForNoSchedule(Fault):
    """Pauses a deployment by taking its schedule away: it never runs by itself."""

    breaks = frozenset({_STATE})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Make it paused."""
        changed = super().apply(stored, changes)
        gone = changes.get("schedule", "kept") is None
        return replace(changed, status="paused", paused_reason={"type": "manual"}) if gone else changed


class WakesByRefusing(Fault):
    """Unpauses a deployment by an update that it refuses."""

    breaks = frozenset({"update-refused-of-the-paused"})

    def act_update(self) -> dict[str, Any]:
        """Make it active before it is looked at."""
        try:
            return super().act_update()
        except Problem:
            stored = self.account.deployments.get(self.call.ids[0])
            if stored and stored.archived_at is None:
                self.save(replace(stored, status="active", paused_reason=None))
            raise


class RecreatesForAnAgent(Fault):
    """Gives a deployment a new created_at with another agent."""

    breaks = frozenset({"update-never-moves-created-at"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Date it anew."""
        changed = super().apply(stored, changes)
        return replace(changed, created_at=changed.updated_at) if "agent" in changes else changed


class CreatesSchedules(Fault):
    """Answers 201 to an update that sends a schedule."""

    breaks = frozenset({"update-answers-the-whole-deployment"})

    def success_status(self) -> int:
        """Say that something was made."""
        made = self.operation == "update" and "schedule" in self.call.body
        return 201 if made else super().success_status()


# --- others -----------------------------------------------------------------------------------------------------------


class UpdatesTheIdInTheBody(Fault):
    """Updates the deployment that the body names, if there is one."""

    revisions = QODER
    breaks = frozenset({"update-id-of-another-has-no-effect"})

    def act_update(self) -> dict[str, Any]:
        """Look into the body first."""
        id_ = self.call.body.get("id")
        if isinstance(id_, str) and id_ in self.account.deployments:
            self.call.ids = (id_,)
        return super().act_update()


class SharesEmptyMetadata(Fault):
    """Keeps one bag for all deployments that were made without metadata."""

    breaks = frozenset({"update-leaves-namesakes-alone", "update-leaves-the-plain-alone"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Take note."""
        made = super().build(values)
        if not made.metadata:
            self.__dict__.setdefault("sharers", set()).add(made.id)
        return made

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Store it for all of them."""
        changed = super().apply(stored, changes)
        sharers = self.__dict__.get("sharers", set())
        if stored.id in sharers and "metadata" in changes:
            for id_ in sharers & self.account.deployments.keys():
                self.save(replace(self.account.deployments[id_], metadata=changed.metadata))
        return changed


class _KnowsNamesakes(Fault):
    """Does to all deployments of a name what is asked for one."""

    breaks = frozenset({"update-leaves-namesakes-alone"})

    def namesakes(self, deployment: Deployment) -> Iterator[Deployment]:
        """Give the others of its name."""
        for other in list(self.account.deployments.values()):
            if other.name == deployment.name and other.id != deployment.id and other.archived_at is None:
                yield other


class DescribesNamesakes(_KnowsNamesakes):
    """Gives a new description to all deployments of a name."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Store it everywhere."""
        changed = super().apply(stored, changes)
        for other in self.namesakes(stored):
            self.save(replace(other, description=changed.description))
        return changed


class ReservesFormerNames(Fault):
    """Refuses a create with a name that another deployment had before it was renamed."""

    breaks = frozenset({"update-frees-the-former-name"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take note."""
        changed = super().apply(stored, changes)
        if changed.name != stored.name:
            self.__dict__.setdefault("former", set()).add(stored.name)
        return changed

    def create_name(self, value: object) -> str:
        """Look it up."""
        name = super().create_name(value)
        if name in self.__dict__.get("former", ()):
            raise conflict("name-taken", "The name has been used.")
        return name
