"""The list of deployments and its filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reference.deployments import DeploymentRules
from conformance.reference.paging import PagingRules

if TYPE_CHECKING:
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
        known = self.account.deployments
        found = self.order(item for item in known.values() if self.matches(item, filters))
        items, has_more = self.page(found, known, window)
        return self.render_page([self.render_deployment(item) for item in items], has_more=has_more)

    def read_filters(self) -> Filters:
        """Read the filters; an unknown parameter is ignored."""
        return Filters(
            status=self.read_choice("status", self.STATUSES),
            agent_id=self.call.query.get("agent_id"),
            include_archived=bool(self.read_flag("include_archived")),
        )

    def matches(self, deployment: Deployment, filters: Filters) -> bool:
        """Tell whether a deployment passes all filters."""
        return (
            self.match_archived(deployment, filters)
            and self.match_status(deployment, filters)
            and self.match_agent(deployment, filters)
        )

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave out what is archived, unless asked for."""
        return filters.include_archived or deployment.archived_at is None

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep what has the status asked for."""
        return filters.status is None or deployment.status == filters.status

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep what uses the agent asked for, in any version."""
        return filters.agent_id is None or deployment.agent.id == filters.agent_id
