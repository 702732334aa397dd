"""Faults in how lists show what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class ListsTheUnpausedAsPaused(Fault):
    """Shows a deployment in lists as paused as it was when it was listed before, until something else is changed."""

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
