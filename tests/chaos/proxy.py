"""A TCP proxy on loopback that disturbs by a plan what passes through it, and changes no byte of it otherwise."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chaos.messages import HungUp, Stream
from chaos.weather import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from chaos.weather import Plan

POLL_S = 0.02
AWAY_S = 1.5
"""How long there is no connection where it comes back."""

OVERDUE = 1.3
"""So many times the patience of the client is what comes too late delayed."""

STANDS_IN = {
    Fault.THROTTLED: "429 Too Many Requests",
    Fault.UNAVAILABLE: "503 Service Unavailable",
    Fault.UNAVAILABLE_AFTER: "503 Service Unavailable",
    Fault.BAD_GATEWAY: "502 Bad Gateway",
    Fault.BAD_GATEWAY_AFTER: "502 Bad Gateway",
}
"""What the proxy answers in place of the service."""

RETRY_AFTER = ("", "", "retry-after: 0\r\n", "retry-after: 1\r\n")
FORWARDED_BEFORE = {Fault.RESET_AFTER, Fault.RESET_WITHIN, Fault.TRUNCATED, Fault.STALLED}
FORWARDED_BEFORE |= {Fault.UNAVAILABLE_AFTER, Fault.BAD_GATEWAY_AFTER}


@dataclass
class Proxy:
    """Stands in front of a service. Without a plan everything passes.

    `patience_s` is how long the client waits for an answer, which decides what is late.
    """

    upstream: str
    plan: Plan | None
    patience_s: float
    requests: int = 0
    injected: Counter[Fault] = field(default_factory=Counter)
    _busy: int = 0
    _away_until: float = 0.0
    _clients: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        """Listen on a free port of loopback."""
        parts = urlsplit(self.upstream)
        self._service = (parts.hostname or "", parts.port or 80)
        self._placeholder = socket.socket()  # keeps the port ours while nobody listens there
        self._placeholder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._placeholder.bind(("127.0.0.1", 0))
        self._address: tuple[str, int] = self._placeholder.getsockname()
        self.base_url = f"http://127.0.0.1:{self._address[1]}{parts.path}"
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        self._await_connection()
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up everywhere."""
        self._stopped.set()
        self._acceptor.join()
        self._hang_up()
        self._placeholder.close()

    def heal(self) -> None:
        """Let everything pass from now on, once what is still on its way has arrived."""
        self.plan = None
        end = time.monotonic() + 4 * self.patience_s
        while self._busy and time.monotonic() < end:
            time.sleep(POLL_S)
        self._away_until = 0.0
        self._await_connection()

    def _await_connection(self) -> None:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(self._address, 1):
                return
            time.sleep(POLL_S)
        raise TimeoutError("the proxy does not listen")

    # --- connections ------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while not self._stopped.is_set():
            if self._away:
                time.sleep(POLL_S)
                continue
            with socket.create_server(self._address) as listener:
                listener.settimeout(POLL_S)
                while not (self._stopped.is_set() or self._away):
                    with contextlib.suppress(TimeoutError):
                        connection, _ = listener.accept()
                        threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    @property
    def _away(self) -> bool:
        return time.monotonic() < self._away_until

    def _converse(self, client: socket.socket) -> None:
        client.settimeout(None)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients.add(client)
        try:
            with contextlib.suppress(OSError, HungUp), socket.create_connection(self._service) as service:
                service.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asked, answered = Stream(client), Stream(service)
                while True:
                    request = asked.request()
                    with self._at_work():
                        self._carry(request, client, answered)
        finally:
            self._clients.discard(client)
            client.close()

    @contextlib.contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    def _hang_up(self) -> None:
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                _reset(client)
                client.shutdown(socket.SHUT_RDWR)

    # --- one request ------------------------------------------------------------------------------------------------

    def _carry(self, request: bytes, client: socket.socket, service: Stream) -> None:
        fault, whim = self._next()
        if fault in {Fault.REFUSED, Fault.DEAD}:
            self._away_until = float("inf") if fault is Fault.DEAD else time.monotonic() + AWAY_S
            self._hang_up()
            raise HungUp
        if fault is Fault.RESET_BEFORE:
            _reset(client)
            raise HungUp
        if fault in {Fault.DELAYED, Fault.LATE}:
            time.sleep(self.patience_s * (OVERDUE if fault is Fault.LATE else 0.5 * whim))
        if fault in FORWARDED_BEFORE or fault not in STANDS_IN:
            answer = service.ask(request)
        if fault in STANDS_IN:
            answer = _instead(fault, whim)
        self._give(answer, fault, whim, client)
        if service.ended:
            raise HungUp

    def _next(self) -> tuple[Fault | None, float]:
        with self._lock:
            self.requests += 1
            if self.plan is None:
                return None, 0.0
            fault, whim = self.plan.next(), self.plan.dice.random()
            if fault is not None:
                self.injected[fault] += 1
            return fault, whim

    def _give(self, answer: bytes, fault: Fault | None, whim: float, client: socket.socket) -> None:
        """Hand the answer on, as much of it as the disturbance leaves."""
        if fault is Fault.STALLED:
            time.sleep(self.patience_s * OVERDUE)
        if fault in {Fault.RESET_WITHIN, Fault.TRUNCATED}:
            answer = answer[: max(1, int(len(answer) * whim))]
        if fault is not Fault.RESET_AFTER:
            client.sendall(answer)
        if fault in {Fault.RESET_AFTER, Fault.RESET_WITHIN}:
            time.sleep(POLL_S)  # a reset takes back what the other side has not read
            _reset(client)
        if fault in {Fault.RESET_AFTER, Fault.RESET_WITHIN, Fault.TRUNCATED, Fault.STALLED, Fault.LATE}:
            raise HungUp


def _reset(client: socket.socket) -> None:
    """Close with a reset, not with a farewell, when it is closed."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _instead(fault: Fault, whim: float) -> bytes:
    """What a gateway says; 429 and 503 tell sometimes when to come back."""
    status = STANDS_IN[fault]
    page = f"<html>\r\n<head><title>{status}</title></head>\r\n<body><h1>{status}</h1></body>\r\n</html>\r\n"
    again = RETRY_AFTER[int(whim * len(RETRY_AFTER))] if not status.startswith("502") else ""
    return f"HTTP/1.1 {status}\r\ncontent-type: text/html\r\n{again}content-length: {len(page)}\r\n\r\n{page}".encode()
