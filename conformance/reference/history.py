"""The runs that were: listed and read, for one deployment and for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reference.listing import ListingRules
from conformance.reference.problem import not_found
from conformance.reference.runs import RunRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from conformance.reference.records import Run


@dataclass(frozen=True, slots=True)
class RunFilters:
    """Which runs are asked for."""

    status: str | None = None
    trigger_type: str | None = None
    has_error: bool | None = None
    deployment_id: str | None = None
    triggered_after: datetime | None = None
    triggered_before: datetime | None = None


class HistoryRules(RunRules, ListingRules):
    """Four ways to read runs, all showing the same."""

    RUN_STATUSES = ("pending", "running", "completed", "failed", "skipped")
    TRIGGERS: tuple[str, ...] = ("manual", "schedule", "retry")

    def act_list_runs(self) -> dict[str, Any]:
        """List the runs of one deployment."""
        filters = RunFilters(
            status=self.read_run_status(),
            triggered_after=self.read_time("triggered_after"),
            triggered_before=self.read_time("triggered_before"),
        )
        runs = {run.id: run for run in self.runs_of(self.find().id)}
        return self.list_runs(runs, filters)

    def read_run_status(self) -> str | None:
        """Read which status is asked for."""
        return self.read_choice("status", self.RUN_STATUSES)

    def runs_of(self, deployment_id: str) -> list[Run]:
        """Give the runs of one deployment."""
        return self.account.runs_of.get(deployment_id, [])

    def act_list_all_runs(self) -> dict[str, Any]:
        """List the runs of all deployments of the caller."""
        filters = RunFilters(
            status=self.read_run_status(),
            trigger_type=self.read_choice("trigger_type", self.TRIGGERS),
            has_error=self.read_flag("has_error"),
            deployment_id=self.call.query.get("deployment_id"),
        )
        return self.list_runs(self.account.runs, filters)

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Give a page of runs."""
        window = self.read_window()
        found = self.select_runs(known.values(), filters)
        runs, has_more = self.page(self.order(found), known, window)
        return self.render_page([self.render_run(run) for run in runs], has_more=has_more)

    def select_runs(self, runs: Iterable[Run], filters: RunFilters) -> list[Run]:
        """Keep what passes all filters."""
        return [run for run in runs if self.matches_run(run, filters)]

    def matches_run(self, run: Run, filters: RunFilters) -> bool:
        """Tell whether a run passes all filters."""
        return (
            self.match_deployment(run, filters)
            and self.match_run_status(run, filters)
            and self.match_trigger(run, filters)
            and self.match_error(run, filters)
            and self.match_triggered_after(run, filters)
            and self.match_triggered_before(run, filters)
        )

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs of the deployment asked for."""
        return filters.deployment_id is None or run.deployment_id == filters.deployment_id

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs that have the status asked for."""
        return filters.status is None or self.run_status(run) == filters.status

    def match_trigger(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs that were triggered in the way asked for."""
        return filters.trigger_type is None or run.trigger["type"] == filters.trigger_type

    def match_error(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs with an error, or those without."""
        return filters.has_error is None or (self.run_error(run) is not None) == filters.has_error

    def match_triggered_after(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs triggered after a time."""
        return filters.triggered_after is None or run.created_at > filters.triggered_after

    def match_triggered_before(self, run: Run, filters: RunFilters) -> bool:
        """Keep the runs triggered before a time."""
        return filters.triggered_before is None or run.created_at < filters.triggered_before

    def act_get_run(self) -> dict[str, Any]:
        """Show a run of one deployment."""
        return self.render_run(self.find_run(self.call.ids[1], self.find().id))

    def act_get_any_run(self) -> dict[str, Any]:
        """Show a run of any deployment of the caller."""
        return self.render_run(self.find_run(self.call.ids[0], None))

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Find a run; where a deployment is named, among its runs only."""
        run = self.account.runs.get(run_id)
        if run is None or (deployment_id is not None and run.deployment_id != deployment_id):
            raise not_found("run-unknown", "Run does not exist.")
        return run
