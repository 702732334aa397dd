"""Faults in the order of lists of deployments that a status narrows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.paging import Item


class _ByChange(Fault):
    """Lists deployments of a status by the time of their latest change."""

    revisions = QODER
    STATUS: ClassVar[str] = "paused"

    @property
    def mine(self) -> bool:
        """Whether the call asks for such a list."""
        return self.operation == "list" and self.call.query.get("status") == self.STATUS

    def order_key(self, item: Item) -> Any:
        """Take the other column."""
        return (getattr(item, "updated_at", item.created_at), item.id) if self.mine else super().order_key(item)


class OrdersThePausedByTheirChange(_ByChange):
    """Lists paused deployments by the time of their latest change."""

    breaks = frozenset({"list-newest-first", "list-order-is-by-creation"})


class OrdersTheActiveByTheirChange(_ByChange):
    """Lists active deployments by the time of their latest change."""

    breaks = frozenset({"list-order-is-by-creation"})
    STATUS = "active"


class OrdersThePausedOfAnAgentByTheirChange(_ByChange):
    """Lists the paused deployments of an agent by the time of their latest change."""

    breaks = frozenset({"list-newest-first"})

    @property
    def mine(self) -> bool:
        """Whether the call asks for an agent, too."""
        return super().mine and "agent_id" in self.call.query
