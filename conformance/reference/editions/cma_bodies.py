"""What a body may hold: nothing but what is documented, and not too much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.problem import invalid
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.reference.records import AgentRef, Deployment, Resource, Schedule


class CmaBodies(Service):
    """Members that are not documented are refused, and there are more limits."""

    DESCRIPTION_MAX = 2048
    ID_MAX = 128
    RESOURCES_MAX = 500
    EXPRESSION_MAX = 256
    AGENT_MEMBERS = ("id", "type", "version")

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Refuse what nobody may send."""
        self.check_members(body, (*self.FIELDS, "metadata"), "")
        return super().read_create(body)

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Refuse what nobody may send."""
        self.check_members(body, (*self.FIELDS, "metadata"), "")
        return super().read_update(stored, body)

    def check_members(self, value: dict[str, Any], allowed: Collection[str], of: str) -> None:
        """Refuse a member that is not documented."""
        for member in value:
            if member not in allowed:
                raise invalid("member", f"Unknown field: {of}{member}")

    def check_description(self, value: object) -> str:
        """Refuse a description that is too long."""
        text = super().check_description(value)
        if self.measure(text) > self.DESCRIPTION_MAX:
            raise invalid("description-length", f"description has at most {self.DESCRIPTION_MAX} characters.")
        return text

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Refuse a reference with more to it."""
        self.check_members(value, self.AGENT_MEMBERS, "agent.")
        return super().agent_from_object(value)

    def find_agent(self, name: str) -> Resource:
        """Refuse what is too long for an id."""
        self.check_id(name, "agent")
        return super().find_agent(name)

    def check_environment(self, value: object) -> str:
        """Refuse what is too long for an id."""
        self.check_id(self.check_string(value, "environment_id"), "environment_id")
        return super().check_environment(value)

    def check_id(self, text: str, param: str) -> None:
        """Refuse what is too long for an id."""
        if self.measure(text) > self.ID_MAX:
            raise invalid("id-length", f"{param} has at most {self.ID_MAX} characters.")

    def check_resources(self, value: object) -> list[dict[str, Any]]:
        """Refuse too many resources."""
        resources = super().check_resources(value)
        if len(resources) > self.RESOURCES_MAX:
            raise invalid("resources-count", f"resources has at most {self.RESOURCES_MAX} entries.")
        return resources

    def check_schedule(self, value: object) -> Schedule:
        """Refuse a schedule with more to it."""
        schedule = super().check_schedule(value)
        self.check_members(self.check_object(value, "schedule"), self.SCHEDULE_FIELDS, "schedule.")
        return schedule

    def check_expression(self, text: str) -> str:
        """Refuse an expression that is too long."""
        if self.measure(text) > self.EXPRESSION_MAX:
            raise invalid("expression-length", f"schedule.expression has at most {self.EXPRESSION_MAX} characters.")
        return super().check_expression(text)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show that there is no description as null."""
        shown = super().render_deployment(deployment)
        return shown | {"description": shown["description"] or None}
