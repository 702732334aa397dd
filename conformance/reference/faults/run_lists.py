"""Faults in the two lists of runs and in reading one run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.history import RunFilters
    from conformance.reference.paging import T
    from conformance.reference.records import Run


# --- the page ---------------------------------------------------------------------------------------------------


class ListsRunsBare(Fault):
    """Answers with the runs of a deployment under `runs`, not `data`."""

    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page"})
    wide = True

    def act_list_runs(self) -> dict[str, Any]:
        """Use another word."""
        page = super().act_list_runs()
        return {"runs": page.pop("data"), **page}


class ListsAllRunsInTheOtherForm(Fault):
    """Answers with all runs and a next_page, and nothing else."""

    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page", "runs-page-edge-ids"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Take the other family's envelope."""
        page = super().act_list_all_runs()
        return {"data": page["data"], "next_page": page["next_page"]}


class SaysHasMoreAsText(Fault):
    """Writes has_more of the list of all runs as text."""

    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page", "runs-page-has-more"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Write it as a word."""
        page = super().act_list_all_runs()
        return page | {"has_more": str(page["has_more"]).lower()}


class MissesTheRunsOfTheIdle(Fault):
    """Answers 404 to the list of a deployment that has no runs."""

    breaks = frozenset({"runs-none-is-an-empty-page"})
    wide = True

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Take nothing for not there."""
        if deployment_id not in self.account.runs_of:
            raise not_found("runs-none", "Deployment has no runs.")
        return super().runs_of(deployment_id)


class SaysMoreOfNothing(Fault):
    """Says that more follows an empty page of runs."""

    breaks = frozenset({"runs-none-is-an-empty-page"})
    wide = True

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Look forward."""
        page = super().list_runs(known, filters)
        return page if page["data"] else page | {"has_more": True}


class NamesTheEdgesOfNothing(Fault):
    """Shows the deployment's id for first_id of an empty page of its runs."""

    breaks = frozenset({"runs-none-is-an-empty-page"})

    def act_list_runs(self) -> dict[str, Any]:
        """Fill it in."""
        page = super().act_list_runs()
        return page | {"first_id": page["first_id"] or self.call.ids[0]}


# --- what stands in it ------------------------------------------------------------------------------------------


class ListsEverybodysRuns(Fault):
    """Shows the runs of all deployments in the list of one."""

    breaks = frozenset({"runs-list-holds-its-own", "runs-none-is-an-empty-page"})
    wide = True

    def runs_of(self, _deployment_id: str) -> list[Run]:
        """Forget the condition."""
        return list(self.account.runs.values())


class ListsTheRunsOfTheAgent(Fault):
    """Shows the runs of all deployments of the agent in the list of one, from the second page on."""

    breaks = frozenset({"runs-list-holds-its-own"})
    wide = True

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Join by the wrong key where there is a cursor."""
        if "after_id" not in self.call.query:
            return super().runs_of(deployment_id)
        return list(self.account.runs.values())


class ForgetsTheLatestRun(Fault):
    """Leaves the latest run out of the list of its deployment."""

    breaks = frozenset({"runs-list-holds-its-own"})
    wide = True

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Be one behind."""
        return super().runs_of(deployment_id)[:-1]


class ListsTheOldestRunFirst(Fault):
    """Lists the runs of a deployment by the time of their beginning, the oldest first."""

    breaks = frozenset({"runs-list-newest-first"})
    wide = True

    def order(self, items: Iterable[T]) -> list[T]:
        """Turn it round."""
        ordered = super().order(items)
        return ordered[::-1] if self.operation == "list_runs" else ordered

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Go forward in time."""
        return super().before(items, cursor) if self.operation == "list_runs" else super().after(items, cursor)

    def before(self, items: list[T], cursor: T) -> list[T]:
        """Go back in time."""
        return super().after(items, cursor) if self.operation == "list_runs" else super().before(items, cursor)


class ListsRunsByTheMinute(Fault):
    """Orders the runs of a deployment by the minute, and within it as they came."""

    breaks = frozenset({"runs-list-newest-first"})

    def order_key(self, item: Any) -> Any:
        """Forget the seconds."""
        if self.operation != "list_runs":
            return super().order_key(item)
        return (item.created_at.replace(second=0, microsecond=0), -item.created_at.timestamp())


class ListsRunsOfTheUnknown(Fault):
    """Answers 200 and an empty page to the list of a deployment that does not exist."""

    breaks = frozenset({"runs-list-unknown-deployment-is-404"})

    def act_list_runs(self) -> dict[str, Any]:
        """Find nothing."""
        if self.call.ids[0] not in self.account.deployments:
            return self.render_page([], has_more=False)
        return super().act_list_runs()


class ListsOnlyRunsOfTheLiving(Fault):
    """Leaves the runs of archived deployments out of the list of all runs."""

    breaks = frozenset({"runs-list-of-all-spans-deployments", "runs-deployment-filter"})
    wide = True

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Join with what is alive."""
        alive = self.account.deployments[run.deployment_id].archived_at is None
        return super().match_deployment(run, filters) and (alive or self.operation != "list_all_runs")


