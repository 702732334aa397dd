"""Generated requests made safe to send: to what is ours, under names of ours, with no schedule that is near."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.client import ABSENT
from conformance.expect import Json, Object, need, need_object
from conformance.far_schedules import catalogue
from conformance.oracle import may_fire_within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.failures import Violation
    from conformance.revisions import Revision

DEPLOYMENT, RUN = "/deployments/{id}", "/deployments/{id}/run"
SERVER_ERROR = "not_a_server_error"
STATUS = "status_code_conformance"
CONTENT_TYPE = "content_type_conformance"
SCHEMA = "response_schema_conformance"
AVAILABLE = "ensure_resource_availability"
ALONE = (SERVER_ERROR, STATUS, CONTENT_TYPE, SCHEMA)
CHAINED = (*ALONE, AVAILABLE)
"""The checks of schemathesis by name: those for any answer, and those for answers in a chain of calls."""

NEEDED = ("POST /deployments", "GET /deployments", "GET /deployments/{id}", "POST /deployments/{id}")
"""What has to be accepted at least once, or nothing was learned."""

TAME = re.compile(r"(?!\.+$)[0-9A-Za-z_.~-]{1,100}")
"""Ids that every proxy on the way lets pass as they are."""

QUERY_MAX = 1500
"""No longer query is sent, in characters: servers may refuse long addresses before the service sees them."""


@dataclass(frozen=True)
class Generated:
    """A request as it was generated: `operation` is "POST /deployments/{id}", ids and parameters are values by name."""

    operation: str
    ids: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Json = ABSENT

    @property
    def method(self) -> str:
        """The method."""
        return self.operation.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path, with names for ids."""
        return self.operation.partition(" ")[2]


@dataclass
class Stock:
    """What generated requests may use: deployments and a run of ours by the part that they play."""

    changed: str
    paused: str
    archived: str
    run: str
    run_ids: list[str]
    runs_left: int
    """How many runs may still be begun, which cost their owner money."""


@dataclass
class Aim:
    """Aims generated requests at what is ours; what it chooses depends on `random` alone."""

    api: Client
    bodies: Bodies
    stock: Stock
    now: datetime
    random: Random

    def __call__(self, generated: Generated, *, linked: bool = False) -> Generated:
        """The request as it may be sent; ids that a link gave are kept for reading, whatever they are."""
        ids = {name: self._id(generated, name, value, linked=linked) for name, value in generated.ids.items()}
        return Generated(generated.operation, ids, self._query(generated), self._body(generated.body))

    @property
    def revision(self) -> Revision:
        """The edition of the contract."""
        return self.api.session.revision

    # --- ids --------------------------------------------------------------------------------------------------

    def _id(self, generated: Generated, name: str, value: object, *, linked: bool) -> str:
        if generated.path == RUN:
            self.stock.runs_left -= 1
            if self.stock.runs_left < 0:
                return self._one_of(self.stock.archived, self.api.unknown_deployment_id())
        if isinstance(value, str) and (ours := self.api.session.journal.find(value)) and ours.kind == "deployment":
            return value
        tame = generated.method == "GET" and isinstance(value, str) and TAME.fullmatch(value)
        if tame and (linked or self._chance(0.3)):
            return str(value)
        if generated.path.endswith(("/archive", "/pause")) and self._chance(0.3):
            return str(need_object(self.api.create(fresh(self.bodies)))["id"])
        if name == "run_id":
            return self._one_of(*self.stock.run_ids * 3, self.api.unknown_run_id())
        return self._one_of(*self._candidates(generated), self.api.unknown_deployment_id())

    def _candidates(self, generated: Generated) -> list[str]:
        stock, action = self.stock, generated.path.removeprefix(DEPLOYMENT)
        live = {"/pause": stock.paused, "/unpause": stock.paused, "/archive": stock.archived}.get(action, stock.changed)
        if "/run" in action:
            live = stock.run
        return [*[live] * 6, stock.archived]

    # --- parameters -------------------------------------------------------------------------------------------

    def _query(self, generated: Generated) -> dict[str, Any]:
        query = dict(generated.query)
        runs = "run" in generated.path
        ours = {
            "after_id": self.stock.run_ids if runs else [self.stock.changed],
            "agent_id": [self.bodies.agent_id],
            "deployment_id": [self.stock.run],
        }
        ours["before_id"] = ours["after_id"]
        for name in self.revision.cursors:  # together they are refused, and so are most that are made up
            if name in query and isinstance(query[name], str) and self._chance(0.7):
                del query[name]
        return {
            name: self._one_of(*ours[name])
            if ours.get(name) and isinstance(value, str) and self._chance(0.7)
            else value
            for name, value in query.items()
        }

    # --- bodies -----------------------------------------------------------------------------------------------

    def _body(self, body: Json) -> Json:
        if not isinstance(body, dict):
            return body
        safe = dict(body)
        if isinstance(safe.get("metadata"), dict) and self.revision.reserved_metadata:
            safe["metadata"] = _with_true_settings(safe["metadata"])
        if isinstance(safe.get("name"), str) and 0 < len(safe["name"]) <= self.revision.name_max:
            safe["name"] = self._name(safe["name"])
        if safe.get("environment_id") and isinstance(safe["environment_id"], str):
            safe["environment_id"] = self.bodies.environment_id
        safe |= {"agent": self._agent(safe["agent"])} if "agent" in safe else {}
        safe |= {"schedule": self._schedule(safe["schedule"])} if "schedule" in safe else {}
        return safe

    def _name(self, name: str) -> str:
        own = name.startswith("conformance-")
        return name if own else f"{next(self.bodies.suite.names)} {name}"[: self.revision.name_max].rstrip()

    def _agent(self, agent: Json) -> Json:
        if isinstance(agent, dict) and agent.get("id") and isinstance(agent["id"], str):
            return agent | {"id": self.bodies.agent_id}
        return self.bodies.agent_id if agent and isinstance(agent, str) else agent

    def _schedule(self, schedule: Json) -> Json:
        if not isinstance(schedule, dict) or not isinstance(schedule.get("expression"), str):
            return schedule
        zone = schedule.get("timezone")
        if zone == "":  # a service that takes it shows it, and that no answer may
            schedule = schedule | {"timezone": "Nowhere"}
        known = zone if isinstance(zone, str) else ""
        clocks = (self.now, datetime.now(UTC))
        near = any(may_fire_within(schedule["expression"], known, clock, timedelta(days=2)) for clock in clocks)
        return schedule | {"expression": far_expressions(self.now)[0]} if near else schedule

    # --- chance -----------------------------------------------------------------------------------------------

    def _chance(self, of: float) -> bool:
        return self.random.random() < of

    def _one_of(self, *values: str) -> str:
        return self.random.choice(values)


