"""A server on loopback that behaves as a script says, request by request, and keeps what it was sent."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from garbage.servers import Behaviour, fixed, hang_up, hang_up_at_once, serve

from conformance.model import Target
from conformance.transport import Transport

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from conformance.exchange import Exchange

PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
FINE = fixed("200 OK", {"id": "dep_1"})
BUSY = fixed("429 Too Many Requests", "slow down", "text/plain")
RESET = hang_up_at_once
CUT = hang_up


def busy(status: str, retry_after: str, date: str = "") -> Behaviour:
    """Told to come back later, with the clock of the server where it tells it."""
    told = f"date: {date}\r\n" if date else ""
    return fixed(status, "slow down", "text/plain", f"retry-after: {retry_after}\r\n{told}")


@dataclass
class Script:
    """Plays its behaviours in turn, and the last one for ever."""

    behaviours: list[Behaviour]
    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, connection: socket.socket, head: bytes, body: bytes) -> None:
        """Answer one request."""
        with self._lock:
            self.arrived.append((head.split(b" ", 1)[0].decode(), body))
            behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        behave(connection, head, body)


@dataclass
class Asker:
    """A transport to a scripted server, that notes its waits instead of waiting."""

    script: Script
    transport: Transport
    waits: list[float]
    url: str

    def __call__(self, method: str = "GET") -> Exchange:
        """Send one request."""
        body = json.dumps({"name": "x"}).encode() if method == "POST" else None
        return self.transport.send(method, f"{self.url}/deployments", "/deployments", (), body)


@contextlib.contextmanager
def asking(*behaviours: Behaviour) -> Iterator[Asker]:
    """A scripted server, and who asks it."""
    script, waits = Script([*behaviours]), list[float]()
    with serve(script) as url:
        transport = Transport(Target(url, timeout_s=2), sleep=waits.append)
        yield Asker(script, transport, waits, url)
        transport.close()
