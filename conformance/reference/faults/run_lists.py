"""Faults in the two lists of runs and in reading one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.history import RunFilters
    from conformance.reference.paging import T
    from conformance.reference.records import Run


# --- the page ---------------------------------------------------------------------------------------------------


class ListsRunsBare(Fault):
    """Answers with the runs of a deployment under `runs`, not `data`."""

    revisions = QODER
    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page"})
    wide = True

    def act_list_runs(self) -> dict[str, Any]:
        """Use another word."""
        page = super().act_list_runs()
        return {"runs": page.pop("data"), **page}


class ListsAllRunsInTheOtherForm(Fault):
    """Answers with all runs and a next_page, and nothing else."""

    revisions = QODER
    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page", "runs-page-edge-ids"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Take the other family's envelope."""
        page = super().act_list_all_runs()
        return {"data": page["data"], "next_page": page["next_page"]}


class SaysHasMoreAsText(Fault):
    """Writes has_more of the list of all runs as text."""

    revisions = QODER
    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page", "runs-page-has-more"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Write it as a word."""
        page = super().act_list_all_runs()
        return page | {"has_more": str(page["has_more"]).lower()}


class MissesTheRunsOfTheIdle(Fault):
    """Answers 404 to the list of a deployment that has no runs."""

    revisions = QODER
    breaks = frozenset({"runs-none-is-an-empty-page"})
    wide = True

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Take nothing for not there."""
        if deployment_id not in self.account.runs_of:
            raise not_found("runs-none", "Deployment has no runs.")
        return super().runs_of(deployment_id)


class SaysMoreOfNothing(Fault):
    """Says that more follows an empty page of runs."""

    revisions = QODER
    breaks = frozenset({"runs-none-is-an-empty-page"})
    wide = True

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Look forward."""
        page = super().list_runs(known, filters)
        return page if page["data"] else page | {"has_more": True}


class NamesTheEdgesOfNothing(Fault):
    """Shows the deployment's id for first_id of an empty page of its runs."""

    revisions = QODER
    breaks = frozenset({"runs-none-is-an-empty-page"})

    def act_list_runs(self) -> dict[str, Any]:
        """Fill it in."""
        page = super().act_list_runs()
        return page | {"first_id": page["first_id"] or self.call.ids[0]}


# --- what stands in it ------------------------------------------------------------------------------------------


class ListsEverybodysRuns(Fault):
    """Shows the runs of all deployments in the list of one."""

    revisions = QODER
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

    revisions = JUNE
    breaks = frozenset({"runs-list-newest-first", "runs-page-cursor-outside-filters"})

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
