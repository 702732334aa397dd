"""Transport and representation: paths, content types, sizes and timestamps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.operations import OPERATIONS
from conformance.cases.situations import SITUATIONS
from conformance.exchange import NO_JSON
from conformance.expect import (
    expect_error,
    expect_instant,
    expect_refusal,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    need_success,
    show,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER, QODER_SEPTEMBER
from conformance.server_time import date_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.cases.conftest import Bodies
    from conformance.cases.operations import Stage
    from conformance.cases.situations import Refusals
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object
    from conformance.revisions import Revision
    from conformance.suite import Suite

BARE = {"accept": None, "x-request-id": None}
"""Leaves out every header of a request that no page asks for."""


# --- paths and headers ------------------------------------------------------------------------------------------


LISTS = pytest.mark.parametrize("path", ["/deployments", "/deployment_runs"])


@requirement(
    "base-needs-no-version-header",
    MUST,
    source="conventions/overview#versioning",
    covers="BASE-001 BASE-012",
    revisions=QODER,
)
@LISTS
def test_no_header_but_the_token_is_needed(api: Client, path: str) -> None:
    """Deployments and runs are found under the base URL, by a request that has no header but its Authorization."""
    exchange = api.send("GET", path, headers=BARE)

    need_page(expect_status(exchange, 200))


@requirement(
    "base-needs-no-further-header",
    MUST,
    source="conventions/overview#versioning",
    covers="BASE-001",
    revisions=(CMA,),
)
@LISTS
def test_no_header_but_token_version_and_beta_is_needed(api: Client, path: str) -> None:
    """Deployments and runs are found under the base URL, by a request with its token, the version and the beta."""
    exchange = api.send("GET", path, headers=BARE)

    need_page(expect_status(exchange, 200))


@observation("base-search-without-its-beta", source="search#", covers="BASE-012", revisions=(QODER_SEPTEMBER,))
def observe_a_search_without_its_beta(searchable: Client) -> str:
    """What becomes of a search that does not ask for the beta, as the page wants it to."""
    exchange = searchable.send("POST", "/deployments/search", json={"limit": 1}, headers={"x-qoder-beta": None})
    return "accepted" if exchange.ok else f"refused-{exchange.status}"


@requirement("base-content-type-accepted", MUST, source="create#headers", covers="BASE-003")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_json_is_accepted_as_content_type(stage: Stage, operation: str) -> None:
    """Create and update take a body of `Content-Type: application/json`."""
    exchange = stage.attempt(operation).by(stage.api)

    refused = exchange.status in {406, 415}
    message = "application/json was refused"
    expect_true(not refused, message, expected="a success", actual=f"status {exchange.status}", at=exchange)
    need_success(exchange)


@requirement("base-content-type-missing", SHOULD, source="conventions/overview#requests", covers="BASE-004")
@pytest.mark.parametrize("operation", ["create", "update"])
def test_a_missing_content_type_is_no_accident(stage: Stage, operation: str) -> None:
    """A valid body without a Content-Type is accepted, or refused with 400 or 415."""
    exchange = stage.attempt(operation).by(stage.api, headers={"content-type": None})

    expect_status(exchange, 200, 201, 400, 415)


@observation("base-content-type-freedom", source="conventions/overview#requests", covers="BASE-004")
@pytest.mark.parametrize("said", [None, "text/plain", "application/json; charset=utf-8"])
def observe_other_content_types(stage: Stage, said: str | None) -> str:
    """Which content types a valid body may have besides plain application/json."""
    exchange = stage.attempt("create").by(stage.api, headers={"content-type": said})
    name = {None: "none", "text/plain": "text"}.get(said, "charset")
    return f"{name}-accepted" if exchange.ok else f"{name}-refused"


# --- answers ----------------------------------------------------------------------------------------------------


def _expect_json_type(exchange: Exchange) -> None:
    __tracebackhide__ = True
    said = exchange.header("content-type") or "no content type"
    media = said.partition(";")[0].strip().lower()
    holds = media == "application/json" or (media.startswith("application/") and media.endswith("+json"))
    expect_true(holds, f"the answer is of type {said[:60]}", expected="application/json", actual=said, at=exchange)


@requirement("base-success-is-json", SHOULD, source="conventions/overview#responses", covers="BASE-002")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_success_is_a_json_object(stage: Stage, operation: str) -> None:
    """Every operation answers with one JSON object, and says by its Content-Type that it is JSON."""
    exchange = need_success(stage.attempt(operation).by(stage.api))

    came = exchange.text[:80] if exchange.json is NO_JSON else exchange.json
    is_object = isinstance(exchange.json, dict)
    expect_true(is_object, "the answer is no JSON object", expected="an object", actual=show(came, 80), at=exchange)
    _expect_json_type(exchange)


@requirement("base-error-is-json", SHOULD, source="conventions/overview#responses", covers="BASE-002")
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_error_is_of_type_json(refusals: Refusals, situation: str) -> None:
    """Every error says by its Content-Type that it is JSON."""
    _expect_json_type(refusals.error(situation))


# --- sizes ------------------------------------------------------------------------------------------------------

MEGABYTE = 1024 * 1024
"""In bytes; by so many a body is above the limit of the edition."""


@pytest.fixture(scope="session")
def oversized(suite: Suite, api: Client, bodies: Bodies, revision: Revision, accepted: Object) -> Exchange:
    """The answer to a create that differs from an accepted one by megabytes of blanks behind its first brace."""
    if not suite.settings.loopback:
        raise NotApplicable("so many megabytes are sent to a target on this machine only")
    need(bool(accepted), "the same body without the blanks has to be accepted first")
    exchange = api.create(content=b"{%*b" % (revision.body_limit + MEGABYTE, json.dumps(bodies()).encode()[1:]))
    return replace(exchange, request_body=b"") if _is_documented(exchange) else exchange


def _is_documented(exchange: Exchange) -> bool:
    """Whether no case can have anything against a refusal, so that its megabytes need not be kept until the end."""
    status, said = exchange.status, exchange.json
    error = said.get("error") if isinstance(said, dict) and said.get("type") == "error" else None
    type_, message = (error.get("type"), error.get("message")) if isinstance(error, dict) else (None, None)
    right = status in exchange.revision.too_large and type_ == exchange.revision.errors.get(status)
    return right and isinstance(message, str)


@requirement("base-oversized-body-is-refused", MUST, source="conventions/errors#error-types", covers="BASE-005")
def test_an_oversized_body_is_refused(oversized: Exchange) -> None:
    """A body that is a megabyte above the limit is refused."""
    expect_refusal(oversized)


@requirement(
    "base-oversized-body-is-413",
    MUST,
    source="conventions/errors#error-types",
    covers="BASE-005",
    revisions=(CMA,),
)
def test_an_oversized_body_is_413(oversized: Exchange) -> None:
    """A body above the limit is answered with 413 request_too_large."""
    expect_error(oversized, 413)


@observation("base-oversized-body", source="conventions/errors#error-types", covers="BASE-005", revisions=QODER)
def observe_the_status_of_an_oversized_body(oversized: Exchange) -> str:
    """With which status a body above the limit is refused."""
    return f"status-{oversized.status}"


# --- timestamps -------------------------------------------------------------------------------------------------


TIMES = {
    *("created_at", "updated_at", "archived_at", "last_run_at"),
    *("triggered_at", "started_at", "completed_at", "scheduled_at"),
}


def _times(value: Json, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every documented timestamp that is set, with its pointer; what the owner wrote is left out."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _times(each, f"{pointer}/{place}")
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in TIMES and each is not None and each != "":
                yield f"{pointer}/{key}", each
            elif key not in {"metadata", "initial_events", "resources", "upcoming_runs_at"}:
                yield from _times(each, f"{pointer}/{key}")


@requirement("base-timestamps-are-utc", MUST, source="conventions/schemas#timestamps", covers="BASE-008")
@pytest.mark.parametrize("operation", OPERATIONS)
def test_timestamps_are_in_utc(stage: Stage, operation: str) -> None:
    """Every timestamp in the answer of every operation is in UTC and written as ISO 8601 with `Z`."""
    exchange = need_success(stage.filled(operation).by(stage.api))
    times = dict(_times(exchange.json))
    need(bool(times), "the answer has to hold a timestamp")

    for pointer, text in times.items():
        expect_instant(text, pointer.rpartition("/")[2], at=exchange, pointer=pointer)


ZONES = [timedelta(minutes=15 * quarters) for quarters in range(2, 57)]
"""How far the clocks of the world's time zones are from UTC."""


