"""The quick way through an answer of the plainest kind, which nearly all are; h11 reads all others.

Plain is: HTTP/1.1, a status that allows a body, nothing odd in the head, one `content-length`, and as many bytes as it
says and not one more. Of such an answer h11 would say the same, at ten times the cost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-9]\d\d)(?: [\t\x20-\x7e]*)?\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e]*+\r\n)++)\r\n"
)
_LINE = re.compile(r"([^:]+):[\t ]*(.*?)[\t ]*\r\n")
_LENGTH = re.compile(r"0|[1-9]\d{0,5}")  # what may be larger than we want to hold, h11 brings in pieces
_TELLING = frozenset({"content-length", "connection", "transfer-encoding", "content-encoding", "upgrade"})
"""What says how the body or the connection is to be taken: beyond a length and a line that is kept, h11 knows."""

_NO_BODY = frozenset({204, 304})
HEADERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers as they came (names in small letters), where the body begins, and where the answer ends."""

    status: int
    headers: tuple[tuple[str, str], ...]
    begins: int
    ends: int


def head_of(data: bytes | bytearray) -> Head | None:
    """The head at the beginning of these bytes if it is there to its end and of a plain answer, else None."""
    found = _HEAD.match(data)
    if found is None:
        return None
    status, lines = int(found[1]), found[2].decode("ascii")
    headers = tuple([(name.lower(), value) for name, value in _LINE.findall(lines)])
    telling = [header for header in headers if header[0] in _TELLING]
    lengths = [value for name, value in telling if name == "content-length"]
    others = [value.lower() if name == "connection" else name for name, value in telling if name != "content-length"]
    if status in _NO_BODY or len(headers) > HEADERS_MAX or any(other != "keep-alive" for other in others):
        return None
    if len(lengths) != 1 or not _LENGTH.fullmatch(lengths[0]):
        return None
    return Head(status, headers, found.end(), found.end() + int(lengths[0]))
