"""A service of one's own for each test, spoken to without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.reference.call import Request
from conformance.reference.clock import Clock
from conformance.reference.editions import service_of
from conformance.reference.editions.content_blocks import ContentBlocks
from conformance.reference.seed import seed
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = {"type": "text", "text": "hello"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


class Caller:
    """Sends requests to a service, with the token of the first account unless told otherwise."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.clock = service.clock
        self.ids = seed(service)

    def send(self, method: str, target: str, body: object = None, **headers: str) -> Answer:
        """Send one request; bytes are sent as they are, and `authorization=""` sends none."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        path, _, query = target.partition("?")
        sent = {"authorization": f"Bearer {self.service.tokens['full']}"} | headers
        reply = self.service.answer(Request(method, self.service.BASE_PATH + path, query, sent, raw, len(raw)))
        return Answer(reply.status, reply.headers, json.loads(reply.body))

    def get(self, target: str) -> Answer:
        """Read something."""
        return self.send("GET", target)

    def post(self, target: str, body: object = None) -> Answer:
        """Write something."""
        return self.send("POST", target, body)

    def body(self, **changes: object) -> dict[str, Any]:
        """Give a body that is accepted, with changes."""
        events = [{"type": "user.message", "content": [TEXT] if isinstance(self.service, ContentBlocks) else "hello"}]
        references = {"agent": self.ids["agent_id"], "environment_id": self.ids["environment_id"]}
        return {"name": "d", **references, "initial_events": events} | changes

    def create(self, **changes: object) -> Answer:
        """Create a deployment."""
        return self.post("/deployments", self.body(**changes))

    def made(self, **changes: object) -> dict[str, Any]:
        """Give a deployment that was created."""
        answer = self.create(**changes)
        assert answer.status == 200, answer.body
        deployment: dict[str, Any] = answer.body
        return deployment


@pytest.fixture
def call_service() -> Callable[[type[Service]], Caller]:
    """Give a way to speak to a service of any class, on Sunday 14 June 2026."""
    return lambda kind: Caller(kind(clock=Clock(datetime(2026, 6, 14, 8, 53, 32, tzinfo=UTC))))


@pytest.fixture
def api(call_service: Callable[[type[Service]], Caller]) -> Caller:
    """Speak to the correct service."""
    return call_service(Service)


@pytest.fixture
def g3(call_service: Callable[[type[Service]], Caller]) -> Caller:
    """Speak to the edition of September 2026."""
    return call_service(service_of("qoder-2026-09"))


@pytest.fixture
def cma(call_service: Callable[[type[Service]], Caller]) -> Caller:
    """Speak to the edition that the others are aligned with."""
    return call_service(service_of("cma-2026-04-01"))


@pytest.fixture(params=["qoder-2026-09", "cma-2026-04-01"])
def later(call_service: Callable[[type[Service]], Caller], request: pytest.FixtureRequest) -> Caller:
    """Speak to each of the later editions, of what they have in common."""
    return call_service(service_of(request.param))
