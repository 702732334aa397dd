"""Faults in what a page tells of itself and of those that follow."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.faults.paging import of_deployments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.paging import T, Window


# --- what a page tells ----------------------------------------------------------------------------------------


class _Tells(Fault):
    """Writes a page otherwise."""

    @of_deployments
    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Bend what the page tells."""
        page = super().render_page(data, has_more=has_more)
        self.bend(page)
        return page

    def bend(self, page: dict[str, Any]) -> None:
        """Change the page in place."""


class NamesTheLastFirst(_Tells):
    """Exchanges first_id and last_id on a page before a cursor."""

    breaks = frozenset({"page-first-and-last-id"})

    def bend(self, page: dict[str, Any]) -> None:
        """Exchange them."""
        if "before_id" in self.call.query:
            page["first_id"], page["last_id"] = page["last_id"], page["first_id"]


class NamesTheCursorFirst(_Tells):
    """Shows the cursor as first_id."""

    revisions = QODER
    breaks = frozenset({"page-first-and-last-id"})

    def bend(self, page: dict[str, Any]) -> None:
        """Take what was sent."""
        if page["data"]:
            page["first_id"] = self.call.query.get("after_id", page["first_id"])


class NamesNoLastAtTheEnd(_Tells):
    """Shows last_id only where more follow."""

    breaks = frozenset({"page-first-and-last-id"})

    def bend(self, page: dict[str, Any]) -> None:
        """Drop it with next_page."""
        page["last_id"] = page["next_page"]


class EchoesTheCursorOnEmptyPages(_Tells):
    """Shows the cursor as last_id of an empty page."""

    breaks = frozenset({"page-empty-says-so"})

    def bend(self, page: dict[str, Any]) -> None:
        """Give it back."""
        if not page["data"]:
            page["last_id"] = self.call.query.get("after_id")


class HopesOnEmptyPages(_Tells):
    """Says on an empty page that more follow."""

    revisions = QODER
    breaks = frozenset({"page-empty-says-so"})

    def bend(self, page: dict[str, Any]) -> None:
        """Hope."""
        page["has_more"] = page["has_more"] or not page["data"]


class HopesWhereNothingIs(_Tells):
    """Says of a list without any item that more follow."""

    revisions = QODER
    breaks = frozenset({"page-empty-says-so"})

    def bend(self, page: dict[str, Any]) -> None:
        """Hope for better days."""
        cursors = {"after_id", "before_id", "page"} & {*self.call.query}
        page["has_more"] = page["has_more"] or not (page["data"] or cursors)


# --- has_more -------------------------------------------------------------------------------------------------


class TakesFullForMore(Fault):
    """Says that more follow whenever a page is full."""

    revisions = JUNE
    breaks = frozenset(
        {"page-has-more-counts-deployments", "page-has-more-is-exact", "page-limit-above-100-is-coherent"}
    )

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Count what is there, not what follows."""
        return count >= limit


class TakesFullForMoreLater(Fault):
    """Says behind a cursor that more follow whenever a page is full."""

    breaks = frozenset({"page-has-more-counts-deployments", "page-has-more-is-exact"})

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Count what is there, not what follows."""
        return count >= limit if "after_id" in self.call.query else super().more_remain(count, limit)


class TakesFullForMoreByDefault(Fault):
    """Says that more follow whenever a page is full that no limit was given for."""

    breaks = frozenset({"page-has-more-is-exact"})

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Count what is there, not what follows."""
        return super().more_remain(count, limit) if "limit" in self.call.query else count >= limit


class CountsTheWholeList(Fault):
    """Compares the limit with the whole list, not with what the cursor leaves of it."""

    revisions = QODER
    breaks = frozenset(
        {
            "page-empty-says-so",
            "page-has-more-counts-deployments",
            "page-has-more-is-exact",
            "page-last-has-no-more",
            "page-walk-ends",
        }
    )

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Count all."""
        page, _ = super().page(items, known, window)
        return page, len(items) > window.limit


