"""What the checks of schemathesis say of an answer, as violations of ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import requests
from schemathesis.checks import CHECKS
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response

from conformance.cases.generated_requests import AVAILABLE, CONTENT_TYPE, SCHEMA, SERVER_ERROR, STATUS
from conformance.expect import resolve, show
from conformance.failures import Violation
from conformance.model import Difference

if TYPE_CHECKING:
    from schemathesis.core.failures import Failure
    from schemathesis.generation.case import Case as CaseOf

    from conformance.exchange import Exchange

    Case: TypeAlias = CaseOf[Any]

_KIND_OF_JSON = re.compile(r"application/[\w.-]+\+json\b", re.IGNORECASE)


def answer(exchange: Exchange) -> Response:
    """An answer in the form that schemathesis judges."""
    headers: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        plain = "application/json" if name == "content-type" and _KIND_OF_JSON.match(value) else value
        headers.setdefault(name, []).append(plain)
    request = requests.PreparedRequest()
    request.method, request.url, request.body = exchange.method, exchange.url, exchange.request_body
    request.headers = requests.structures.CaseInsensitiveDict(exchange.request_headers)
    return Response(exchange.status, headers, exchange.body, request, exchange.elapsed_ms / 1000, verify=True)


def judge(
    checks: tuple[str, ...],
    case: Case,
    response: Response,
    exchange: Exchange,
    sequence: tuple[Exchange, ...] = (),
    **context: Any,
) -> dict[str, Violation]:
    """What the checks have against an answer; a server error breaks the check that is about it, and no other."""
    fitting = [name for name in checks if (exchange.status >= 500) == (name == SERVER_ERROR)]
    if not _failures(case, response, fitting, context):
        return {}
    told = {name: _failures(case, response, [name], context) for name in fitting}
    return {name: _violation(name, failures[0], exchange, sequence) for name, failures in told.items() if failures}


def _failures(case: Case, response: Response, checks: list[str], context: dict[str, Any]) -> list[Failure]:
    try:
        wanted: list[Any] = [CHECKS.get_one(name) for name in checks]
        case.validate_response(response, checks=wanted, **context)
    except FailureGroup as group:
        return list(group.exceptions)
    return []


WANTED = {
    SERVER_ERROR: "a status below 500",
    STATUS: "a documented status",
    CONTENT_TYPE: "content-type: application/json",
    SCHEMA: "an answer of the documented form",
    AVAILABLE: "what was just made",
}


def _violation(check: str, failure: Failure, exchange: Exchange, sequence: tuple[Exchange, ...]) -> Violation:
    pointer = "".join(f"/{step}" for step in getattr(failure, "instance_path", None) or ())
    said = str(failure.message).strip().splitlines()
    message = f"{exchange.operation}: {failure.title}{': ' + said[0] if said else ''}"[:300]
    came = {CONTENT_TYPE: f"content-type: {exchange.header('content-type')}", SCHEMA: resolve(exchange.json, pointer)}
    difference = Difference(WANTED[check], show(came.get(check, f"status {exchange.status}")), pointer)
    return Violation(message, difference, exchange, sequence or (exchange,))
