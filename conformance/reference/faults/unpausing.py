"""Faults in unpausing a deployment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment


class _RemembersTheWoken(Fault):
    """Knows which deployments were unpaused, and how they were when they were paused."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.asleep: dict[str, Deployment] = {}
        self.woken: set[str] = set()

    def paused(self, deployment: Deployment) -> Deployment:
        """Take a copy."""
        self.asleep[deployment.id] = deployment
        return super().paused(deployment)

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take note."""
        self.woken.add(deployment.id)
        return super().unpaused(deployment)


# --- what it does -----------------------------------------------------------------------------------------------


class ResumesInstead(Fault):
    """Says "resumed" for the status of an unpaused deployment, in the answer to the unpause."""

    breaks = frozenset({"unpause-makes-it-active"})
    wide = True

    def act_unpause(self) -> dict[str, Any]:
        """Use another word."""
        return super().act_unpause() | {"status": "resumed"}


class AcceptsAnUnpause(Fault):
    """Answers 202 to an unpause."""

    breaks = frozenset({"sequence-answers", "unpause-makes-it-active"})

    def success_status(self) -> int:
        """Say that it will be done."""
        return 202 if self.operation == "unpause" else super().success_status()


class WakesInTheAnswerOnly(Fault):
    """Answers that a deployment with a schedule is active, and leaves it paused."""

    breaks = frozenset({"unpause-stays-active", "unpause-clears-the-reason", "unpause-brings-all-back"})
    wide = True

    def act_unpause(self) -> dict[str, Any]:
        """Store it only where there is no schedule."""
        stored = self.find()
        shown = super().act_unpause()
        if stored.schedule is not None:
            self.save(stored)
        return shown


class ShowsTheReasonOfYore(_RemembersTheWoken):
    """Shows a paused_reason in a GET of a deployment that was unpaused."""

    breaks = frozenset({"unpause-clears-the-reason", "unpause-brings-all-back"})
    wide = True

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Join the wrong row."""
        shown = super().render_deployment(deployment)
        if self.operation == "get" and deployment.id in self.woken and deployment.status == "active":
            shown["paused_reason"] = {"type": "manual"}
        return shown


class LeavesAnEmptyReason(Fault):
    """Shows an empty object for the paused_reason of an unpaused deployment."""

    breaks = frozenset({"unpause-clears-the-reason", "unpause-brings-all-back", "object-paused-reason-when-paused"})
    wide = True

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Empty it."""
        return replace(super().unpaused(deployment), paused_reason={})


class AnnouncesNothingAfterAPause(_RemembersTheWoken):
    """Leaves upcoming_runs_at empty once a deployment was paused."""

    breaks = frozenset(
        {
            "unpause-upcoming-in-the-future",
            "unpause-upcoming-is-computed-anew",
            "update-schedule-replaces-runs-when-paused",
        }
    )

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Compute nothing anew."""
        return [] if deployment.id in self.woken else super().upcoming_of(deployment)


