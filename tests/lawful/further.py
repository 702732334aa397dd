"""More correct services that differ from the reference, in what a second server, made of the documents alone, chose.

As in `variations`, each docstring says what it does, and why it may.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from lawful.variations import Variation

from conformance.reference.problem import Problem, conflict, invalid
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment, Resource, Run


# --- ids --------------------------------------------------------------------------------------------------------


class NumberedIds(Variation):
    """Numbers what it makes, each kind from 1: only the prefix of an id is promised (OBJ-002)."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.numbers: dict[str, Any] = {}

    def new_id(self, prefix: str) -> str:
        kind = super().new_id(prefix).rpartition("_")[0]
        return f"{kind}_{next(self.numbers.setdefault(prefix, count(1)))}"


CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class StrictIds(Variation):
    """Makes ULIDs, and answers 400 to an id of any kind that has not their form (C-41)."""

    revisions = QODER

    FORM = re.compile(f"[0-7][{CROCKFORD}]{{25}}")

    def new_id(self, prefix: str) -> str:
        number = int(super().new_id(prefix).rpartition("_")[2], 16)
        return f"{prefix}_{''.join(CROCKFORD[number >> 5 * place & 31] for place in range(25, -1, -1))}"

    def _check(self, id_: object, prefix: str) -> None:
        if isinstance(id_, str) and id_ and not (id_.startswith(prefix) and self.FORM.fullmatch(id_, len(prefix))):
            raise invalid("id-form", "This is no id.")

    def find(self) -> Deployment:
        self._check(self.call.ids[0], "dep_")
        return super().find()

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        self._check(run_id, "drun_")
        return super().find_run(run_id, deployment_id)

    def find_agent(self, name: str) -> Resource:
        self._check(name, "agent_")
        return super().find_agent(name)

    def check_environment(self, value: object) -> str:
        self._check(value, "env_")
        return super().check_environment(value)


# --- agents -----------------------------------------------------------------------------------------------------


class SeventhVersions(Variation):
    """Numbers the versions of an agent from 7: a version is any integer from 1 (OBJ-005)."""

    def create_resource(self, shelf: dict[str, Resource], kind: str, prefix: str) -> dict[str, Any]:
        made = super().create_resource(shelf, kind, prefix)
        shelf[made["id"]] = replace(shelf[made["id"]], version=7)
        return self.render_resource(shelf[made["id"]])

    def pin_agent(self, agent: Resource, version: int | None) -> AgentRef:
        if version is not None and version < 7:
            raise invalid("agent-version", "There is no such version.", "agent.version")
        return super().pin_agent(agent, version)


class NamesTheAgent(Variation):
    """Shows the name of the agent beside its id, and takes no name for one (C-39)."""

    def render_agent(self, agent: AgentRef) -> dict[str, Any]:
        return super().render_agent(agent) | {"name": "An agent"}

    def agent_from_object(self, value: dict[str, Any]) -> Any:
        if {*value} - {"id", "type", "version"}:
            raise invalid("unknown-field", "Unknown field in agent.")
        return super().agent_from_object(value)


# --- lifecycle --------------------------------------------------------------------------------------------------


class DatesItsReasons(Variation):
    """Tells when the reason for a pause was last looked at: no page says what else such an object may hold."""

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        shown = super().render_deployment(deployment)
        reason = shown["paused_reason"]
        return shown | {"paused_reason": reason and reason | {"seen_at": self.render_precise_time(self.now())}}


class GivesUp(Variation):
    """Pauses a deployment of which three runs have failed in a row, as `consecutive_failures` lets expect."""

    RUN_OUTCOME = "failed"

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        run = super().start_run(deployment, trigger)
        runs = self.account.runs_of[deployment.id]
        if self.counts(runs)["consecutive_failures"] >= 3:
            reason = {"type": "error", "error": {"type": "unknown_error"}}
            self.save(replace(deployment, status="paused", paused_reason=reason))
        return run


class RunsTouch(Variation):
    """Moves updated_at with every run, for what is counted has changed."""

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        self.save(replace(deployment, updated_at=self.stamp()))
        return super().start_run(deployment, trigger)


# --- limits and words -------------------------------------------------------------------------------------------


class HasLittleRoom(Variation):
    """Refuses to hold more than 220 live deployments of one account: the pages name no number."""

    def build(self, values: dict[str, Any]) -> Deployment:
        if sum(each.archived_at is None for each in self.account.deployments.values()) >= 220:
            raise Problem("room", "permission_error", "Archive a deployment first.")
        return super().build(values)


class HasHardlyAnyRoom(Variation):
    """Refuses to hold more than 90, and calls that a conflict."""

    ROOM = 90

    def build(self, values: dict[str, Any]) -> Deployment:
        if sum(each.archived_at is None for each in self.account.deployments.values()) >= self.ROOM:
            raise conflict("room", "Archive a deployment first.")
        return super().build(values)


class TellsThePlace(Variation):
    """Tells in which line and column a body stops to be JSON."""

    def envelope(self, problem: Problem) -> dict[str, Any]:
        shown = super().envelope(problem)
        shown["error"]["message"] += " It was found at position (1:57)."
        return shown


class IgnoresCase(Variation):
    """Takes `bearer` for `Bearer`, as HTTP has it, and two names for one that differ in case only (C-17)."""

    def read_token(self) -> str:
        scheme, _, token = self.call.request.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    def build(self, values: dict[str, Any]) -> Deployment:
        live = {each.name.casefold() for each in self.account.deployments.values() if each.archived_at is None}
        if values["name"].casefold() in live:
            raise conflict("name-taken", "A deployment of this name exists.")
        return super().build(values)
