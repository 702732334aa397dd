"""Agent references taken that have to be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.records import AgentRef

if TYPE_CHECKING:
    from conformance.reference.problem import Problem
    from conformance.reference.records import Deployment, Resource

UNKNOWN, BELOW, VERSION_TYPE = (
    f"agent-{what}-refused" for what in ("unknown-version", "version-below-1", "version-wrong-type")
)
NO_ID, KIND, WRONG, EMPTY = (
    f"agent-{what}-refused" for what in ("object-without-id", "other-kind", "wrong-type", "empty")
)


# --- versions -------------------------------------------------------------------------------------------------


class PinsWhatDoesNotExist(Fault):
    """Takes any version of an agent for one that there is."""

    breaks = frozenset({UNKNOWN})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Do not look it up."""
        return super().pin_agent(agent, version) if version is None else AgentRef(agent.id, version)


class PinsTheNextVersion(Fault):
    """Counts the versions of an agent one too far."""

    breaks = frozenset({UNKNOWN})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Take the next one for the latest."""
        return super().pin_agent(agent, agent.version if version == agent.version + 1 else version)


class FallsBackToTheLatest(Fault):
    """Takes a version that does not exist for the latest, in an update."""

    breaks = frozenset({UNKNOWN})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Take the smaller one."""
        return super().pin_agent(
            agent, version and min(version, agent.version) if self.operation == "update" else version
        )


class TakesVersion0(Fault):
    """Takes version 0 for the latest."""

    breaks = frozenset({BELOW})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Leave it out."""
        version = value.get("version")
        zero = version == 0 and not isinstance(version, bool)
        return super().agent_from_object(value | {"version": None} if zero else value)


class CountsVersionsFromTheEnd(Fault):
    """Takes version -1 for the latest."""

    breaks = frozenset({BELOW})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Leave it out."""
        return super().agent_from_object(value | {"version": None} if value.get("version") == -1 else value)


class ReadsVersionsInText(Fault):
    """Takes a text of digits for a version."""

    breaks = frozenset({VERSION_TYPE})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Make it a number."""
        version = value.get("version")
        digits = isinstance(version, str) and version.isdecimal()
        return super().agent_from_object(value | {"version": int(str(version))} if digits else value)


class KnowsTheWordLatest(Fault):
    """Takes the word latest for a version."""

    breaks = frozenset({VERSION_TYPE})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Leave it out."""
        return super().agent_from_object(value | {"version": None} if value.get("version") == "latest" else value)


class CutsVersions(Fault):
    """Takes version 1.5 for version 1."""

    breaks = frozenset({VERSION_TYPE})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Make it whole."""
        version = value.get("version")
        return super().agent_from_object(value | {"version": int(version)} if isinstance(version, float) else value)


class TakesTrueForVersion1(Fault):
    """Takes true for the number 1."""

    breaks = frozenset({VERSION_TYPE})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Make it a number."""
        version = value.get("version")
        return super().agent_from_object(value | {"version": int(version)} if isinstance(version, bool) else value)


# --- the other members ----------------------------------------------------------------------------------------


class TakesItsOwnAgentForNone(Fault):
    """Takes an object without an id in an update for the agent that the deployment has."""

    breaks = frozenset({NO_ID})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Fill in the id."""
        return super().update_agent(stored, {"id": stored.agent.id} | value if isinstance(value, dict) else value)


class TakesTheFirstId(Fault):
    """Takes an array of ids for its first."""

    breaks = frozenset({NO_ID})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Unwrap it."""
        id_ = value.get("id")
        return super().agent_from_object(value | {"id": id_[0]} if isinstance(id_, list) and id_ else value)


class DoesNotFindWhatHasNoId(Fault):
    """Answers 404 to an object without an id."""

    breaks = frozenset({NO_ID})

    def error_status(self, problem: Problem) -> int:
        """Say that it does not exist."""
        return 404 if problem.rule == "agent-id" else super().error_status(problem)


class TakesAnyKindForAnAgent(Fault):
    """Does not look at the type of a reference."""

    breaks = frozenset({KIND, "agent-object-without-type-refused"})

    def check_agent_kind(self, kind: object) -> None:
        """Take it."""


class IgnoresTheCaseOfAgents(Fault):
    """Takes Agent for agent."""

    breaks = frozenset({KIND})

    def check_agent_kind(self, kind: object) -> None:
        """Write it small."""
        super().check_agent_kind(kind.lower() if isinstance(kind, str) else kind)


# --- the whole ------------------------------------------------------------------------------------------------


class TakesTheFirstOfSomeAgents(Fault):
    """Takes an array of agents for its first."""

    breaks = frozenset({WRONG})

    def create_agent(self, value: object) -> AgentRef:
        """Unwrap it."""
        return super().create_agent(value[0] if isinstance(value, list) and value else value)


class _HasADefaultAgent(Fault):
    """Fills in an agent of the account."""

    def default_agent(self) -> str:
        """Give the first one that may be used."""
        return next(agent.id for agent in self.account.agents.values() if agent.archived_at is None)


class TakesFalseForItsOwnAgent(_HasADefaultAgent):
    """Fills in an agent where false is sent."""

    breaks = frozenset({WRONG})

    def create_agent(self, value: object) -> AgentRef:
        """Ask for false."""
        return super().create_agent(self.default_agent() if value is False else value)


class FillsInAnEmptyAgent(_HasADefaultAgent):
    """Fills in an agent where an empty text is sent."""

    breaks = frozenset({EMPTY})

    def create_agent(self, value: object) -> AgentRef:
        """Ask for the empty text."""
        return super().create_agent(self.default_agent() if value == "" else value)


class FillsInAnEmptyObject(_HasADefaultAgent):
    """Fills in an agent where an empty object is sent."""

    breaks = frozenset({EMPTY})

    def create_agent(self, value: object) -> AgentRef:
        """Ask for the empty object."""
        return super().create_agent(self.default_agent() if value == {} else value)
