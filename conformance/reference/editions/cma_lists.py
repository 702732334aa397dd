"""Lists that tell nothing but where they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.page_cursors import PageCursors
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.listing import Filters


class CmaLists(PageCursors):
    """Only `page` goes on, and there is one list of runs."""

    RUN_LIMIT_MAX = 1000

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        """Know no runs below a deployment."""
        return {} if pattern[:3] == ("deployments", "*", "runs") else super().methods(pattern)

    def limit_max(self) -> int:
        """Allow a longer list of runs."""
        return self.RUN_LIMIT_MAX if self.operation == "list_all_runs" else super().limit_max()

    def read_cursor(self, _name: str) -> str | None:
        """Know no ids as cursors: those parameters are as unknown as any."""
        return None

    def read_filters(self) -> Filters:
        """Refuse to be asked for a status and for what is archived."""
        filters = super().read_filters()
        if filters.status is not None and filters.include_archived:
            raise invalid("status-archived", "status and include_archived exclude each other.")
        return filters

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Write a page."""
        shown = super().render_page(data, has_more=has_more)
        return {member: shown[member] for member in ("data", "next_page")}
