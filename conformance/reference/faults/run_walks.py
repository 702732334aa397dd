"""Faults in going from page to page of the two lists of runs; the list of deployments is not touched by them."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.history import RunFilters
    from conformance.reference.paging import T, Window
    from conformance.reference.records import Run

_RUNS = frozenset({"list_runs", "list_all_runs"})


class _PagesRuns(Fault):
    """Cuts pages of runs otherwise, in the operations named."""

    IN: ClassVar[frozenset[str]] = _RUNS

    @property
    def mine(self) -> bool:
        """Whether the call asks for such a page."""
        return self.operation in self.IN


# --- walking ----------------------------------------------------------------------------------------------------


class RepeatsTheLastRun(_PagesRuns):
    """Begins a page of runs with the cursor."""

    breaks = frozenset({"runs-page-walk-is-complete"})
    wide = True

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Keep it in."""
        later = super().after(items, cursor)
        return [cursor, *later] if self.mine else later


class SkipsARun(_PagesRuns):
    """Leaves out the run behind the cursor."""

    breaks = frozenset({"runs-page-walk-is-complete"})
    wide = True

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Begin one too late."""
        later = super().after(items, cursor)
        return later[1:] if self.mine else later


class TurnsLaterPagesRound(_PagesRuns):
    """Shows the runs behind a cursor in the other order."""

    IN = frozenset({"list_runs"})
    revisions = QODER
    breaks = frozenset({"runs-page-walk-is-complete"})
    wide = True

    def first(self, items: list[T], limit: int) -> list[T]:
        """Turn the page round."""
        page = super().first(items, limit)
        return page[::-1] if self.mine and self.goes_on else page


class IgnoresTheCursorOfRuns(_PagesRuns):
    """Shows the first page of all runs again and again."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"runs-page-walk-is-complete", "runs-page-before"})
    wide = True

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Forget both cursors."""
        bare = type(window)(window.limit, None, None) if self.mine else window
        return super().page(items, known, bare)


class KeepsTheCursorBefore(_PagesRuns):
    """Shows the run that before_id names as well."""

    breaks = frozenset({"runs-page-before", "runs-filters-combine", "runs-page-keeps-filters-beside-ids"})

    def before(self, items: list[T], cursor: T) -> list[T]:
        """Keep it in."""
        earlier = super().before(items, cursor)
        return [*earlier, cursor] if self.mine else earlier


class TakesBeforeForAfter(_PagesRuns):
    """Takes before_id for after_id."""

    revisions = QODER
    breaks = frozenset({"runs-page-before", "runs-page-limit-is-never-exceeded"})

    def before(self, items: list[T], cursor: T) -> list[T]:
        """Go the other way."""
        return super().after(items, cursor) if self.mine else super().before(items, cursor)


class TakesTwoCursors(_PagesRuns):
    """Takes after_id and before_id together."""

    breaks = frozenset({"runs-page-two-cursors-are-400"})

    def check_cursors(self, window: Window) -> None:
        """Let them pass."""
        if not self.mine:
            super().check_cursors(window)


class BeginsAgainAtAnUnknownCursor(_PagesRuns):
    """Shows the first page of runs for a cursor that names nothing."""

    breaks = frozenset({"runs-page-unknown-cursor"})

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Drop what makes no sense."""
        try:
            return super().page(items, known, window)
        except Problem:
            if not self.mine:
                raise
            return super().page(items, known, type(window)(window.limit, None, None))


class CrashesOnMalformedCursors(_PagesRuns):
    """Answers 500 to a cursor of runs that is no id."""

    breaks = frozenset({"runs-page-unknown-cursor"})

    def find_cursor(self, cursor: str, items: list[T], known: Mapping[str, T]) -> T:
        """Decode it."""
        if self.mine and not cursor.startswith("drun_"):
            raise ValueError(cursor)
        return super().find_cursor(cursor, items, known)


