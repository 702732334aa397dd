"""Faults in pausing a deployment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import CMA, JUNE, Fault, there
from conformance.reference.problem import conflict, invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _RemembersPauses(Fault):
    """Knows which deployments were paused before."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.seen: set[str] = set()

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take note."""
        self.seen.add(deployment.id)
        return super().unpaused(deployment)


# --- what it does -----------------------------------------------------------------------------------------------


class AnswersBeforePausing(Fault):
    """Answers a pause with the deployment as it was before."""

    breaks = frozenset({"pause-makes-it-paused", "pause-manual-only", "pause-empty-object-body"})
    wide = True

    def act_pause(self) -> dict[str, Any]:
        """Render first."""
        before = self.render_deployment(self.find())
        super().act_pause()
        return before


class PausesTheScheduledOnlyInTheAnswer(Fault):
    """Answers that a deployment with a schedule is paused, and stores nothing."""

    breaks = frozenset({"pause-twice-is-conflict", "unpause-makes-it-active"})
    breaks_in = there(CMA, "run-while-paused")
    wide = True

    def act_pause(self) -> dict[str, Any]:
        """Store it only where there is no schedule."""
        stored = self.find()
        shown = super().act_pause()
        if stored.schedule is not None:
            self.save(stored)
        return shown


class AcceptsAPause(Fault):
    """Answers 202 to a pause."""

    breaks = frozenset({"pause-makes-it-paused"})

    def success_status(self) -> int:
        """Say that it will be done."""
        return 202 if self.operation == "pause" else super().success_status()


class PausesOnlyWhatIsScheduled(Fault):
    """Refuses to pause a deployment that has no schedule: it never runs by itself."""

    breaks = frozenset({"pause-manual-only"})
    wide = True

    def check_pausable(self, deployment: Deployment) -> None:
        """Find it pointless."""
        super().check_pausable(deployment)
        if deployment.schedule is None:
            raise conflict("unscheduled", "Deployment has no schedule.")


class PausesOnce(_RemembersPauses):
    """Pauses a deployment once in its life."""

    breaks = frozenset({"pause-every-time", "sequence-answers"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Look into the past."""
        super().check_pausable(deployment)
        if deployment.id in self.seen:
            raise conflict("paused", "Deployment is already paused.")


class GivesAReasonOnlyOnce(_RemembersPauses):
    """Shows no paused_reason when a deployment is paused for the second time."""

    breaks = frozenset({"pause-every-time"})

    def paused(self, deployment: Deployment) -> Deployment:
        """Give a reason to those that never had one."""
        paused = super().paused(deployment)
        return replace(paused, paused_reason=None) if deployment.id in self.seen else paused


class WantsNoBodyToPause(Fault):
    """Refuses a pause that has a body, even an empty object."""

    breaks = frozenset({"pause-empty-object-body"})

    def act_pause(self) -> dict[str, Any]:
        """Look for a body."""
        if self.call.request.body:
            raise invalid("body", "This operation takes no body.")
        return super().act_pause()


# --- what it leaves alone ---------------------------------------------------------------------------------------


class _LosesWhenPaused(Fault):
    """Changes something else when it pauses."""

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Tell what changes."""
        return {}

    def paused(self, deployment: Deployment) -> Deployment:
        """Change more than the state."""
        return replace(super().paused(deployment), **self.lost(deployment))


class DropsTheScheduleWhenPaused(_LosesWhenPaused):
    """Takes the schedule away from a paused deployment."""

    breaks = frozenset({"pause-keeps-the-rest", "unpause-brings-all-back", "unpause-upcoming-in-the-future"})
    wide = True

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Forget the schedule."""
        return {"schedule": None}


class ForgetsMetadataWhenPaused(_LosesWhenPaused):
    """Drops the user's metadata when a deployment is paused."""

    breaks = frozenset(
        {
            "pause-keeps-the-rest",
            "sequence-objects",
            "unpause-brings-all-back",
            "update-outlives-a-pause",
            "update-of-the-paused-works-alike",
        }
    )

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Forget the keys."""
        return {"metadata": {}}


class ResetsSettingsWhenPaused(_LosesWhenPaused):
    """Puts cas_config back to its defaults when a deployment is paused."""

    revisions = JUNE
    breaks = frozenset({"pause-keeps-the-rest", "unpause-brings-all-back"})

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Take the defaults."""
        return {"cas_config": self.cas_defaults()}


class DescribesThePause(_LosesWhenPaused):
    """Writes the pause into an empty description."""

    breaks = frozenset({"pause-keeps-the-rest", "unpause-brings-all-back"})
    wide = True

    def lost(self, deployment: Deployment) -> dict[str, Any]:
        """Leave a note."""
        return {"description": deployment.description or "Paused"}


class KeepsTheFirstEventWhenPaused(_LosesWhenPaused):
    """Keeps only the first initial event of a paused deployment."""

    breaks = frozenset(
        {"pause-keeps-the-rest", "sequence-objects", "unpause-brings-all-back", "update-outlives-a-pause"}
    )

    def lost(self, deployment: Deployment) -> dict[str, Any]:
        """Cut the events."""
        return {"initial_events": deployment.initial_events[:1]}


class PausesTheNextOneToo(Fault):
    """Pauses the deployment that was made next, besides the one asked for."""

    breaks = frozenset({"pause-touches-one-only"})
    wide = True

    def act_pause(self) -> dict[str, Any]:
        """Pause a row too many."""
        shown = super().act_pause()
        ids = list(self.account.deployments)
        following = ids[ids.index(shown["id"]) + 1 :][:1]
        for each in (self.account.deployments[id_] for id_ in following):
            self.account.deployments[each.id] = self.paused(each)
        return shown
