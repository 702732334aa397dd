"""A server that is sound but for one route, or answers everything in a hostile way; it keeps the heads of requests."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from garbage.servers import fixed, serve
from hostile.scripts import Sound, answer, play

from conformance.reference.call import Request
from conformance.reference.seed import seed
from conformance.reference.service import Service

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from hostile.answers import Hostile

ROUTES = {
    "get": re.compile(r"GET /deployments/[^/?]+"),
    "list": re.compile(r"GET /deployments(\?(?!limit=1$).*)?"),  # not the first look at the target
    "create": re.compile(r"POST /deployments"),
}


@dataclass
class Server:
    """The reference service behind a socket, with hostile answers on one route, or on all of them."""

    hostile: Hostile
    everywhere: bool = False
    elsewhere: str = ""
    heads: list[bytes] = field(default_factory=list)
    service: Service = field(default_factory=Service)

    def __post_init__(self) -> None:
        """Fill the account."""
        seed(self.service)

    def __call__(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        """Answer one request."""
        self.heads.append(head)
        asked = _request(head, body)
        reply = self.service.answer(asked)
        path = asked.path.removeprefix(self.service.BASE_PATH)
        row = self._row(asked, path)
        if row is not None:
            content = reply.body if reply.body.startswith(b"{") else b'{"id": "dep_0001", "last_id": null}'
            play(connection, row.script(Sound(reply.status, content, path, self.elsewhere)))
        else:
            headers = [f"{name}: {value}" for name, value in reply.headers.items() if name != "content-type"]
            connection.sendall(answer(reply.body, *headers, status=f"{reply.status} Sound"))

    def _row(self, asked: Request, path: str, /) -> Hostile | None:
        """What is answered in place of what is due; None for the sound answer."""
        line = f"{asked.method} {path}{'?' * bool(asked.query)}{asked.query}"
        return self.hostile if self.everywhere or ROUTES[self.hostile.route].fullmatch(line) else None


@dataclass
class Mixed(Server):
    """Answers every so many requests in another hostile way, whatever is asked."""

    rows: tuple[Hostile, ...] = ()
    every: int = 5

    def _row(self, _asked: Request, _path: str, /) -> Hostile | None:
        number, rest = divmod(len(self.heads), self.every)
        return self.rows[number % len(self.rows)] if rest == 0 and number else None


def _request(head: bytes, body: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(method, path, query, headers, body, len(body))


@contextlib.contextmanager
def listening(heads: list[bytes]) -> Iterator[str]:
    """Another host, which keeps the heads of what it is sent; nobody has any business there."""
    plain = fixed("200 OK", {})

    def behave(connection: socket.socket, head: bytes, body: bytes) -> None:
        heads.append(head)
        plain(connection, head, body)

    with serve(behave) as base_url:
        yield base_url.removesuffix("/api/v1/cloud")