class AnnouncesWhatWasMissed(_RemembersTheWoken):
    """Announces, after an unpause, a run of long ago first."""

    breaks = frozenset({"unpause-upcoming-in-the-future", "unpause-upcoming-is-computed-anew"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Begin in the past."""
        fires = super().render_upcoming(deployment)
        return ["2024-01-01T01:30:00Z", *fires[:4]] if deployment.id in self.woken and fires else fires


class AnnouncesTheScheduleOfYore(_RemembersTheWoken):
    """Announces, after an unpause, the runs of the schedule that a deployment had when it was paused."""

    breaks = frozenset({"unpause-upcoming-is-computed-anew", "update-schedule-replaces-runs-when-paused"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Take the fires computed before the pause."""
        old = self.asleep[deployment.id] if deployment.id in self.woken else deployment
        return super().upcoming_of(replace(deployment, schedule=old.schedule))


class SkipsARunAfterAPause(_RemembersTheWoken):
    """Leaves out the next run after an unpause."""

    breaks = frozenset({"unpause-upcoming-is-computed-anew", "update-schedule-replaces-runs-when-paused"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Take the one after the next."""
        fires = super().upcoming_of(deployment)
        return fires[1:] if deployment.id in self.woken else fires


class CatchesUpOnUnpause(Fault):
    """Runs a deployment at once when it is unpaused, in case it has missed something."""

    breaks = frozenset({"unpause-makes-no-run", "unpause-brings-all-back", "unpause-keeps-changes", "pause-every-time"})

    def act_unpause(self) -> dict[str, Any]:
        """Run it."""
        shown = super().act_unpause()
        if self.find().schedule is not None:
            self.fire(self.find(), self.now())
        return shown


# --- what it leaves alone ---------------------------------------------------------------------------------------


class RestoresTheSnapshot(_RemembersTheWoken):
    """Brings a deployment back as it was when it was paused, and forgets what was changed since."""

    breaks = frozenset(
        {"unpause-keeps-changes", "unpause-upcoming-is-computed-anew", "update-schedule-replaces-runs-when-paused"}
    )

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take the copy."""
        return super().unpaused(self.asleep.get(deployment.id, deployment))


class RestoresTheScheduleOfYore(_RemembersTheWoken):
    """Brings back the schedule that a deployment had when it was paused."""

    breaks = frozenset(
        {"unpause-keeps-changes", "unpause-upcoming-is-computed-anew", "update-schedule-replaces-runs-when-paused"}
    )

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take the schedule of the copy."""
        return replace(super().unpaused(deployment), schedule=self.asleep[deployment.id].schedule)


class RestoresTheAttachmentsOfYore(_RemembersTheWoken):
    """Brings back the vaults and resources that a deployment had when it was paused."""

    breaks = frozenset({"unpause-keeps-changes"})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Take those of the copy."""
        asleep = self.asleep[deployment.id]
        return replace(super().unpaused(deployment), resources=asleep.resources, vault_ids=asleep.vault_ids)


class DetachesVaultsOnUnpause(Fault):
    """Drops the vaults of a deployment that is unpaused."""

    breaks = frozenset({"unpause-brings-all-back", "unpause-keeps-changes"})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Forget them."""
        return replace(super().unpaused(deployment), vault_ids=[])


class ResetsTheTimezoneOnUnpause(Fault):
    """Takes UTC for the time zone of an unpaused deployment."""

    breaks = frozenset(
        {
            "pause-every-time",
            "sequence-objects",
            "unpause-brings-all-back",
            "unpause-keeps-changes",
            "unpause-upcoming-is-computed-anew",
            "update-outlives-a-pause",
            "update-schedule-replaces-runs-when-paused",
        }
    )

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Build the schedule anew from half of it."""
        schedule = deployment.schedule and replace(deployment.schedule, timezone="UTC")
        return replace(super().unpaused(deployment), schedule=schedule)


class UnpausesTheWholeAgent(Fault):
    """Unpauses all deployments of the agent."""

    breaks = frozenset({"unpause-touches-one-only"})
    wide = True

    def act_unpause(self) -> dict[str, Any]:
        """Forget the id in the condition."""
        shown = super().act_unpause()
        for each in list(self.account.deployments.values()):
            if each.agent.id == shown["agent"]["id"] and each.status == "paused" and each.archived_at is None:
                self.save(self.unpaused(each))
        return shown


# --- when it is refused -----------------------------------------------------------------------------------------


class UnpausesTheActive(Fault):
    """Answers 200 to the unpause of an active deployment."""

    revisions = QODER
    breaks = frozenset(
        {
            "concurrent-pauses-and-unpauses-have-an-order",
            "concurrent-unpause-succeeds-once",
            "sequence-answers",
            "unpause-active-is-conflict",
        }
    )

    def check_unpausable(self, deployment: Deployment) -> None:
        """Look at archived_at only."""
        self.check_writable(deployment)


class UnpausesTwice(_RemembersTheWoken):
    """Answers 200 when a deployment that was unpaused is unpaused again."""

    breaks = frozenset(
        {
            "concurrent-pauses-and-unpauses-have-an-order",
            "concurrent-unpause-succeeds-once",
            "unpause-active-is-conflict",
        }
    )

    def check_unpausable(self, deployment: Deployment) -> None:
        """Trust the past."""
        if deployment.id in self.woken:
            self.check_writable(deployment)
        else:
            super().check_unpausable(deployment)


class UnpausesTheUnknown(Fault):
    """Answers 409 to the unpause of an id that names nothing."""

    breaks = frozenset({"unpause-unknown-id-is-404"})

    def act_unpause(self) -> dict[str, Any]:
        """Take "not there" for "not paused"."""
        if self.call.ids[0] not in self.account.deployments:
            raise conflict("not-paused", "Deployment is not paused.")
        return super().act_unpause()


class UnpausesTheArchived(Fault):
    """Unpauses what was paused when it was archived."""

    revisions = QODER
    breaks = frozenset({"unpause-archived-is-refused"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Look at the status only."""
        super().check_unpausable(replace(deployment, archived_at=None))


class RevivesOnUnpause(UnpausesTheArchived):
    """Brings a deployment that was archived while paused back to life when it is unpaused."""

    revisions = QODER
    breaks = frozenset({"unpause-archived-is-refused", "archive-cannot-be-undone"})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Clear archived_at as well."""
        return replace(super().unpaused(deployment), archived_at=None)
