"""How answers look on the wire: JSON, timestamps, and the one form of all errors."""

from __future__ import annotations

import json
import uuid
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.call import Reply
from conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from conformance.reference.problem import Problem

_JSON = "application/json"
# One encoder for all answers: json.dumps() would make a new one for each.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@lru_cache(maxsize=65_536)
def _whole_seconds(moment: datetime, _zone: tzinfo | None) -> str:
    """Write a moment, which is asked for again and again; in another zone the same moment reads otherwise."""
    return f"{moment.isoformat()[:19]}Z"


class EnvelopeRules(State):
    """Status, headers and body of every answer."""

    SUCCESS_STATUS = 200
    REQUEST_ID_HEADER = "x-request-id"
    ERROR_STATUS: ClassVar[Mapping[str, int]] = MappingProxyType(
        {
            "invalid_request_error": 400,
            "authentication_error": 401,
            "permission_error": 403,
            "not_found_error": 404,
            "conflict_error": 409,
            "api_error": 500,
        }
    )

    def success_status(self) -> int:
        """Give the status of an accepted request."""
        return self.SUCCESS_STATUS

    def success_headers(self) -> dict[str, str]:
        """Give the headers of an accepted request."""
        return {"content-type": _JSON}

    def succeed(self, payload: dict[str, Any]) -> Reply:
        """Answer an accepted request."""
        return Reply(self.success_status(), self.success_headers(), self.encode(payload))

    def error_status(self, problem: Problem) -> int:
        """Give the status of a refusal: an undocumented method is the one that its type does not decide."""
        if problem.rule == "method":
            return 405
        return self.ERROR_STATUS[problem.kind]

    def error_type(self, problem: Problem) -> str:
        """Give the `error.type` of a refusal."""
        return problem.kind

    def error_message(self, problem: Problem) -> str:
        """Give the `error.message` of a refusal."""
        return problem.message

    def error_headers(self, problem: Problem) -> dict[str, str]:
        """Give the headers of a refusal."""
        headers = {"content-type": _JSON}
        if problem.kind == "authentication_error":
            headers["www-authenticate"] = "Bearer"
        if problem.rule == "method":
            headers["allow"] = ", ".join(self.call.allowed)
        return headers

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Give the body of a refusal."""
        error = {"type": self.error_type(problem), "message": self.error_message(problem)}
        if problem.param is not None:
            error["param"] = problem.param
        return {"type": "error", "error": error}

    def refuse(self, problem: Problem) -> Reply:
        """Answer a refused request."""
        return Reply(self.error_status(problem), self.error_headers(problem), self.encode(self.envelope(problem)))

    def request_id(self) -> str:
        """Give the id of the request, the same however often it is asked for."""
        if not self.call.request_id:
            self.call.request_id = self.make_request_id()
        return self.call.request_id

    def make_request_id(self) -> str:
        """Take the caller's request id, or make one."""
        return self.call.request.headers.get("x-request-id") or str(uuid.uuid4())

    def finish(self, reply: Reply) -> Reply:
        """Add what every answer carries, refused or not."""
        reply.headers[self.REQUEST_ID_HEADER] = self.request_id()
        return reply

    def encode(self, payload: dict[str, Any]) -> bytes:
        """Write a body as JSON in UTF-8."""
        return _ENCODE(payload).encode()

    def render_time(self, moment: datetime) -> str:
        """Write a timestamp: UTC, whole seconds, `Z`."""
        return _whole_seconds(moment, moment.tzinfo)

    def render_optional_time(self, moment: datetime | None) -> str | None:
        """Write a timestamp that may be missing."""
        return None if moment is None else self.render_time(moment)

    def render_precise_time(self, moment: datetime) -> str:
        """Write a timestamp of a run: UTC, microseconds, `Z`."""
        return f"{moment.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
