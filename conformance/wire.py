"""One kept-alive HTTP/1.1 connection, bounded in time and in what it holds; what nobody asked for answers nothing.

httpx's own way over httpcore bounds each silence but not the whole, and keeps what came behind an answer, to take it
for the answer to the next request. h11, which both of them use, says whether there is such a rest; of the plainest
answers, which nearly all are, `plain_answer` says the same in a tenth of the time.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h11
import httpx

from conformance import plain_answer
from conformance.message import Incoming, Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.message import Origin

HEAD_LIMIT = 100 * 1024
"""So many bytes the head of an answer may have, or one line of a chunked body."""

HEADERS_LIMIT = 1_000
PROVISIONAL_LIMIT = 100
"""So many headers, and so many answers of 1xx before the true one, are waited for."""

FRESH_S = 1.0
"""A connection that was idle for longer is not used again: servers close them after 2 s and more, we are earlier."""

REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS"})
"""What may be asked once more when a connection that was kept turns out to be closed: it changes nothing."""

PART = 64 * 1024
SAID = 200
"""So many characters are told of what was wrong with bytes that are no HTTP."""


class _HungUp(httpx.RemoteProtocolError):
    """The connection was closed before a byte of the answer came."""


def _talk() -> h11.Connection:
    return h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_LIMIT)


@dataclass
class _Line:
    """An open connection and how far the conversation on it has come.

    `heard_out` is false where we broke off, and `answered` until a byte of the answer came.
    """

    socket: socket.socket
    origin: Origin
    talk: h11.Connection = field(default_factory=_talk)
    heard_out: bool = True
    answered: bool = False
    idle_since: float = 0.0


@dataclass
class Wire:
    """Carries one request after the other, each bounded in time, in seconds.

    `silence_s` bounds a connecting, a sending and each silence, `longest_s` an answer from the last byte sent to its
    own last.
    """

    silence_s: float
    longest_s: float
    context: ssl.SSLContext | None = None
    _line: _Line | None = None
    _until: float = 0.0
    _keeps: bool = True

    def ask(self, request: Outgoing, before_the_last_step: Callable[[], None] | None = None) -> Incoming:
        """Send a request; the body of the answer is read by whoever iterates over its parts.

        `before_the_last_step` is called when all but the body has gone out, or, where there is none, before anything.
        Raises what httpx raises.
        """
        if (kept := self._kept(request.origin, request.method)) is not None:
            try:
                return self._ask(kept, request, before_the_last_step)
            except _HungUp:  # while it lay idle, or just then: that says nothing about this request
                self._keeps = False
                if request.method not in REPEATABLE:
                    raise
        self._line = self._connected(request.origin)
        return self._ask(self._line, request, before_the_last_step)

    def close(self) -> None:
        """Hang up."""
        line, self._line = self._line, None
        if line is not None:
            line.socket.close()

    def next_event(self, line: _Line) -> h11.Event:
        """What comes next on the line, however many reads that takes."""
        while True:
            try:
                event = line.talk.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(f"it is not sound HTTP: {str(error)[:SAID]}") from error
            if event is h11.NEED_DATA:
                line.talk.receive_data(self._read(line))
            elif isinstance(event, type):
                raise httpx.RemoteProtocolError("it goes on in another protocol")
            else:
                return event

    def finish(self, line: _Line) -> None:
        """Keep the line for the next request if the answer came to its end and nothing behind it."""
        talk = line.talk
        ended = talk.our_state is h11.DONE and talk.their_state is h11.DONE
        if ended and line.heard_out and not talk.trailing_data[0]:
            talk.start_next_cycle()
            line.idle_since = time.monotonic()
        elif line is self._line:
            self.close()

    # --- connecting -------------------------------------------------------------------------------------------

    def _kept(self, origin: Origin, method: str) -> _Line | None:
        """The line, if another request may go over it; where lines do not last, nothing that writes is put at risk."""
        line = self._line
        fresh = line is not None and line.origin == origin and time.monotonic() - line.idle_since < FRESH_S
        if line is None or not fresh:
            return None
        if _readable(line.socket):  # closed, or something came that nobody asked for
            self._keeps = False
            return None
        return line if self._keeps or method in REPEATABLE else None

    def _connected(self, origin: Origin) -> _Line:
        self.close()
        try:
            return _Line(self._open(origin), origin)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"none was made within {self.silence_s:g} s") from error
        except (OSError, UnicodeError, OverflowError) as error:  # a host that is no name, a port that is none
            raise httpx.ConnectError(str(error)) from error

    def _open(self, origin: Origin) -> socket.socket:
        scheme, host, port = origin
        plain = socket.create_connection((host, port), self.silence_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme != "https":
            return plain
        try:
            return (self.context or ssl.create_default_context()).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    # --- sending ----------------------------------------------------------------------------------------------

    def _ask(self, line: _Line, request: Outgoing, before_the_last_step: Callable[[], None] | None) -> Incoming:
        line.answered = False
        try:
            self._send(line, request, before_the_last_step)
            self._until = time.monotonic() + self.longest_s
            first = self._read(line)
            return self._plain(line, request, first) or self._any(line, request, first)
        except BaseException:
            self.close()
            raise

    def _send(self, line: _Line, request: Outgoing, before_the_last_step: Callable[[], None] | None) -> None:
        """Head and body, in one go unless somebody wants to do something between them, or it would copy megabytes."""
        head, body = request.head(), request.body or b""
        line.socket.settimeout(self.silence_s)
        together = not body or (before_the_last_step is None and len(body) <= PART)
        steps = [head + body] if together else [head, body]
        for number, data in enumerate(steps, 1):
            if before_the_last_step is not None and number == len(steps):
                before_the_last_step()
            if line.heard_out:
                line.heard_out = _sent(line.socket, data, self.longest_s)

    # --- reading ----------------------------------------------------------------------------------------------

    def _plain(self, line: _Line, request: Outgoing, data: bytes) -> Incoming | None:
        """The answer if it is of the plainest kind; None, and nothing more was read, if it is not."""
        head = plain_answer.head_of(data) if line.heard_out and request.method != "HEAD" else None
        if head is None or len(data) > head.ends:
            return None
        content = bytearray(data)
        while len(content) < head.ends:
            part = self._read(line)
            if not part:
                raise httpx.RemoteProtocolError("the connection was closed before the end of the answer")
            content += part
        line.idle_since = time.monotonic()
        if len(content) > head.ends:  # what came behind it is nobody's
            self.close()
        return Incoming(head.status, head.headers, (bytes(content[head.begins : head.ends]),))

    def _any(self, line: _Line, request: Outgoing, data: bytes) -> Incoming:
        """The answer, as h11 reads it."""
        line.talk = _talk()
        line.talk.send(h11.Request(method=request.method, target="/", headers=[("host", "it")]))  # what it has to know
        line.talk.send(h11.EndOfMessage())
        line.talk.receive_data(data)
        head = self._head(line)
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        body = _Body(self, line)
        return Incoming(head.status_code, headers, body, body.close)

    def _head(self, line: _Line) -> h11.Response:
        for _ in range(PROVISIONAL_LIMIT):
            event = self.next_event(line)
            if isinstance(event, h11.Response):
                if len(event.headers) > HEADERS_LIMIT:
                    raise httpx.RemoteProtocolError(f"it has more than {HEADERS_LIMIT:,} headers")
                return event
        raise httpx.RemoteProtocolError(f"{PROVISIONAL_LIMIT} answers of 1xx came, and none that counts")

    def _read(self, line: _Line) -> bytes:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout(f"it did not end within {self.longest_s:g} s")
        line.socket.settimeout(min(self.silence_s, left))
        try:
            data = line.socket.recv(PART)
        except TimeoutError as error:
            silent = self.silence_s < left
            why = f"nothing came for {self.silence_s:g} s" if silent else f"it did not end within {self.longest_s:g} s"
            raise httpx.ReadTimeout(why) from error
        except OSError as error:
            raise (httpx.ReadError if line.answered else _HungUp)(str(error)) from error
        if not data and not line.answered:
            raise _HungUp("the connection was closed without an answer")
        line.answered = True
        return data


@dataclass
class _Body:
    """The body of an answer as it comes."""

    wire: Wire
    line: _Line

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body until it ends; then the line is free again."""
        while isinstance(event := self.wire.next_event(self.line), h11.Data):
            yield bytes(event.data)
        self.wire.finish(self.line)

    def close(self) -> None:
        """Hang up if the answer was not read to its end."""
        if self.line.talk.their_state is not h11.IDLE:
            self.wire.finish(self.line)


def _sent(line: socket.socket, data: bytes, longest_s: float) -> bool:
    """Whether all was sent; false where the other side did not hear us out, but may have answered."""
    try:
        if len(data) <= PART:
            line.sendall(data)
            return True
        return _sent_in_parts(line, data, time.monotonic() + longest_s)
    except TimeoutError as error:
        if _readable(line):
            return False
        raise httpx.WriteTimeout("the request was not taken in time") from error
    except OSError:
        return False


def _sent_in_parts(line: socket.socket, data: bytes, until: float) -> bool:
    """Send what is long enough for somebody to take it drop by drop."""
    left = memoryview(data)
    while left:
        left = left[line.send(left[:PART]) :]
        if left and time.monotonic() > until:
            raise TimeoutError
    return True


def _readable(line: socket.socket) -> bool:
    """Whether something came, or the other side has hung up."""
    if isinstance(line, ssl.SSLSocket) and line.pending():
        return True
    if not hasattr(select, "poll"):  # on Windows, whose select takes any number of a socket
        return bool(select.select([line], [], [], 0)[0])
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return bool(poll.poll(0))
