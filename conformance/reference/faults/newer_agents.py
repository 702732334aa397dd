"""Faults in what the later editions say of references, metadata and resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.aligned import Aligned
from conformance.reference.editions.cma_bodies import CmaBodies
from conformance.reference.editions.flat_metadata import FlatMetadata
from conformance.reference.faults import CMA, NEWER, Fault
from conformance.reference.problem import invalid
from conformance.reference.records import AgentRef
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Resource

NO_TYPE, NO_VERSION = "agent-object-without-type-refused", "agent-object-without-version-is-latest"


# --- references -------------------------------------------------------------------------------------------------


class TakesReferencesWithoutAType(Fault, Aligned):
    """Takes an object without a type for a reference to an agent."""

    revisions = NEWER
    breaks = frozenset({NO_TYPE})

    def agent_kind(self, value: dict[str, Any]) -> object:
        """Fill it in."""
        return value.get("type", "agent")


class TakesUpdatesWithoutAType(Fault, Aligned):
    """Takes an object without a type for a reference to an agent, in an update."""

    revisions = NEWER
    breaks = frozenset({NO_TYPE})

    def agent_kind(self, value: dict[str, Any]) -> object:
        """Fill it in."""
        return value.get("type", "agent") if self.operation == "update" else super().agent_kind(value)


class WantsAVersion(Fault):
    """Refuses an object without a version."""

    revisions = CMA
    breaks = frozenset({NO_VERSION})

    def agent_from_object(self, value: dict[str, Any]) -> AgentRef:
        """Ask for it."""
        if "version" not in value:
            raise invalid("agent-version", "Missing required field: agent.version", "agent.version")
        return super().agent_from_object(value)


class TakesNoVersionForTheFirst(Fault):
    """Takes an object without a version for version 1."""

    revisions = CMA
    breaks = frozenset({NO_VERSION})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Begin at the beginning."""
        return super().pin_agent(agent, 1 if version is None else version)


class FloatsWithItsAgent(Fault):
    """Shows a deployment that was made with a string with the version that is the latest now."""

    revisions = CMA
    breaks = frozenset({"agent-string-stays"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.floating: set[str] = set()

    def build(self, values: dict[str, Any]) -> Deployment:
        """Take note of a string."""
        made = super().build(values)
        self.floating |= {made.id} if isinstance(self.call.body["agent"], str) else set()
        return made

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Look the version up."""
        shown = super().render_deployment(deployment)
        if deployment.id in self.floating and "agent" not in self.call.body:
            version = self.account.agents[deployment.agent.id].version
            shown["agent"] = self.render_agent(AgentRef(deployment.agent.id, version))
        return shown

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Sink when an agent is named."""
        self.floating -= {stored.id} if "agent" in changes else set()
        return super().apply(stored, changes)


# --- metadata ---------------------------------------------------------------------------------------------------


class ReservesItsOldKey(Fault, FlatMetadata):
    """Keeps no key of the name cas_config."""

    revisions = NEWER
    breaks = frozenset({"metadata-no-key-is-reserved"})

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Leave it out."""
        return Service.user_keys(self, value)


# --- resources --------------------------------------------------------------------------------------------------


class TakesAnyNumberOfResources(Fault, CmaBodies):
    """Takes more than 500 resources."""

    revisions = CMA
    breaks = frozenset({"resource-count-over-maximum"})
    RESOURCES_MAX = 1_000_000


class CutsResources(Fault, CmaBodies):
    """Keeps the first 500 of more resources, in an update."""

    revisions = CMA
    breaks = frozenset({"resource-count-over-maximum"})

    def update_resources(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Take as many as are allowed."""
        return super().update_resources(stored, value[: self.RESOURCES_MAX] if isinstance(value, list) else value)
