"""Faults in what becomes of runs, and of when a deployment last ran, when the deployment changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from conformance.reference.history import RunFilters
    from conformance.reference.records import Deployment, Run

_LISTS = frozenset({"list_runs", "list_all_runs"})


# --- which runs are there ---------------------------------------------------------------------------------------


class HidesRunsOfThePaused(Fault):
    """Lists all runs but those of deployments that are paused by now."""

    breaks = frozenset({"runs-outlive-changes"})

    def select_runs(self, runs: Iterable[Run], filters: RunFilters) -> list[Run]:
        """Join with what is active."""
        found = super().select_runs(runs, filters)
        if self.operation != "list_all_runs":
            return found
        return [run for run in found if self.account.deployments[run.deployment_id].status == "active"]


class HidesRunsBelowThePaused(Fault):
    """Shows no runs below a deployment that is paused by now."""

    revisions = QODER
    breaks = frozenset({"runs-outlive-changes"})

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Show none while it waits."""
        paused = self.account.deployments[deployment_id].status == "paused"
        return [] if paused else super().runs_of(deployment_id)


class ReadsNoRunOfThePaused(Fault):
    """Finds no run of a deployment that is paused by now."""

    breaks = frozenset({"runs-outlive-changes"})

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Look among those of the active."""
        run = super().find_run(run_id, deployment_id)
        if self.account.deployments[run.deployment_id].status == "paused":
            raise not_found("run-unknown", "Run does not exist.")
        return run


class HidesRunsOfAFormerAgent(Fault):
    """Lists the runs of a deployment's agent of now."""

    breaks = frozenset({"runs-outlive-changes"})

    def select_runs(self, runs: Iterable[Run], filters: RunFilters) -> list[Run]:
        """Join by the agent."""
        deployments = self.account.deployments
        found = super().select_runs(runs, filters)
        return [run for run in found if deployments[run.deployment_id].agent.id == run.agent.id]


class ForgetsRunsWithTheSchedule(Fault):
    """Puts the runs of a deployment away when it is given another schedule."""

    breaks = frozenset({"runs-outlive-changes"})

    def act_update(self) -> dict[str, Any]:
        """Begin anew."""
        shown = super().act_update()
        if "schedule" in self.call.body:
            for run in self.account.runs_of.pop(self.call.ids[0], []):
                del self.account.runs[run.id]
        return shown


class ListsRunsWithTheAgentOfNow(Fault):
    """Lists the runs of a deployment with the agent that it has by now."""

    breaks = frozenset({"agent-of-a-past-run"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Join the agent."""
        shown = super().render_run(run)
        agent = self.account.deployments[run.deployment_id].agent
        return shown | {"agent": self.render_agent(agent)} if self.operation in _LISTS else shown


class KeepsOneEventWhenRun(Fault):
    """Has used up all events of a deployment but the first when it has run."""

    breaks = frozenset({"run-keeps-the-deployment"})

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Take them."""
        run = super().start_run(deployment, trigger)
        deployment.initial_events[1:] = []
        return run


# --- when it last ran -------------------------------------------------------------------------------------------


class ForgetsTheLastRunWhenPaused(Fault):
    """Shows no last_run_at of what is paused."""

    revisions = QODER
    breaks = frozenset({"run-last-time-outlives-changes"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell of the active."""
        return None if deployment.status == "paused" else super().last_run_at(deployment)


class ForgetsTheLastRunInUpdates(Fault):
    """Shows no last_run_at in the answer to an update."""

    revisions = QODER
    breaks = frozenset({"run-last-time-outlives-changes"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell it elsewhere."""
        return None if self.operation == "update" else super().last_run_at(deployment)


class KeepsTheFirstRunForTheLast(Fault):
    """Shows when a deployment ran for the first time as last_run_at."""

    revisions = QODER
    breaks = frozenset({"run-last-time-is-of-the-last"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Look at the wrong end."""
        runs = self.account.runs_of.get(deployment.id, ())
        return runs[0].created_at if runs else None


class DatesTheLastRunByAnotherClock(Fault):
    """Shows last_run_at in the time of Shanghai, as if it were UTC."""

    revisions = QODER
    breaks = frozenset({"run-last-time-is-of-the-last"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Add eight hours."""
        last = super().last_run_at(deployment)
        return None if last is None else last + timedelta(hours=8)


# --- how it is told ---------------------------------------------------------------------------------------------


class ListsRunsWithoutSessions(Fault):
    """Tells the session of a run only where it is read by its id."""

    revisions = JUNE
    breaks = frozenset({"run-is-told-alike"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Leave it out of lists."""
        shown = super().render_run(run)
        return shown | {"session_id": None} if self.operation in _LISTS else shown


class ListsRunsWithOtherSessions(Fault):
    """Lists runs with something else for a session_id than what is read by their ids."""

    breaks = frozenset({"run-is-told-alike"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Take the id of the run."""
        shown = super().render_run(run)
        return shown | {"session_id": f"sess_{run.id}"} if self.operation in _LISTS else shown


class ListsRunsWithoutTheirTrigger(Fault):
    """Tells when a run was triggered only where it is read by its id."""

    revisions = JUNE
    breaks = frozenset({"run-is-told-alike"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Leave it out of lists."""
        shown = super().render_run(run)
        if self.operation in _LISTS:
            del shown["triggered_at"]
        return shown


class ReadsRunsWithoutExtras(Fault):
    """Leaves cas_run_extras out of a run that is read below its deployment."""

    revisions = JUNE
    breaks = frozenset({"run-is-told-alike"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Leave them out."""
        shown = super().render_run(run)
        if self.operation == "get_run":
            del shown["cas_run_extras"]
        return shown


class SharesASession(Fault):
    """Lets all runs of a deployment have one session."""

    breaks = frozenset({"run-session-of-its-own"})

    def record(self, run: Run) -> None:
        """Take that of the first."""
        earlier = self.account.runs_of.get(run.deployment_id)
        super().record(run if not earlier else _with_session(run, earlier[0].session_id))

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Show the run as it was recorded."""
        super().start_run(deployment, trigger)
        return self.account.runs_of[deployment.id][-1]


def _with_session(run: Run, session_id: str | None) -> Run:
    return run if run.session_id is None else replace(run, session_id=session_id)
