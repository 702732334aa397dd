"""Faults in the list of deployments: its order, its filters and its elements."""

from __future__ import annotations

import random
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.faults.paging import of_deployments

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.listing import Filters
    from conformance.reference.paging import Item, T
    from conformance.reference.records import Deployment


# --- order ----------------------------------------------------------------------------------------------------


class ListsOldestFirst(Fault):
    """Lists deployments oldest first."""

    breaks = frozenset({"list-newest-first", "list-order-is-by-creation"})
    wide = True

    @of_deployments
    def order(self, items: Iterable[T]) -> list[T]:
        """Sort the other way."""
        return sorted(items, key=self.order_key)

    @of_deployments
    def after(self, items: list[T], cursor: T) -> list[T]:
        """Go on that way."""
        return super().before(items, cursor)

    @of_deployments
    def before(self, items: list[T], cursor: T) -> list[T]:
        """Go back that way."""
        return super().after(items, cursor)


class OrdersByUpdate(Fault):
    """Lists what was changed last first."""

    breaks = frozenset({"list-newest-first", "list-order-is-by-creation"})

    @of_deployments
    def order_key(self, item: Any) -> Any:
        """Take the time of the last change."""
        return (item.updated_at, item.id)


class OrdersByName(Fault):
    """Lists deployments by name."""

    breaks = frozenset({"list-newest-first"})
    wide = True

    @of_deployments
    def order_key(self, item: Any) -> Any:
        """Take the name."""
        return (item.name, item.id)


class OrdersByRandomIds(Fault):
    """Lists deployments by their ids, which say nothing of time."""

    breaks = frozenset({"list-newest-first", "list-order-is-by-creation"})

    def new_id(self, prefix: str) -> str:
        """Draw all of it."""
        return f"{prefix}_{random.getrandbits(128):032x}"

    @of_deployments
    def order_key(self, item: Item) -> Any:
        """Take the id alone."""
        return item.id


class ShufflesFirstPages(Fault):
    """Shows a first page in another order each time, within a second, but for its last item."""

    breaks = frozenset({"list-ties-are-stable"})
    wide = True

    @of_deployments
    def first(self, items: list[T], limit: int) -> list[T]:
        """Order by a hash that no two calls share."""
        page, salt = super().first(items, limit), random.getrandbits(64)
        if "after_id" in self.call.query:
            return page
        return sorted(page[:-1], key=lambda item: (item.created_at, hash((salt, item.id))), reverse=True) + page[-1:]


# --- archived deployments -------------------------------------------------------------------------------------


class IncludesArchived(Fault):
    """Lists archived deployments always."""

    breaks = frozenset(
        {
            "archive-leaves-the-list",
            "list-archived-are-left-out",
            "list-filters-combine",
            "list-status-leaves-out-archived",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
        }
    )

    def match_archived(self, _deployment: Deployment, _filters: Filters) -> bool:
        """Let all pass."""
        return True


