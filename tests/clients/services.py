"""Services that a client is driven against: an edition of the reference, overheard, and with a habit changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.reference.problem import Problem
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.call import Reply, Request


class Overheard(Service):
    """Remembers what it was asked."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.heard: list[Request] = []

    def answer(self, request: Request) -> Reply:
        """Serve one request."""
        self.heard.append(request)
        return super().answer(request)

    def told(self, method: str = "GET") -> list[str]:
        """Path and query of each request by this method."""
        return [f"{each.path}?{each.query}".rstrip("?") for each in self.heard if each.method == method]


class Refuses(Overheard):
    """Refuses whatever is asked of it with one status, and tells a client not to wait long before it asks again."""

    STATUS = 500
    KIND = "api_error"

    def perform(self) -> None:
        raise Problem("refuses", self.KIND, "It does not do that.")

    def error_status(self, _problem: Problem) -> int:
        return self.STATUS

    def error_headers(self, problem: Problem) -> dict[str, str]:
        return super().error_headers(problem) | {"retry-after-ms": "1"}


class IgnoresPage(Overheard):
    """Knows no parameter `page`, and ignores what it does not know."""

    def parse(self) -> None:
        super().parse()
        self.call.query.pop("page", None)


class RefusesPage(Overheard):
    """Knows no parameter `page`, and refuses what it does not know."""

    def parse(self) -> None:
        super().parse()
        if "page" in self.call.query:
            raise Problem("query", "invalid_request_error", "Unknown parameter: page", "page")


class DropsRequestId(Overheard):
    """Tells no request id, neither in a header nor in a body."""

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        for name in ("x-request-id", "request-id"):
            reply.headers.pop(name, None)
        body = json.loads(reply.body)
        body.pop("request_id", None)
        reply.body = json.dumps(body).encode()
        return reply


class AnswersCreated(Overheard):
    """Answers a create with 201."""

    def success_status(self) -> int:
        return 201 if self.operation == "create" else super().success_status()


class AnswersNothing(Overheard):
    """Answers each success of a write with 204 and no body."""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        reply = super().succeed(payload)
        if self.call.request.method == "POST":
            reply.status, reply.body, reply.headers = 204, b"", {}
        return reply


class AnswersText(Overheard):
    """Answers each success with a text that is no JSON."""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        reply = super().succeed(payload)
        reply.body = b"Done."
        return reply


class Distorts(Overheard):
    """Shows deployments and runs with some members changed, and without those that are None here."""

    CHANGES: dict[str, Any]
    WITHOUT: tuple[str, ...] = ()

    def succeed(self, payload: dict[str, Any]) -> Reply:
        shown = payload | self.CHANGES
        return super().succeed({name: value for name, value in shown.items() if name not in self.WITHOUT})
