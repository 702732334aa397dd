"""Services that a client is driven against: an edition of the reference, overheard, and with a habit changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions import service_of
from conformance.reference.problem import Problem, invalid
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


def in_edition(revision: str, habit: type[Overheard] = Overheard) -> Overheard:
    """The service of an edition, with a habit."""
    made: Overheard = type(habit.__name__, (habit, service_of(revision)), {})()
    return made


class Refuses(Overheard):
    """Refuses whatever is asked of it with one status, and tells a client not to wait long before it asks again."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.status = 500

    def perform(self) -> None:
        raise Problem("refuses", "api_error", "It does not do that.")

    def error_status(self, _problem: Problem) -> int:
        return self.status

    def error_headers(self, problem: Problem) -> dict[str, str]:
        return super().error_headers(problem) | {"retry-after-ms": "1"}


# --- lists ------------------------------------------------------------------------------------------------------


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
            raise invalid("query", "Unknown parameter: page", "page")


class BeginsWithNothing(Overheard):
    """Gives an empty page first, with a cursor to the one that has something."""

    def parse(self) -> None:
        super().parse()
        self.call.query = {name: value for name, value in self.call.query.items() if value != "start"}

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        if "page" in self.call.request.query:
            return super().render_page(data, has_more=has_more)
        return super().render_page([], has_more=True) | {"next_page": "start"}


class NeverEnds(Overheard):
    """Gives a cursor on the last page, too, until it has had enough."""

    PATIENCE = 9

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        if len(self.heard) > self.PATIENCE:
            raise invalid("patience", "That is enough.")
        shown = super().render_page(data, has_more=has_more)
        return shown | {"next_page": shown["next_page"] or self.call.query["page"]}


# --- what identifies a request ----------------------------------------------------------------------------------


class DropsRequestId(Overheard):
    """Tells no request id, neither in a header nor in a body."""

    def envelope(self, problem: Problem) -> dict[str, Any]:
        shown = super().envelope(problem)
        shown.pop("request_id", None)
        return shown

    def finish(self, reply: Reply) -> Reply:
        return reply


class NamesRequestsInBodies(Overheard):
    """Tells the request id in the body of a refusal only."""

    def finish(self, reply: Reply) -> Reply:
        return reply


# --- answers ----------------------------------------------------------------------------------------------------


class AnswersCreated(Overheard):
    """Answers whatever it accepts with 201."""

    SUCCESS_STATUS = 201


class AnswersNoContent(Overheard):
    """Answers whatever it accepts with 204, and so without a body."""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        reply = super().succeed(payload)
        reply.status, reply.body, reply.headers = 204, b"", {}
        return reply


class AnswersCreatedAlone(AnswersCreated):
    """Answers whatever it accepts with 201 and an empty body."""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        reply = super().succeed(payload)
        reply.body = b""
        return reply


class AnswersText(Overheard):
    """Answers whatever it accepts with what is no JSON, though it says so."""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        reply = super().succeed(payload)
        reply.body = b"Done."
        return reply


class Distorts(Overheard):
    """Shows deployments with some members changed, and without those that are not to be there."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.changes: dict[str, Any] = {}
        self.without = ""

    def succeed(self, payload: dict[str, Any]) -> Reply:
        shown = payload | self.changes
        shown.pop(self.without, None)
        return super().succeed(shown)