def _with_true_settings(metadata: Object) -> Object:
    """Metadata whose `cas_config` has no value of a wrong type: nobody says that these are refused and not shown."""
    settings = metadata.get("cas_config")
    if not isinstance(settings, dict):
        return metadata
    config = settings.get("config")
    true = {key: value for key, value in settings.items() if key not in {"config", "stats", "session_strategy"}}
    if isinstance(settings.get("session_strategy"), str) and settings["session_strategy"]:
        true["session_strategy"] = settings["session_strategy"]
    if isinstance(config, dict):
        true["config"] = {key: value for key, value in config.items() if type(value) is int and 0 < value < 2**31}
    return metadata | {"cas_config": true}


def far_expressions(now: datetime) -> list[str]:
    """Valid expressions that do not fire for months, in whatever zone."""
    return [schedule.expression for schedule in catalogue(now) if not schedule.may_fire and schedule.zone == "UTC"]


# --- what was found ---------------------------------------------------------------------------------------------


@dataclass
class Findings:
    """What the checks said of all answers: for each check the failure with the shortest request."""

    failures: dict[str, tuple[int, Violation]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    sent: int = 0

    def note(self, operation: str, exchange: Exchange, broken: Mapping[str, Violation]) -> None:
        """Take down what the checks said of one answer."""
        self.sent += 1
        if exchange.ok:
            self.accepted.add(operation)
        for check, violation in broken.items():
            size = len(exchange.path) + len(exchange.request_body or b"") + 1000 * len(violation.sequence)
            if check not in self.failures or size < self.failures[check][0]:
                self.failures[check] = size, violation

    def judge(self, check: str) -> None:
        """Accuse if an answer failed this check; as a control, the operations that matter were accepted sometimes."""
        if check in self.failures:
            raise self.failures[check][1]
        never = [operation for operation in NEEDED if operation not in self.accepted]
        need(not never, f"among {self.sent} generated requests none was accepted of: {', '.join(never)}")


def fresh(bodies: Bodies) -> Object:
    """The body of a create that is likely to be accepted, for sequences of calls to begin with."""
    return bodies(metadata={"made": "for generated requests"})
