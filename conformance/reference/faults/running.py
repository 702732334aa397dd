"""Faults in running a deployment by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import conflict, invalid

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment, Run


class _Lasting(Fault):
    """Has runs that take an hour."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_duration": 3600.0})


# --- what it does -----------------------------------------------------------------------------------------------


class AcceptsARun(Fault):
    """Answers 202 to a run."""

    breaks = frozenset({"run-answers-with-a-run", "run-manual-only", "run-after-unpause", "run-while-paused"})

    def success_status(self) -> int:
        """Say that it will be done."""
        return 202 if self.operation == "run" else super().success_status()


class AnswersARunWithTheDeployment(Fault):
    """Answers a run with the deployment."""

    breaks = frozenset({"run-answers-with-a-run", "run-manual-only", "run-after-unpause"})
    wide = True

    def act_run(self) -> dict[str, Any]:
        """Show what was run."""
        super().act_run()
        return self.render_deployment(self.find())


class WantsNoBodyToRun(Fault):
    """Refuses a run that has a body, even an empty object."""

    breaks = frozenset({"run-answers-with-a-run"})

    def act_run(self) -> dict[str, Any]:
        """Look for a body."""
        if self.call.request.body:
            raise invalid("body", "This operation takes no body.")
        return super().act_run()


class WantsABodyToRun(Fault):
    """Refuses a run without a body."""

    breaks = frozenset({"run-answers-with-a-run", "run-manual-only", "run-after-unpause"})
    wide = True

    def act_run(self) -> dict[str, Any]:
        """Parse what is not there."""
        if not self.call.request.body:
            raise self.malformed()
        return super().act_run()


class RunsOnlyWhatIsScheduled(Fault):
    """Refuses to run a deployment that has no schedule."""

    breaks = frozenset({"run-manual-only", "run-after-unpause"})
    wide = True

    def check_runnable(self, deployment: Deployment) -> None:
        """Want a schedule."""
        super().check_runnable(deployment)
        if deployment.schedule is None:
            raise conflict("unscheduled", "Deployment has no schedule.")