class CountsBeforeItFilters(Fault):
    """Compares the limit with the number of deployments that no status was asked of."""

    breaks = frozenset({"page-has-more-is-exact", "page-last-has-no-more"})

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Count what the filter leaves out too."""
        page, more = super().page(items, known, window)
        filtered = "status" in self.call.query and window.after is None
        return page, len(known) > window.limit if filtered else more


class CountsArchivedOnes(Fault):
    """Counts archived deployments among those that follow, and does not show them."""

    breaks = frozenset({"page-has-more-is-exact", "page-last-has-no-more"})

    @of_deployments
    def page(self, items: list[Any], known: Mapping[str, Any], window: Window) -> tuple[list[Any], bool]:
        """Count what was left out."""
        page, more = super().page(items, known, window)
        agent = self.call.query.get("agent_id")
        hidden = [each for each in known.values() if each.archived_at and each.agent.id == agent and not window.before]
        return page, more or (bool(page) and any(self.order_key(each) < self.order_key(page[-1]) for each in hidden))


class NeverHasMoreWithAFilter(Fault):
    """Says that nothing follows where a status is asked for."""

    revisions = QODER
    breaks = frozenset({"page-has-more-while-more-follow", "page-next-page-is-a-cursor"})

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Forget to count."""
        return super().more_remain(count, limit) and "status" not in self.call.query


class NeverHasMoreLater(Fault):
    """Says behind a cursor that nothing follows."""

    breaks = frozenset({"page-has-more-while-more-follow"})

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Look at first pages only."""
        return super().more_remain(count, limit) and "after_id" not in self.call.query


class StopsOneEarly(Fault):
    """Says that nothing follows where one item does."""

    revisions = JUNE
    breaks = frozenset({"page-has-more-while-more-follow", "page-limit-above-100-is-coherent"})

    @of_deployments
    def more_remain(self, count: int, limit: int) -> bool:
        """Miscount by one."""
        return count > limit + 1


class AlwaysHasMore(Fault):
    """Says of every page that more follow."""

    revisions = JUNE
    breaks = frozenset(
        {
            "page-empty-says-so",
            "page-has-more-counts-deployments",
            "page-has-more-is-exact",
            "page-last-has-no-more",
            "page-limit-above-100-is-coherent",
        }
    )

    @of_deployments
    def more_remain(self, _count: int, _limit: int) -> bool:
        """Do not look."""
        return True


# --- next_page ------------------------------------------------------------------------------------------------


class PointsBack(Fault):
    """Gives the first id of a page behind a cursor as its next_page."""

    breaks = frozenset({"page-next-page-is-last-id"})

    @of_deployments
    def render_page(self, data: list[dict[str, object]], *, has_more: bool) -> dict[str, object]:
        """Point to the beginning."""
        page = super().render_page(data, has_more=has_more)
        if has_more and "after_id" in self.call.query:
            page["next_page"] = page["first_id"]
        return page


class PointsInPlace(Fault):
    """Gives the cursor that was sent as next_page."""

    revisions = JUNE
    breaks = frozenset({"page-next-page-advances", "page-next-page-is-last-id"})

    @of_deployments
    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Stand still."""
        return super().next_page(self.call.query.get("after_id", last_id), has_more=has_more)


class PointsToTheNext(Fault):
    """Gives the id of the item that follows as next_page, which leaves it out of the next page."""

    revisions = QODER
    breaks = frozenset({"page-next-page-is-last-id", "page-cursor-continues"})

    following: str | None = None

    @of_deployments
    def page(self, items: list[T], known: Mapping[str, T], window: Window) -> tuple[list[T], bool]:
        """Look one further."""
        page, more = super().page(items, known, window)
        rest = items[items.index(page[-1]) + 1 :] if page else []
        self.following = rest[0].id if rest else None
        return page, more

    @of_deployments
    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Point there."""
        return super().next_page(self.following or last_id, has_more=has_more)


class PointsByNumber(Fault):
    """Gives the number of the next page instead of an id."""

    revisions = JUNE
    breaks = frozenset({"page-next-page-is-last-id"})

    @of_deployments
    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Count."""
        return "2" if has_more else super().next_page(last_id, has_more=has_more)


class AlwaysPointsOn(Fault):
    """Gives a next_page on the last page too."""

    revisions = JUNE
    breaks = frozenset({"page-next-page-is-null-at-the-end"})

    @of_deployments
    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:  # noqa: ARG002 - not asked
        """Point to the end."""
        return last_id


class PointsNowhereWithEmptyText(Fault):
    """Gives an empty next_page at the end."""

    breaks = frozenset({"page-empty-says-so", "page-next-page-is-null-at-the-end"})
    breaks_in = MappingProxyType(
        {
            "qoder-2026-09": frozenset({"list-answers-a-page", "page-empty-says-so", "page-walk-ends"}),
            "cma-2026-04-01": frozenset(
                {"list-answers-data-and-next-page", "page-of-nothing-has-no-next", "page-walk-ends"}
            ),
        }
    )

    @of_deployments
    def next_page(self, last_id: str | None, *, has_more: bool) -> str | None:
        """Write the zero value."""
        return super().next_page(last_id, has_more=has_more) or ""