class ListsOnlyScheduledOnes(Fault):
    """Leaves the runs of deployments without a schedule out of the list of all runs."""

    breaks = frozenset({"runs-list-of-all-spans-deployments"})
    wide = True

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Join with the schedules."""
        scheduled = self.account.deployments[run.deployment_id].schedule is not None
        return super().match_deployment(run, filters) and (scheduled or self.operation != "list_all_runs")


class ListsOneRunADeployment(Fault):
    """Shows only the latest run of each deployment in the list of all runs."""

    breaks = frozenset({"runs-list-of-all-spans-deployments", "runs-deployment-filter"})
    wide = True

    def matches_run(self, run: Run, filters: RunFilters) -> bool:
        """Group by the deployment."""
        latest = self.account.runs_of[run.deployment_id][-1]
        return super().matches_run(run, filters) and (run is latest or self.operation != "list_all_runs")


class ShowsAnotherDeploymentInTheListOfAll(Fault):
    """Shows the id of the run for that of its deployment in the list of all runs."""

    breaks = frozenset({"run-tells-what-it-is", "runs-list-of-all-spans-deployments", "runs-deployment-filter"})
    wide = True

    def render_run(self, run: Run) -> dict[str, Any]:
        """Take the wrong column."""
        shown = super().render_run(run)
        return shown | {"deployment_id": run.id} if self.operation == "list_all_runs" else shown


# --- one run ----------------------------------------------------------------------------------------------------


class ReadsAnotherRun(Fault):
    """Shows the latest run of a deployment, whichever is asked for."""

    breaks = frozenset({"runs-get-returns-the-run", "runs-get-by-id-alone"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Take the last."""
        run = self.find_run(self.call.ids[1], self.find().id)
        return self.render_run(self.account.runs_of[run.deployment_id][-1])


class ReadsRunsBelowAnything(Fault):
    """Looks for a run without looking at the deployment in the path."""

    breaks = frozenset({"runs-get-below-another-is-404"})

    def act_get_run(self) -> dict[str, Any]:
        """Check only that the deployment exists."""
        self.find()
        return self.render_run(self.find_run(self.call.ids[1], None))


class ReadsRunsBelowNothing(Fault):
    """Looks for a run whether or not the deployment in the path exists."""

    breaks = frozenset({"runs-get-below-another-is-404", "runs-get-unknown-is-404"})

    def act_get_run(self) -> dict[str, Any]:
        """Take the last id of the path."""
        return self.render_run(self.find_run(self.call.ids[1], None))


class RefusesUnknownRuns(Fault):
    """Answers 400 to the id of a run that does not exist."""

    breaks = frozenset({"runs-get-unknown-is-404", "runs-get-by-unknown-id-is-404"})
    wide = True

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Blame the request."""
        try:
            return super().find_run(run_id, deployment_id)
        except Problem as problem:
            raise invalid(problem.rule, "No such run.") from None


class ShowsNothingForUnknownRuns(Fault):
    """Answers 200 and null members to an id of no run."""

    breaks = frozenset({"runs-get-by-unknown-id-is-404"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Show nothing as if it were something."""
        known = self.call.ids[0] in self.account.runs
        return super().act_get_any_run() if known else {"id": None, "type": "deployment_run"}


class CrashesOnOtherPrefixes(Fault):
    """Answers 500 to an id that has not the prefix of runs."""

    breaks = frozenset({"runs-get-by-unknown-id-is-404"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Decode it."""
        if not self.call.ids[0].startswith("drun_"):
            raise ValueError(self.call.ids[0])
        return super().act_get_any_run()


class ForgetsHowARunEnded(Fault):
    """Shows a run that has ended as running when it is read by its id alone."""

    breaks = frozenset({"runs-get-by-id-alone"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Read the row of its beginning."""
        return super().act_get_any_run() | {"status": "running", "completed_at": None, "duration_ms": None}


class RedatesRuns(Fault):
    """Shows the time of reading for created_at of a run in a GET below its deployment."""

    breaks = frozenset({"runs-get-returns-the-run", "runs-get-by-id-alone"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Write the time."""
        return super().act_get_run() | {"created_at": self.render_precise_time(self.now())}


class HidesRunsOfTheArchived(Fault):
    """Answers 404 to the list of runs of an archived deployment."""

    breaks = frozenset({"archive-runs-stay-readable"})
    wide = True

    def act_list_runs(self) -> dict[str, Any]:
        """Look among the living."""
        if self.find().archived_at is not None:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_list_runs()


class DropsRunsWhenArchiving(Fault):
    """Deletes the runs of a deployment when it is archived."""

    breaks = frozenset({"archive-runs-stay-readable", "runs-get-returns-the-run", "runs-list-of-all-spans-deployments"})
    wide = True

    def act_archive(self) -> dict[str, Any]:
        """Clear the history."""
        shown = super().act_archive()
        for run in self.account.runs_of.pop(shown["id"], []):
            del self.account.runs[run.id]
        return shown


class HidesArchivedRunsBelow(Fault):
    """Answers 404 to a run below an archived deployment."""

    breaks = frozenset({"archive-runs-stay-readable", "runs-get-returns-the-run"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Look among the living."""
        if replace(self.find(), status="active").archived_at is not None:
            raise not_found("run-unknown", "Run does not exist.")
        return super().act_get_run()