class NeverRunsWhatWasPaused(Fault):
    """Refuses to run a deployment that was paused once, although it is active again."""

    breaks = frozenset({"run-after-unpause", "run-while-paused"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.locked: set[str] = set()

    def paused(self, deployment: Deployment) -> Deployment:
        """Lock the queue."""
        self.locked.add(deployment.id)
        return super().paused(deployment)

    def check_runnable(self, deployment: Deployment) -> None:
        """Look at the lock."""
        super().check_runnable(deployment)
        if deployment.id in self.locked:
            raise conflict("not-active", "Deployment is not active.")


class RunsSideBySide(_Lasting):
    """Starts a second run beside one that is in flight, whatever max_concurrent says."""

    breaks = frozenset({"run-at-a-time-limit-is-skipped"})

    def in_flight(self, _deployment: Deployment) -> int:
        """Count nothing."""
        return 0


class BeginsWhatWaits(RunsSideBySide):
    """Has a second run wait for a moment, and begins it beside the first, whatever max_concurrent says."""

    def run_status(self, run: Run) -> str:
        """Wait for a moment."""
        waits = self.now() - run.created_at < timedelta(seconds=0.3)
        return "pending" if waits else super().run_status(run)

    def render_run(self, run: Run) -> dict[str, Any]:
        """Tell nothing of an end before there is one."""
        unknown = {"completed_at": None, "duration_ms": None}
        return super().render_run(run) | (unknown if self.run_status(run) == "pending" else {})


class AllowsOneMore(_Lasting):
    """Starts as many runs at a time as max_concurrent says, and one more."""

    breaks = frozenset({"run-at-a-time-limit-is-skipped"})

    def max_concurrent(self, deployment: Deployment) -> int:
        """Compare with "more than"."""
        return super().max_concurrent(deployment) + 1


class RefusesASecondRun(_Lasting):
    """Answers 409 to a run beside one that is in flight."""

    revisions = JUNE
    breaks = frozenset({"run-at-a-time-limit-is-skipped", "run-answers-with-a-run"})
    wide = True

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Refuse what is too many."""
        if self.in_flight(deployment) >= self.max_concurrent(deployment):
            raise conflict("too-many", "A run is in flight.")
        return super().start_run(deployment, trigger)


class FailsASecondRun(_Lasting):
    """Records a run beside one that is in flight as failed."""

    breaks = frozenset({"run-at-a-time-limit-is-skipped"})

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Use another word."""
        run = super().build_run(deployment, trigger, outcome)
        return replace(run, outcome="failed") if outcome == "skipped" else run


class ReturnsTheRunOfNow(Fault):
    """Answers with the run of a moment ago where a deployment is run again soon."""

    revisions = QODER
    breaks = frozenset({"run-every-time-anew"})
    wide = True

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Take the second for a repetition."""
        runs = self.account.runs_of.get(deployment.id, [])
        soon = runs and self.now() - runs[-1].created_at < timedelta(seconds=5)
        return runs[-1] if soon else super().start_run(deployment, trigger)


# --- what it leaves alone ---------------------------------------------------------------------------------------


class CountsARunAsTheNext(Fault):
    """Takes the next scheduled run off the list when a deployment is run by hand."""

    breaks = frozenset({"run-keeps-upcoming-runs"})
    wide = True

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Begin behind what was run."""
        fires = super().upcoming_of(deployment)
        return fires[1:] if self.account.runs_of.get(deployment.id) else fires


class _TouchesWhatItRuns(Fault):
    """Changes a deployment when it runs it."""

    def touch(self, deployment: Deployment) -> Deployment:
        """Give the deployment as it is after the run."""
        return deployment

    def act_run(self) -> dict[str, Any]:
        """Store it."""
        shown = super().act_run()
        self.save(self.touch(self.find()))
        return shown


class NotesRunsInTheMetadata(_TouchesWhatItRuns):
    """Writes the last run into the user's metadata."""

    breaks = frozenset({"run-keeps-the-deployment"})

    def touch(self, deployment: Deployment) -> Deployment:
        """Leave a note."""
        return replace(deployment, metadata={**deployment.metadata, "last_run": "manual"})


class PinsTheAgentWhenRun(_TouchesWhatItRuns):
    """Moves a deployment that has a schedule to a version 2 of its agent when it is run."""

    breaks = frozenset({"run-keeps-the-deployment"})

    def touch(self, deployment: Deployment) -> Deployment:
        """Store what the run was given."""
        if deployment.schedule is None:
            return deployment
        return replace(deployment, agent=replace(deployment.agent, version=deployment.agent.version + 1))


class UnschedulesWhatItRuns(_TouchesWhatItRuns):
    """Takes the schedule off a deployment that was run by hand."""

    breaks = frozenset({"run-keeps-the-deployment"})
    wide = True

    def touch(self, deployment: Deployment) -> Deployment:
        """Take it for manual."""
        return replace(deployment, schedule=None)


class BelievesTheBody(Fault):
    """Takes the trigger of a run from the body."""

    breaks = frozenset({"run-body-decides-nothing"})

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Read it."""
        raw = self.call.request.body
        claimed = self.parse_body(raw).get("trigger_context") if raw else None
        return super().start_run(deployment, claimed or trigger)


class RunsWhatTheBodySays(Fault):
    """Runs the deployment that the body names."""

    breaks = frozenset({"run-body-decides-nothing"})

    def act_run(self) -> dict[str, Any]:
        """Prefer the body to the path."""
        raw = self.call.request.body
        named = self.parse_body(raw).get("deployment_id") if raw else None
        self.call.ids = (named or self.call.ids[0],)
        return super().act_run()


class ForgetsSettingsByRunning(Fault):
    """Brings the default settings back when a deployment is run."""

    revisions = JUNE
    breaks = frozenset({"run-keeps-the-deployment"})

    def record(self, run: Run) -> None:
        """Forget the others."""
        super().record(run)
        deployment = self.account.deployments[run.deployment_id]
        self.save(replace(deployment, cas_config=self.cas_defaults()))
