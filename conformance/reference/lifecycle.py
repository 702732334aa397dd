"""Pause, unpause and archive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.deployments import DeploymentRules
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.records import Deployment


class LifecycleRules(DeploymentRules):
    """Each change of state is made once, and refused when repeated."""

    def act_pause(self) -> dict[str, Any]:
        """Pause a deployment."""
        return self.change(self.check_pausable, self.paused)

    def check_pausable(self, deployment: Deployment) -> None:
        """Refuse to pause what is paused or archived."""
        self.check_writable(deployment)
        if deployment.status == "paused":
            raise conflict("paused", "Deployment is already paused.")

    def paused(self, deployment: Deployment) -> Deployment:
        """Give the deployment, paused."""
        return replace(deployment, status="paused", paused_reason={"type": "manual"}, updated_at=self.touched())

    def act_unpause(self) -> dict[str, Any]:
        """Unpause a deployment; its next fire is the next one from now on."""
        shown = self.change(self.check_unpausable, self.unpaused)
        self.arm(self.find())
        return shown

    def check_unpausable(self, deployment: Deployment) -> None:
        """Refuse to unpause what is not paused or is archived."""
        self.check_writable(deployment)
        if deployment.status != "paused":
            raise conflict("not-paused", "Deployment is not paused.")

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Give the deployment, active."""
        return replace(deployment, status="active", paused_reason=None, updated_at=self.touched())

    def act_archive(self) -> dict[str, Any]:
        """Archive a deployment, for ever."""
        shown = self.change(self.check_archivable, self.archived)
        self.arm(self.find())
        return shown

    def check_archivable(self, deployment: Deployment) -> None:
        """Refuse to archive what is archived."""
        self.check_writable(deployment)

    def archived(self, deployment: Deployment) -> Deployment:
        """Give the deployment, archived: its name is free again, its status stays what it was."""
        now = self.touched()
        return replace(deployment, name=self.archived_name(deployment), archived_at=now, updated_at=now)

    def archived_name(self, deployment: Deployment) -> str:
        """Give the name of an archived deployment."""
        return f"{deployment.name}_archived_{int(self.stamp().timestamp())}"

    def change(
        self, check: Callable[[Deployment], None], changed: Callable[[Deployment], Deployment]
    ) -> dict[str, Any]:
        """Move the deployment of the path to another state, if it may."""
        deployment = self.find()
        check(deployment)
        self.save(changed(deployment))
        return self.render_deployment(self.find())