@requirement("base-timestamps-are-not-local", SHOULD, source="conventions/schemas#timestamps", covers="BASE-008")
@pytest.mark.parametrize("operation", ["create", "update", "archive", "run"])
def test_timestamps_are_not_of_another_zone(stage: Stage, operation: str) -> None:
    """What an answer says has just happened has happened by the clock of UTC, not by that of another zone."""
    exchange = need_success(stage.attempt(operation).by(stage.api))
    date, body = date_of(exchange), need_object(exchange)
    key = {"create": "created_at", "update": "updated_at", "archive": "archived_at", "run": "created_at"}[operation]
    said = instant(body.get(key))
    if date is None or said is None:
        raise NotApplicable("the answers have no Date to compare with")

    off = next((zone for zone in ZONES if abs(abs(said - date) - zone) < timedelta(minutes=5)), None)
    message = f"{key} is {off} from the Date of the answer, as the clock of another time zone"
    expect_true(off is None, message, expected=date.isoformat(), actual=body[key], at=exchange, pointer=f"/{key}")


@observation("base-timestamp-precision", source="conventions/schemas#timestamps", covers="BASE-009")
def observe_the_precision_of_timestamps(stage: Stage) -> str:
    """Whether the timestamps of deployments have fractions of a second."""
    created = need_object(stage.attempt("create").by(stage.api))
    times = [str(created.get(key)) for key in ("created_at", "updated_at")]
    return "fractions" if any("." in text for text in times) else "whole-seconds"


