"""Agent references resolved to the wrong version, or moved when they are pinned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid
from conformance.reference.records import AgentRef

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Resource, Run

LATEST, PINS, AGREE, STAYS = (
    f"agent-{what}" for what in ("string-is-latest", "object-pins", "string-and-object-agree", "pinned-stays")
)
TO_LATEST, TO_PINNED, TO_ANOTHER = (
    f"agent-update-{what}" for what in ("string-is-latest", "object-pins", "to-another")
)
RUN, PAST_RUN = "agent-of-a-run", "agent-of-a-past-run"


class _KnowsTheLatest(Fault):
    """Looks up the latest version of an agent."""

    def latest(self, agent: AgentRef) -> AgentRef:
        """Give a reference to it."""
        return AgentRef(agent.id, self.account.agents[agent.id].version)


# --- the wrong version ----------------------------------------------------------------------------------------


class ResolvesToTheFirstVersion(Fault):
    """Takes a string for version 1 of an agent."""

    breaks = frozenset({LATEST, TO_LATEST, TO_ANOTHER, "agent-string-stays", "agent-object-without-version-is-latest"})

    def latest_version(self, _agent: Resource) -> int:
        """Begin at the beginning."""
        return 1


class ResolvesToTheVersionBefore(Fault):
    """Takes a string for the version before the latest."""

    breaks = frozenset({LATEST, TO_LATEST, TO_ANOTHER, "agent-string-stays", "agent-object-without-version-is-latest"})

    def latest_version(self, agent: Resource) -> int:
        """Go one back."""
        return max(1, agent.version - 1)


class RemembersTheFirstResolution(Fault):
    """Takes a string for the version that was the latest when the agent was first used."""

    breaks = frozenset({LATEST, TO_LATEST})

    def latest_version(self, agent: Resource) -> int:
        """Look into the deployments that there are."""
        used = [d.agent.version for d in self.account.deployments.values() if d.agent.id == agent.id]
        return used[0] if used else agent.version


class IgnoresThePin(Fault):
    """Takes an object for the latest version, whichever it names."""

    breaks = frozenset({PINS, TO_PINNED, TO_ANOTHER, RUN, PAST_RUN})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Check the version, and forget it."""
        super().pin_agent(agent, version)
        return AgentRef(agent.id, self.latest_version(agent))


class IgnoresThePinOnUpdate(Fault):
    """Takes an object in an update for the latest version."""

    breaks = frozenset({TO_PINNED, TO_ANOTHER})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Forget the version in an update."""
        pinned = super().pin_agent(agent, version)
        return pinned if self.operation == "create" else AgentRef(agent.id, agent.version)


class RefusesOldVersions(Fault):
    """Lets the latest version alone be pinned."""

    breaks = frozenset({PINS, TO_PINNED, TO_ANOTHER})

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        """Compare with the latest."""
        if version is not None and version < agent.version and self.operation in {"create", "update"}:
            raise invalid("agent-version", "The version is not the latest.", "agent.version")
        return super().pin_agent(agent, version)


class RefusesObjects(Fault):
    """Takes the string form of an agent only."""

    wide = True
    breaks = frozenset({PINS, AGREE})

    def agent_from_object(self, _value: dict[str, Any]) -> AgentRef:
        """Ask for a string."""
        raise invalid("agent-type", "agent must be a string.", "agent")


# --- what is pinned moves -------------------------------------------------------------------------------------


class FollowsNewVersions(_KnowsTheLatest):
    """Shows the latest version of an agent, whichever is pinned."""

    wide = True
    breaks = frozenset({PINS, STAYS})

    def render_agent(self, agent: AgentRef) -> dict[str, Any]:
        """Look it up."""
        return super().render_agent(self.latest(agent))


class FollowsNewVersionsInLists(_KnowsTheLatest):
    """Shows the latest version of an agent in the elements of a list."""

    breaks = frozenset({PINS})

    def render_agent(self, agent: AgentRef) -> dict[str, Any]:
        """Look it up for a list."""
        return super().render_agent(self.latest(agent) if self.operation == "list" else agent)


class RepinsOnUpdate(_KnowsTheLatest):
    """Moves a deployment to the latest version of its agent when anything of it is updated."""

    breaks = frozenset({STAYS, TO_PINNED, TO_ANOTHER, "agent-string-stays"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Resolve the agent anew."""
        changed = super().apply(stored, changes)
        return replace(changed, agent=self.latest(changed.agent))


class RepinsOnOtherUpdates(_KnowsTheLatest):
    """Moves a deployment to the latest version of its agent when an update does not name one."""

    breaks = frozenset({STAYS, "agent-string-stays"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Resolve the agent anew."""
        return super().apply(stored, {"agent": self.latest(stored.agent)} | changes)


class RepinsOnUnpause(_KnowsTheLatest):
    """Moves a deployment to the latest version of its agent when it is unpaused."""

    breaks = frozenset({STAYS})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Resolve the agent anew."""
        return replace(super().unpaused(deployment), agent=self.latest(deployment.agent))


# --- update ---------------------------------------------------------------------------------------------------


class KeepsTheVersionOfItsAgent(Fault):
    """Takes an update with a string for no change, where it names the agent that a deployment has."""

    breaks = frozenset({TO_LATEST})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Compare the ids."""
        return stored.agent if value == stored.agent.id else super().update_agent(stored, value)


class KeepsPinsOnUpdate(Fault):
    """Takes an update with an object for no change, where it names the agent that a deployment has."""

    wide = True
    breaks = frozenset({TO_PINNED})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Compare the ids."""
        same = isinstance(value, dict) and value.get("id") == stored.agent.id
        return replace(stored.agent) if same else super().update_agent(stored, value)


class NeverGoesBackAVersion(Fault):
    """Keeps the newer version when an update pins an older one."""

    breaks = frozenset({TO_PINNED})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Compare the versions."""
        wanted = super().update_agent(stored, value)
        older = wanted.id == stored.agent.id and wanted.version < stored.agent.version
        return stored.agent if older else wanted


class ChangesTheVersionOnly(Fault):
    """Keeps the id of the agent when an update names another one."""

    wide = True
    breaks = frozenset({TO_ANOTHER})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Take over the version."""
        return replace(super().update_agent(stored, value), id=stored.agent.id)


# --- runs -----------------------------------------------------------------------------------------------------


class RunsTheLatestVersion(_KnowsTheLatest):
    """Runs the latest version of an agent, whichever is pinned."""

    breaks = frozenset({RUN, PAST_RUN})

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Look it up."""
        return super().build_run(replace(deployment, agent=self.latest(deployment.agent)), trigger, outcome)


class RunsForgetTheirVersion(Fault):
    """Shows a run with the agent that its deployment has now."""

    breaks = frozenset({PAST_RUN})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Look at the deployment."""
        return super().render_run(replace(run, agent=self.account.deployments[run.deployment_id].agent))


class RunsTheFirstAgent(Fault):
    """Runs the agent that a deployment had when it ran first."""

    breaks = frozenset({PAST_RUN})

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Look at the runs before."""
        before = self.account.runs_of.get(deployment.id, [])
        agent = before[0].agent if before else deployment.agent
        return super().build_run(replace(deployment, agent=agent), trigger, outcome)
