"""How a hostile answer goes over a connection: bytes, pauses and ways to hang up, in the order of a script."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeAlias

PATIENCE_S = 60


class Act(Enum):
    """What a script does besides sending bytes and (a number) pausing for so many seconds."""

    CLOSE = auto()
    RESET = auto()
    SAY_NO_MORE = auto()
    HOLD = auto()


Step: TypeAlias = bytes | float | Act


@dataclass(frozen=True)
class Sound:
    """The answer that was due, and to what."""

    status: int
    body: bytes
    path: str
    elsewhere: str

    def with_members(self, **changes: Any) -> bytes:
        """The body with other members."""
        return json.dumps({**json.loads(self.body), **changes}).encode()

    def with_text(self, key: str, written: str) -> bytes:
        """The body with a member that is written in just this way."""
        return self.with_members(**{key: "@@"}).replace(b'"@@"', written.encode("utf-8", "surrogatepass"))


Script: TypeAlias = Callable[[Sound], Iterable[Step]]


def head(body: bytes | int, *more: str, status: str = "200 OK", version: str = "1.1") -> bytes:
    """The head of an answer with a true length, or with the one given."""
    length = body if isinstance(body, int) else len(body)
    lines = [f"HTTP/{version} {status}", "content-type: application/json", f"content-length: {length}", *more]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def bare(*lines: str) -> bytes:
    """A head of just these lines."""
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(body: bytes, *more: str, status: str = "200 OK") -> bytes:
    """A whole answer."""
    return head(body, *more, status=status) + body


def drip(data: bytes, pause_s: float = 0.05) -> Iterator[Step]:
    """Byte by byte."""
    for code in data:
        yield bytes([code])
        yield pause_s


def endlessly(data: bytes) -> Iterator[Step]:
    """The same again and again, until the other side hangs up."""
    while True:
        yield data


def play(connection: socket.socket, steps: Iterable[Step]) -> None:
    """Go through a script; an OSError ends the conversation."""
    for step in steps:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif isinstance(step, Act):
            _act(connection, step)
        else:
            time.sleep(step)


def _act(connection: socket.socket, act: Act) -> None:
    if act is Act.RESET:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if act is Act.SAY_NO_MORE:
        connection.shutdown(socket.SHUT_WR)
    if act in {Act.HOLD, Act.SAY_NO_MORE}:
        connection.settimeout(PATIENCE_S)
        while connection.recv(65_536):
            pass
    raise ConnectionAbortedError
