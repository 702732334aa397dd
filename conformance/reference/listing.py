"""The list of deployments and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reference.deployments import DeploymentRules
from conformance.reference.paging import PagingRules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.paging import Window
    from conformance.reference.records import Deployment


@dataclass(frozen=True, slots=True)
class Filters:
    """Which deployments are asked for."""

    status: str | None
    agent_id: str | None
    include_archived: bool


class ListingRules(DeploymentRules, PagingRules):
    """Filters combine; archived deployments are left out unless asked for."""

    STATUSES = ("active", "paused")

    def act_list(self) -> dict[str, Any]:
        """List deployments."""
        window, filters = self.read_window(), self.read_filters()
        return self.show(self.select(self.account.deployments.values(), filters), window)

    def show(self, found: list[Deployment], window: Window) -> dict[str, Any]:
        """Give a page of what was found."""
        items, has_more = self.page(self.order(found), self.account.deployments, window)
        return self.render_page([self.render_deployment(item) for item in items], has_more=has_more)

    def read_filters(self) -> Filters:
        """Read the filters; an unknown parameter is ignored."""
        return Filters(
            status=self.read_choice("status", self.STATUSES),
            agent_id=self.call.query.get("agent_id"),
            include_archived=bool(self.read_flag("include_archived")),
        )

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Keep what passes all filters."""
        archived, status, agent = self.match_archived, self.match_status, self.match_agent  # most are asked one thing
        return [
            each for each in deployments if archived(each, filters) and status(each, filters) and agent(each, filters)
        ]

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave out what is archived, unless asked for."""
        return filters.include_archived or deployment.archived_at is None

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep what has the status asked for."""
        return filters.status is None or deployment.status == filters.status

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep what uses the agent asked for, in any version."""
        return filters.agent_id is None or deployment.agent.id == filters.agent_id
