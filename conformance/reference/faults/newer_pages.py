"""Faults in `page` and in an opaque `next_page`, as the later editions have them, for deployments and for runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.editions.page_cursors import PageCursors
from conformance.reference.faults import CMA, NEWER, SEPTEMBER, Fault
from conformance.reference.paging import Window
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.paging import T

_RUNS = frozenset({"list_runs", "list_all_runs"})


class _Pages(Fault, PageCursors):
    """Goes wrong in the operations named."""

    IN: ClassVar[frozenset[str]] = frozenset({"list"})
    revisions = NEWER

    @property
    def mine(self) -> bool:
        """Whether the call asks for such a list."""
        return self.operation in self.IN

    @property
    def by_page(self) -> bool:
        """Whether it asks to go on with `page`."""
        return self.mine and "page" in self.call.query


# --- on ---------------------------------------------------------------------------------------------------------


class _NumbersCursors(_Pages):
    """Gives a number for next_page, and knows which page it stands for."""

    def next_page(self, last_id: str | None, *, has_more: bool) -> Any:
        """Count the cursors."""
        cursor = super().next_page(last_id, has_more=has_more)
        if cursor is None or not self.mine:
            return cursor
        given: list[str] = self.__dict__.setdefault("cursors", [])
        given.append(cursor)
        return len(given)

    def open_cursor(self, page: str) -> str:
        """Look it up."""
        given: list[str] = self.__dict__.get("cursors", [])
        return super().open_cursor(given[int(page) - 1] if self.mine and page.isdigit() else page)


class NumbersCursors(_NumbersCursors):
    """Gives a number for next_page of a list of deployments."""

    breaks = frozenset({"list-answers-a-page", "list-answers-data-and-next-page", "page-next-page-is-a-cursor"})


class NumbersCursorsOfRuns(_NumbersCursors):
    """Gives a number for next_page of a list of runs."""

    breaks = frozenset({"runs-page-next-page-is-a-cursor"})
    IN = _RUNS


class _RepeatsTheLast(_Pages):
    """Begins a page with the item that the page before ended with."""

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Go back by one."""
        page, more = super().page(items, known, window)
        return ([known[window.after or ""], *page] if self.by_page else page), more


class RepeatsTheLastItem(_RepeatsTheLast):
    """Shows the last deployment of a page again on the next one."""

    breaks = frozenset({"page-cursor-continues"})
    wide = True


class RepeatsTheLastOfTheRuns(_RepeatsTheLast):
    """Shows the last run of a page again on the next one."""

    breaks = frozenset({"runs-page-cursor-continues"})
    wide = True
    IN = _RUNS


class _SkipsTheNext(_Pages):
    """Leaves out the item behind a page."""

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Go on too far."""
        if self.by_page and window.after is not None:
            rest = self.after(items, known[window.after])
            window = replace(window, after=rest[0].id if rest else window.after)
        return super().page(items, known, window)


class SkipsTheNextItem(_SkipsTheNext):
    """Leaves out the deployment behind a page."""

    breaks = frozenset({"page-cursor-continues"})
    wide = True


class SkipsTheNextOfTheRuns(_SkipsTheNext):
    """Leaves out the run behind a page."""

    breaks = frozenset({"runs-page-cursor-continues"})
    wide = True
    IN = _RUNS


# --- the end ----------------------------------------------------------------------------------------------------


class _PointsBack(_Pages):
    """Has a next_page on the last page, too, which goes back."""

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Point behind the first item of the page."""
        page = super().render_page(data, has_more=has_more)
        if self.mine and data and not has_more:
            page["next_page"] = self.next_page(data[0]["id"], has_more=True)
        return page


class WalksInCircles(_PointsBack):
    """Has a next_page on the last page of deployments, which goes back."""

    breaks = frozenset({"page-walk-ends"})
    wide = True


class WalksInCirclesThroughRuns(_PointsBack):
    """Has a next_page on the last page of runs, which goes back."""

    breaks = frozenset({"runs-page-walk-ends"})
    wide = True
    IN = _RUNS


class EndsRunsWithEmptyText(_Pages):
    """Gives an empty next_page at the end of a list of runs."""

    breaks = frozenset({"runs-page-walk-ends", "runs-none-is-an-empty-page"})
    wide = True
    IN = _RUNS

    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Write the zero value."""
        cursor = super().next_page(last_id, has_more=has_more)
        return cursor or "" if self.mine else cursor


# --- cursors that are none --------------------------------------------------------------------------------------


class _GoesByAnother(_Pages):
    """Takes page beside another cursor."""

    revisions = SEPTEMBER

    def check_page_alone(self, window: Window) -> None:
        """Do not mind."""
        if not self.mine:
            super().check_page_alone(window)


class TakesPageBesideAnother(_GoesByAnother):
    """Takes page beside another cursor in the list of deployments."""

    breaks = frozenset({"page-beside-another-cursor-is-refused"})


class TakesPageBesideAnotherOfRuns(_GoesByAnother):
    """Takes page beside another cursor in lists of runs."""

    breaks = frozenset({"runs-page-beside-another-cursor-is-400"})
    IN = _RUNS


class TakesPageBesideBefore(_Pages):
    """Takes page beside before_id, which it does not look at."""

    revisions = SEPTEMBER
    breaks = frozenset({"page-beside-another-cursor-is-refused"})

    def check_page_alone(self, window: Window) -> None:
        """Look at the other."""
        super().check_page_alone(replace(window, before=None) if self.mine else window)


class _BeginsAnew(_Pages):
    """Gives the first page for a page that it cannot read."""

    def read_window(self) -> Window:
        """Begin anew."""
        try:
            return super().read_window()
        except Problem as problem:
            if problem.rule != "cursor" or not self.mine:
                raise
            return Window(self.read_limit(self.call.query.get("limit")), None, None)


class BeginsAnewAtMalformedPages(_BeginsAnew):
    """Gives the first page of deployments for a page that it cannot read."""

    breaks = frozenset({"page-malformed-page-is-400", "page-malformed-page-starts-no-list"})


class BeginsAnewAtMalformedPagesOfRuns(_BeginsAnew):
    """Gives the first page of runs for a page that it cannot read."""

    breaks = frozenset({"runs-page-malformed-page-is-400", "runs-page-malformed-page-starts-no-list"})
    IN = _RUNS


class FailsAtMalformedPages(_Pages):
    """Answers 500 to a page that it cannot read."""

    breaks = frozenset({"page-malformed-page-is-400", "page-malformed-page-starts-no-list"})

    def open_cursor(self, page: str) -> str:
        """Do not expect that."""
        try:
            return super().open_cursor(page)
        except Problem as problem:
            raise (Problem("internal", "api_error", "Internal error.") if self.mine else problem) from None


class _FindsNothing(_Pages):
    """Gives an empty page for a page that it cannot read."""

    revisions = CMA

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Find nothing there."""
        return ([], False) if window.after == "" else super().page(items, known, window)

    def open_cursor(self, page: str) -> str:
        """Read nothing."""
        try:
            return super().open_cursor(page)
        except Problem:
            if self.mine:
                return ""
            raise


class FindsNothingAtMalformedPages(_FindsNothing):
    """Gives an empty page of deployments for a page that it cannot read."""

    breaks = frozenset({"page-malformed-page-is-400"})


class FindsNoRunsAtMalformedPages(_FindsNothing):
    """Gives an empty page of runs for a page that it cannot read."""

    breaks = frozenset({"runs-page-malformed-page-is-400"})
    IN = _RUNS
