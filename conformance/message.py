"""What goes out over a connection and what comes in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.exchange import Headers

Origin: TypeAlias = tuple[str, str, int]
"""Scheme, host and port."""

_FORBIDDEN = re.compile(r"[\x00\r\n]")
_CARRY_LENGTH = frozenset({"POST", "PUT", "PATCH"})
"""Their requests say how long the body is, also where there is none."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it goes out; `target` is what stands in its first line."""

    method: str
    origin: Origin
    host: str
    target: bytes
    headers: Headers
    body: bytes | None

    def head(self) -> bytes:
        """The head of a request as it goes over the line."""
        given = {name.lower() for name, _ in self.headers}
        lines = [f"host: {self.host}"] if "host" not in given else []
        if not {"content-length", "transfer-encoding"} & given and (self.body or self.method in _CARRY_LENGTH):
            lines.append(f"content-length: {len(self.body or b'')}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        if any(_FORBIDDEN.search(line) for line in lines):
            raise httpx.LocalProtocolError("a header holds what would end it")
        return b"%b %b HTTP/1.1\r\n%b\r\n\r\n" % (
            self.method.encode(),
            self.target,
            "\r\n".join(lines).encode("ascii"),
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """The head of an answer (names in small letters), and the parts of its body as they come, packed or not."""

    status: int
    headers: Headers
    parts: Iterable[bytes]
    close: Callable[[], None] = lambda: None

    def header(self, name: str) -> str:
        """The first value of a header, or nothing."""
        return next((value for key, value in self.headers if key == name), "")