# --- accidents --------------------------------------------------------------------------------------------------


def _runs_of_any(api: Client, params: dict[str, str]) -> Exchange:
    """The runs of the newest deployment, if there is one."""
    newest = need_page(api.list({"limit": 1})).ids
    return api.its_runs(newest[0] if newest else api.unknown_deployment_id(), params)


ODD: dict[str, Callable[[Client], Exchange]] = {
    "an id of NUL": lambda api: api.get("\0"),
    "an id of NUL at its end": lambda api: api.get("dep_1\0"),
    "an id of 2,000 characters": lambda api: api.get("dep_" + "0" * 2000),
    "an id in Chinese": lambda api: api.get("部署"),
    "an id with a slash": lambda api: api.get("dep_1/dep_2"),
    "an id with a quote": lambda api: api.get("dep_1' OR '1'='1"),
    "an id that is no UTF-8": lambda api: api.send("GET", "/deployments/%FF%FE"),
    "a filter of NUL": lambda api: api.list({"agent_id": "\0"}),
    "a filter with a quote": lambda api: api.list({"agent_id": "agent_1' OR '1'='1"}),
    "a filter of runs with a quote": lambda api: api.runs({"deployment_id": "dep_1' OR '1'='1"}),
    "a filter that is no UTF-8": lambda api: api.send("GET", "/deployments?agent_id=%FF"),
    "a filter of 2,000 characters": lambda api: api.list({"agent_id": "a" * 2000}),
    "a filter given twice": lambda api: api.send("GET", "/deployments?status=active&status=paused"),
    "a filter as an array": lambda api: api.send("GET", "/deployments?status[]=active&agent_id[$ne]=x"),
    "half an escape": lambda api: api.send("GET", "/deployments?agent_id=%"),
    "a limit without end": lambda api: api.list({"limit": "9" * 40}),
    "a limit in Arabic digits": lambda api: api.list({"limit": "١٠"}),
    "a time without sense": lambda api: api.send("GET", "/deployment_runs?has_error=2026-02-30T25:61:61Z"),
    "a status of runs that there is not": lambda api: _runs_of_any(api, {"status": "sleeping"}),
    "a window without sense": lambda api: _runs_of_any(api, {"triggered_after": "yesterday"}),
    "an accept of pictures": lambda api: api.list({"limit": 1}, headers={"accept": "image/png"}),
    "a pause with half a body": lambda api: api.pause(api.unknown_deployment_id(), content=b'{"'),
}


@requirement("base-odd-requests-are-no-accident", SHOULD, source="conventions/errors#error-types", covers="BASE-010")
@pytest.mark.parametrize("oddity", ODD)
def test_an_odd_request_is_no_accident_of_the_service(api: Client, oddity: str) -> None:
    """However odd a request is, the service answers it, and not with an error of its own (5xx)."""
    exchange = ODD[oddity](api)

    message = f"{oddity}: the service failed"
    expect_true(exchange.status < 500, message, expected="no 5xx", actual=f"status {exchange.status}", at=exchange)
