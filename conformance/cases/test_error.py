"""Errors: what the body of every refusal holds, what it must not hold, and that a refusal changes nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from conformance.cases.operations import Attempt
from conformance.cases.situations import REFUSED, SITUATIONS, UNAUTHENTICATED, refused
from conformance.exchange import NO_JSON
from conformance.expect import (
    Json,
    expect_envelope,
    expect_equal,
    expect_true,
    need_success,
    resolve,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.operations import Stage
    from conformance.cases.situations import Refusals
    from conformance.client import Client
    from conformance.exchange import Exchange

EVERY_REFUSAL = pytest.mark.parametrize("situation", SITUATIONS)


def _body(exchange: Exchange) -> Json:
    return None if exchange.json is NO_JSON else exchange.json


def _text(exchange: Exchange, pointer: str) -> str:
    """A string in the envelope; that it has to be there is asked elsewhere."""
    found = resolve(_body(exchange), pointer)
    if not isinstance(found, str) or found == "no such member":
        raise NotApplicable(f"there is no string {pointer} in the error to look at")
    return found


# --- what an error holds ----------------------------------------------------------------------------------------


@requirement("error-envelope", MUST, source="conventions/errors#error-envelope", covers="ERR-001")
@pytest.mark.parametrize("situation", REFUSED)
def test_every_refusal_has_the_envelope(refusals: Refusals, situation: str) -> None:
    """Every refusal but a 401 has the body {"type": "error", "error": {"type": ..., "message": ...}}, both strings."""
    expect_envelope(refusals.error(situation))


@requirement("error-envelope-of-401", MUST, source="conventions/errors#error-envelope", covers="ERR-001")
@pytest.mark.parametrize("situation", UNAUTHENTICATED)
def test_a_401_has_the_envelope(refusals: Refusals, situation: str) -> None:
    """A 401 has the body that all errors have, also where a gateway answers it."""
    expect_envelope(refusals.error(situation))


@requirement("error-type-fits-status", MUST, source="conventions/errors#error-types", covers="ERR-003")
@pytest.mark.parametrize("situation", REFUSED)
def test_the_type_of_an_error_fits_its_status(refusals: Refusals, situation: str) -> None:
    """The error type is the one of the status: invalid_request_error with 400, not_found_error with 404 and so on."""
    exchange = refusals.error(situation)
    type_ = _text(exchange, "/error/type")
    wanted = exchange.revision.errors.get(exchange.status)
    if wanted is None:
        raise NotApplicable(f"no page says which error type belongs to {exchange.status}")

    expect_equal(type_, wanted, f"error type of a {exchange.status}", at=exchange, pointer="/error/type")


@requirement("error-type-of-401", MUST, source="conventions/errors#error-types", covers="ERR-003 AUTH-005")
@pytest.mark.parametrize("situation", UNAUTHENTICATED)
def test_a_401_has_the_type_authentication_error(refusals: Refusals, situation: str) -> None:
    """The error type of a 401 is authentication_error."""
    exchange = refusals.error(situation)
    type_ = _text(exchange, "/error/type")
    if exchange.status != 401:
        raise NotApplicable(f"there is no 401 to look at: {situation} was answered {exchange.status}")

    expect_equal(type_, "authentication_error", "error type of a 401", at=exchange, pointer="/error/type")


@requirement("error-message-not-empty", SHOULD, source="conventions/errors#error-envelope", covers="ERR-002")
@EVERY_REFUSAL
def test_the_message_says_something(refusals: Refusals, situation: str) -> None:
    """The message of an error is not empty."""
    exchange = refusals.error(situation)
    message = _text(exchange, "/error/message")

    told = bool(message.strip())
    expect_true(told, "empty message", expected="a text", actual=message, at=exchange, pointer="/error/message")


@requirement("error-never-in-a-success", MUST, source="conventions/errors#error-types", covers="ERR-012")
@EVERY_REFUSAL
def test_no_success_carries_an_error(refusals: Refusals, situation: str) -> None:
    """An error is told by a status of 4xx or 5xx, never by an error body in an answer of 200."""
    exchange = refusals(situation)

    body = _body(exchange)
    told = isinstance(body, dict) and (body.get("type") == "error" or ("error" in body and "id" not in body))
    message = f"the answer is an error, and its status is {exchange.status}"
    fits = exchange.status >= 400 or not told
    expect_true(fits, message, expected="a status of 4xx", actual=f"status {exchange.status}", at=exchange)
    refusals.error(situation)


@requirement(
    "error-param-is-a-string", MUST, source="conventions/errors#error-envelope", covers="ERR-007", revisions=QODER
)
@EVERY_REFUSAL
def test_a_param_is_a_string(refusals: Refusals, situation: str) -> None:
    """Where an error names the field that it is about, error.param is a string."""
    exchange = refusals.error(situation)

    param = resolve(_body(exchange), "/error/param")  # a text where there is none, which is lawful too
    holds = param is None or isinstance(param, str)
    expect_true(holds, "param is no string", expected="a string", actual=param, at=exchange, pointer="/error/param")


@requirement(
    "error-param-names-the-name", MUST, source="conventions/errors#error-envelope", covers="ERR-007", revisions=QODER
)
def test_a_missing_name_is_named(refusals: Refusals) -> None:
    """Where the refusal of a create without a name has an error.param, it is "name"."""
    exchange = refusals.error("create, no name")

    param = resolve(_body(exchange), "/error/param")
    holds = param in {"name", "no such member", ""} or not isinstance(param, str)
    expect_true(holds, "another field is named", expected="name", actual=param, at=exchange, pointer="/error/param")


@requirement(
    "error-extra-members",
    SHOULD,
    source="conventions/errors#error-envelope",
    covers="ERR-008",
    unobservable="a rule for whoever reads an error, this suite included: a service can only make use of it",
)
def test_extra_members_of_an_error_are_allowed() -> None:
    """An error may have members that this edition does not name, such as error.code."""


# --- what an error must not hold --------------------------------------------------------------------------------

LEAKS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)|File \"[^\"]+\", line \d+|goroutine \d+ \[|\bpanicked at |"
        r"\bat [\w$.<>]+ ?\([^()\s]*[./][^()\s]*:\d+(?::\d+)?\)|\.(?:py|go|rs|rb|php|ts|js|java|kt|cs|c|cpp):\d+\b"
    ),
    "the address of another host": re.compile(
        r"upstream connect error|\b(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}:\d{2,5}\b|"
        r"\blocalhost:\d{2,5}\b|\b[\w-]+(?:\.[\w-]+)*\.(?:svc|internal|local)(?:\.[\w-]+)*:\d{2,5}\b"
    ),
}
"""What tells of the inside of a service. The target's own address may well appear in its answers."""