class IncludesArchivedLater(Fault):
    """Lists archived deployments on later pages."""

    breaks = frozenset({"list-archived-are-left-out", "page-keeps-filters", "list-created-filter-combines"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Forget what was not asked for."""
        return self.goes_on or super().match_archived(deployment, filters)


class IncludesArchivedBackwards(Fault):
    """Lists archived deployments before a cursor."""

    breaks = frozenset({"page-keeps-filters-backwards"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Forget what was not asked for."""
        return "before_id" in self.call.query or super().match_archived(deployment, filters)


class NeverIncludesArchived(Fault):
    """Takes no notice of include_archived."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-include-archived-adds-them",
            "page-keeps-filters",
            "page-walk-gives-each-once",
            "search-filters-as-lists-do",
            "page-cursor-continues",
        }
    )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave them out always."""
        return super().match_archived(deployment, replace(filters, include_archived=False))


class ForgetsIncludeArchivedLater(Fault):
    """Takes no notice of include_archived behind a cursor."""

    breaks = frozenset(
        {"list-include-archived-adds-them", "page-keeps-filters", "page-walk-gives-each-once", "page-cursor-continues"}
    )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave them out there."""
        asked = filters.include_archived and not self.goes_on
        return super().match_archived(deployment, replace(filters, include_archived=asked))


class WantsAnAgentForArchived(Fault):
    """Takes no notice of include_archived where no agent is asked for."""

    breaks = frozenset({"list-include-archived-adds-them"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave them out there."""
        asked = filters.include_archived and filters.agent_id is not None
        return super().match_archived(deployment, replace(filters, include_archived=asked))


class ListsArchivedAlone(Fault):
    """Takes include_archived for archived only."""

    breaks = frozenset(
        {
            "get-outlives-what-it-refers-to",
            "list-filters-combine",
            "list-include-archived-adds-them",
            "page-default-is-20",
            "page-keeps-filters",
            "page-walk-gives-each-once",
            "search-filters-as-lists-do",
        }
    )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave the others out."""
        return (deployment.archived_at is not None) == filters.include_archived


class TakesAnyTextForTrue(Fault):
    """Takes any include_archived that is not empty for true, "false" too."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-include-archived-false-is-default",
            "list-include-archived-garbage-is-not-true",
            "page-keeps-filters-backwards",
        }
    )
    breaks_in = MappingProxyType(
        {
            "cma-2026-04-01": frozenset(
                {"list-include-archived-false-is-default", "list-include-archived-garbage-is-not-true"}
            )
        }
    )

    @of_deployments
    def read_flag(self, name: str) -> bool | None:
        """Read it as truthy."""
        return bool(self.call.query.get(name))


class TakesGarbageForTrue(Fault):
    """Takes any include_archived but "false" for true."""

    breaks = frozenset({"list-include-archived-garbage-is-not-true"})

    @of_deployments
    def read_flag(self, name: str) -> bool | None:
        """Read it as not false."""
        return self.call.query.get(name, "false") != "false"


# --- elements -------------------------------------------------------------------------------------------------


class LeavesOutTheEvents(Fault):
    """Lists deployments without their initial_events."""

    breaks = frozenset({"list-element-is-whole"})
    wide = True

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Drop what is long."""
        element = super().render_deployment(deployment)
        return {k: v for k, v in element.items() if self.operation != "list" or k != "initial_events"}


class LeavesOutReasonsInLists(Fault):
    """Lists paused deployments without their paused_reason."""

    breaks = frozenset({"list-element-is-whole"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Drop what is rare."""
        element = super().render_deployment(deployment)
        if self.operation == "list" and deployment.paused_reason:
            del element["paused_reason"]
        return element


class ListsOldNames(Fault):
    """Lists deployments under the name that they were first listed with."""

    breaks = frozenset({"list-shows-changes"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Keep the name in mind."""
        element = super().render_deployment(deployment)
        if self.operation == "list":
            names: dict[str, str] = self.__dict__.setdefault("names", {})
            element["name"] = names.setdefault(deployment.id, deployment.name)
        return element


class ListsOldReasons(Fault):
    """Lists deployments without the reason of a later pause."""

    breaks = frozenset({"list-shows-changes"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Keep the reason in mind."""
        element = super().render_deployment(deployment)
        if self.operation == "list":
            reasons: dict[str, Any] = self.__dict__.setdefault("reasons", {})
            element["paused_reason"] = reasons.setdefault(deployment.id, deployment.paused_reason)
        return element


class ListsWhenItWasMade(Fault):
    """Lists paused deployments as if nothing had changed them since they were made."""

    breaks = frozenset({"list-shows-when-it-was-changed"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show the older of two times."""
        element = super().render_deployment(deployment)
        if self.operation == "list" and deployment.status == "paused":
            element["updated_at"] = element["created_at"]
        return element


class CachesPagesUntilACreate(Fault):
    """Gives a page again as it was until another deployment is made."""

    breaks = frozenset(
        {
            "list-shows-when-it-was-changed",
            "list-agent-follows-changes",
            "list-shows-changes",
            "list-status-follows-changes",
            "update-schedule-replaces-runs-in-lists",
        }
    )

    def act_list(self) -> dict[str, Any]:
        """Look into the cache first."""
        cache: dict[str, Any] = self.__dict__.setdefault("cached_pages", {})
        asked = f"{len(self.account.deployments)} {self.call.request.query}"
        if asked not in cache:
            cache[asked] = super().act_list()
        return dict(cache[asked])
