"""Changes of state that may be repeated, and what they mean for runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.service import Service

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment


class CmaLifecycle(Service):
    """Repeating a change changes nothing; a paused deployment can be run, and an archived one shows no pause."""

    def check_pausable(self, deployment: Deployment) -> None:
        """Refuse to pause what is archived."""
        self.check_writable(deployment)

    def paused(self, deployment: Deployment) -> Deployment:
        """Leave what is paused as it is."""
        return deployment if deployment.status == "paused" else super().paused(deployment)

    def act_unpause(self) -> dict[str, Any]:
        """Leave what is active as it is, with the fire that it waits for."""
        deployment = self.find()
        if deployment.status == "active" and deployment.archived_at is None:
            return self.render_deployment(deployment)
        return super().act_unpause()

    def check_archivable(self, _deployment: Deployment) -> None:
        """Refuse to archive nothing."""

    def archived(self, deployment: Deployment) -> Deployment:
        """Leave what is archived as it is; what was paused is so no more."""
        if deployment.archived_at is not None:
            return deployment
        return replace(super().archived(deployment), status="active", paused_reason=None)

    def archived_name(self, deployment: Deployment) -> str:
        """Keep the name."""
        return deployment.name

    def check_runnable(self, deployment: Deployment) -> None:
        """Refuse to run what is archived."""
        self.check_writable(deployment)

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell when a deployment last ran for its schedule."""
        runs = self.account.runs_of.get(deployment.id, ())
        return next((run.created_at for run in reversed(runs) if run.trigger["type"] == "schedule"), None)

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Tell also that it has not run yet."""
        shown = super().render_schedule(deployment)
        return None if shown is None else {"last_run_at": None} | shown
