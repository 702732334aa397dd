"""Faults in how lists show what was changed, and in archived deployments beside others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, Fault

if TYPE_CHECKING:
    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


class ListsTheUnpausedAsPaused(Fault):
    """Shows a deployment in lists as paused as it was when it was listed before, until something else is changed."""

    revisions = JUNE
    breaks = frozenset({"list-filters-combine", "list-shows-changes"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Keep the state in mind."""
        shown = super().render_deployment(deployment)
        paused: dict[str, dict[str, Any]] = self.__dict__.setdefault("paused_ones", {})
        if self.operation != "list":
            return shown
        if deployment.status == "paused":
            paused[deployment.id] = {key: shown[key] for key in ("status", "paused_reason")}
        return shown | paused.get(deployment.id, {})


class LosesTheArchivedGoingBack(Fault):
    """Leaves archived deployments out before a cursor, whatever is asked for."""

    breaks = frozenset({"page-keeps-filters-backwards"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Forget to look at the parameter."""
        back = "before_id" in self.call.query
        return super().match_archived(deployment, replace(filters, include_archived=False) if back else filters)


class CountsTheArchivedBehind(Fault):
    """Says that more deployments follow where older ones are archived and not shown."""

    breaks = frozenset({"page-last-has-no-more", "page-has-more-is-exact"})
    wide = True

    def act_list(self) -> dict[str, Any]:
        """Look for older ones among all of the agent."""
        page, agent_id = super().act_list(), self.call.query.get("agent_id")
        ids = [each.id for each in self.account.deployments.values() if agent_id in {None, each.agent.id}]
        if page["data"] and "before_id" not in self.call.query and min(ids) < page["last_id"]:
            page |= {"has_more": True, "next_page": page["last_id"]}
        return page
