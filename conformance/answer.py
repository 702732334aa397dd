"""The body of an answer, read and unpacked within bounds: of size, of time, and of what JSON may cost to hold."""

from __future__ import annotations

import json
import re
import time
import zlib
from typing import TYPE_CHECKING

from conformance.failures import NoAnswer

if TYPE_CHECKING:
    from conformance.wire import Incoming

ANSWER_LIMIT = 16 * 1024 * 1024
"""The largest answer that is read, in bytes, packed or not: a page of 100 deployments of 160 KB each fits."""

VALUES_LIMIT = 250_000
"""So many values an answer in JSON may hold: each costs a hundred bytes and more."""

DEPTH_LIMIT = 100
"""So deep arrays and objects may be nested: what walks through an answer calls itself for each level."""

SMALL = 2 * VALUES_LIMIT
"""So few bytes cannot hold too many values: each takes one and what sets it apart."""

PACKED = {"gzip": 47, "x-gzip": 47, "deflate": 47}
"""How zlib reads each content coding: with the head of gzip or of zlib, whichever there is."""

BARE = -15
"""How zlib reads what has no head, as some write "deflate"."""

CODINGS_LIMIT = 3
MEMBERS_LIMIT = 16
"""So often an answer may be packed, and in so many pieces."""


def read(came: Incoming, what: str, until: float, longest_s: float) -> bytes:
    """The body as it was before it was packed; `until` is when it has to be here, by the monotonic clock.

    Raises:
        NoAnswer: it is too much, takes too long, or cannot be unpacked; `what` names the request.
    """
    content = bytearray()
    for part in came.parts:
        content += part
        if len(content) > ANSWER_LIMIT:
            raise NoAnswer(f"the answer to {what} did not end within {ANSWER_LIMIT // 1024**2} MiB")
        if time.monotonic() > until:
            raise NoAnswer(f"the answer to {what} did not end within {longest_s:g} s")
    body = _unpacked(bytes(content), came.header("content-encoding"), what)
    _check_values(body, what)
    return body


# --- packed -----------------------------------------------------------------------------------------------------


def _unpacked(content: bytes, said: str, what: str) -> bytes:
    codings = [name for name in (part.strip().lower() for part in said.split(",")) if name not in {"", "identity"}]
    if not content:
        return content
    if len(codings) > CODINGS_LIMIT or not {*codings} <= {*PACKED}:
        raise NoAnswer(f"the answer to {what} is encoded as {said[:60]!r}, though only identity was asked for")
    for name in reversed(codings):
        content = _inflated(content, name, what)
    return content


def _inflated(content: bytes, name: str, what: str) -> bytes:
    try:
        return _members(content, PACKED[name], name, what)
    except zlib.error:
        pass
    try:
        return _members(content, BARE if name == "deflate" else PACKED[name], name, what)
    except zlib.error as error:
        raise NoAnswer(f"the answer to {what} says that it is {name}, and cannot be unpacked: {error}") from error


def _members(content: bytes, wbits: int, name: str, what: str) -> bytes:
    whole = bytearray()
    for _ in range(MEMBERS_LIMIT):
        member = zlib.decompressobj(wbits)
        whole += member.decompress(content, ANSWER_LIMIT + 1 - len(whole))
        if len(whole) > ANSWER_LIMIT:
            raise NoAnswer(f"the answer to {what} did not end within {ANSWER_LIMIT // 1024**2} MiB, unpacked")
        if not member.eof:
            raise NoAnswer(f"the answer to {what} says that it is {name}, and ends too early to be unpacked")
        content = member.unused_data
        if not content:
            return bytes(whole)
    raise NoAnswer(f"the answer to {what} is packed in more than {MEMBERS_LIMIT} pieces")


# --- JSON -------------------------------------------------------------------------------------------------------

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # what does not end goes to the end, once
_BRACKETS = b"[]{}"
_NO_BRACKETS = bytes(code for code in range(256) if code not in _BRACKETS)


def _check_values(body: bytes, what: str) -> None:
    if len(body) > SMALL and _values(body) > VALUES_LIMIT and _values(_TEXT.sub(b"", body)) > VALUES_LIMIT:
        raise NoAnswer(f"the answer to {what} may hold more than {VALUES_LIMIT:,} values")
    if _may_be_deep(body) and _is_deep(body):
        raise NoAnswer(f"the answer to {what} is nested deeper than {DEPTH_LIMIT} levels")


def _values(body: bytes) -> int:
    """At least so many as there are; what stands in texts is counted too, unless they were taken out."""
    return body.count(b",") + body.count(b"[") + body.count(b"{")


def _may_be_deep(body: bytes) -> bool:
    """Whether brackets are left when the innermost pairs have been taken away often enough; quick, and errs to yes."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_LIMIT:
        return False
    left = body.translate(None, _NO_BRACKETS)
    for _ in range(DEPTH_LIMIT):
        if not left:
            return False
        fewer = left.replace(b"[]", b"").replace(b"{}", b"")
        if len(fewer) == len(left):
            return True
        left = fewer
    return bool(left)


def _is_deep(body: bytes) -> bool:
    """Whether it is JSON that is nested too deep; what is no JSON is not."""
    try:
        level = [json.loads(body)]
    except RecursionError:
        return True
    except ValueError:
        return False
    for _ in range(DEPTH_LIMIT + 1):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    return [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
