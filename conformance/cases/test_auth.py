"""Authentication: who is let in, who is not, and what is asked first; the bodies of refusals are judged with errors."""

from __future__ import annotations

import base64
import itertools
import re
from typing import TYPE_CHECKING

import pytest

from conformance.cases.operations import BY_ID, OPERATIONS, WRITES, Attempt
from conformance.expect import expect_equal, expect_status, expect_true, need_object, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import NEWER, QODER_JUNE, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.operations import Stage
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

EACH_OPERATION = pytest.mark.parametrize("operation", OPERATIONS)
WITHOUT_A_TOKEN = pytest.mark.parametrize("caller", ["nobody", "stranger"])
"""No Authorization header, or a token that nobody was given."""

SOME = ("list", "get", "create")
SOME_OPERATIONS = pytest.mark.parametrize("operation", SOME)
"""For refusals that depend on the header alone: reading and writing, with an id and without."""


def _caller(stage: Stage, name: str) -> Client:
    return {"nobody": stage.nobody, "stranger": stage.stranger}[name]


@pytest.fixture
def token(suite: Suite) -> str:
    """The token that may do everything."""
    if not suite.settings.target.token:
        raise NotApplicable("no token: set DEPLOYMENTS_TOKEN")
    return suite.settings.target.token


# --- the token that may -----------------------------------------------------------------------------------------


@requirement("auth-token-is-accepted", MUST, source="conventions/authentication#bearer-token", covers="AUTH-001")
@EACH_OPERATION
def test_the_token_is_accepted(stage: Stage, operation: str) -> None:
    """Each operation lets in a caller with `Authorization: Bearer` and a valid token."""
    exchange = stage.attempt(operation).by(stage.api)

    refused = exchange.status in {401, 403}
    message = "a valid token was refused"
    expect_true(not refused, message, expected="a success", actual=f"status {exchange.status}", at=exchange)
    need_success(exchange)


@observation("auth-scheme-in-lower-case", source="conventions/authentication#bearer-token", covers="AUTH-001")
def observe_the_scheme_in_lower_case(api: Client, token: str) -> str:
    """Whether `bearer` is taken for `Bearer`."""
    return "accepted" if api.with_authorization(f"bearer {token}").list({"limit": 1}).ok else "refused"


@observation(
    "auth-token-kind",
    source="conventions/authentication#bearer-token",
    covers="AUTH-013",
    revisions=(QODER_SEPTEMBER,),
)
def observe_the_kind_of_the_token(api: Client, token: str) -> str:
    """Of which kind the token is that was let in: a personal one (PAT), a JWT as one of a service is (SAT), another."""
    need_success(api.list({"limit": 1}))
    return "personal" if token.startswith("pt-") else "jwt" if JWT.fullmatch(token) else "other"


JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


# --- no token, or a wrong one -----------------------------------------------------------------------------------


@requirement(
    "auth-missing-token-is-401", MUST, source="conventions/authentication#bearer-token", covers="AUTH-002 AUTH-012"
)
@EACH_OPERATION
def test_a_missing_token_is_401(stage: Stage, operation: str) -> None:
    """Each operation answers 401 to a request without an Authorization header."""
    exchange = stage.attempt(operation).by(stage.nobody)

    expect_status(exchange, 401)


@requirement("auth-unknown-token-is-401", MUST, source="conventions/errors#error-types", covers="AUTH-003")
@EACH_OPERATION
def test_an_unknown_token_is_401(stage: Stage, operation: str) -> None:
    """Each operation answers 401 to a token that looks right and that nobody was given."""
    exchange = stage.attempt(operation).by(stage.stranger)

    expect_status(exchange, 401)


@requirement("auth-malformed-token-is-401", MUST, source="conventions/errors#error-types", covers="AUTH-003")
@pytest.mark.parametrize("malformed", ["x", "null", "undefined", "pt-", "Bearer", "*"])
@SOME_OPERATIONS
def test_a_malformed_token_is_401(stage: Stage, operation: str, malformed: str) -> None:
    """A token that cannot be one is answered with 401."""
    exchange = stage.attempt(operation).by(stage.api.with_token(malformed))

    expect_status(exchange, 401)


