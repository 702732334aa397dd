"""The service on the network: Starlette in front of it, uvicorn around it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from conformance.reference.call import Request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Lifespan, Receive, Scope, Send

    from conformance.reference.call import Reply
    from conformance.reference.service import Service

_TICK_SECONDS = 0.5


class Application(Starlette):
    """The application: requests go straight to the service, which routes them and answers whatever goes wrong."""

    def __init__(self, endpoint: Endpoint, lifespan: Lifespan[Starlette]) -> None:
        super().__init__(routes=[Mount("/", app=endpoint)], lifespan=lifespan)
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; leave the rest to Starlette."""
        await (self.endpoint if scope["type"] == "http" else super().__call__)(scope, receive, send)


class Endpoint:
    """Hands every request to the service: it, not Starlette, knows the routes."""

    def __init__(self, service: Service, latency_ms: float = 0) -> None:
        self.service = service
        self.latency = latency_ms / 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = await self.read(scope, receive)
        hesitation = self.service.arrive(request)
        if hesitation:
            await asyncio.sleep(hesitation)
        reply = self.service.answer(request)
        wait = self.latency + self.service.delay()
        if wait:
            await asyncio.sleep(wait)
        # A response of Starlette's own would say the same; one is made for each of thousands of requests.
        await send({"type": "http.response.start", "status": reply.status, "headers": _raw(reply)})
        await send({"type": "http.response.body", "body": reply.body})

    async def read(self, scope: Scope, receive: Receive) -> Request:
        """Read a request to its end, but keep no more of its body than the limit."""
        chunks, size, more = [], 0, True
        while more:
            message = await receive()
            chunk = message.get("body", b"")
            # Whoever sends too much is answered after the last byte: an early answer would be lost in a reset.
            if size <= self.service.BODY_MAX:
                chunks.append(chunk)
            size += len(chunk)
            more = message.get("more_body", False)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = scope["query_string"].decode("latin-1")
        return Request(scope["method"], scope["path"], query, headers, b"".join(chunks), size)


def _raw(reply: Reply) -> list[tuple[bytes, bytes]]:
    """The headers as they go over the wire, with the length of the body."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
    return [*headers, (b"content-length", b"%d" % len(reply.body))]


def build(service: Service, latency_ms: float = 0) -> Starlette:
    """Make the application, which also lets the schedules of the service fire."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(service))
        yield
        ticking.cancel()

    return Application(Endpoint(service, latency_ms), lifespan)


async def _tick(service: Service) -> None:
    """Let fire what is due, twice a second."""
    while True:
        service.tick()
        await asyncio.sleep(_TICK_SECONDS)


def listen(port: int = 0) -> socket.socket:
    """Listen on loopback; 0 takes a free port."""
    # asyncio turns Nagle's algorithm off only where the protocol is named: without it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def make_server(service: Service, latency_ms: float = 0) -> uvicorn.Server:
    """Make a server that is not started yet; it is quiet, and quick to stop."""
    config = uvicorn.Config(
        build(service, latency_ms),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    return uvicorn.Server(config)
