"""Update: what is refused, and that nothing has changed then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.agent_forms import FORMS, agent_in
from conformance.cases.updates import documented, expect_shows
from conformance.expect import (
    expect_error,
    expect_refusal,
    expect_status,
    need,
    need_object,
    need_success,
)
from conformance.far_schedules import far_month, invalid_catalogue
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.revisions import Revision


# --- values -----------------------------------------------------------------------------------------------------


@requirement("update-empty-name-is-400", MUST, source="update#errors", covers="UPD-005")
def test_an_empty_name_is_400(api: Client, deployment: Object, edits: Object) -> None:
    """An update with an empty name is answered with 400 invalid_request_error."""
    need_success(api.update(deployment["id"], {"name": edits["name"]}))

    exchange = api.update(deployment["id"], {"name": ""})

    expect_error(exchange, 400)


INVALID_CRON = (
    "four-fields",
    "six-fields",
    "empty",
    "text",
    "minute-60",
    "hour-24",
    "day-0",
    "month-13",
    "hour-step-0",
)


@requirement("update-invalid-cron-is-400", MUST, source="update#errors", covers="UPD-008")
@pytest.mark.parametrize("name", INVALID_CRON)
def test_an_invalid_cron_expression_is_400(api: Client, complete: Object, now: datetime, name: str) -> None:
    """An update with a cron expression that is invalid is answered with 400 invalid_request_error."""
    schedule = documented(complete)["schedule"]
    need_success(api.update(complete["id"], {"schedule": schedule}))
    expression = next(each.expression for each in invalid_catalogue(now) if each.name == name)

    exchange = api.update(complete["id"], {"schedule": schedule | {"expression": expression}})

    expect_error(exchange, 400)


PARTS = ("type", "expression", "timezone", "type expression", "type timezone", "expression timezone", "")


@requirement("update-partial-schedule", MUST, source="update#request-body", covers="UPD-007")
@pytest.mark.parametrize("parts", PARTS)
def test_a_partial_schedule_is_refused(api: Client, complete: Object, deployment: Object, parts: str) -> None:
    """A schedule without type, expression or timezone is refused, whether or not there is an old one to complete it."""
    whole = _own(complete, "schedule")
    partial = {part: whole[part] for part in parts.split()}

    for id_ in (complete["id"], deployment["id"]):
        expect_refusal(api.update(id_, {"schedule": partial}))
        need_success(api.update(id_, {"schedule": whole}))


@requirement("update-refused-schedule-stays", MUST, source="update#errors", covers="UPD-007 UPD-008")
@pytest.mark.parametrize("member", ["type", "expression", "timezone", None], ids=str)
def test_the_old_schedule_stays_when_the_new_is_refused(
    api: Client, complete: Object, edits: Object, now: datetime, member: str | None
) -> None:
    """An update with a schedule that lacks a member, or has an invalid expression, leaves the old one as it was."""
    invalid = {"expression": f"60 7 2 {far_month(now)} *"} if member is None else {}
    bad = {key: value for key, value in edits["schedule"].items() if key != member} | invalid
    need(not api.update(complete["id"], {"schedule": bad}).ok, "such a schedule has to be refused")

    exchange = api.get(complete["id"])

    expect_shows(need_object(exchange), documented(complete), of=["schedule"], at=exchange)


WRONG_TYPES: Mapping[str, tuple[Any, ...]] = {
    "name": (5, 0, True, False, [], ["x"], {}),
    "description": (5, 0, True, False, [], ["x"], {}),
    "agent": (5, 0, True, False, []),
    "environment_id": (5, 0, True, False, [], {}),
    "schedule": (5, 0, True, False, "", "x", [], ["x"]),
    "initial_events": (5, 0, True, False, "", "x", {}, ["x"], [5], [None], [[]]),
    "resources": (5, 0, True, False, "", "x", {}, ["x"], [5]),
    "vault_ids": (5, 0, True, False, "", "x", {}, [5], [None], [{}]),
    "metadata": (5, 0, True, False, "", "x", [], ["x"]),
}


@requirement("update-wrong-type", MUST, source="update#errors", covers="UPD-025 EVT-011 VLT-002 SCH-032 AGT-007")
@pytest.mark.parametrize("field", WRONG_TYPES)
def test_a_value_of_the_wrong_type_is_refused(api: Client, complete: Object, field: str) -> None:
    """A field that is sent with a value of another type than its own is refused."""
    valid = [] if field in {"vault_ids", "resources"} else _own(complete, field)
    need_success(api.update(complete["id"], {field: valid}))

    for value in WRONG_TYPES[field]:
        exchange = api.update(complete["id"], {field: value})
        expect_refusal(exchange)


def _own(deployment: Object, field: str) -> Any:
    """What a deployment shows for a field, as an update may send it."""
    return documented(deployment)[field]


@requirement("update-null-is-refused", SHOULD, source="update#errors", covers="UPD-015", levels={CMA: MUST})
@pytest.mark.parametrize("field", ["name", "agent", "environment_id", "initial_events"])
def test_null_for_what_cannot_be_cleared_is_400(api: Client, complete: Object, field: str) -> None:
    """An update with null for name, agent, environment_id or initial_events is answered with 400."""
    need_success(api.update(complete["id"], {field: _own(complete, field)}))

    exchange = api.update(complete["id"], {field: None})

    expect_error(exchange, 400)


INVALID_TYPES: Mapping[str, Object] = {
    "no type": {},
    "unknown type": {"type": "user.shout"},
    "type in capitals": {"type": "USER.MESSAGE"},
    "empty type": {"type": ""},
    "type null": {"type": None},
    "type of sessions": {"type": "user.interrupt"},
}


@requirement("update-invalid-event", MUST, source="update#errors", covers="UPD-025 EVT-002 EVT-003")
@pytest.mark.parametrize("kind", INVALID_TYPES)
def test_an_invalid_event_is_refused(api: Client, deployment: Object, revision: Revision, kind: str) -> None:
    """An event without a type or of an unknown type is refused by an update, alone or behind a valid one."""
    good, bad = revision.message("Good"), {"content": revision.content("Bad")} | INVALID_TYPES[kind]
    need_success(api.update(deployment["id"], {"initial_events": [good, good]}))

    for events in ([bad], [good, bad]):
        expect_refusal(api.update(deployment["id"], {"initial_events": events}))


INVALID_VALUES: Mapping[str, Callable[[Revision], Object]] = {
    "long name": lambda _: {"name": "x" * 257},
    "number as name": lambda _: {"name": 5},
    "partial schedule": lambda _: {"schedule": {"type": "cron", "timezone": "UTC"}},
    "no event": lambda _: {"initial_events": []},
    "51 events": lambda revision: {"initial_events": [revision.message("Good")] * 51},
    "bad event": lambda revision: {"initial_events": [{"content": revision.content("x")}]},
    "text as metadata": lambda _: {"metadata": "x"},
}


@requirement("update-invalid-value-is-400", SHOULD, source="update#errors", covers="UPD-006 UPD-007 UPD-012 UPD-025")
@pytest.mark.parametrize("what", INVALID_VALUES)
def test_an_invalid_value_is_400(api: Client, deployment: Object, revision: Revision, what: str) -> None:
    """An update with an invalid field value is answered with 400 invalid_request_error."""
    exchange = api.update(deployment["id"], INVALID_VALUES[what](revision))

    expect_error(exchange, 400)


# --- references -------------------------------------------------------------------------------------------------


def _expect_refused_and_kept(
    api: Client, complete: Object, patch: Object, refused: Callable[[Exchange], object] = expect_refusal
) -> None:
    """A reference is refused, where the old one was accepted, and the old one stays."""
    __tracebackhide__ = True
    need_success(api.update(complete["id"], {field: _own(complete, field) for field in patch}))

    exchange = api.update(complete["id"], patch)

    refused(exchange)
    read = api.get(complete["id"])
    expect_shows(need_object(read), documented(complete), of=patch, at=read)


def _expect_400(exchange: Exchange) -> None:
    __tracebackhide__ = True
    expect_error(exchange, 400)


@requirement("update-archived-agent-is-400", MUST, source="update#errors", covers="UPD-018", revisions=QODER)
@FORMS
def test_an_archived_agent_is_400(api: Client, complete: Object, archived_agent_id: str, form: str) -> None:
    """An update to an archived agent, in either form, is answered with 400, and the old agent stays."""
    _expect_archived_refused(api, complete, {"agent": agent_in(form, archived_agent_id)}, "environment_id")


@requirement("update-archived-environment-is-400", MUST, source="update#errors", covers="UPD-018", revisions=QODER)
def test_an_archived_environment_is_400(api: Client, complete: Object, archived_environment_id: str) -> None:
    """An update to an archived environment is answered with 400, and the old environment stays."""
    _expect_archived_refused(api, complete, {"environment_id": archived_environment_id}, "agent")


def _expect_archived_refused(api: Client, complete: Object, patch: Object, other: str) -> None:
    """A reference is refused with 400: alone, beside the other one that is good, and of a paused deployment."""
    __tracebackhide__ = True
    _expect_refused_and_kept(api, complete, patch, _expect_400)
    _expect_refused_and_kept(api, complete, patch | {other: _own(complete, other)}, _expect_400)
    need_success(api.pause(complete["id"]))
    _expect_refused_and_kept(api, complete, patch, _expect_400)


@requirement("update-archived-agent-is-refused", MUST, source="update#errors", covers="UPD-018", revisions=(CMA,))
@FORMS
def test_an_archived_agent_is_refused_somehow(api: Client, complete: Object, archived_agent_id: str, form: str) -> None:
    """An update to an archived agent, in either form, is refused with a 4xx, and the old agent stays."""
    _expect_refused_and_kept(api, complete, {"agent": agent_in(form, archived_agent_id)})


@requirement("update-archived-environment-is-refused", MUST, source="update#errors", covers="UPD-018", revisions=(CMA,))
def test_an_archived_environment_is_refused_somehow(
    api: Client, complete: Object, archived_environment_id: str
) -> None:
    """An update to an archived environment is refused, with whichever status of 4xx, and the old one stays."""
    _expect_refused_and_kept(api, complete, {"environment_id": archived_environment_id})


@requirement("update-unknown-reference", SHOULD, source="update#errors", covers="UPD-019")
@pytest.mark.parametrize("what", ["agent", "agent object", "environment"])
def test_an_unknown_reference_is_refused(api: Client, complete: Object, what: str) -> None:
    """An update to an agent or an environment that does not exist is answered with 404 or 400."""
    agent, nobody = _own(complete, "agent"), api.unknown_id("agent_")
    need_success(api.update(complete["id"], {"agent": agent, "environment_id": complete["environment_id"]}))
    patch: Object = {
        "agent": {"agent": nobody},
        "agent object": {"agent": agent | {"id": nobody}},
        "environment": {"environment_id": api.unknown_id("env_")},
    }[what]

    exchange = api.update(complete["id"], patch)

    expect_status(exchange, 404, 400)


@requirement("update-foreign-reference-is-refused", SHOULD, source="conventions/errors#error-types", covers="AUTH-009")
@pytest.mark.parametrize("field", ["agent", "environment_id"])
def test_a_reference_of_another_account_is_refused(
    api: Client, deployment: Object, foreign: Object, field: str
) -> None:
    """An update to an agent or an environment of another account is refused."""
    exchange = api.update(deployment["id"], {field: foreign[field]})

    expect_refusal(exchange)
