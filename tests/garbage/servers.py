"""Servers that are no Deployments API at all, or a broken machine: whatever is asked, each answers in one way."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

Behaviour: TypeAlias = Callable[[socket.socket, bytes, bytes], None]
"""Answers one request on its connection; gets the head and the body of the request."""


def _answer(status: str, body: bytes, content_type: str = "application/json", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def fixed(status: str, body: object, content_type: str = "application/json", more: str = "") -> Behaviour:
    """Always the same answer."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    answer = _answer(status, content, content_type, more)

    def behave(connection: socket.socket, _head: bytes, _body: bytes) -> None:
        connection.sendall(answer)

    return behave


def echo(connection: socket.socket, _head: bytes, body: bytes) -> None:
    """Give back what was sent."""
    connection.sendall(_answer("200 OK", body or b"{}"))


def echo_with_an_id(connection: socket.socket, _head: bytes, body: bytes) -> None:
    """Give back what was sent, with an id, as a sloppy mock would."""
    try:
        sent = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        sent = {}
    shown = {"id": "dep_0001", **sent} if isinstance(sent, dict) else {}
    connection.sendall(_answer("200 OK", json.dumps(shown).encode()))


def hang(_connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Take the request and say nothing."""
    time.sleep(30)


def hang_up(connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Promise a body and hang up half-way."""
    connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id": ')
    raise ConnectionAbortedError


def hang_up_at_once(_connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Hang up without a word."""
    raise ConnectionAbortedError


def endless(connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Never stop sending."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    while True:
        connection.sendall(chunk)


def drip(connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Send a byte now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n")
    for _ in range(100):
        connection.sendall(b" ")
        time.sleep(0.2)


def not_http(connection: socket.socket, _head: bytes, _body: bytes) -> None:
    """Speak another protocol."""
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
    raise ConnectionAbortedError


EMPTY_PAGE: dict[str, object] = {"data": [], "first_id": None, "last_id": None, "has_more": False, "next_page": None}
ENVELOPE = {"type": "error", "error": {"type": "not_found_error", "message": "Not here."}}

GARBAGE: dict[str, Behaviour] = {
    "empty object": fixed("200 OK", {}),
    "null": fixed("200 OK", None),
    "array": fixed("200 OK", []),
    "empty page": fixed("200 OK", EMPTY_PAGE),
    "empty answer": fixed("204 No Content", ""),
    "500 in plain text": fixed("500 Internal Server Error", "boom", "text/plain"),
    "500 with an envelope": fixed(
        "500 Internal Server Error", {"type": "error", "error": {"type": "api_error", "message": "x"}}
    ),
    "404 with an envelope": fixed("404 Not Found", ENVELOPE),
    "404 of a framework": fixed("404 Not Found", {"detail": "Not Found"}),
    "401": fixed("401 Unauthorized", {"type": "error", "error": {"type": "authentication_error", "message": "no"}}),
    "a login page": fixed("200 OK", "<html><form>Log in</form></html>", "text/html"),
    "a proxy's 502": fixed("502 Bad Gateway", "<html>Bad gateway</html>", "text/html"),
    "a redirect loop": fixed("302 Found", "", "text/plain", "location: /api/v1/cloud/deployments\r\n"),
    "echo": echo,
    "echo with an id": echo_with_an_id,
    "hang": hang,
    "hang up half-way": hang_up,
    "hang up at once": hang_up_at_once,
    "endless body": endless,
    "drip": drip,
    "another protocol": not_http,
}


@contextlib.contextmanager
def serve(behave: Behaviour, port: int = 0) -> Iterator[str]:
    """A server that behaves so, on a free port if none is named; gives its base URL."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=_accept, args=(listener, behave), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1/cloud"


def _accept(listener: socket.socket, behave: Behaviour) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_converse, args=(connection, behave), daemon=True).start()


def _converse(connection: socket.socket, behave: Behaviour) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, contextlib.suppress(OSError):
        kept = b""
        while True:
            head, kept = until(connection, kept)
            if not head:
                return
            size = length(head)
            while len(kept) < size:
                kept += connection.recv(65_536)
            behave(connection, head, kept[:size])
            kept = kept[size:]


def until(connection: socket.socket, kept: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in kept:
        part = connection.recv(65_536)
        if not part:
            return b"", b""
        kept += part
    head, _, rest = kept.partition(b"\r\n\r\n")
    return head, rest


def length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")), 0)
