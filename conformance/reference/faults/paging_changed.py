"""Faults in cursors whose deployment was changed after it was made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.faults.paging import of_deployments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.paging import T


class _TakesTheLatestChange(Fault):
    """Takes the time of the latest change for the time of a cursor, though lists are in the order of creation."""

    def as_changed(self, cursor: Any) -> Any:
        """Give the cursor as if it had been made when it was changed."""
        return replace(cursor, created_at=cursor.updated_at)


class GoesOnByTheLatestChange(_TakesTheLatestChange):
    """Goes on from the time at which the cursor's deployment was changed."""

    revisions = QODER
    breaks = frozenset({"list-newest-first", "page-next-page-advances", "page-walk-gives-each-once"})
    wide = True

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Compare with the wrong time."""
        return [item for item in super().after(items, self.as_changed(cursor)) if item.id != cursor.id]


class GoesBackByTheLatestChange(_TakesTheLatestChange):
    """Goes back from the time at which the cursor's deployment was changed."""

    revisions = QODER
    breaks = frozenset({"page-before-id-gives-what-precedes"})

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Compare with the wrong time."""
        return [item for item in super().before(items, self.as_changed(cursor)) if item.id != cursor.id]


class BeginsAnewAtOtherAgents(Fault):
    """Begins anew where the cursor's deployment has another agent than the one asked for."""

    revisions = QODER
    breaks = frozenset({"page-cursor-outside-filters"})

    @of_deployments
    def after(self, items: list[T], cursor: Any) -> list[T]:
        """Look for it among what passes the filter."""
        lost = self.call.query.get("agent_id") not in {None, cursor.agent.id}
        return items if lost else super().after(items, cursor)


class TakesForeignCursors(Fault):
    """Takes the deployment of another account for a cursor."""

    revisions = QODER
    breaks = frozenset({"auth-foreign-cursor-starts-no-list"})

    @of_deployments
    def find_cursor(self, cursor: str, items: list[T], known: Mapping[str, T]) -> T:
        """Look for it among all."""
        everyone: dict[str, Any] = {id_: each for account in self.accounts for id_, each in account.deployments.items()}
        found: T = super().find_cursor(cursor, items, {**everyone, **known})
        return found


class NamesTheLastOfTheLiving(Fault):
    """Shows for last_id that of the last deployment which is not archived."""

    revisions = QODER
    breaks = frozenset({"page-first-and-last-id"})

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Look for it."""
        page = super().render_page(data, has_more=has_more)
        living = [each["id"] for each in data if self.operation == "list" and each["archived_at"] is None]
        return page | {"last_id": living[-1]} if living else page
