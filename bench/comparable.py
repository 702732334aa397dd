"""Which faults a tester that knows nothing but the OpenAPI document could see at all, had it the right data.

All requests of our own run are sent to the fault, and each answer is judged by the document alone, as the checks of
schemathesis do: a server error, an undocumented status, no JSON, a body that breaks its schema, a wrong request that is
accepted or a right one that is refused, no token needed, a method that is not documented, what was just made not
found. A fault is comparable if that shows anything that it does not show of the faultless reference.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from matrix.kill import Carrier, target

from conformance.model import Options
from conformance.reference.faults import combine
from conformance.revisions import QODER_JUNE
from conformance.runner import run
from conformance.schemas import validator

PAGES = {"/deployments": "deployment-list", "/deployments/{id}/runs": "run-list", "/deployment_runs": "run-list"}
ACTIONS = {"pause": "deployment", "unpause": "deployment", "archive": "deployment", "run": "deployment-run"}
BODIES = {"/deployments": "deployment-create", "/deployments/{id}": "deployment-update"}
WORDS = {"active", "paused", "pending", "running", "completed", "failed", "skipped", "true", "false"}
WORDS |= {"manual", "schedule", "retry"}
NUMBERED = re.compile(r"[\w-]*\d[\w-]*|'[^']*'")
_ID = r"(?P<id>[^/]+)"
_OPERATIONS = [
    (re.compile(r"/deployments"), "/deployments", {"GET", "POST"}),
    (re.compile(rf"/deployments/{_ID}"), "/deployments/{id}", {"GET", "POST"}),
    *((re.compile(rf"/deployments/{_ID}/{a}"), f"/deployments/{{id}}/{a}", {"POST"}) for a in ACTIONS),
    (re.compile(rf"/deployments/{_ID}/runs"), "/deployments/{id}/runs", {"GET"}),
    (re.compile(rf"/deployments/{_ID}/runs/[^/]+"), "/deployments/{id}/runs/{run_id}", {"GET"}),
    (re.compile(r"/deployment_runs"), "/deployment_runs", {"GET"}),
    (re.compile(r"/deployment_runs/[^/]+"), "/deployment_runs/{run_id}", {"GET"}),
]


@dataclass
class Onlooker(httpx.BaseTransport):
    """Passes requests on, and takes down what the document has against the answers."""

    carrier: httpx.BaseTransport
    base_path: str
    token: str
    issued: frozenset[str]
    signs: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on, and look at what comes."""
        response = self.carrier.handle_request(request)
        path = request.url.path.removeprefix(self.base_path)
        for form, operation, methods in _OPERATIONS:
            if found := form.fullmatch(path):
                subject = found.groupdict().get("id")
                self._look(request, response, operation, methods, subject)
        return response

    def _look(
        self, request: httpx.Request, response: httpx.Response, path: str, methods: set[str], subject: str | None
    ) -> None:
        status, answer = response.status_code, _json(response.content)
        label = f"{request.method} {path}"
        if request.method not in methods:
            self._note(status != 405, "method", label, status)
            return
        authorization = request.headers.get("authorization", "")
        right = authorization == f"Bearer {self.token}"
        unknown = not any(token in authorization for token in self.issued)
        self._note(unknown and status < 400, "no token needed", label)
        self._note(status >= 500, "server error", label)
        self._note(status < 400 and status != 200, "undocumented status", label, status)
        self._note(answer is None, "no JSON", label, status)
        self._note(status == 404 and right and subject in self.made, "not available", label)
        rule = _broken(_schema(request.method, path) if status == 200 else "error", answer)
        self._note(bool(rule), "schema", label, status, rule)
        if right:
            self._hold(request, path, status, answer, label)
        if label == "POST /deployments" and status == 200 and isinstance(answer, dict):
            self.made.add(str(answer.get("id")))

    def _hold(self, request: httpx.Request, path: str, status: int, answer: Any, label: str) -> None:
        """Whether the request was one that the document allows, and what came of it."""
        schema = BODIES.get(path) if request.method == "POST" else None
        rule = (_broken(schema, _json(request.content)) if schema else "") or _wrong_parameter(request.url.params)
        self._note(bool(rule) and status == 200, "wrong accepted", label, rule)
        error = answer.get("error") if isinstance(answer, dict) else None
        said = NUMBERED.sub("*", str(error.get("message"))) if isinstance(error, dict) else ""
        self._note(not rule and status in {400, 422}, "right refused", label, said)

    def _note(self, wrong: bool, *what: object) -> None:  # noqa: FBT001 - the condition is the subject
        if wrong:
            self.signs.add(" ".join(map(str, what)))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _broken(schema: str, instance: Any) -> str:
    """The rule of a schema that a value breaks; "" for none."""
    try:
        error = next(validator(QODER_JUNE, schema).quick.iter_errors(instance), None)
    except (ValueError, OverflowError, RecursionError):
        return ""
    return "" if error is None else "/".join(map(str, error.schema_path))


def _schema(method: str, path: str) -> str:
    """What describes the answer that an operation gives when all goes well."""
    if method == "GET" and path in PAGES:
        return PAGES[path]
    return ACTIONS.get(path.rpartition("/")[2], "deployment-run" if "run_id" in path else "deployment")


def _wrong_parameter(params: httpx.QueryParams) -> str:
    """The name of a parameter that the document does not allow as it is, if there is one."""
    limit = params.get("limit")
    if limit is not None and not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= 1000):
        return "limit"
    words = ("status", "include_archived", "trigger_type", "has_error")
    return next((name for name in words if name in params and params[name] not in WORDS), "")


def signs(fault: str, seed: int = 0) -> frozenset[str]:
    """All that the document has against a server with this fault, in process; "" is the faultless reference."""
    service = combine(filter(None, [fault]))()
    examined = target(service)
    issued = frozenset(service.tokens.values())
    onlooker = Onlooker(Carrier(service), service.BASE_PATH, service.tokens["full"], issued)
    run(examined, Options(seed=seed, examples=5), carrier=onlooker)
    return frozenset(onlooker.signs)
