"""Faults in lists that are made of the rows of a join, of which one deployment or run has several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, Fault

if TYPE_CHECKING:
    from conformance.reference.history import RunFilters
    from conformance.reference.paging import Window
    from conformance.reference.records import Deployment, Run


class ListsADeploymentForEachVault(Fault):
    """Lists a deployment as often as it has vaults."""

    breaks = frozenset({"list-shows-each-once"})
    wide = True  # other lists meet it where the account holds such a deployment just then

    def show(self, found: list[Deployment], window: Window) -> dict[str, Any]:
        """Join vaults to the page."""
        page = super().show(found, window)
        return page | {"data": [each for each in page["data"] for _ in each["vault_ids"] or [None]]}


class ListsADeploymentForEachRun(Fault):
    """Lists a deployment as often as it has run."""

    breaks = frozenset({"list-shows-each-once"})
    wide = True  # other lists meet it where the account holds such a deployment just then

    def show(self, found: list[Deployment], window: Window) -> dict[str, Any]:
        """Join runs to the page."""
        page = super().show(found, window)
        rows = self.account.runs_of
        return page | {"data": [each for each in page["data"] for _ in range(len(rows.get(each["id"], ())) or 1)]}


class ListsADeploymentForEachEvent(Fault):
    """Lists a deployment as often as it has initial events."""

    breaks = frozenset({"list-shows-each-once"})
    wide = True  # other lists meet it where the account holds such a deployment just then

    def show(self, found: list[Deployment], window: Window) -> dict[str, Any]:
        """Join events to the page."""
        page = super().show(found, window)
        return page | {"data": [each for each in page["data"] for _ in each["initial_events"]]}


class CountsRunsForDeployments(Fault):
    """Says that more deployments follow where those of a page have run more often than the limit says."""

    revisions = JUNE
    breaks = frozenset({"page-has-more-counts-deployments"})

    def page(self, items: list[Any], known: Any, window: Window) -> tuple[list[Any], bool]:
        """Count the rows of a join."""
        page, more = super().page(items, known, window)
        if self.operation != "list" or not page:
            return page, more
        return page, more or sum(len(self.account.runs_of.get(each.id, [each])) for each in page) > window.limit


class ListsARunForEachEvent(Fault):
    """Lists a run as often as its deployment has initial events."""

    breaks = frozenset({"runs-are-listed-once"})
    wide = True  # the same

    def select_runs(self, runs: Any, filters: RunFilters) -> list[Run]:
        """Join the events of deployments to runs."""
        stored = self.account.deployments
        return [run for run in super().select_runs(runs, filters) for _ in stored[run.deployment_id].initial_events]
