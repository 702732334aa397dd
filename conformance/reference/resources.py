"""Agents and environments: what deployments refer to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.reference.envelope import EnvelopeRules
from conformance.reference.measure import MeasureRules
from conformance.reference.paging import PagingRules
from conformance.reference.problem import conflict, invalid, not_found
from conformance.reference.records import Resource

_OWNED = frozenset({"id", "type", "version", "status", "created_at", "updated_at", "archived_at"})


class ResourceRules(EnvelopeRules, MeasureRules, PagingRules):
    """Both kinds are kept alike; only agents show a version."""

    RESOURCE_NAME_MAX = 256

    def act_create_agent(self) -> dict[str, Any]:
        """Create an agent."""
        return self.create_resource(self.account.agents, "agent", "agent")

    def act_create_environment(self) -> dict[str, Any]:
        """Create an environment."""
        return self.create_resource(self.account.environments, "environment", "env")

    def create_resource(self, shelf: dict[str, Resource], kind: str, prefix: str) -> dict[str, Any]:
        """Create an agent or an environment of what was sent."""
        fields = self.read_resource(self.call.body)
        if "name" not in fields:
            raise invalid("required", "Missing required field: name", "name")
        now = self.stamp()
        resource = Resource(self.new_id(prefix), kind, fields, 1, created_at=now, updated_at=now)
        shelf[resource.id] = resource
        return self.render_resource(resource)

    def read_resource(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take the fields that the caller owns; the name has rules, the rest is kept as sent."""
        if "name" in body:
            name = self.check_string(body["name"], "name")
            if not 1 <= self.measure(name) <= self.RESOURCE_NAME_MAX:
                raise invalid("resource-name", "name has 1 to 256 characters.", "name")
        return {key: value for key, value in body.items() if key not in _OWNED}

    def act_get_agent(self) -> dict[str, Any]:
        """Show an agent."""
        return self.render_resource(self.find_resource(self.account.agents))

    def act_get_environment(self) -> dict[str, Any]:
        """Show an environment."""
        return self.render_resource(self.find_resource(self.account.environments))

    def find_resource(self, shelf: dict[str, Resource]) -> Resource:
        """Find what the path names."""
        resource = shelf.get(self.call.ids[0])
        if resource is None:
            raise not_found("resource-unknown", "Resource does not exist.")
        return resource

    def act_update_agent(self) -> dict[str, Any]:
        """Update an agent, which gives it a new version."""
        return self.update_resource(self.account.agents)

    def act_update_environment(self) -> dict[str, Any]:
        """Update an environment."""
        return self.update_resource(self.account.environments)

    def update_resource(self, shelf: dict[str, Resource]) -> dict[str, Any]:
        """Set the fields that were sent."""
        stored = self.find_resource(shelf)
        self.check_unarchived(stored)
        self.check_version(stored)
        fields = stored.fields | self.read_resource(self.call.body)
        resource = replace(stored, fields=fields, version=stored.version + 1, updated_at=self.stamp())
        shelf[resource.id] = resource
        return self.render_resource(resource)

    def check_version(self, stored: Resource) -> None:
        """Refuse an update of an agent that was made for another version than the latest."""
        version = self.call.body.get("version")
        if stored.type != "agent" or version is None:
            return
        if self.check_integer(version, "version", 1) != stored.version:
            raise conflict("version", "The version is not the latest.")

    def check_unarchived(self, stored: Resource) -> None:
        """Refuse to change what is archived."""
        if stored.archived_at is not None:
            raise conflict("archived", "Resource is archived.")

    def act_archive_agent(self) -> dict[str, Any]:
        """Archive an agent."""
        return self.archive_resource(self.account.agents)

    def act_archive_environment(self) -> dict[str, Any]:
        """Archive an environment."""
        return self.archive_resource(self.account.environments)

    def archive_resource(self, shelf: dict[str, Resource]) -> dict[str, Any]:
        """Archive what the path names."""
        stored = self.find_resource(shelf)
        self.check_unarchived(stored)
        now = self.stamp()
        resource = replace(stored, archived_at=now, updated_at=now)
        shelf[resource.id] = resource
        return self.render_resource(resource)

    def act_list_agents(self) -> dict[str, Any]:
        """List agents."""
        return self.list_resources(self.account.agents)

    def act_list_environments(self) -> dict[str, Any]:
        """List environments."""
        return self.list_resources(self.account.environments)

    def list_resources(self, shelf: dict[str, Resource]) -> dict[str, Any]:
        """Give a page of what is not archived, or of all."""
        window, archived = self.read_window(), bool(self.read_flag("include_archived"))
        found = self.order(item for item in shelf.values() if archived or item.archived_at is None)
        items, has_more = self.page(found, shelf, window)
        return self.render_page([self.render_resource(item) for item in items], has_more=has_more)

    def render_resource(self, resource: Resource) -> dict[str, Any]:
        """Write an agent or an environment."""
        version = {"version": resource.version} if resource.type == "agent" else {}
        return {
            "id": resource.id,
            "type": resource.type,
            **resource.fields,
            **version,
            "archived_at": self.render_optional_time(resource.archived_at),
            "created_at": self.render_time(resource.created_at),
            "updated_at": self.render_time(resource.updated_at),
        }
