"""Schedules in action: what is due makes a run."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from conformance.reference.call import Call, Request
from conformance.reference.runs import RunRules

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Account, Deployment


class TriggerRules(RunRules):
    """At most one run for a deployment and an instant; what was missed is not made up."""

    # A clock that jumps ahead must not make thousands of runs.
    BACKLOG_MAX = 100

    def arm(self, deployment: Deployment) -> None:
        """Take note of the next fire from now on, or of there being none."""
        due = self.upcoming_of(deployment)
        if due:
            self.due[deployment.id] = (self.account, due[0])
        else:
            self.due.pop(deployment.id, None)

    def tick(self) -> None:
        """Make the runs that are due; called twice a second, and by tests that have moved the clock."""
        with self.lock:
            now = self.now()
            for deployment_id, (account, instant) in list(self.due.items()):
                if instant <= now:
                    self.call = Call(Request("", ""), "tick")
                    self.call.account = account
                    self.catch_up(account, account.deployments[deployment_id], instant, now)

    def catch_up(self, account: Account, deployment: Deployment, instant: datetime, now: datetime) -> None:
        """Make the runs of one deployment from its due instant up to now, and note the next one."""
        for due in self.due_instants(deployment, instant, now):
            if self.may_fire(deployment):
                self.fire(deployment, due)
        following = self.upcoming_of(deployment)
        if following:
            self.due[deployment.id] = (account, following[0])
        else:
            self.due.pop(deployment.id, None)

    def due_instants(self, deployment: Deployment, first: datetime, now: datetime) -> list[datetime]:
        """Give the instants that have come since the last look."""
        schedule = deployment.schedule
        if schedule is None:
            return []
        later = self.fires(schedule.expression, schedule.timezone, first)
        return [first, *islice(takewhile(lambda instant: instant <= now, later), self.BACKLOG_MAX - 1)]

    def may_fire(self, deployment: Deployment) -> bool:
        """Tell whether a due fire makes a run: not while paused, never again once archived."""
        return deployment.status == "active" and deployment.archived_at is None

    def fire(self, deployment: Deployment, instant: datetime) -> None:
        """Run a deployment for its schedule."""
        self.start_run(deployment, {"type": "schedule", "scheduled_at": self.render_time(instant)})
