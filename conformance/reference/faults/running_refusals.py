"""Faults in refusing to run a deployment, and in what a refusal leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import CMA, QODER, Fault, there
from conformance.reference.problem import Problem, conflict, invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


# --- when it is refused -----------------------------------------------------------------------------------------


class RunsWhilePaused(Fault):
    """Runs paused deployments."""

    breaks = frozenset({"run-paused-is-conflict"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Look at archived_at only."""
        self.check_writable(deployment)


class RunsScheduledWhilePaused(Fault):
    """Runs a paused deployment that has a schedule: only its schedule is paused."""

    breaks = frozenset({"run-paused-is-conflict"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Let it be run by hand."""
        if deployment.schedule is None or deployment.archived_at is not None:
            super().check_runnable(deployment)


class CallsPausedInvalid(Fault):
    """Answers 400 to the run of a paused deployment."""

    breaks = frozenset({"run-paused-is-conflict"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Blame the request."""
        if deployment.archived_at is None and deployment.status == "paused":
            raise invalid("not-active", "Deployment is not active.")
        super().check_runnable(deployment)


class RunsTheArchived(Fault):
    """Runs archived deployments."""

    breaks = frozenset({"run-archived-is-conflict", "run-archived-is-refused"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Look at the status only."""
        super().check_runnable(replace(deployment, archived_at=None))


class MissesTheArchived(Fault):
    """Answers 404 to the run of an archived deployment."""

    breaks = frozenset({"run-archived-is-conflict"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Take it for gone."""
        if deployment.archived_at is not None:
            raise Problem("deployment-unknown", "not_found_error", "Deployment does not exist.")
        super().check_runnable(deployment)


class RunsTheUnknown(Fault):
    """Answers 409 to the run of an id that names nothing."""

    breaks = frozenset({"run-unknown-id-is-404"})

    def act_run(self) -> dict[str, Any]:
        """Take "not there" for "not active"."""
        if self.call.ids[0] not in self.account.deployments:
            raise conflict("not-active", "Deployment is not active.")
        return super().act_run()


class _ActsOnRefusal(Fault):
    """Does something when it refuses to run a deployment."""

    def check_runnable(self, deployment: Deployment) -> None:
        """Refuse, and do it."""
        try:
            super().check_runnable(deployment)
        except Problem:
            self.act(deployment)
            raise

    def act(self, deployment: Deployment) -> None:
        """What it should not do."""
        raise NotImplementedError(deployment.id)


class RecordsRefusedRuns(_ActsOnRefusal):
    """Records a run that it refuses."""

    breaks = frozenset({"run-refused-leaves-no-run", "run-refused-is-not-counted", "run-refused-changes-nothing"})
    breaks_in = there(CMA, "run-refused-leaves-no-run")

    def act(self, deployment: Deployment) -> None:
        """Record it all the same."""
        self.start_run(deployment, {"type": "manual"})


class RecordsRefusedRunsGlobally(_ActsOnRefusal):
    """Records a run that it refuses in the list of all runs only."""

    breaks = frozenset({"run-refused-leaves-no-run"})

    def act(self, deployment: Deployment) -> None:
        """Log the attempt."""
        run = self.build_run(deployment, {"type": "manual"}, "failed")
        self.account.runs[run.id] = run


class CountsRefusedRuns(Fault):
    """Counts a run of an archived deployment that it refuses."""

    breaks = frozenset({"run-refused-is-not-counted"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.refused: list[str] = []

    def check_runnable(self, deployment: Deployment) -> None:
        """Count before the check."""
        if deployment.archived_at is not None:
            self.refused.append(deployment.id)
        super().check_runnable(deployment)

    def render_stats(self, deployment: Deployment) -> dict[str, Any]:
        """Add what was refused."""
        stats = super().render_stats(deployment)
        return stats | {"total_runs": stats["total_runs"] + self.refused.count(deployment.id)}


class WakesWhatItRefusesToRun(_ActsOnRefusal):
    """Unpauses a deployment, and refuses to run it because it was paused."""

    revisions = QODER
    breaks = frozenset({"run-paused-is-conflict", "run-refused-changes-nothing"})

    def act(self, deployment: Deployment) -> None:
        """Wake it up for the next attempt."""
        self.save(replace(deployment, status="active", paused_reason=None))


class DropsTheScheduleOfWhatItRefusesToRun(_ActsOnRefusal):
    """Takes the schedule away from a deployment that it refuses to run."""

    breaks = frozenset({"run-refused-changes-nothing"})

    def act(self, deployment: Deployment) -> None:
        """Make sure that it does not run."""
        self.save(replace(deployment, schedule=None))
