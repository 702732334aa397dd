"""What a deployment refers to: an agent in one of its versions, and an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.measure import MeasureRules
from conformance.reference.problem import invalid, not_found
from conformance.reference.records import AgentRef

if TYPE_CHECKING:
    from conformance.reference.records import Resource


class ReferenceRules(MeasureRules):
    """References name what exists, is not archived and belongs to the caller."""

    def check_agent(self, value: object) -> AgentRef:
        """Read either form of a reference to an agent."""
        if isinstance(value, str):
            return self.agent_from_string(value)
        if isinstance(value, dict):
            return self.agent_from_object(value)
        raise invalid("agent-type", "agent must be a string or an object.", "agent")

    def agent_from_string(self, name: str) -> AgentRef:
        """Pin the latest version of an agent."""
        if not name:
            raise invalid("agent-empty", "agent must not be empty.", "agent")
        agent = self.find_agent(name)
        return AgentRef(agent.id, self.latest_version(agent))

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Pin the version that is named, or the latest where none is."""
        name = value.get("id")
        if not isinstance(name, str) or not name:
            raise invalid("agent-id", "agent.id must be a string.", "agent.id")
        self.check_agent_kind(self.agent_kind(value))
        version = value.get("version")
        if version is not None:
            self.check_integer(version, "agent.version", 1)
        return self.pin_agent(self.find_agent(name), version)

    def agent_kind(self, value: dict[str, Any]) -> object:
        """Read what a reference says it refers to; it need not say so."""
        return value.get("type", "agent")

    def check_agent_kind(self, kind: object) -> None:
        """Refuse a reference to anything but an agent."""
        if kind != "agent":
            raise invalid("agent-kind", "agent.type must be agent.", "agent.type")

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Refer to one version of an agent, which must exist."""
        if version is None:
            return AgentRef(agent.id, self.latest_version(agent))
        if version > agent.version:
            raise not_found("agent-version", "Agent version does not exist.", "agent.version")
        return AgentRef(agent.id, version)

    def latest_version(self, agent: Resource) -> int:
        """Tell which version of an agent is the latest."""
        return agent.version

    def find_agent(self, name: str) -> Resource:
        """Find an agent that may be used."""
        agent = self.account.agents.get(name)
        if agent is None:
            raise not_found("agent-unknown", "Agent does not exist.", "agent")
        self.check_agent_archived(agent)
        return agent

    def check_agent_archived(self, agent: Resource) -> None:
        """Refuse an archived agent."""
        if agent.archived_at is not None:
            raise invalid("agent-archived", "Agent is archived.", "agent")

    def check_environment(self, value: object) -> str:
        """Find an environment that may be used."""
        name = self.check_string(value, "environment_id")
        if not name:
            raise invalid("environment-empty", "environment_id must not be empty.", "environment_id")
        environment = self.account.environments.get(name)
        if environment is None:
            raise not_found("environment-unknown", "Environment does not exist.", "environment_id")
        self.check_environment_archived(environment)
        return environment.id

    def check_environment_archived(self, environment: Resource) -> None:
        """Refuse an archived environment."""
        if environment.archived_at is not None:
            raise invalid("environment-archived", "Environment is archived.", "environment_id")

    def render_agent(self, agent: AgentRef) -> dict[str, Any]:
        """Write a reference to an agent: always an object with a version."""
        return {"id": agent.id, "type": "agent", "version": agent.version}
