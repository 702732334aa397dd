"""Errors: the id by which an error names its request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.cases.situations import SITUATIONS, refused
from conformance.expect import Json, expect_equal, expect_true
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.operations import Stage
    from conformance.cases.situations import Refusals
    from conformance.exchange import Exchange

EVERY_REFUSAL = pytest.mark.parametrize("situation", SITUATIONS)


@requirement("error-request-id-matches-header", SHOULD, source="conventions/errors#request-id", covers="ERR-006")
@EVERY_REFUSAL
def test_the_request_id_is_that_of_the_header(refusals: Refusals, situation: str) -> None:
    """Where an error has a request_id and its answer a header for it, such as x-request-id, both are the same."""
    exchange = refusals.error(situation)

    body, header = exchange.json, exchange.header(exchange.revision.request_id_header)
    told = body.get("request_id") if isinstance(body, dict) else None
    same = told is None or header is None or told == header
    expect_true(same, "two request ids", expected=header, actual=told, at=exchange, pointer="/request_id")


def _callers_id(exchange: Exchange) -> str | None:
    return dict(exchange.request_headers).get("x-request-id")


def _request_id(exchange: Exchange) -> Json:
    """What an error says of the id of its request; that it has the envelope is asked elsewhere."""
    body = exchange.json
    if not isinstance(body, dict) or not isinstance(body.get("error"), dict):
        raise NotApplicable("there is no error envelope to look at")
    return body.get("request_id", "no such member")


@requirement(
    "error-request-id-is-told",
    MUST,
    source="conventions/errors#request-id",
    covers="ERR-004",
    revisions=(QODER_SEPTEMBER,),
)
@EVERY_REFUSAL
def test_every_error_names_its_request(refusals: Refusals, situation: str) -> None:
    """Every error has a request_id beside its `error`, which is a string and not empty."""
    exchange = refusals.error(situation)

    told = _request_id(exchange)
    holds = isinstance(told, str) and told not in {"", "no such member"}
    message = "the error has no request_id"
    expect_true(holds, message, expected="a string", actual=told, at=exchange, pointer="/request_id")


@requirement(
    "error-request-id-or-null", MUST, source="conventions/errors#request-id", covers="ERR-004", revisions=(CMA,)
)
@EVERY_REFUSAL
def test_every_error_has_a_member_for_its_request(refusals: Refusals, situation: str) -> None:
    """Every error has a request_id beside its `error`, which is a string or null."""
    exchange = refusals.error(situation)

    told = _request_id(exchange)
    holds = told is None or (isinstance(told, str) and told != "no such member")
    message = "the error has no request_id"
    expect_true(holds, message, expected="a string or null", actual=told, at=exchange, pointer="/request_id")


@requirement(
    "error-request-id-is-the-callers",
    MUST,
    source="conventions/errors#request-id",
    covers="ERR-005",
    revisions=(QODER_SEPTEMBER,),
)
@EVERY_REFUSAL
def test_the_request_id_is_the_callers(refusals: Refusals, situation: str) -> None:
    """The request_id of an error is the x-request-id that the caller sent."""
    exchange = refusals.error(situation)
    told = _told(exchange)

    expect_equal(told, _callers_id(exchange), "request_id", at=exchange, pointer="/request_id")


def _told(exchange: Exchange) -> str:
    told = _request_id(exchange)
    if not isinstance(told, str) or told in {"", "no such member"}:
        raise NotApplicable("the error has no request_id to look at")
    return told


UNNAMED: dict[str, Callable[[Stage], Exchange]] = {
    "list, limit 0": lambda stage: stage.api.list({"limit": 0}, headers={"x-request-id": None}),
    "get, unknown": lambda stage: stage.unknown("get").by(stage.api, headers={"x-request-id": None}),
    "create, nothing": lambda stage: stage.api.create({}, headers={"x-request-id": None}),
    "list, no token": lambda stage: stage.nobody.list(headers={"x-request-id": None}),
}
"""Requests that are refused, and that their caller gives no id."""

UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE)


@requirement(
    "error-request-id-is-made",
    MUST,
    source="conventions/errors#request-id",
    covers="ERR-005",
    revisions=(QODER_SEPTEMBER,),
)
@pytest.mark.parametrize("situation", UNNAMED)
def test_a_request_without_an_id_is_given_one(stage: Stage, situation: str) -> None:
    """The request_id of an error is a UUID where the caller sent no x-request-id."""
    exchange = refused(UNNAMED[situation](stage), situation)

    told = _request_id(exchange)
    made = isinstance(told, str) and UUID.fullmatch(told) is not None
    message = "the error names no UUID for its request"
    expect_true(made, message, expected="a UUID", actual=told, at=exchange, pointer="/request_id")


@requirement(
    "error-request-ids-differ",
    SHOULD,
    source="conventions/errors#request-id",
    covers="ERR-011",
    revisions=(QODER_SEPTEMBER,),
)
def test_two_requests_have_two_ids(stage: Stage) -> None:
    """Errors of different requests have different request ids, where their callers sent none."""
    situations = ("list, limit 0", "get, unknown", "list, limit 0", "get, unknown")
    exchanges = [refused(UNNAMED[situation](stage), situation) for situation in situations]

    told = [_told(exchange) for exchange in exchanges]
    repeated = sorted({id_ for id_ in told if told.count(id_) > 1})
    message = "two requests have one id"
    expect_equal(repeated, [], message, at=exchanges[-1], pointer="/request_id")


@observation("error-request-id", source="conventions/errors#request-id", covers="ERR-006")
def observe_the_request_id_of_an_error(refusals: Refusals) -> str:
    """Whether a refusal carries the id of its request in a header, and whether that is the caller's x-request-id."""
    exchange = refusals.error("list, limit 0")
    sent, came = _callers_id(exchange), exchange.header(exchange.revision.request_id_header)
    return "none" if came is None else "echoed" if came == sent else "of-its-own"
