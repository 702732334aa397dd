"""Create: what has to be refused, and that a refused create makes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.creates import up_to
from conformance.cases.pages import showing
from conformance.cases.updates import expect_accepted
from conformance.expect import expect_equal, expect_error, need, need_object
from conformance.far_schedules import far_month
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.server_time import server_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

REQUIRED = ("name", "agent", "environment_id", "initial_events")


# --- required fields --------------------------------------------------------------------------------------------


def without(body: Object, field: str) -> Object:
    """A body that lacks a field."""
    return {key: value for key, value in body.items() if key != field}


@requirement("create-without-name-is-400", MUST, source="create#errors", covers="CRE-004")
def test_a_create_without_a_name_is_refused(api: Client, complete_body: Object) -> None:
    """A create without a name is refused with 400 invalid_request_error."""
    expect_error(api.create(without(complete_body, "name")), 400)


@requirement("create-without-agent-is-400", MUST, source="create#errors", covers="CRE-005")
def test_a_create_without_an_agent_is_refused(api: Client, complete_body: Object) -> None:
    """A create without an agent is refused with 400 invalid_request_error."""
    expect_error(api.create(without(complete_body, "agent")), 400)


@requirement("create-without-environment-is-400", MUST, source="create#errors", covers="CRE-006")
def test_a_create_without_an_environment_is_refused(api: Client, complete_body: Object) -> None:
    """A create without an environment_id is refused with 400 invalid_request_error."""
    expect_error(api.create(without(complete_body, "environment_id")), 400)


@requirement("create-without-events-is-400", MUST, source="create#errors", covers="CRE-007")
def test_a_create_without_events_is_refused(api: Client, complete_body: Object) -> None:
    """A create without initial_events is refused with 400 invalid_request_error."""
    expect_error(api.create(without(complete_body, "initial_events")), 400)


@requirement("create-empty-object-is-400", MUST, source="create#errors", covers="CRE-008")
def test_an_empty_object_is_refused(api: Client) -> None:
    """A create with the body {} is refused with 400 invalid_request_error."""
    expect_error(api.create({}), 400)


@requirement("create-no-body-is-400", SHOULD, source="conventions/errors#error-types", covers="CRE-008")
def test_no_body_is_refused(api: Client) -> None:
    """A create without a body is refused with 400 invalid_request_error."""
    expect_error(api.create(content=b"", headers={"content-type": "application/json"}), 400)


@requirement("create-required-null-is-400", SHOULD, source="conventions/errors#error-types", covers="CRE-009")
@pytest.mark.parametrize("field", REQUIRED)
def test_null_for_a_required_field_is_refused(api: Client, complete_body: Object, field: str) -> None:
    """A required field that is null counts as missing: 400 invalid_request_error."""
    expect_error(api.create(complete_body | {field: None}), 400)


# --- nothing is made --------------------------------------------------------------------------------------------


def _messages(api: Client, number: int) -> list[Object]:
    return [api.session.revision.message("One of several") for _ in range(number)]


def _never_runs(api: Client) -> Object:
    expression = f"61 9 12 {far_month(server_now(api))} *"
    return {"schedule": {"type": "cron", "expression": expression, "timezone": "UTC"}}


SPOILERS: dict[str, Callable[[Client], Object]] = {
    "no name": lambda _: {"name": ...},
    "no agent": lambda _: {"agent": ...},
    "no environment": lambda _: {"environment_id": ...},
    "no events": lambda _: {"initial_events": ...},
    "a name too long": lambda _: {"name": "x" * 257},
    "a name of the wrong type": lambda _: {"name": 42},
    "an unknown agent": lambda api: {"agent": api.unknown_id("agent_")},
    "an unknown environment": lambda api: {"environment_id": api.unknown_id("env_")},
    "too many events": lambda api: {"initial_events": _messages(api, 51)},
    "an unknown last event": lambda api: {
        "initial_events": [*_messages(api, 1), api.session.revision.message("The last", "user.unheard")]
    },
    "an invalid expression": _never_runs,
    "a metadata value of the wrong type": lambda _: {"metadata": {"number": 1}},
    "too much metadata": lambda _: {"metadata": {f"key-{number}": "" for number in range(17)}},
    "resources of the wrong type": lambda _: {"resources": "none"},
    "too many vaults": lambda api: {"vault_ids": [api.unknown_id("vault_") for _ in range(51)]},
}
"""By what is wrong: the changes to a valid body after which it has to be refused; `...` takes a field out."""


def _spoiled(body: Object, changes: Object) -> Object:
    return {key: value for key, value in (body | changes).items() if value is not ...}


@requirement("create-refused-makes-nothing", SHOULD, source="conventions/errors#error-types", covers="CRE-027 ERR-009")
@pytest.mark.parametrize("wrong", SPOILERS)
def test_a_refused_create_makes_nothing(api: Client, bodies: Bodies, suite: Suite, wrong: str) -> None:
    """A create that is refused leaves no deployment behind."""
    body = bodies(description=next(suite.names))
    need_refusal(api.create(_spoiled(body, SPOILERS[wrong](api))))
    later = need_object(api.create(bodies()))

    walked = up_to(api, later["id"])

    marks = {body["name"], body["description"]}
    items = [item for page in walked for item in page.items]
    left = [str(item.get("id")) for item in items if marks & {item.get("name"), item.get("description")}]
    expect_equal(left, [], "the ids in the list of a refused create", at=showing(walked, left), pointer="/data")


@requirement("create-refused-name-stays-free", SHOULD, source="conventions/errors#error-types", covers="CRE-027")
@pytest.mark.parametrize("wrong", ["no agent", "an unknown environment", "an unknown last event"])
def test_the_name_of_a_refused_create_stays_free(api: Client, body: Object, wrong: str) -> None:
    """After a create was refused, the same body without its mistake is accepted, name and all."""
    need_refusal(api.create(_spoiled(body, SPOILERS[wrong](api))))

    exchange = api.create(body)

    expect_accepted(exchange)


def need_refusal(exchange: Exchange) -> None:
    """A control: the create was refused as the client's mistake."""
    need(400 <= exchange.status < 500, f"the create had to be refused (4xx), but was answered {exchange.status}")
