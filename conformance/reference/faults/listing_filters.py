"""Faults in the filters of the list of deployments, alone, together and on later pages, and in its empty pages."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, NEWER, SEPTEMBER, Fault, there
from conformance.reference.faults.paging import of_deployments
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.listing import Filters
    from conformance.reference.paging import Window
    from conformance.reference.records import Deployment

_WITH_OTHERS = frozenset(
    {
        "list-filters-combine",
        "page-keeps-filters",
        "page-keeps-filters-backwards",
        "search-filters-as-lists-do",
        "search-criteria-combine",
    }
)
"""What fails where a filter is lost beside another."""


# --- status ---------------------------------------------------------------------------------------------------


class IgnoresTheStatusFilter(Fault):
    """Lists deployments of any status, whichever was asked for."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-status-filter",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
            "search-criteria-combine",
        }
    )

    def match_status(self, _deployment: Deployment, _filters: Filters) -> bool:
        """Let all pass."""
        return True


class TakesActiveForAny(Fault):
    """Lists paused deployments among the active ones."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-status-filter",
            "list-status-follows-changes",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
            "search-criteria-combine",
        }
    )

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass for active."""
        return filters.status == "active" or super().match_status(deployment, filters)


class ForgetsTheStatusLater(Fault):
    """Takes no notice of the status behind a cursor."""

    breaks = frozenset({"page-keeps-filters"})
    breaks_in = there(SEPTEMBER, "page-keeps-filters", "list-created-filter-combines", "list-filters-combine")

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return self.goes_on or super().match_status(deployment, filters)


class ForgetsTheStatusBackwards(Fault):
    """Takes no notice of the status before a cursor."""

    breaks = frozenset({"page-keeps-filters-backwards"})

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return "before_id" in self.call.query or super().match_status(deployment, filters)


class ForgetsTheStatusWithAnAgent(Fault):
    """Takes no notice of the status where an agent is asked for."""

    breaks = _WITH_OTHERS

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return filters.agent_id is not None or super().match_status(deployment, filters)


class CountsArchivedAsPaused(Fault):
    """Lists archived deployments among the paused ones."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-status-filter",
            "list-status-leaves-out-archived",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
        }
    )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep them in."""
        return filters.status == "paused" or super().match_archived(deployment, filters)

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Take archived for paused."""
        gone = deployment.archived_at is not None and filters.status == "paused"
        return gone or super().match_status(deployment, filters)


class KeepsArchivedWithAStatus(Fault):
    """Lists archived deployments where a status is asked for that they had."""

    breaks = frozenset(
        {
            "list-filters-combine",
            "list-status-leaves-out-archived",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
        }
    )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Let the status decide alone."""
        return filters.status is not None or super().match_archived(deployment, filters)


class RemembersThePause(Fault):
    """Lists a deployment that was unpaused among the paused ones still."""

    revisions = JUNE
    breaks = frozenset({"list-status-follows-changes"})
    wide = True

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Look into an index that only grows."""
        index: set[str] = self.__dict__.setdefault("index", set())
        index.update(each.id for each in self.account.deployments.values() if each.status == "paused")
        return (deployment.id in index) == (filters.status == "paused") if filters.status else True


# --- agent ----------------------------------------------------------------------------------------------------


class ForgetsTheAgentLater(Fault):
    """Takes no notice of the agent behind a cursor."""

    breaks = frozenset({"list-created-filter-combines", "page-has-more-counts-deployments", "page-keeps-filters"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return self.goes_on or super().match_agent(deployment, filters)


class ForgetsTheAgentBackwards(Fault):
    """Takes no notice of the agent before a cursor."""

    breaks = frozenset({"page-keeps-filters-backwards"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return "before_id" in self.call.query or super().match_agent(deployment, filters)


class ForgetsTheAgentWithAStatus(Fault):
    """Takes no notice of the agent where a status is asked for."""

    breaks = frozenset(
        {
            "list-created-filter-combines",
            "list-filters-combine",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "search-filters-as-lists-do",
        }
    )
    breaks_in = MappingProxyType(dict.fromkeys(NEWER, breaks - {"list-created-filter-combines"}))

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return filters.status is not None or super().match_agent(deployment, filters)


class ForgetsTheAgentWithArchived(Fault):
    """Takes no notice of the agent where archived deployments are asked for."""

    breaks = frozenset(
        {"list-filters-combine", "page-keeps-filters", "page-keeps-filters-backwards", "search-filters-as-lists-do"}
    )

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass there."""
        return filters.include_archived or super().match_agent(deployment, filters)


