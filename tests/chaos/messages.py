"""Just enough of HTTP/1.1 to tell where a message ends."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

PART = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class HungUp(Exception):
    """A connection is over."""


class Stream:
    """One direction of a connection, message by message, every byte as it came."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._kept = b""
        self.ended = False

    def request(self) -> bytes:
        """The next request."""
        head = self._until(b"\r\n\r\n")
        return head + self._exactly(_length(head) or 0)

    def ask(self, request: bytes) -> bytes:
        """Send a request the other way; returns the answer."""
        self._connection.sendall(request)
        head = self._until(b"\r\n\r\n")
        if request.startswith(b"HEAD ") or head[9:12] in {b"204", b"304"}:
            return head
        length = _length(head)
        return head + (self._rest() if length is None else self._exactly(length))

    def _rest(self) -> bytes:
        """All that comes until the other side hangs up."""
        with contextlib.suppress(HungUp):
            while True:
                self._read()
        self.ended = True
        return self._kept

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._kept:
            self._read()
        before, _, self._kept = self._kept.partition(mark)
        return before + mark

    def _exactly(self, size: int) -> bytes:
        while len(self._kept) < size:
            self._read()
        message, self._kept = self._kept[:size], self._kept[size:]
        return message

    def _read(self) -> None:
        part = self._connection.recv(PART)
        if not part:
            raise HungUp
        self._kept += part


def _length(head: bytes) -> int | None:
    found = _LENGTH.search(head)
    return int(found[1]) if found else None
