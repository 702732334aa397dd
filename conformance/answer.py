"""The body of an answer, read and unpacked within bounds: of size, of time, and of what JSON may cost to hold."""

from __future__ import annotations

import json
import re
import time
import zlib
from typing import TYPE_CHECKING

from conformance.failures import NoAnswer

if TYPE_CHECKING:
    from conformance.message import Incoming

ANSWER_LIMIT = 16 * 1024 * 1024
"""The largest answer that is read, in bytes, packed or not: a page of 100 deployments of 160 KB each fits."""

WEIGHT_LIMIT = 48 * 1024 * 1024
"""So many bytes an answer may take up in memory once it is parsed, about."""

VALUES_LIMIT = 250_000
"""So many values an answer in JSON may hold: each costs a hundred bytes and more."""

DEPTH_LIMIT = 100
"""So deep arrays and objects may be nested: what walks through an answer calls itself for each level."""

SMALL = 2 * VALUES_LIMIT
"""So few bytes cannot hold too many values: each takes one and what sets it apart."""

HEADED = 47
PACKED = {"gzip": (HEADED,), "x-gzip": (HEADED,), "deflate": (HEADED, -15)}
"""How zlib may read each content coding: with the head of gzip or of zlib, or with none, as some write "deflate"."""

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
    body = bytes(content)
    del content  # of what is large there shall be one copy
    body = _unpacked(body, came.header("content-encoding"), what)
    if len(body) > HEAVY and weight(body) > WEIGHT_LIMIT:
        raise NoAnswer(f"the answer to {what} would take up more than {WEIGHT_LIMIT // 1024**2} MiB")
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
    problem: zlib.error | None = None
    for wbits in PACKED[name]:
        try:
            return _members(content, wbits, name, what)
        except zlib.error as error:
            problem = error
    raise NoAnswer(f"the answer to {what} says that it is {name}, and cannot be unpacked: {problem}") from problem


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


MEMBER = 100
"""So many bytes a value takes up in memory, about, besides its text."""

HEAVY = 1024 * 1024
_NARROW = bytes(code for code in range(256) if not 0xF0 <= code <= 0xF4)


def weight(body: bytes) -> int:
    """About how many bytes a body takes up in memory, as it came and parsed."""
    width = _width(body) if len(body) > HEAVY else 1
    return (1 + width) * len(body) + MEMBER * _values(body)


def _width(body: bytes) -> int:
    """How many bytes a character of its longest text may take: one wide character makes all of a text wide."""
    if body.isascii():
        return 1 if b"\\u" not in body else 4 if b"\\ud" in body or b"\\uD" in body else 2
    return 4 if body.translate(None, _NARROW) else 2


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
        level = [json.loads(body, parse_int=len)]  # how large a number is does not matter here
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
