"""What the later editions have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.content_blocks import ContentBlocks
from conformance.reference.editions.created_at import CreatedFilters
from conformance.reference.editions.flat_metadata import FlatMetadata
from conformance.reference.editions.page_cursors import PageCursors
from conformance.reference.editions.session_runs import SessionRuns

if TYPE_CHECKING:
    from conformance.reference.problem import Problem


class Aligned(FlatMetadata, ContentBlocks, PageCursors, CreatedFilters, SessionRuns):
    """References to agents say that they are, and refusals name the request."""

    def agent_kind(self, value: dict[str, Any]) -> object:
        """Read what a reference says it refers to."""
        return value.get("type")

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Name the request, as the header does."""
        return super().envelope(problem) | {"request_id": self.request_id()}