ALTERED: dict[str, Callable[[str], str]] = {
    "one character more": lambda token: f"{token}x",
    "one character less": lambda token: token[:-1],
    "its first half": lambda token: token[: len(token) // 2],
    "another character in the middle": lambda token: _replaced(token, len(token) // 2),
    "another character near the end": lambda token: _replaced(token, len(token) - 5),
    "the other case": str.swapcase,
    "twice": lambda token: token + token,
}


def _replaced(token: str, place: int) -> str:
    at = max(place, 0)
    return f"{token[:at]}{'y' if token[at : at + 1] == 'x' else 'x'}{token[at + 1 :]}"


@pytest.fixture
def altered(suite: Suite, token: str, alteration: str) -> str:
    """The valid token with an alteration; reports keep it as secret as the token itself."""
    value = ALTERED[alteration](token)
    if value == token or len(value) < 8:
        raise NotApplicable("the token is too short or too plain to be altered so")
    suite.redact.hide(value, "$ALTERED_TOKEN")
    return value


@requirement("auth-altered-token-is-401", MUST, source="conventions/errors#error-types", covers="AUTH-003")
@pytest.mark.parametrize("alteration", ALTERED)
@SOME_OPERATIONS
def test_an_altered_token_is_401(stage: Stage, altered: str, operation: str) -> None:
    """A token that is nearly the valid one is answered with 401."""
    exchange = stage.attempt(operation).by(stage.api.with_token(altered))

    expect_status(exchange, 401)


@requirement("auth-expired-token-is-401", MUST, source="get#errors", covers="AUTH-004")
@EACH_OPERATION
def test_an_expired_token_is_401(stage: Stage, expired_api: Client, operation: str) -> None:
    """Each operation answers 401 to a token that has expired or was revoked."""
    exchange = stage.attempt(operation).by(expired_api)

    expect_status(exchange, 401)


@requirement(
    "auth-api-key-alone-is-401",
    MUST,
    source="conventions/authentication#x-api-key",
    covers="AUTH-006",
    revisions=(QODER_JUNE,),
)
@EACH_OPERATION
def test_an_api_key_alone_is_401(stage: Stage, token: str, operation: str) -> None:
    """A valid token in `x-api-key`, without an Authorization header, is answered with 401."""
    exchange = stage.attempt(operation).by(stage.nobody, headers={"x-api-key": token})

    expect_status(exchange, 401)


@observation("auth-api-key-alone", source="conventions/authentication#x-api-key", covers="AUTH-006", revisions=NEWER)
def observe_an_api_key_alone(stage: Stage, token: str) -> str:
    """What becomes of a valid token in `x-api-key`, without an Authorization header."""
    exchange = stage.attempt("list").by(stage.nobody, headers={"x-api-key": token})
    return "accepted" if exchange.ok else f"refused-{exchange.status}"


SCHEMES: dict[str, Callable[[str], str]] = {
    "no scheme": lambda token: token,
    "Bearer without a token": lambda _: "Bearer",
    "Bearer without a blank": lambda token: f"Bearer{token}",
    "Bearer with a colon": lambda token: f"Bearer: {token}",
    "Basic": lambda token: f"Basic {base64.b64encode(f'{token}:'.encode()).decode()}",
    "Basic as a password": lambda token: f"Basic {base64.b64encode(f'user:{token}'.encode()).decode()}",
    "Basic with the token itself": lambda token: f"Basic {token}",
    "Token": lambda token: f"Token {token}",
    "Digest": lambda token: f'Digest username="{token}"',
}


@pytest.fixture
def credentials(suite: Suite, token: str, scheme: str) -> str:
    """The value of an Authorization header; reports keep it as secret as the token in it."""
    value = SCHEMES[scheme](token)
    if value.startswith("Basic"):
        suite.redact.hide(value.removeprefix("Basic "), "$ALTERED_TOKEN")
    return value


EACH_WITHOUT_A_SCHEME = [("no scheme", operation) for operation in OPERATIONS if operation not in SOME]


@requirement("auth-other-scheme-is-401", SHOULD, source="conventions/authentication#bearer-token", covers="AUTH-007")
@pytest.mark.parametrize(
    ("scheme", "operation"), [*itertools.product(SCHEMES, SOME), *EACH_WITHOUT_A_SCHEME], ids=" for ".join
)
def test_another_scheme_is_401(stage: Stage, credentials: str, operation: str) -> None:
    """A valid token under another scheme than Bearer, or under none, is answered with 401."""
    exchange = stage.attempt(operation).by(stage.api.with_authorization(credentials))

    expect_status(exchange, 401)


# --- what is asked first ----------------------------------------------------------------------------------------


@requirement("auth-precedes-existence", SHOULD, source="get#errors", covers="AUTH-008")
@pytest.mark.parametrize("operation", BY_ID)
@WITHOUT_A_TOKEN
def test_a_missing_token_is_told_before_a_missing_thing(stage: Stage, operation: str, caller: str) -> None:
    """Without a valid token an id that names nothing is answered with 401, as any other id."""
    exchange = stage.unknown(operation).by(_caller(stage, caller))

    expect_status(exchange, 401)


INVALID: dict[str, Callable[[Client, str], Exchange]] = {
    "create, nothing": lambda caller, _: caller.create({}),
    "create, malformed JSON": lambda caller, _: caller.create(content=b'{"name": '),
    "create, unknown agent": lambda caller, _: caller.create({"name": "x", "agent": caller.unknown_id("agent_")}),
    "update, wrong type": lambda caller, id_: caller.update(id_, {"name": 5}),
    "update, malformed JSON": lambda caller, id_: caller.update(id_, content=b'{"name": '),
    "list, limit 0": lambda caller, _: caller.list({"limit": 0}),
    "list, unknown status": lambda caller, _: caller.list({"status": "sleeping"}),
    "list, two cursors": lambda caller, _: caller.list({"after_id": "dep_1", "before_id": "dep_2"}),
    "list-all-runs, limit 0": lambda caller, _: caller.runs({"limit": 0}),
    "list-all-runs, has_error no boolean": lambda caller, _: caller.runs({"has_error": "banana"}),
}


@requirement("auth-precedes-validation", SHOULD, source="create#errors", covers="AUTH-008")
@pytest.mark.parametrize("what", INVALID)
@WITHOUT_A_TOKEN
def test_a_missing_token_is_told_before_a_wrong_request(stage: Stage, what: str, caller: str) -> None:
    """Without a valid token an invalid request is answered with 401, not with what is wrong about it."""
    id_ = stage.made() if what.startswith("update") else ""

    exchange = INVALID[what](_caller(stage, caller), id_)

    expect_status(exchange, 401)


@requirement("auth-precedes-state", SHOULD, source="pause#errors", covers="AUTH-008")
@pytest.mark.parametrize(
    ("state", "operation"), [("pause", "pause"), ("pause", "run"), ("archive", "archive"), ("archive", "run")]
)
@WITHOUT_A_TOKEN
def test_a_missing_token_is_told_before_a_conflict(stage: Stage, state: str, operation: str, caller: str) -> None:
    """Without a valid token a change that the state does not allow is answered with 401, not with 409."""
    attempt = Attempt(operation, stage.made())
    need_object(Attempt(state, attempt.deployment_id).by(stage.api))

    exchange = attempt.by(_caller(stage, caller))

    expect_status(exchange, 401)


# --- what a refused caller does ---------------------------------------------------------------------------------


@requirement("auth-refused-write-does-not-act", MUST, source="create#headers", covers="AUTH-002 AUTH-003 ERR-009")
@pytest.mark.parametrize("operation", WRITES)
@WITHOUT_A_TOKEN
def test_a_write_without_a_token_does_not_act(stage: Stage, operation: str, caller: str) -> None:
    """A write without a valid token changes nothing, whatever its answer says."""
    attempt = stage.attempt(operation)
    before = attempt.effects(stage.api)

    attempt.by(_caller(stage, caller))

    expect_equal(attempt.effects(stage.api), before, f"what {operation} is about", at=stage.last)