class ForgetsTheWindowBehindACursor(_PagesRuns):
    """Looks at triggered_before on the first page only."""

    revisions = QODER
    breaks = frozenset(
        {
            "runs-page-keeps-filters",
            "runs-filters-combine",
            "runs-list-newest-first",
            "runs-page-keeps-filters-beside-ids",
            "runs-filters-agree",
        }
    )

    def read_time(self, name: str) -> Any:
        """Drop it behind a cursor."""
        return None if self.mine and self.goes_on else super().read_time(name)

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Show everything older, and what is newer by now."""
        later = super().after(items, cursor)
        newest = items[:1]
        return [*later, *newest] if self.mine and "triggered_before" in self.call.query else later


class ForgetsTheDeploymentBehindACursor(_PagesRuns):
    """Looks at deployment_id on the first page of all runs only."""

    revisions = QODER
    breaks = frozenset({"runs-page-keeps-filters"})
    wide = True

    def match_deployment(self, run: Any, filters: Any) -> bool:
        """Drop it behind a cursor."""
        return self.goes_on or super().match_deployment(run, filters)


class CountsPagesFromTheTop(_PagesRuns):
    """Goes on by the number of runs that stood before the cursor when its page was shown."""

    breaks = frozenset({"runs-page-survives-new-runs"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.offsets: dict[tuple[str, str], int] = {}

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Remember how far it was to the end of each page."""
        page, more = super().page(items, known, window)
        if self.mine and page:
            self.offsets[self.operation, page[-1].id] = items.index(page[-1]) + 1
        return page, more

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Skip as many as stood before it then."""
        offset = self.offsets.get((self.operation, cursor.id))
        return super().after(items, cursor) if offset is None or not self.mine else items[offset:]


class CountsRunsWithoutTheFilter(_PagesRuns):
    """Says that runs follow where older ones are there, though the filters leave them out."""

    breaks = frozenset({"runs-page-has-more-heeds-filters"})

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Look for older ones among all."""
        page = super().list_runs(known, filters)
        if self.operation == "list_runs" and page["data"] and filters.triggered_after is not None:
            page["has_more"] = min(known) != page["last_id"]
        return page


class BeginsAnewOutsideTheFilters(_PagesRuns):
    """Gives the first page of runs again where the filters leave the cursor out."""

    breaks = frozenset({"runs-page-cursor-outside-filters"})

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Look for it among the filtered."""
        outside = self.mine and all(item.id != cursor.id for item in items)
        return items if outside else super().after(items, cursor)


class _Forgets(Fault):
    """Forgets some filters of runs where there is a cursor."""

    breaks = frozenset({"runs-filters-combine"})
    CURSOR: ClassVar[str]
    FILTERS: ClassVar[Mapping[str, None]]

    def list_runs(self, known: Mapping[str, Run], filters: RunFilters) -> dict[str, Any]:
        """Take all that they would leave out."""
        forgetful = self.CURSOR in self.call.query
        return super().list_runs(known, replace(filters, **self.FILTERS) if forgetful else filters)


class ForgetsStatusesBehindACursor(_Forgets):
    """Does not look at the status of runs behind a cursor."""

    CURSOR, FILTERS = "after_id", MappingProxyType({"status": None})


class ForgetsWhatIsLateBehindACursor(_Forgets):
    """Does not look at triggered_after behind a cursor."""

    revisions = QODER
    breaks = frozenset({"runs-filters-combine", "runs-page-keeps-filters", "runs-page-keeps-filters-beside-ids"})
    CURSOR, FILTERS = "after_id", MappingProxyType({"triggered_after": None})


class ForgetsStatusesBeforeACursor(_Forgets):
    """Does not look at the status of runs before a cursor."""

    CURSOR, FILTERS = "before_id", MappingProxyType({"status": None})


class BeginsAgainAtADeployment(Fault):
    """Shows the first page of runs for a cursor that is the id of a deployment."""

    revisions = QODER
    breaks = frozenset({"runs-page-unknown-cursor"})

    def read_cursor(self, name: str) -> str | None:
        """Take no notice of it."""
        cursor = super().read_cursor(name)
        return None if "runs" in self.operation and cursor in self.account.deployments else cursor