class ComparesCutAgentIds(Fault):
    """Compares the first dozen characters of agent ids, which tell the time of their making alone."""

    breaks = frozenset({"list-agent-filter"})
    wide = True

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Look into a column that is too narrow."""
        return filters.agent_id is None or deployment.agent.id[:12] == filters.agent_id[:12]


class KnowsTheFirstAgentOnly(Fault):
    """Lists a deployment under the agent that it was made for, whichever it has now."""

    breaks = frozenset({"list-agent-follows-changes"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Look into an index that is written once."""
        index: dict[str, str] = self.__dict__.setdefault("agents_of", {})
        for each in self.account.deployments.values():
            index.setdefault(each.id, each.agent.id)
        return filters.agent_id in {None, index[deployment.id]}


class ListsTheLatestVersionOnly(Fault):
    """Lists those deployments of an agent that use its latest version."""

    breaks = frozenset({"list-agent-filter-takes-all-versions"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Compare the version too."""
        agent = self.account.agents.get(filters.agent_id or "")
        latest = agent is None or deployment.agent.version == agent.version
        return latest and super().match_agent(deployment, filters)


# --- together -------------------------------------------------------------------------------------------------


class TakesAnyOfTheFilters(Fault):
    """Lists what passes the status or the agent asked for."""

    breaks = _WITH_OTHERS

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Take one of two for enough."""
        if filters.status is None or filters.agent_id is None:
            return super().select(deployments, filters)
        known = list(deployments)
        by_agent = super().select(known, replace(filters, status=None))
        by_status = super().select(known, replace(filters, agent_id=None))
        return by_agent + [each for each in by_status if each not in by_agent]


# --- the page -------------------------------------------------------------------------------------------------


class ListsNullWhereNothingIs(Fault):
    """Shows data as null where a page is empty."""

    breaks = frozenset({"list-answers-a-page", "list-answers-data-and-next-page"})

    @of_deployments
    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Write the zero value."""
        return {**super().render_page(data, has_more=has_more), "data": data or None}


class LeavesOutNextPageAtTheEnd(Fault):
    """Leaves next_page out of the last page."""

    breaks = frozenset({"list-answers-a-page", "list-answers-data-and-next-page"})

    @of_deployments
    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Drop the null."""
        page = super().render_page(data, has_more=has_more)
        return {key: value for key, value in page.items() if key != "next_page" or value is not None}


class FiltersAfterItCuts(Fault):
    """Cuts the page first and filters by status then."""

    revisions = JUNE
    breaks = frozenset(
        {
            "page-default-is-20",
            "page-has-more-is-exact",
            "page-keeps-filters",
            "page-last-has-no-more",
            "page-limit-is-filled",
        }
    )

    @of_deployments
    def page(self, items: list[Any], known: Mapping[str, Any], window: Window) -> tuple[list[Any], bool]:
        """Filter what came."""
        every = replace(self.read_filters(), status=None)
        page, more = super().page(self.order(self.select(known.values(), every)), known, window)
        return [each for each in page if each in items], more


class ListsAllForUnknownAgents(Fault):
    """Takes no notice of an agent_id that names no agent."""

    breaks = frozenset({"list-agent-filter-is-exact", "list-unknown-agent-is-empty"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Let all pass."""
        return filters.agent_id not in self.account.agents or super().match_agent(deployment, filters)


class RefusesUnknownAgentsInLists(Fault):
    """Answers 404 to an agent_id that names no agent."""

    breaks = frozenset({"list-unknown-agent-is-empty"})

    def read_filters(self) -> Filters:
        """Look the agent up."""
        filters = super().read_filters()
        if filters.agent_id is not None and filters.agent_id not in self.account.agents:
            raise not_found("agent-unknown", "Agent does not exist.", "agent_id")
        return filters
