"""Correct services of the later editions whose lists, pages and searches differ from those of the reference.

As in `variations`, each docstring says what it does, and why it may.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lawful.variations import Variation

from conformance.reference.editions.page_cursors import PageCursors
from conformance.reference.editions.searching import Searching
from conformance.reference.problem import Problem, invalid
from conformance.revisions import CMA, NEWER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from conformance.reference.listing import Filters
    from conformance.reference.paging import Item, T, Window

# --- pages ------------------------------------------------------------------------------------------------------


class TakesFullPagesForMore(Variation):
    """Says of every full page that more follow, so that an empty one may come behind the last item (PAG-026)."""

    revisions = NEWER

    def more_remain(self, count: int, limit: int) -> bool:
        return count >= limit


class LooksBehindEveryPage(Variation):
    """Says of every page with something on it that more follow (PAG-026)."""

    revisions = NEWER

    def more_remain(self, count: int, limit: int) -> bool:
        del limit
        return count > 0


class CutsLargeLimits(Variation, PageCursors):
    """Cuts a limit that is too large (C-01)."""

    revisions = NEWER

    def fit_limit(self, number: int) -> int:
        return min(number, self.limit_max())


class HonoursLargeLimits(Variation, PageCursors):
    """Honours a limit of up to 1,000 (C-01)."""

    revisions = NEWER
    LIMIT_MAX = 1000


class NamesTheLastForACursor(Variation, PageCursors):
    """Gives the id of the last item for next_page, as June's edition does: what is opaque may be anything."""

    revisions = NEWER

    def open_cursor(self, page: str) -> str:
        return page

    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        return last_id if has_more else None


class BindsCursors(Variation, PageCursors):
    """Takes a next_page only with the parameters that it came with: nothing says that others may go with it."""

    revisions = NEWER

    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        cursor = super().next_page(last_id, has_more=has_more)
        return None if cursor is None else f"{cursor}.{self._asked()}"

    def open_cursor(self, page: str) -> str:
        cursor, _, asked = page.rpartition(".")
        if asked != self._asked():
            raise self.bad_cursor()
        return super().open_cursor(cursor)

    def _asked(self) -> str:
        cursors = {"page", "after_id", "before_id"}
        asked = sorted(item for item in self.call.query.items() if item[0] not in cursors)
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]


class FindsNothingAtBadPages(Variation, PageCursors):
    """Answers a page that it cannot read with an empty page (C-40)."""

    revisions = (QODER_SEPTEMBER,)

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        try:
            return super().page(items, known, window)
        except Problem:
            return [], False

    def open_cursor(self, page: str) -> str:
        try:
            return super().open_cursor(page)
        except Problem:
            return "nothing"


# --- order ------------------------------------------------------------------------------------------------------


class ListsTheOldestFirst(Variation):
    """Lists deployments and runs from the oldest to the newest: no page of CMA states an order."""

    revisions = (CMA,)

    def order(self, items: Iterable[T]) -> list[T]:
        return super().order(items)[::-1]

    def after(self, items: list[T], cursor: T) -> list[T]:
        return [item for item in items if self.order_key(item) > self.order_key(cursor)]


class ListsInNoOrder(Variation):
    """Lists deployments and runs by what their ids hash to: no page of CMA states an order."""

    revisions = (CMA,)

    def order_key(self, item: Item) -> Any:
        return hashlib.sha256(item.id.encode()).digest()


# --- filters ----------------------------------------------------------------------------------------------------


class TakesStatusWithArchived(Variation):
    """Takes status together with include_archived (LST-012)."""

    revisions = (CMA,)

    def read_filters(self) -> Filters:
        query, self.call.query = self.call.query, {**self.call.query}
        archived = self.call.query.pop("include_archived", None)
        filters = super().read_filters()
        self.call.query = query
        return type(filters)(filters.status, filters.agent_id, include_archived=archived == "true")


class WritesMilliseconds(Variation):
    """Writes whole seconds with a fraction of 0 (BASE-009)."""

    revisions = NEWER

    def render_time(self, moment: datetime) -> str:
        return super().render_time(moment).replace("Z", ".000Z")


class HidesFractions(Variation):
    """Keeps microseconds, by which lists are narrowed too, and writes whole seconds: nothing says what is kept."""

    revisions = NEWER

    def stamp(self) -> datetime:
        return self.now()


class RoundsSeconds(HidesFractions):
    """Writes the nearest whole second (BASE-009)."""

    def render_time(self, moment: datetime) -> str:
        return super().render_time(moment + timedelta(seconds=0.5))


# --- search -----------------------------------------------------------------------------------------------------


class HasNoSearch(Variation, Searching):
    """Does not have the beta."""

    revisions = (QODER_SEPTEMBER,)

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        return {} if pattern == ("deployments", "search") else super().methods(pattern)


class KeepsTheBetaForOthers(Variation, Searching):
    """Does not take the header of the beta from everybody."""

    revisions = (QODER_SEPTEMBER,)

    def check_beta(self) -> None:
        raise invalid("beta", "This beta is closed.")
