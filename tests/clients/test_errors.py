"""Each official client turns each refusal into the exception that is meant for it, and tells which request it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from clients.conftest import ANTHROPIC, CLIENTS, NODE, QCA
from clients.sdk import Failure, failure
from clients.services import Refuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from clients.conftest import Drive, Driven

pytestmark = pytest.mark.matrix

# --- what the reference refuses by itself -----------------------------------------------------------------------


def _create_without_a_name(driven: Driven) -> object:
    return driven.sdk.create(**driven.body(name=""))


def _retrieve_nothing(driven: Driven) -> object:
    return driven.sdk.retrieve(f"{driven.revision.deployment_prefix}0")


def _list_behind_nothing(driven: Driven) -> object:
    return driven.sdk.listed(page="not-a-page")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("refused", "kind", "status", "type_"),
    [
        (_create_without_a_name, "BadRequestError", 400, "invalid_request_error"),
        (_list_behind_nothing, "BadRequestError", 400, "invalid_request_error"),
        (_retrieve_nothing, "NotFoundError", 404, "not_found_error"),
    ],
)
def test_a_refusal_is_raised(  # noqa: PLR0913, PLR0917 - a parameter each
    drive: Drive, client: str, refused: Callable[[Driven], object], kind: str, status: int, type_: str
) -> None:
    driven = drive(client)

    failed = failure(lambda: refused(driven))

    assert replace(failed, request_id=None) == Failure(kind, status, type_)
    assert failed.request_id


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    ("token", "kind", "status", "type_"),
    [
        ("expired", "AuthenticationError", 401, "authentication_error"),
        ("unscoped", "PermissionDeniedError", 403, "permission_error"),
    ],
)
def test_a_refused_token_is_raised(  # noqa: PLR0913, PLR0917 - a parameter each
    drive: Drive, client: str, token: str, kind: str, status: int, type_: str
) -> None:
    driven = drive(client, as_who=token)

    failed = failure(driven.sdk.listed)

    assert replace(failed, request_id=None) == Failure(kind, status, type_)


@pytest.mark.parametrize("client", QCA)
@pytest.mark.parametrize("action", ["pause", "archive"])
def test_a_conflict_is_raised(drive: Drive, client: str, action: str) -> None:
    """The other edition has none: there, a change may be repeated."""
    driven = drive(client)
    (made,) = driven.made()
    driven.sdk.act(action, made)

    failed = failure(lambda: driven.sdk.act(action, made))

    assert replace(failed, request_id=None) == Failure("ConflictError", 409, "conflict_error")


@pytest.mark.parametrize("client", [*ANTHROPIC, NODE])
def test_a_body_that_is_too_large_is_raised(drive: Drive, client: str) -> None:
    driven = drive(client)

    failed = failure(lambda: driven.sdk.create(**driven.body(name="x" * (driven.revision.body_limit + 1))))

    assert replace(failed, request_id=None) == Failure("ContentTooLargeError", 413, "request_too_large")


@pytest.mark.parametrize("client", QCA)
def test_a_body_that_is_too_large_is_a_bad_request(drive: Drive, client: str) -> None:
    driven = drive(client)

    failed = failure(lambda: driven.sdk.create(**driven.body(name="x" * (driven.revision.body_limit + 1))))

    assert replace(failed, request_id=None) == Failure("BadRequestError", 400, "invalid_request_error")


# --- every status -----------------------------------------------------------------------------------------------

EVERY_STATUS = {
    # what qca-sdk raises, and what both others raise
    400: ("BadRequestError", "BadRequestError"),
    401: ("AuthenticationError", "AuthenticationError"),
    402: ("APIStatusError", "PaymentRequiredError"),
    403: ("PermissionDeniedError", "PermissionDeniedError"),
    404: ("NotFoundError", "NotFoundError"),
    408: ("APIStatusError", "RequestTimeoutError"),
    409: ("ConflictError", "ConflictError"),
    412: ("APIStatusError", "PreconditionFailedError"),
    413: ("RequestTooLargeError", "ContentTooLargeError"),
    422: ("UnprocessableEntityError", "UnprocessableEntityError"),
    429: ("RateLimitError", "RateLimitError"),
    500: ("InternalServerError", "InternalServerError"),
    501: ("InternalServerError", "HTTPNotImplementedError"),
    502: ("InternalServerError", "InternalServerError"),
    503: ("InternalServerError", "ServiceUnavailableError"),
    504: ("InternalServerError", "GatewayTimeoutError"),
    529: ("OverloadedError", "OverloadedError"),
}
IN_NODE = {501: "NotImplementedError"}


def _raised(client: str, status: int) -> str:
    of_qca, of_others = EVERY_STATUS[status]
    return of_qca if client in QCA else IN_NODE.get(status, of_others) if client == NODE else of_others


@pytest.mark.parametrize("client", CLIENTS)
def test_each_status_has_its_exception(drive: Drive, client: str) -> None:
    driven = drive(client, Refuses)
    assert isinstance(driven.service, Refuses)

    raised = {}
    for driven.service.status in EVERY_STATUS:
        failed = failure(lambda: driven.sdk.retrieve("any"))
        assert (failed.status, failed.type) == (driven.service.status, "api_error")
        raised[failed.status] = failed.kind

    assert raised == {status: _raised(client, status) for status in EVERY_STATUS}


# --- how often it is asked --------------------------------------------------------------------------------------


def _attempts(drive: Drive, client: str, ask: Callable[[Driven], object]) -> dict[int, int]:
    driven = drive(client, Refuses, max_retries=2)
    assert isinstance(driven.service, Refuses)
    attempts: dict[int, int] = {}
    for driven.service.status in (400, 408, 409, 429, 500, 503, 529):
        failure(lambda: ask(driven))
        attempts[driven.service.status] = len(driven.service.heard)
        driven.service.heard.clear()
    return attempts


READ_AGAIN = {400: 1, 408: 3, 409: 1, 429: 3, 500: 3, 503: 3, 529: 3}
ALWAYS_AGAIN = READ_AGAIN | {409: 3}


@pytest.mark.parametrize(
    ("client", "read", "write"),
    [
        *((client, READ_AGAIN, dict.fromkeys(READ_AGAIN, 1) | {429: 3}) for client in QCA),
        *((client, ALWAYS_AGAIN, ALWAYS_AGAIN) for client in (*ANTHROPIC, NODE)),
    ],
)
def test_what_is_sent_again(drive: Drive, client: str, read: dict[int, int], write: dict[int, int]) -> None:
    """The Anthropic clients repeat a create, without an Idempotency-Key: a service has to expect it twice."""
    body: dict[str, Any] = {"name": "n", "agent": "a", "environment_id": "e", "initial_events": []}

    assert _attempts(drive, client, lambda driven: driven.sdk.retrieve("any")) == read
    assert _attempts(drive, client, lambda driven: driven.sdk.create(**body)) == write
