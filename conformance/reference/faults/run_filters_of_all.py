"""Faults in the filters of the list of all runs, and in filters together."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.history import RunFilters
    from conformance.reference.records import Run

_TIMES = {"triggered_after": None, "triggered_before": None}


# --- by trigger and by error ------------------------------------------------------------------------------------


class IgnoresTheTrigger(Fault):
    """Does not look at trigger_type."""

    breaks = frozenset(
        {"runs-trigger-type-filter", "runs-filters-combine", "runs-filters-agree", "runs-page-keeps-filters-beside-ids"}
    )

    def match_trigger(self, _run: Run, _filters: RunFilters) -> bool:
        """Let all pass."""
        return True


class TakesRetriesForManual(Fault):
    """Shows runs by hand under the trigger_type "retry", too."""

    revisions = JUNE
    breaks = frozenset({"runs-trigger-type-filter"})

    def match_trigger(self, run: Run, filters: RunFilters) -> bool:
        """Let "retry" mean "not by schedule"."""
        if filters.trigger_type == "retry":
            return bool(run.trigger["type"] != "schedule")
        return super().match_trigger(run, filters)


class FindsNothingManual(Fault):
    """Shows no run for the trigger_type "manual"."""

    breaks = frozenset(
        {
            "runs-trigger-type-filter",
            "runs-page-keeps-filters",
            "runs-filters-agree",
            "runs-list-of-all-spans-deployments",
        }
    )

    def match_trigger(self, run: Run, filters: RunFilters) -> bool:
        """Compare with another word."""
        return filters.trigger_type != "manual" and super().match_trigger(run, filters)


class IgnoresHasError(Fault):
    """Does not look at has_error."""

    breaks = frozenset(
        {"runs-has-error-filter", "runs-filters-agree", "runs-page-keeps-filters", "runs-page-keeps-filters-beside-ids"}
    )

    def match_error(self, _run: Run, _filters: RunFilters) -> bool:
        """Let all pass."""
        return True


class TakesFalseForTrue(Fault):
    """Takes has_error=false for true: a text that is not empty."""

    breaks = frozenset({"runs-has-error-filter", "runs-filters-agree"})

    def match_error(self, run: Run, filters: RunFilters) -> bool:
        """Ask whether something was sent."""
        return super().match_error(run, replace(filters, has_error=None if filters.has_error is None else True))


class TakesFalseForNothing(Fault):
    """Takes has_error=false for no filter, where runs fail."""

    breaks = frozenset({"runs-has-error-filter", "runs-filters-agree", "runs-page-keeps-filters"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_outcome": "failed"})

    def match_error(self, run: Run, filters: RunFilters) -> bool:
        """Ask whether it is true."""
        return super().match_error(run, replace(filters, has_error=filters.has_error or None))


class FindsNoErrors(Fault):
    """Shows no run for has_error=true, though runs fail."""

    breaks = frozenset({"runs-has-error-filter", "runs-filters-agree"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_outcome": "failed"})

    def match_error(self, run: Run, filters: RunFilters) -> bool:
        """Look into a table that is empty."""
        return filters.has_error is not True and super().match_error(run, filters)


# --- by deployment ----------------------------------------------------------------------------------------------


class IgnoresTheDeployment(Fault):
    """Does not look at deployment_id in the list of all runs."""

    breaks = frozenset({"runs-deployment-filter", "runs-deployment-filter-is-exact", "runs-none-is-an-empty-page"})
    wide = True

    def match_deployment(self, _run: Run, _filters: RunFilters) -> bool:
        """Let all pass."""
        return True


class MatchesTheBeginningOfIds(Fault):
    """Shows the runs of all deployments whose ids begin with deployment_id."""

    breaks = frozenset({"runs-deployment-filter-is-exact"})

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Compare as LIKE does."""
        return filters.deployment_id is None or run.deployment_id.startswith(filters.deployment_id)


class ShowsAllForUnknownDeployments(Fault):
    """Shows all runs for a deployment_id that it does not know."""

    breaks = frozenset({"runs-deployment-filter-is-exact", "runs-unknown-deployment-has-none"})

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Drop what makes no sense."""
        known = filters.deployment_id in self.account.deployments
        return not known or super().match_deployment(run, filters)


class FiltersByTheLastParameter(Fault):
    """Looks at the status of runs only where no window of time is given."""

    breaks = frozenset({"runs-filters-combine", "runs-filters-of-one-hold-together"})

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Take one or the other."""
        return filters.triggered_after is not None or super().match_run_status(run, filters)


class FindsNothingTwice(Fault):
    """Shows no runs where both a status and a window of time are given."""

    breaks = frozenset({"runs-filters-combine-completely", "runs-filters-of-one-hold-together"})

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Join them wrongly."""
        both = filters.status is not None and filters.triggered_after is not None
        return self.render_page([], has_more=False) if both else super().list_runs(known, filters)


class ForgetsTheStatusOfOneDeployment(Fault):
    """Does not look at trigger_type where deployment_id is given."""

    breaks = frozenset(
        {"runs-trigger-type-filter", "runs-filters-combine", "runs-filters-agree", "runs-page-keeps-filters-beside-ids"}
    )

    def match_trigger(self, run: Run, filters: RunFilters) -> bool:
        """Take an index that has no trigger."""
        return filters.deployment_id is not None or super().match_trigger(run, filters)


class MatchesDeploymentsByPattern(Fault):
    """Takes a percent sign in deployment_id for anything, as LIKE does."""

    breaks = frozenset({"runs-deployment-filter-is-exact"})

    def match_deployment(self, run: Run, filters: RunFilters) -> bool:
        """Compare as LIKE does."""
        asked = filters.deployment_id
        return asked is None or re.fullmatch(re.escape(asked).replace("%", ".*"), run.deployment_id) is not None
