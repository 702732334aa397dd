"""Deployments: create, get, update, and how one is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.reference.bodies import BodyRules
from conformance.reference.problem import conflict, not_found
from conformance.reference.records import Deployment


class DeploymentRules(BodyRules):
    """One deployment at a time."""

    RECORD: type[Deployment] = Deployment

    def act_create(self) -> dict[str, Any]:
        """Create a deployment."""
        deployment = self.build(self.read_create(self.call.body))
        self.save(deployment)
        self.arm(deployment)
        return self.render_deployment(deployment)

    def build(self, values: dict[str, Any]) -> Deployment:
        """Make a new deployment of what was read."""
        now = self.stamp()
        return self.RECORD(id=self.new_id("dep"), created_at=now, updated_at=now, **values)

    def save(self, deployment: Deployment) -> None:
        """Store a deployment in the place of the one before."""
        self.account.deployments[deployment.id] = deployment

    def act_get(self) -> dict[str, Any]:
        """Show a deployment, archived or not."""
        return self.render_deployment(self.find())

    def find(self) -> Deployment:
        """Find the deployment that the path names, among the caller's own."""
        deployment = self.account.deployments.get(self.call.ids[0])
        if deployment is None:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return deployment

    def act_update(self) -> dict[str, Any]:
        """Change a deployment: read all, and only then store all."""
        stored = self.find()
        self.check_writable(stored)
        changes = self.read_update(stored, self.call.body)
        deployment = self.apply(stored, changes)
        self.save(deployment)
        if "schedule" in changes:
            self.arm(deployment)
        return self.render_deployment(deployment)

    def check_writable(self, deployment: Deployment) -> None:
        """Refuse to change what is archived."""
        if deployment.archived_at is not None:
            raise conflict("archived", "Deployment is archived.")

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Give the deployment with its changes."""
        return replace(stored, **changes, updated_at=self.touched())

    def touched(self) -> Any:  # a datetime; a fault may return the old one
        """Tell what `updated_at` becomes when something changes."""
        return self.stamp()

    def arm(self, deployment: Deployment) -> None:
        """Take note of a schedule; the lifecycle knows how to."""
        raise NotImplementedError(deployment.id)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Write a deployment; every answer that holds one goes through here."""
        return {
            "id": deployment.id,
            "type": "deployment",
            "name": deployment.name,
            "description": deployment.description,
            "agent": self.render_agent(deployment.agent),
            "environment_id": deployment.environment_id,
            "schedule": self.render_schedule(deployment),
            "initial_events": deployment.initial_events,
            "resources": self.render_resources(deployment.resources),
            "vault_ids": deployment.vault_ids,
            "metadata": self.render_metadata(deployment),
            "status": deployment.status,
            "paused_reason": deployment.paused_reason,
            "archived_at": self.render_optional_time(deployment.archived_at),
            "created_at": self.render_time(deployment.created_at),
            "updated_at": self.render_time(deployment.updated_at),
        }
