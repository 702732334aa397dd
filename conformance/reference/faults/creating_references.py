"""Faults in what the references of a new deployment name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, conflict, invalid, not_found
from conformance.reference.records import AgentRef

if TYPE_CHECKING:
    from conformance.reference.records import Resource

AGENT, ENVIRONMENT = "create-archived-agent-is-400", "create-archived-environment-is-400"
ANY_AGENT, ANY_ENVIRONMENT = "create-archived-agent-is-refused", "create-archived-environment-is-refused"
ODD_AGENT, ODD_ENVIRONMENT = "create-odd-agent-is-refused", "create-odd-environment-is-refused"
TYPE = "create-environment-not-a-string-is-400"


# --- what does not exist ----------------------------------------------------------------------------------------


class _Excuses(Fault):
    """Answers a problem of a create with another one."""

    def act_create(self) -> dict[str, Any]:
        """Look at the problem."""
        try:
            return super().act_create()
        except Problem as problem:
            raise self.excuse(problem) from None

    def excuse(self, problem: Problem) -> Problem:
        """Give the problem that is told."""
        raise NotImplementedError(problem.rule)


class UnknownAgentsAreInvalid(_Excuses):
    """Answers 400 to a create for an agent that does not exist."""

    breaks = frozenset({"create-unknown-agent-is-404"})

    def excuse(self, problem: Problem) -> Problem:
        """Blame the field."""
        return invalid(problem.rule, problem.message, "agent") if problem.rule == "agent-unknown" else problem


class UnknownEnvironmentsAreInvalid(_Excuses):
    """Answers 400 to a create for an environment that does not exist."""

    breaks = frozenset({"create-unknown-environment-is-404"})

    def excuse(self, problem: Problem) -> Problem:
        """Blame the field."""
        return invalid(problem.rule, problem.message) if problem.rule == "environment-unknown" else problem


class TrustsAgentObjects(Fault):
    """Does not look whether the agent of a new deployment exists, if it is an object."""

    breaks = frozenset({"create-unknown-agent-is-404", ODD_AGENT, AGENT, ANY_AGENT})

    def create_agent(self, value: object) -> AgentRef:
        """Take the version for granted."""
        try:
            return super().create_agent(value)
        except Problem as problem:
            if isinstance(value, dict) and problem.rule in {"agent-unknown", "agent-archived"}:
                return AgentRef(value["id"], value["version"])
            raise


class TrustsEnvironments(Fault):
    """Does not look whether the environment of a new deployment exists."""

    breaks = frozenset({"create-unknown-environment-is-404", ODD_ENVIRONMENT, ENVIRONMENT, ANY_ENVIRONMENT})
    wide = True

    def create_environment_id(self, value: object) -> str:
        """Leave that to the run."""
        return self.check_string(value, "environment_id")


class LooksAtThePrefix(Fault):
    """Takes any environment_id that begins as one."""

    breaks = frozenset({"create-unknown-environment-is-404", ODD_ENVIRONMENT})
    wide = True

    def create_environment_id(self, value: object) -> str:
        """Compare the beginning."""
        known = value in self.account.environments
        plausible = isinstance(value, str) and value.startswith("env_")
        return str(value) if plausible and not known else super().create_environment_id(value)


# --- what is archived -------------------------------------------------------------------------------------------


class MakesOfArchivedAgents(Fault):
    """Makes deployments of archived agents."""

    breaks = frozenset({AGENT, ANY_AGENT})

    def check_agent_archived(self, agent: Resource) -> None:
        """Leave that to the run."""
        if self.operation != "create":
            super().check_agent_archived(agent)


class TakesArchivedAgentVersions(Fault):
    """Makes deployments of archived agents, if a version is pinned."""

    breaks = frozenset({AGENT, ANY_AGENT})

    def check_agent_archived(self, agent: Resource) -> None:
        """Trust the version."""
        if self.operation != "create" or isinstance(self.call.body["agent"], str):
            super().check_agent_archived(agent)


class RemembersAgents(Fault):
    """Does not notice that an agent was archived after a deployment had used it."""

    breaks = frozenset({AGENT, ANY_AGENT})

    def check_agent_archived(self, agent: Resource) -> None:
        """Look into the cache."""
        cached = any(each.agent.id == agent.id for each in self.account.deployments.values())
        if self.operation != "create" or not cached:
            super().check_agent_archived(agent)


class MakesInArchivedEnvironments(Fault):
    """Makes deployments in archived environments."""

    breaks = frozenset({ENVIRONMENT, ANY_ENVIRONMENT})

    def check_environment_archived(self, environment: Resource) -> None:
        """Leave that to the run."""
        if self.operation != "create":
            super().check_environment_archived(environment)


class RemembersEnvironments(Fault):
    """Does not notice that an environment was archived after a deployment had used it."""

    breaks = frozenset({ENVIRONMENT, ANY_ENVIRONMENT})

    def check_environment_archived(self, environment: Resource) -> None:
        """Look into the cache."""
        cached = any(each.environment_id == environment.id for each in self.account.deployments.values())
        if self.operation != "create" or not cached:
            super().check_environment_archived(environment)


class ArchivedAgentsAreGone(_Excuses):
    """Answers 404 to a create for an archived agent."""

    breaks = frozenset({AGENT})

    def excuse(self, problem: Problem) -> Problem:
        """Say that there is none."""
        return not_found(problem.rule, problem.message) if problem.rule == "agent-archived" else problem


class ArchivedEnvironmentsAreConflicts(_Excuses):
    """Answers 409 to a create in an archived environment."""

    breaks = frozenset({ENVIRONMENT})

    def excuse(self, problem: Problem) -> Problem:
        """Blame the state."""
        return conflict(problem.rule, problem.message) if problem.rule == "environment-archived" else problem


# --- what is no id ----------------------------------------------------------------------------------------------


class _ReadsEnvironments(Fault):
    """Reads the environment_id of a create as something else."""

    def create_environment_id(self, value: object) -> str:
        """Change what came."""
        return super().create_environment_id(self.read(value))

    def read(self, value: Any) -> object:
        """Tell what it is taken for."""
        raise NotImplementedError(value)

    def default_environment(self) -> str:
        """Give the caller's first environment."""
        return next(each.id for each in self.account.environments.values() if each.archived_at is None)


