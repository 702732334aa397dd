"""Faults in the filters of the two lists of runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.history import RunFilters
    from conformance.reference.records import Run

_TIMES = {"triggered_after": None, "triggered_before": None}

_AFTER = frozenset(
    {
        "runs-triggered-filter",
        "runs-triggered-filter-knows-offsets",
        "runs-filters-combine",
        "runs-page-keeps-filters",
        "runs-page-keeps-filters-beside-ids",
    }
)
"""What fails where triggered_after is not held to."""


# --- by time ----------------------------------------------------------------------------------------------------


class IgnoresTriggeredAfter(Fault):
    """Does not look at triggered_after."""

    revisions = QODER
    breaks = _AFTER

    def match_triggered_after(self, _run: Run, _filters: RunFilters) -> bool:
        """Let all pass."""
        return True


class IgnoresTriggeredBefore(Fault):
    """Does not look at triggered_before."""

    revisions = QODER
    breaks = frozenset(
        {
            "runs-triggered-filter",
            "runs-triggered-filter-knows-offsets",
            "runs-page-keeps-filters",
            "runs-page-keeps-filters-beside-ids",
        }
    )

    def match_triggered_before(self, _run: Run, _filters: RunFilters) -> bool:
        """Let all pass."""
        return True


class SwapsTheEndsOfTheWindow(Fault):
    """Takes triggered_after for triggered_before, and the other way round."""

    revisions = QODER
    breaks = frozenset(
        {
            "runs-triggered-filter",
            "runs-triggered-filter-knows-offsets",
            "runs-filters-combine",
            "runs-filters-combine-completely",
            "runs-page-keeps-filters",
            "runs-page-keeps-filters-beside-ids",
        }
    )

    def match_triggered_after(self, run: Run, filters: RunFilters) -> bool:
        """Compare the other way."""
        swapped = replace(filters, triggered_before=filters.triggered_after)
        return super().match_triggered_before(run, swapped)

    def match_triggered_before(self, run: Run, filters: RunFilters) -> bool:
        """Compare the other way."""
        swapped = replace(filters, triggered_after=filters.triggered_before)
        return super().match_triggered_after(run, swapped)


class KeepsOneEndOfTheWindow(Fault):
    """Looks at triggered_before only where triggered_after is missing."""

    breaks = frozenset({"runs-triggered-filter", "runs-filters-of-one-hold-together"})

    def match_triggered_before(self, run: Run, filters: RunFilters) -> bool:
        """Take the one or the other."""
        return filters.triggered_after is not None or super().match_triggered_before(run, filters)


class ComparesTimesAsText(Fault):
    """Compares the times of runs with the window as they are written."""

    revisions = JUNE
    breaks = frozenset({"runs-triggered-filter", "runs-triggered-filter-knows-offsets"})
    wide = True

    def match_triggered_after(self, run: Run, _filters: RunFilters) -> bool:
        """Compare two texts."""
        text = self.call.query.get("triggered_after")
        return text is None or self.render_precise_time(run.created_at) > text

    def match_triggered_before(self, run: Run, _filters: RunFilters) -> bool:
        """Compare two texts."""
        text = self.call.query.get("triggered_before")
        return text is None or self.render_precise_time(run.created_at) < text


class ForgetsTheOffset(Fault):
    """Takes a time of any offset for one in UTC."""

    breaks = frozenset(
        {
            "runs-triggered-filter-knows-offsets",
            "runs-created-filter-knows-offsets",
            "list-created-filter-knows-offsets",
        }
    )

    def read_time(self, name: str) -> datetime | None:
        """Cut the offset off."""
        moment = super().read_time(name)
        return moment and moment.replace(tzinfo=self.now().tzinfo)


class RefusesOffsets(Fault):
    """Refuses a time that does not end in Z."""

    breaks = frozenset(
        {
            "runs-triggered-filter-knows-offsets",
            "runs-created-filter-knows-offsets",
            "list-created-filter-knows-offsets",
        }
    )

    def read_time(self, name: str) -> datetime | None:
        """Look at the last letter."""
        text = self.call.query.get(name)
        if text is not None and not text.endswith("Z"):
            raise self.bad_cursor()
        return super().read_time(name)


class ComparesDays(Fault):
    """Holds the runs of the whole day of triggered_after."""

    revisions = QODER
    breaks = _AFTER

    def match_triggered_after(self, run: Run, filters: RunFilters) -> bool:
        """Cut the time off."""
        return filters.triggered_after is None or run.created_at.date() >= filters.triggered_after.date()


# --- by status --------------------------------------------------------------------------------------------------


class IgnoresTheStatusOfRuns(Fault):
    """Does not look at the status filter of the runs of a deployment."""

    breaks = frozenset({"runs-status-filter", "runs-filters-combine"})

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Let all pass."""
        return self.operation == "list_runs" or super().match_run_status(run, filters)


class IgnoresTheStatusOfAllRuns(Fault):
    """Does not look at the status filter of the list of all runs."""

    breaks = frozenset({"runs-status-filter"})

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Let all pass."""
        return self.operation == "list_all_runs" or super().match_run_status(run, filters)


class FindsNothingCompleted(Fault):
    """Shows no run for the status "completed": it is stored under another word."""

    breaks = frozenset({"runs-status-filter-is-complete", "runs-filters-combine-completely"})

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Compare with the stored word."""
        return filters.status != "completed" and super().match_run_status(run, filters)


class CallsTheEndedPending(Fault):
    """Shows all runs under the status that they began with."""

    breaks = frozenset({"runs-status-filter", "runs-status-filter-is-complete", "runs-filters-combine"})
    wide = True

    def match_run_status(self, _run: Run, filters: RunFilters) -> bool:
        """Read a column that nobody updates."""
        return filters.status in {None, "pending"}


class CountsTheSkippedAsFailed(Fault):
    """Shows skipped runs among the failed ones, and not under their own status."""

    breaks = frozenset({"runs-status-filter", "runs-status-filter-is-complete"})
    wide = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_duration": 3600.0})

    def match_run_status(self, run: Run, filters: RunFilters) -> bool:
        """Lump them together."""
        status = {"skipped": "failed"}.get(self.run_status(run), self.run_status(run))
        return filters.status in {None, status}


class ComparesTheEndsOfRuns(Fault):
    """Compares triggered_before with when a run has ended, and runs take their time."""

    revisions = JUNE
    RUN_DURATION = 0.05
    breaks = frozenset({"runs-triggered-filter"})

    def match_triggered_before(self, run: Run, filters: RunFilters) -> bool:
        """Compare the other time."""
        return filters.triggered_before is None or run.finishes_at < filters.triggered_before
