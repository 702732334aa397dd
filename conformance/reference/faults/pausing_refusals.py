"""Faults in refusing to pause a deployment, and in what a refusal leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem, conflict

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class PausesAgain(Fault):
    """Answers 200 to the pause of a paused deployment."""

    revisions = QODER
    breaks = frozenset(
        {
            "concurrent-pause-succeeds-once",
            "concurrent-pauses-and-unpauses-have-an-order",
            "pause-twice-is-conflict",
            "sequence-answers",
        }
    )

    def check_pausable(self, deployment: Deployment) -> None:
        """Look at archived_at only."""
        self.check_writable(deployment)


class TogglesThePause(Fault):
    """Unpauses a paused deployment that is paused again."""

    revisions = QODER
    breaks = frozenset(
        {
            "concurrent-pause-succeeds-once",
            "concurrent-pauses-and-unpauses-have-an-order",
            "pause-twice-changes-nothing",
            "pause-twice-is-conflict",
            "sequence-answers",
        }
    )

    def act_pause(self) -> dict[str, Any]:
        """Take it for a switch."""
        return super().act_unpause() if self.find().status == "paused" else super().act_pause()


class ForbidsASecondPause(Fault):
    """Answers 403 to the pause of a paused deployment."""

    revisions = QODER
    breaks = frozenset({"concurrent-pause-succeeds-once", "pause-twice-is-conflict", "sequence-answers"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Name it a matter of rights."""
        if deployment.archived_at is None and deployment.status == "paused":
            raise Problem("paused", "permission_error", "Deployment is already paused.")
        super().check_pausable(deployment)


class ConflictsOnlyAtFirst(Fault):
    """Pauses a paused deployment again if it had been unpaused before."""

    breaks = frozenset({"pause-twice-is-conflict"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.woken: set[str] = set()

    def check_pausable(self, deployment: Deployment) -> None:
        """Look only at those that never were unpaused."""
        status = "active" if deployment.id in self.woken else deployment.status
        super().check_pausable(replace(deployment, status=status))

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take note."""
        self.woken.add(deployment.id)
        return super().unpaused(deployment)


class RenamesTheReasonWhenRefusing(Fault):
    """Refuses a second pause with 409, and gives another paused_reason."""

    revisions = QODER
    breaks = frozenset({"pause-twice-changes-nothing", "sequence-objects"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Write before the check."""
        if deployment.status == "paused":
            self.save(replace(deployment, paused_reason={"type": "repeated"}))
        super().check_pausable(deployment)


class CountsRefusedPauses(Fault):
    """Refuses a second pause and a third, and the third leaves a mark in the metadata."""

    breaks = frozenset({"pause-twice-changes-nothing"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.refused: list[str] = []

    def check_pausable(self, deployment: Deployment) -> None:
        """Count."""
        if deployment.status == "paused":
            self.refused.append(deployment.id)
            if self.refused.count(deployment.id) == 2:
                self.save(replace(deployment, metadata={**deployment.metadata, "pauses": "3"}))
        super().check_pausable(deployment)


class StampsBeforeItRefuses(Fault):
    """Moves updated_at when it refuses to pause, unpause, archive or run."""

    breaks = frozenset({"pause-refusals-keep-updated-at"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Touch it first."""
        self.save(replace(deployment, updated_at=self.stamp()))
        super().check_pausable(deployment)

    def check_runnable(self, deployment: Deployment) -> None:
        """Touch it first."""
        self.save(replace(deployment, updated_at=self.stamp()))
        super().check_runnable(deployment)


class StampsRefusedUnpauses(Fault):
    """Moves updated_at when it refuses to unpause an active deployment."""

    breaks = frozenset({"pause-refusals-keep-updated-at"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Touch it."""
        self.save(replace(deployment, updated_at=self.stamp()))
        super().check_unpausable(deployment)


class StampsRefusedArchives(Fault):
    """Moves updated_at when it refuses to archive what was archived while paused."""

    breaks = frozenset({"pause-refusals-keep-updated-at"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Touch it."""
        if deployment.archived_at is not None and deployment.status == "paused":
            self.save(replace(deployment, updated_at=self.stamp()))
        super().check_archivable(deployment)


class PausesTheUnknown(Fault):
    """Answers 409 to the pause of an id that names nothing."""

    breaks = frozenset({"pause-unknown-id-is-404"})

    def act_pause(self) -> dict[str, Any]:
        """Take "not there" for "not active"."""
        if self.call.ids[0] not in self.account.deployments:
            raise conflict("not-active", "Deployment is not active.")
        return super().act_pause()


class PausesTheArchived(Fault):
    """Pauses archived deployments."""

    breaks = frozenset({"pause-archived-is-refused", "sequence-archived-is-locked", "sequence-objects"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Look at the status only."""
        super().check_pausable(replace(deployment, archived_at=None))


class CrashesOnPausingTheArchived(Fault):
    """Answers 500 to the pause of an archived deployment."""

    breaks = frozenset({"pause-archived-is-refused"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Stumble over a row that is not there."""
        if deployment.archived_at is not None:
            raise LookupError(deployment.id)
        super().check_pausable(deployment)
