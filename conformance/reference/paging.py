"""Lists in pages: the order, the cursors, and what a page tells about the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from conformance.reference.problem import Problem, invalid
from conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping


class Item(Protocol):
    """What can be listed."""

    @property
    def id(self) -> str:
        """Its id, by which it may be a cursor."""

    @property
    def created_at(self) -> datetime:
        """The time by which it is ordered."""


T = TypeVar("T", bound=Item)
_INTEGER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for; the cursors are ids."""

    limit: int
    after: str | None
    before: str | None


class PagingRules(State):
    """Newest first, cursors by id, `has_more` exact."""

    LIMIT_DEFAULT = 20
    LIMIT_MIN = 1
    LIMIT_MAX = 1000

    def read_window(self) -> Window:
        """Read the three parameters that all lists have."""
        window = Window(
            self.read_limit(self.call.query.get("limit")), self.read_cursor("after_id"), self.read_cursor("before_id")
        )
        self.check_cursors(window)
        return window

    def read_limit(self, text: str | None) -> int:
        """Read the size of a page."""
        if text is None:
            return self.LIMIT_DEFAULT
        if _INTEGER.fullmatch(text) is None:
            raise invalid("limit-type", "limit must be an integer.", "limit")
        if int(text) < self.LIMIT_MIN:
            raise invalid("limit-minimum", "limit must be at least 1.", "limit")
        return self.fit_limit(int(text))

    def fit_limit(self, number: int) -> int:
        """Cut a size that is too large."""
        return min(number, self.LIMIT_MAX)

    def read_cursor(self, name: str) -> str | None:
        """Read a parameter that is the id next to which a page begins."""
        return self.call.query.get(name)

    def check_cursors(self, window: Window) -> None:
        """Refuse two cursors at once."""
        if window.after is not None and window.before is not None:
            raise invalid("cursors", "after_id and before_id exclude each other.", "after_id")

    def read_choice(self, name: str, allowed: Collection[str]) -> str | None:
        """Read a parameter that takes one of a few words."""
        text = self.call.query.get(name)
        if text is not None and text not in allowed:
            raise invalid(f"query-{name}", f"{name} must be one of {', '.join(sorted(allowed))}.", name)
        return text

    def read_flag(self, name: str) -> bool | None:
        """Read a parameter that is true or false."""
        text = self.read_choice(name, ("true", "false"))
        return None if text is None else text == "true"

    def read_time(self, name: str) -> datetime | None:
        """Read a parameter that is a timestamp with its offset."""
        text = self.call.query.get(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise invalid(f"query-{name}", f"{name} must be an ISO 8601 timestamp.", name)
        return moment

    order_key: Callable[[Any], Any] = attrgetter("created_at", "id")
    """Gives what a list is ordered by, greatest first; no method, for long lists ask it of thousands."""

    def order(self, items: Iterable[T]) -> list[T]:
        """Put items in the order of a list."""
        return sorted(items, key=self.order_key, reverse=True)

    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Cut a page out of the ordered items, and tell whether more remain in that direction."""
        if window.before is not None:
            rest = self.before(items, self.find_cursor(window.before, items, known))
            return self.last(rest, window.limit), self.more_remain(len(rest), window.limit)
        rest = items if window.after is None else self.after(items, self.find_cursor(window.after, items, known))
        return self.first(rest, window.limit), self.more_remain(len(rest), window.limit)

    def find_cursor(self, cursor: str, _items: list[T], known: Mapping[str, T]) -> T:
        """Find the item of a cursor, also if the filters leave it out by now."""
        item = known.get(cursor)
        if item is None:
            raise self.bad_cursor()
        return item

    def bad_cursor(self) -> Problem:
        """Give the refusal of a cursor that names nothing."""
        return invalid("cursor", "Unknown cursor.")

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Give what is older than the cursor."""
        key = self.order_key(cursor)
        return [item for item in items if self.order_key(item) < key]

    def before(self, items: list[T], cursor: T) -> list[T]:
        """Give what is newer than the cursor."""
        key = self.order_key(cursor)
        return [item for item in items if self.order_key(item) > key]

    def first(self, items: list[T], limit: int) -> list[T]:
        """Take a page going forward."""
        return items[:limit]

    def last(self, items: list[T], limit: int) -> list[T]:
        """Take a page going back: the items nearest to the cursor, still newest first."""
        return items[-limit:]

    def more_remain(self, count: int, limit: int) -> bool:
        """Tell whether more items exist than the page holds."""
        return count > limit

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Write a page."""
        first_id, last_id = (data[0].get("id"), data[-1].get("id")) if data else (None, None)
        return {
            "data": data,
            "first_id": first_id,
            "last_id": last_id,
            "has_more": has_more,
            "next_page": self.next_page(last_id, has_more=has_more),
        }

    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Give the cursor of the next page."""
        return last_id if has_more else None
