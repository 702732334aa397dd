"""Faults in the bounds of creation that the later editions have for their lists."""

from __future__ import annotations

import operator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.editions.created_at import CreatedFilters
from conformance.reference.faults import CMA, NEWER, Fault, there
from conformance.reference.problem import Problem, not_found

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.editions.created_at import Comparisons
    from conformance.reference.history import RunFilters
    from conformance.reference.paging import T
    from conformance.reference.records import Run

_LISTS, _RUNS = (
    frozenset({"list-created-filter"}),
    frozenset({"runs-created-filter", "runs-created-filter-knows-offsets"}),
)


# --- deployments ------------------------------------------------------------------------------------------------


class IgnoresTheTimeOfCreation(Fault, CreatedFilters):
    """Does not look at created_at in the list of deployments."""

    revisions = NEWER
    breaks = _LISTS | {"list-created-malformed-is-400", "search-filters-as-lists-do"}
    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = MappingProxyType({})


class IgnoresTheEndOfCreation(Fault, CreatedFilters):
    """Looks at created_at[gte] alone."""

    revisions = NEWER
    breaks = _LISTS | {"list-created-malformed-is-400", "search-filters-as-lists-do"}
    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = MappingProxyType({"gte": operator.ge})


class ExcludesTheTimeItself(Fault, CreatedFilters):
    """Takes the bounds of created_at for times after and before."""

    revisions = NEWER
    breaks = frozenset({"list-created-bounds-are-inclusive"})
    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = MappingProxyType({"gte": operator.gt, "lte": operator.lt})


class ExcludesTheLastSecond(Fault, CreatedFilters):
    """Ends before the time of created_at[lte]."""

    revisions = NEWER
    breaks = frozenset({"list-created-bounds-are-inclusive"})
    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = MappingProxyType({"gte": operator.ge, "lte": operator.lt})


class SwapsTheBoundsOfCreation(Fault, CreatedFilters):
    """Takes created_at[gte] for the end and created_at[lte] for the beginning."""

    revisions = NEWER
    breaks = _LISTS | {"search-filters-as-lists-do"}
    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = MappingProxyType({"gte": operator.le, "lte": operator.ge})


class TakesNoTimeForNoBound(Fault):
    """Takes a bound of created_at that it cannot read for none."""

    revisions = NEWER
    breaks = frozenset({"list-created-malformed-is-400"})

    def read_time(self, name: str) -> datetime | None:
        """Go on without it."""
        try:
            return super().read_time(name)
        except Problem:
            return None


class ForgetsCreationBehindACursor(Fault, CreatedFilters):
    """Does not look at created_at of deployments behind a cursor."""

    revisions = NEWER
    breaks = _LISTS
    breaks_in = there(CMA, "list-created-filter")

    def within(self, items: list[T], bounds: Comparisons) -> list[T]:
        """Let all pass there."""
        return items if self.operation == "list" and self.goes_on else super().within(items, bounds)


# --- runs -------------------------------------------------------------------------------------------------------


class IgnoresTheCreationOfRuns(Fault, CreatedFilters):
    """Does not look at created_at in the list of all runs."""

    revisions = NEWER
    breaks = _RUNS | {"runs-filters-agree"}
    RUN_BOUNDS: ClassVar[Comparisons] = MappingProxyType({})


class KnowsInclusiveBoundsOnly(Fault, CreatedFilters):
    """Does not look at created_at[gt] and created_at[lt] in the list of all runs."""

    revisions = NEWER
    breaks = _RUNS | {"runs-created-filter-edges", "runs-filters-agree"}
    RUN_BOUNDS: ClassVar[Comparisons] = MappingProxyType({"gte": operator.ge, "lte": operator.le})


class TakesStrictBoundsForInclusive(Fault, CreatedFilters):
    """Shows a run that was created at the very time of created_at[gt]."""

    revisions = NEWER
    breaks = frozenset({"runs-created-filter-edges"})
    RUN_BOUNDS: ClassVar[Comparisons] = MappingProxyType({**CreatedFilters.RUN_BOUNDS, "gt": operator.ge})


class TakesInclusiveBoundsForStrict(Fault, CreatedFilters):
    """Does not show a run that was created at the very time of created_at[lte]."""

    revisions = NEWER
    breaks = frozenset({"runs-created-filter-edges"})
    RUN_BOUNDS: ClassVar[Comparisons] = MappingProxyType({**CreatedFilters.RUN_BOUNDS, "lte": operator.lt})


class ForgetsCreationWithATrigger(Fault, CreatedFilters):
    """Does not look at created_at where a trigger_type is given."""

    revisions = NEWER
    breaks = frozenset({"runs-filters-agree"})

    def within(self, items: list[T], bounds: Comparisons) -> list[T]:
        """Take one or the other."""
        return items if "trigger_type" in self.call.query else super().within(items, bounds)


class ForgetsErrorsWithATrigger(Fault):
    """Does not look at has_error where a trigger_type is given."""

    revisions = NEWER
    breaks = frozenset({"runs-filters-agree"})

    def match_error(self, run: Run, filters: RunFilters) -> bool:
        """Take one or the other."""
        return filters.trigger_type is not None or super().match_error(run, filters)


class MissesTheRunsOfTheUnknown(Fault):
    """Answers 404 to a deployment_id in the list of all runs that no deployment has."""

    revisions = CMA
    breaks = frozenset({"runs-unknown-deployment-has-none"})

    def select_runs(self, runs: object, filters: RunFilters) -> list[Run]:
        """Look for the deployment first."""
        if filters.deployment_id not in {None, *self.account.deployments}:
            raise not_found("deployment-unknown", "Deployment does not exist.", "deployment_id")
        return super().select_runs(runs, filters)  # type: ignore[arg-type]


class ListsAllRunsBare(Fault):
    """Answers with all runs under `runs`, not `data`."""

    revisions = CMA
    breaks = frozenset({"runs-list-answers-a-page", "runs-none-is-an-empty-page"})
    wide = True

    def act_list_all_runs(self) -> dict[str, Any]:
        """Use another word."""
        page = super().act_list_all_runs()
        return {"runs": page.pop("data"), **page}


class ReadsTheLatestRunById(Fault):
    """Shows the latest run of a deployment for the id of any."""

    revisions = CMA
    breaks = frozenset({"runs-get-by-id-alone"})
    wide = True

    def act_get_any_run(self) -> dict[str, Any]:
        """Take the last."""
        run = self.find_run(self.call.ids[0], None)
        return self.render_run(self.account.runs_of[run.deployment_id][-1])


class LosesSessionsById(Fault):
    """Does not show the session of a run that is read by its id alone."""

    revisions = NEWER
    breaks = frozenset({"runs-get-by-id-alone"})
    wide = True

    def act_get_any_run(self) -> dict[str, Any]:
        """Forget it."""
        return super().act_get_any_run() | {"session_id": None}
