"""Faults in lists of runs that are filtered: their order, their size, and what is left of the filters at a cursor."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.editions.created_at import CreatedFilters
from conformance.reference.faults import JUNE, NEWER, QODER, Fault, there

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.editions.created_at import Comparisons
    from conformance.reference.history import RunFilters
    from conformance.reference.paging import Item, T
    from conformance.reference.records import Deployment, Run

_RUNS = frozenset({"list_runs", "list_all_runs"})


# --- order and size ---------------------------------------------------------------------------------------------


class _OldestFirst(Fault):
    """Lists the runs of a deployment the other way round where a filter is given."""

    revisions = QODER
    breaks = frozenset({"runs-list-newest-first"})
    FILTER: ClassVar[str]

    def order_key(self, item: Item) -> Any:
        """Count backwards."""
        created_at, id_ = super().order_key(item)
        if self.operation not in _RUNS or self.FILTER not in self.call.query:
            return created_at, id_
        return -created_at.timestamp(), [-ord(letter) for letter in id_]


class TurnsRunsOfAStatusRound(_OldestFirst):
    """Lists runs of a status oldest first."""

    revisions = JUNE
    FILTER = "status"


class TurnsEarlyRunsRound(_OldestFirst):
    """Lists runs before a time oldest first."""

    FILTER = "triggered_before"


class _ListsAll(Fault):
    """Does not look at the limit of runs where a filter is given."""

    breaks = frozenset({"runs-page-limit-is-never-exceeded"})
    FILTER: ClassVar[str]

    def first(self, items: list[T], limit: int) -> list[T]:
        """Cut nothing."""
        return items if self.operation in _RUNS and self.FILTER in self.call.query else super().first(items, limit)


class ListsAllRunsOfATrigger(_ListsAll):
    """Does not look at the limit of runs where a trigger_type is given."""

    FILTER = "trigger_type"


class ListsAllRunsWithErrors(_ListsAll):
    """Does not look at the limit of runs where has_error is given."""

    FILTER = "has_error"


# --- at a cursor ------------------------------------------------------------------------------------------------


class _Forgets(Fault):
    """Forgets some filters of runs where there is a cursor."""

    breaks = frozenset({"runs-page-keeps-filters-beside-ids"})
    revisions = QODER
    BEFORE: ClassVar[bool] = True
    FILTERS: ClassVar[Mapping[str, None]]

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Take all that they would leave out."""
        forgetful = "before_id" in self.call.query if self.BEFORE else self.goes_on
        return super().list_runs(known, replace(filters, **self.FILTERS) if forgetful else filters)


class ForgetsTriggersBeforeACursor(_Forgets):
    """Does not look at trigger_type before a cursor."""

    FILTERS = MappingProxyType({"trigger_type": None})


class ForgetsTriggersBehindACursor(_Forgets):
    """Does not look at trigger_type behind a cursor."""

    breaks_in = there(JUNE, "runs-page-keeps-filters-beside-ids", "runs-filters-combine")
    BEFORE, FILTERS = False, MappingProxyType({"trigger_type": None})


class ForgetsWhatIsLateBeforeACursor(_Forgets):
    """Does not look at triggered_after before a cursor."""

    FILTERS = MappingProxyType({"triggered_after": None})


class ForgetsWhatIsEarlyBeforeACursor(_Forgets):
    """Does not look at triggered_before before a cursor."""

    FILTERS = MappingProxyType({"triggered_before": None})


class ForgetsErrorsBeforeACursor(_Forgets):
    """Does not look at has_error before a cursor."""

    FILTERS = MappingProxyType({"has_error": None})


class ForgetsErrorsBehindACursor(_Forgets):
    """Does not look at has_error behind a cursor, where every other run fails."""

    revisions = QODER | NEWER
    breaks = frozenset({"runs-page-keeps-filters", "runs-page-keeps-filters-beside-ids", "runs-filters-agree"})
    BEFORE, FILTERS = False, MappingProxyType({"has_error": None})

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Let it fail."""
        fails = outcome == "completed" and len(self.account.runs) % 2 == 1
        return super().build_run(deployment, trigger, "failed" if fails else outcome)


class ForgetsTheCreationOfRunsBehindACursor(Fault, CreatedFilters):
    """Does not look at the bounds of created_at of runs behind a cursor."""

    revisions = NEWER
    breaks = frozenset({"runs-filters-agree"})

    def within(self, items: list[T], bounds: Comparisons) -> list[T]:
        """Let all pass there."""
        forgetful = self.operation == "list_all_runs" and self.goes_on
        return items if forgetful else super().within(items, bounds)


# --- of whom ----------------------------------------------------------------------------------------------------


class HidesRunsOfTheArchivedByTrigger(Fault):
    """Leaves the runs of archived deployments out of the list of all where a trigger_type is given."""

    breaks = frozenset({"runs-list-of-all-spans-deployments"})

    def match_trigger(self, run: Run, filters: RunFilters) -> bool:
        """Join with the deployments that live."""
        gone = self.account.deployments[run.deployment_id].archived_at is not None
        return not (gone and filters.trigger_type is not None) and super().match_trigger(run, filters)