class UnwrapsEnvironments(_ReadsEnvironments):
    """Takes an object with an id for an environment_id."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Unwrap it, as an agent is unwrapped."""
        return value.get("id", value) if isinstance(value, dict) else value


class TakesTheOnlyEnvironment(_ReadsEnvironments):
    """Takes an array of one id for an environment_id."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Unwrap it."""
        return value[0] if isinstance(value, list) and len(value) == 1 else value


class FalseIsTheDefaultEnvironment(_ReadsEnvironments):
    """Takes an environment_id that is 0, false or empty for the caller's first."""

    breaks = frozenset({TYPE, ODD_ENVIRONMENT})

    def read(self, value: Any) -> object:
        """Ask whether there is something."""
        return value or self.default_environment()


class LooksUpAnyEnvironment(_Excuses):
    """Answers 404 to an environment_id that is no string."""

    breaks = frozenset({TYPE})

    def excuse(self, problem: Problem) -> Problem:
        """Find none."""
        return not_found(problem.rule, problem.message) if problem.rule == "environment_id-type" else problem


class CompletesEnvironments(_ReadsEnvironments):
    """Takes an environment_id with something behind it for the one before."""

    breaks = frozenset({ODD_ENVIRONMENT, "create-long-id-is-refused"})

    def read(self, value: Any) -> object:
        """Match the beginning."""
        known = (each for each in self.account.environments if isinstance(value, str) and value.startswith(each))
        return next(known, value)


class CompletesAgents(Fault):
    """Takes an agent's id with something behind it for the one before."""

    breaks = frozenset({ODD_AGENT, "create-long-id-is-refused"})

    def find_agent(self, name: str) -> Resource:
        """Match the beginning."""
        known = (each for each in self.account.agents if self.operation == "create" and name.startswith(each))
        return super().find_agent(next(known, name))


class TakesEnvironmentsForAgents(Fault):
    """Makes a deployment of an environment, where an agent is due."""

    breaks = frozenset({ODD_AGENT})

    def find_agent(self, name: str) -> Resource:
        """Look into every shelf."""
        other = self.account.environments.get(name) if self.operation == "create" else None
        return super().find_agent(name) if other is None else other


# --- of another account -----------------------------------------------------------------------------------------


class SharesAgents(Fault):
    """Makes a deployment of another account's agent."""

    breaks = frozenset({"create-foreign-reference-is-refused"})

    def find_agent(self, name: str) -> Resource:
        """Look into all accounts."""
        others = (each.agents[name] for each in self.accounts if each is not self.account and name in each.agents)
        other = next(others, None) if self.operation == "create" else None
        return super().find_agent(name) if other is None else other


class SharesEnvironments(Fault):
    """Makes a deployment in another account's environment."""

    breaks = frozenset({"create-foreign-reference-is-refused"})

    def create_environment_id(self, value: object) -> str:
        """Look into all accounts."""
        others = (account for account in self.accounts if account is not self.account)
        known = any(value in account.environments for account in others if isinstance(value, str))
        return str(value) if known else super().create_environment_id(value)
