"""Requests that have to be refused, each in its own way, so that what all errors share can be judged on every one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import pytest

from conformance.cases.operations import BY_ID, OPERATIONS, Attempt, Stage
from conformance.expect import need_object
from conformance.failures import NotApplicable
from conformance.far_schedules import far_month
from conformance.server_time import server_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.exchange import Exchange
    from conformance.expect import Json

    Situation = Callable[[Stage], Exchange]


def _create(stage: Stage, **changes: Json) -> Exchange:
    """A create with one thing wrong; a change to None takes the field out."""
    body = stage.fixture("bodies")(**changes)
    return stage.api.create({key: value for key, value in body.items() if value is not None})


def _create_of(field_: str, fixture: str) -> Situation:
    return lambda stage: _create(stage, **{field_: stage.fixture(fixture)})


def _create_of_unknown(field_: str, prefix: str) -> Situation:
    return lambda stage: _create(stage, **{field_: stage.api.unknown_id(prefix)})


def _no_such_minute(stage: Stage) -> Json:
    expression = f"61 9 12 {far_month(server_now(stage.api))} *"
    return {"type": "cron", "expression": expression, "timezone": "UTC"}


def _invalid_cron(stage: Stage) -> Exchange:
    return _create(stage, schedule=_no_such_minute(stage))


def _update_of_unknown(field_: str, prefix: str) -> Situation:
    return lambda stage: stage.api.update(stage.made(), {field_: stage.api.unknown_id(prefix)})


def _invalid_cron_of_update(stage: Stage) -> Exchange:
    return stage.api.update(stage.made(), {"schedule": _no_such_minute(stage)})


def _many_vaults(stage: Stage) -> Exchange:
    return _create(stage, vault_ids=[stage.api.unknown_id("vault_") for _ in range(51)])


def _malformed_create(stage: Stage) -> Exchange:
    return stage.api.create(content=json.dumps(stage.fixture("bodies")())[:-1].encode())


def _long_name(stage: Stage) -> Exchange:
    return _create(stage, name=stage.fixture("bodies")()["name"].ljust(257, "x"))


def _update(**body: Json) -> Situation:
    return lambda stage: stage.api.update(stage.made(), body)


def _twice(operation: str, stage: Stage) -> Exchange:
    """A change of state that has been made already."""
    attempt = stage.attempt(operation)
    need_object(attempt.by(stage.api))
    return attempt.by(stage.api)


def _after(first: str, operation: str, stage: Stage) -> Exchange:
    """An operation on a deployment that was paused or archived before."""
    if (first, operation) == ("pause", "run") and stage.api.session.revision.runs_while_paused:
        raise NotApplicable("a paused deployment may be run in this edition")
    id_ = stage.made()
    need_object({"pause": stage.api.pause, "archive": stage.api.archive}[first](id_))
    return Attempt(operation, id_).by(stage.api)


def _unknown_run(stage: Stage) -> Exchange:
    stage.offers("get-run")
    return stage.api.run_of(stage.fixture("subject")["id"], stage.api.unknown_run_id())


def _unknown_event(stage: Stage) -> Exchange:
    return _create(stage, initial_events=[stage.api.session.revision.message("x", "user.dance")])


def _no_runs(stage: Stage) -> Exchange:
    stage.offers("list-runs")
    return stage.api.runs_of(stage.fixture("subject")["id"], {"limit": 0})


def _no_time(stage: Stage) -> Exchange:
    stage.offers("list-runs")
    return stage.api.runs_of(stage.fixture("subject")["id"], {"triggered_after": "yesterday"})


def _api_key(stage: Stage) -> Exchange:
    token = (stage.api.authorization or "").removeprefix("Bearer ")
    return stage.nobody.list(headers={"x-api-key": token})


UNAUTHENTICATED: Mapping[str, Situation] = {
    **{f"{each}, no token": partial(lambda op, stage: stage.attempt(op).by(stage.nobody), each) for each in OPERATIONS},
    **{f"{each}, bad token": partial(lambda op, it: it.attempt(op).by(it.stranger), each) for each in OPERATIONS},
    "list, expired token": lambda stage: stage.fixture("expired_api").list(),
    "list, malformed token": lambda stage: stage.api.with_token("x").list(),
    "list, another scheme": lambda stage: stage.api.with_authorization("Basic eDp5").list(),
    "list, x-api-key alone": _api_key,
}
"""What is refused with 401, the last one not in every edition."""

INVALID: Mapping[str, Situation] = {
    "create, no name": lambda stage: _create(stage, name=None),
    "create, number for a name": lambda stage: _create(stage, name=5),
    "create, 257 characters": _long_name,
    "create, no events": lambda stage: _create(stage, initial_events=[]),
    "create, unknown event": _unknown_event,
    "create, text for metadata": lambda stage: _create(stage, metadata="x"),
    "create, 17 metadata keys": lambda stage: _create(stage, metadata={f"key-{n}": "x" for n in range(17)}),
    "create, 51 vaults": _many_vaults,
    "create, invalid cron": _invalid_cron,
    "create, archived agent": _create_of("agent", "archived_agent_id"),
    "create, archived environment": _create_of("environment_id", "archived_environment_id"),
    "create, malformed JSON": _malformed_create,
    "update, empty name": _update(name=""),
    "update, number for a name": _update(name=5),
    "update, half a schedule": _update(schedule={"type": "cron"}),
    "update, invalid cron": _invalid_cron_of_update,
    "update, text for events": _update(initial_events="x"),
    "update, number in metadata": _update(metadata={"key": 5}),
    "update, malformed JSON": lambda stage: stage.api.update(stage.made(), content=b'{"description": "Changed"'),
    "list, limit 0": lambda stage: stage.api.list({"limit": 0}),
    "list, two cursors": lambda stage: stage.api.list({"after_id": "dep_1", "before_id": "dep_2"}),
    "list-runs, limit 0": _no_runs,
    "list-runs, no time": _no_time,
    "list-all-runs, limit 0": lambda stage: stage.api.runs({"limit": 0}),
}
"""What is refused with 400."""

REFUSED: Mapping[str, Situation] = {
    **INVALID,
    **{
        f"{each}, no scope": partial(lambda op, it: it.attempt(op).by(it.fixture("unscoped_api")), each)
        for each in OPERATIONS
    },
    "get, other account": lambda stage: stage.attempt("get").by(stage.fixture("other_api")),
    "pause, other account": lambda stage: stage.attempt("pause").by(stage.fixture("other_api")),
    **{f"{each}, unknown": partial(lambda op, it: it.unknown(op).by(it.api), each) for each in BY_ID},
    "get-run, unknown run": _unknown_run,
    "create, unknown agent": _create_of_unknown("agent", "agent_"),
    "create, unknown environment": _create_of_unknown("environment_id", "env_"),
    "update, unknown agent": _update_of_unknown("agent", "agent_"),
    "update, unknown environment": _update_of_unknown("environment_id", "env_"),
    **{f"{each}, again": partial(_twice, each) for each in ("pause", "archive")},
    "unpause, active": lambda stage: stage.api.unpause(stage.made()),
    "run, paused": partial(_after, "pause", "run"),
    **{f"{each}, archived": partial(_after, "archive", each) for each in ("run", "update", "pause", "unpause")},
}
"""What is refused with another status of 4xx than 401; repeating a change is no conflict in every edition."""

SITUATIONS: Mapping[str, Situation] = {**UNAUTHENTICATED, **REFUSED}


def refused(exchange: Exchange, situation: str) -> Exchange:
    """An answer that is a refusal: where it is none, there is nothing to ask of it."""
    if exchange.status < 400:
        raise NotApplicable(f"there is no error to look at: {situation} was answered {exchange.status}")
    return exchange


@dataclass(frozen=True)
class Refusals:
    """The answers to all situations, each asked for once: cases only read them."""

    stage: Stage
    seen: dict[str, Exchange] = field(default_factory=dict)

    def __call__(self, situation: str) -> Exchange:
        """What came, whatever it is."""
        if situation not in self.seen:
            self.seen[situation] = SITUATIONS[situation](self.stage)
        return self.seen[situation]

    def error(self, situation: str) -> Exchange:
        """What came where it is a refusal; that it has to be one is asked elsewhere."""
        return refused(self(situation), situation)


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture(scope="session")
def refusals(stage: Stage) -> Refusals:
    """Shows how a situation was refused."""
    return Refusals(stage)
