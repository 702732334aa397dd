"""Faults in cursors: what stands behind them and before them, and what becomes of them when the list changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.faults.paging import of_deployments
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.paging import T, Window


# --- on -------------------------------------------------------------------------------------------------------


class SkipsOneBehindTheCursor(Fault):
    """Leaves out the item that follows the cursor."""

    breaks = frozenset({"page-after-id-continues", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Begin one too late."""
        return super().after(items, cursor)[1:]


class SkipsTheRestOfTheSecond(Fault):
    """Takes the cursor's time for the cursor: what was made in the same second is left out."""

    breaks = frozenset({"page-after-id-continues", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Compare the times alone."""
        return [item for item in items if item.created_at < cursor.created_at]


class RepeatsTheSecond(Fault):
    """Gives all that was made in the cursor's second again, but for the cursor."""

    breaks = frozenset({"page-after-id-continues", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Compare the times alone, and drop the cursor."""
        return [item for item in items if item.created_at <= cursor.created_at and item.id != cursor.id]


class ForgetsTheCursor(Fault):
    """Begins anew with every page."""

    breaks = frozenset({"page-after-id-continues", "page-next-page-advances", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], _cursor: T) -> list[T]:
        """Give all."""
        return items


class ReversesLaterPages(Fault):
    """Gives the items behind a cursor oldest first."""

    breaks = frozenset({"page-after-id-continues", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Turn them round."""
        return super().after(items, cursor)[::-1]


class GivesUpAfterFivePages(Fault):
    """Gives nothing behind the twentieth item."""

    breaks = frozenset({"page-walk-gives-each-once", "page-walk-goes-far"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Go no further."""
        rest = super().after(items, cursor)
        return [item for item in rest if items.index(item) < 20]


class StopsBehindAHundred(Fault):
    """Gives nothing behind the hundredth item of a list."""

    breaks = frozenset({"page-walk-goes-far"})

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Go no further."""
        return super().after(items[:100], cursor)


# --- back -----------------------------------------------------------------------------------------------------


class RepeatsTheCursorBackwards(Fault):
    """Ends a page before a cursor with the cursor's item."""

    breaks = frozenset({"page-before-id-gives-what-precedes"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Keep the cursor in."""
        return [*super().before(items, cursor), cursor]


class GoesOnInsteadOfBack(Fault):
    """Takes before_id for after_id."""

    revisions = JUNE
    breaks = frozenset({"page-before-id-gives-what-precedes", "page-keeps-filters-backwards"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Give what is older."""
        return self.after(items, cursor)


class ForgetsTheCursorBackwards(Fault):
    """Takes no notice of before_id."""

    revisions = QODER
    breaks = frozenset({"page-before-id-gives-what-precedes", "page-cursor-may-leave-the-filter"})

    @of_deployments
    def before(self, items: list[T], _cursor: T) -> list[T]:
        """Give all."""
        return items


class SkipsTheSecondBackwards(Fault):
    """Leaves out what was made in the same second as the cursor, and stands before it."""

    revisions = JUNE
    breaks = frozenset({"page-before-id-gives-what-precedes", "page-keeps-filters-backwards"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Compare the times alone."""
        return [item for item in items if item.created_at > cursor.created_at]


class TakesTheSecondBackwards(Fault):
    """Gives what was made in the same second as the cursor, also if it stands behind it."""

    breaks = frozenset({"page-before-id-gives-what-precedes"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Compare the times alone."""
        return [item for item in items if item.created_at >= cursor.created_at and item.id != cursor.id]


class SeesTwentyBack(Fault):
    """Finds nothing before a cursor that stands further down than the first page."""

    breaks = frozenset({"page-before-id-gives-what-precedes"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Look at the first page only."""
        found = super().before(items, cursor)
        return found if len(found) <= 20 else []


# --- cursors that are none ------------------------------------------------------------------------------------


class TakesBothCursors(Fault):
    """Takes after_id and before_id together, and goes by the second."""

    breaks = frozenset({"page-two-cursors-are-refused"})

    @of_deployments
    def check_cursors(self, _window: Window) -> None:
        """Do not mind."""


class TakesCursorsThatMeet(Fault):
    """Takes after_id and before_id together where both are the same."""

    breaks = frozenset({"page-two-cursors-are-refused"})

    @of_deployments
    def check_cursors(self, window: Window) -> None:
        """Do not mind that."""
        if window.after != window.before:
            super().check_cursors(window)


class StartsAnewOnBadCursors(Fault):
    """Gives the first page for a cursor that names nothing."""

    breaks = frozenset({"auth-foreign-cursor-starts-no-list", "page-bad-cursor-starts-no-list"})

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Begin anew."""
        try:
            return super().page(items, known, window)
        except Problem:
            return items[: window.limit], len(items) > window.limit


class StartsAnewOnMalformedCursors(Fault):
    """Gives the first page for an after_id that has not the prefix of a deployment."""

    revisions = QODER
    breaks = frozenset({"page-bad-cursor-starts-no-list"})

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Begin anew."""
        if window.after is not None and not window.after.startswith("dep_"):
            return items[: window.limit], len(items) > window.limit
        return super().page(items, known, window)


class FailsOnBadCursorsBackwards(Fault):
    """Answers 500 to a before_id that names nothing."""

    breaks = frozenset({"auth-foreign-cursor-starts-no-list", "page-bad-cursor-starts-no-list"})

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Look it up without asking whether it is there."""
        if window.before is not None and window.before not in known:
            raise Problem("internal", "api_error", "Internal error.")
        return super().page(items, known, window)


# --- lists that change ----------------------------------------------------------------------------------------


class RemembersPlaces(Fault):
    """Remembers a cursor by its number in the list as it was."""

    revisions = JUNE
    breaks = frozenset(
        {"page-archiving-disturbs-no-walk", "page-new-items-disturb-no-walk", "page-cursor-may-leave-the-filter"}
    )

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Go on from the number."""
        places: dict[tuple[Any, ...], int] = self.__dict__.setdefault("places", {})
        asked = tuple(sorted(item for item in self.call.query.items() if item[0] not in {"after_id", "page", "limit"}))
        page, more = super().page(items, known, window)
        if (*asked, window.after) in places:
            rest = items[places[*asked, window.after] :]
            page, more = rest[: window.limit], len(rest) > window.limit
        if page and window.before is None:
            places[*asked, page[-1].id] = items.index(page[-1]) + 1
        return page, more


class RefusesArchivedCursors(Fault):
    """Refuses a cursor that was archived meanwhile."""

    breaks = frozenset({"page-archiving-disturbs-no-walk", "page-cursor-may-leave-the-filter"})

    @of_deployments
    def find_cursor(self, cursor: str, items: list[T], _known: Mapping[str, T]) -> T:
        """Look for it among what passes the filters."""
        return super().find_cursor(cursor, items, {item.id: item for item in items})


class EndsAtArchivedCursors(Fault):
    """Gives nothing behind a cursor that was archived meanwhile."""

    breaks = frozenset({"page-archiving-disturbs-no-walk"})

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """End there."""
        cursor: Any = known.get(window.after or "")
        gone = cursor is not None and cursor.archived_at is not None and "include_archived" not in self.call.query
        return ([], False) if gone else super().page(items, known, window)


class StartsAnewAtLostCursors(Fault):
    """Begins anew where the cursor no longer passes the status asked for."""

    breaks = frozenset({"page-cursor-may-leave-the-filter", "page-cursor-outside-filters"})

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Look for it among what passes the filters."""
        lost = "status" in self.call.query and cursor not in items
        return items if lost else super().after(items, cursor)