@requirement("error-tells-no-secret", SHOULD, source="conventions/errors#error-envelope", covers="ERR-010")
@EVERY_REFUSAL
def test_an_error_tells_no_secret(stage: Stage, refusals: Refusals, situation: str) -> None:
    """The body of an error holds neither the caller's token, nor a stack trace, nor the address of another host."""
    exchange = refusals.error(situation)

    text = exchange.text.replace(f":{urlsplit(exchange.url).port}", "")
    token = (stage.api.authorization or "").removeprefix("Bearer ")
    found = [what for what, form in LEAKS.items() if form.search(text)]
    found += ["the token"] if token and token in text else []
    expect_true(not found, f"the error holds {' and '.join(found)}", expected="none of it", actual=found, at=exchange)


# --- what an error does -----------------------------------------------------------------------------------------


TRUNCATED = b'{"description": "Changed", "metadata": {"changed": "yes"'
REFUSED_CHANGES: dict[str, tuple[str, Callable[[Client, str], Exchange]]] = {
    "update, cut off": ("", lambda api, id_: api.update(id_, content=TRUNCATED)),
    "update, comma at the end": ("", lambda api, id_: api.update(id_, content=TRUNCATED + b"},}")),
    "update, second value": ("", lambda api, id_: api.update(id_, content=b'{"description": "Changed"} {"name"')),
    "unpause, active": ("", lambda api, id_: api.unpause(id_)),
    "pause, archived": ("archive", lambda api, id_: api.pause(id_)),
    "unpause, archived": ("archive", lambda api, id_: api.unpause(id_)),
    "unpause, archived while paused": ("pause archive", lambda api, id_: api.unpause(id_)),
}


@requirement("error-changes-nothing", SHOULD, source="conventions/errors#error-types", covers="ERR-009")
@pytest.mark.parametrize("what", REFUSED_CHANGES)
def test_a_refused_change_changes_nothing(stage: Stage, what: str) -> None:
    """A deployment is the same after a refused request as before it."""
    states, send = REFUSED_CHANGES[what]
    attempt = Attempt("update", stage.made())
    for state in states.split():
        need_success(Attempt(state, attempt.deployment_id).by(stage.api))
    before = attempt.effects(stage.api)

    refused(send(stage.api, attempt.deployment_id), what)

    expect_equal(attempt.effects(stage.api), before, "the deployment after the refusal", at=stage.last)


@requirement("error-creates-nothing", SHOULD, source="conventions/errors#error-types", covers="ERR-009")
@pytest.mark.parametrize("end", ["", ", ", ",}", "]", "}}", '} {"'], ids=repr)
def test_a_refused_create_makes_nothing(stage: Stage, end: str) -> None:
    """No deployment is made by a create whose body breaks off or goes wrong at its end."""
    attempt = stage.attempt("create")

    refused(stage.api.create(content=json.dumps(attempt.body)[:-1].encode() + end.encode()), "a malformed create")

    expect_equal(attempt.effects(stage.api), [], "the deployments of that name", at=stage.last)
