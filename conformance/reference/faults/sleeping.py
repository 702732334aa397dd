"""Faults in who runs by a schedule: they show only when the suite waits for the clock, and make that wait short."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.editions.cma_lifecycle import CmaLifecycle
from conformance.reference.faults import CMA, NEWER, Fault

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Account, Deployment

_SOON = timedelta(minutes=1)


class _HurriesOn(Fault):
    """Moves its clock on to the first fire of a new deployment that fires within a minute."""

    slow = True

    def tick(self) -> None:
        """Skip the wait."""
        now = self.now()
        soon = [moment - now for id_, (account, moment) in self.due.items() if self.hurries(account, id_)]
        if soon and timedelta() < min(soon) < _SOON:
            self.clock.advance(min(soon).total_seconds())
        super().tick()

    def act_list_runs(self) -> dict[str, Any]:
        """Let time pass for whoever looks, also where no thread does."""
        self.look()
        return super().act_list_runs()

    def act_list_all_runs(self) -> dict[str, Any]:
        """Let it pass for whoever has no other list."""
        self.look()
        return super().act_list_all_runs()

    def look(self) -> None:
        """Tick within a call."""
        call = self.call
        self.tick()
        self.call = call

    def hurries(self, account: Account, id_: str) -> bool:
        """Whether a deployment has neither run nor been changed."""
        deployment = account.deployments[id_]
        return id_ not in account.runs_of and deployment.status == "active" and deployment.archived_at is None


class FiresInItsSleep(_HurriesOn):
    """Runs a paused deployment when its schedule is due."""

    breaks = frozenset({"pause-runs-nothing"})

    def may_fire(self, deployment: Deployment) -> bool:
        """Look at archived_at only."""
        return deployment.archived_at is None


class FiresFromTheGrave(_HurriesOn):
    """Runs an archived deployment once more when its schedule is due."""

    breaks = frozenset({"archive-runs-nothing"})

    def arm(self, deployment: Deployment) -> None:
        """Leave the timer of the archived alone."""
        if deployment.archived_at is None:
            super().arm(deployment)

    def may_fire(self, deployment: Deployment) -> bool:
        """Look at the status only."""
        return deployment.status == "active"


class MakesUpForASleep(_HurriesOn):
    """Runs a deployment, when it is unpaused, for each fire that it slept through."""

    breaks = frozenset({"unpause-makes-up-for-nothing"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.missed: list[tuple[str, datetime]] = []

    def due_instants(self, deployment: Deployment, first: datetime, now: datetime) -> list[datetime]:
        """Note what a sleeper misses."""
        due = super().due_instants(deployment, first, now)
        self.missed += [(deployment.id, moment) for moment in due if deployment.status == "paused"]
        return due

    def act_unpause(self) -> dict[str, Any]:
        """Catch up."""
        shown = super().act_unpause()
        for moment in [moment for id_, moment in self.missed if id_ == shown["id"]]:
            self.fire(self.find(), moment)
        return shown


class SleepsThroughFires(_HurriesOn):
    """Runs nothing when a schedule is due."""

    breaks = frozenset({"schedule-fires-when-due"})

    def fire(self, deployment: Deployment, instant: datetime) -> None:
        """Do nothing."""


class FiresTwiceAtOnce(_HurriesOn):
    """Makes two runs of one fire."""

    breaks = frozenset({"schedule-fires-once", "schedule-fires-once-an-instant"})

    def fire(self, deployment: Deployment, instant: datetime) -> None:
        """Run it again."""
        super().fire(deployment, instant)
        super().fire(deployment, instant)


class KnowsNoLastRun(_HurriesOn, CmaLifecycle):
    """Never tells when a schedule ran last."""

    revisions = CMA
    breaks = frozenset({"schedule-last-run-is-by-schedule"})

    def last_run_at(self, _deployment: Deployment) -> datetime | None:
        """Tell nothing."""
        return None


class ForgetsTheLastRunInTheEnd(_HurriesOn, CmaLifecycle):
    """Does not show the last run of an archived deployment."""

    revisions = CMA
    breaks = frozenset({"schedule-last-run-outlives-archive"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell what is alive."""
        return None if deployment.archived_at else super().last_run_at(deployment)


class TellsTheJitter(_HurriesOn):
    """Shows for scheduled_at when it came to run a deployment, some seconds after the schedule fired."""

    revisions = NEWER
    breaks = frozenset({"runs-scheduled-at-is-due"})

    def fire(self, deployment: Deployment, instant: datetime) -> None:
        """Be late, and say so."""
        super().fire(deployment, instant + timedelta(seconds=7))


class TellsNoScheduledAt(_HurriesOn):
    """Does not show for which time a schedule has fired."""

    revisions = NEWER
    breaks = frozenset({"runs-scheduled-at-is-due"})

    def fire(self, deployment: Deployment, _instant: datetime) -> None:
        """Say that it was the schedule, and no more."""
        self.start_run(deployment, {"type": "schedule"})
