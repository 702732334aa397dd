"""From bytes to a JSON object and a query."""

from __future__ import annotations

import json
import math
from typing import Any
from urllib.parse import parse_qsl

from conformance.reference.problem import Problem, invalid
from conformance.reference.state import State

_BODY_OPERATIONS = frozenset(
    {"create", "update", "create_agent", "update_agent", "create_environment", "update_environment"}
)


class ReadingRules(State):
    """What a request may look like before its meaning is asked for."""

    BODY_MAX = 4 * 1024 * 1024
    DEPTH_MAX = 100

    def limit_body(self) -> None:
        """Refuse a body that is too large."""
        if self.call.request.size > self.BODY_MAX:
            raise self.too_large()

    def too_large(self) -> Problem:
        """Give the refusal of a body that is too large."""
        return invalid("body-size", "Request body is too large.")

    def reads_body(self) -> bool:
        """Tell whether the operation takes a body; pause, run and their like ignore whatever is sent."""
        return self.operation in _BODY_OPERATIONS

    def parse(self) -> None:
        """Read the query, and the body where there is one to read."""
        text = self.call.request.query
        self.call.query = dict(parse_qsl(text, keep_blank_values=True)) if text else {}
        if self.reads_body():
            self.call.body = self.parse_body(self.call.request.body)

    def parse_body(self, raw: bytes) -> dict[str, Any]:
        """Read a JSON object."""
        try:
            value = self.decode(raw)
        except (ValueError, RecursionError):
            raise self.malformed() from None
        if not isinstance(value, dict):
            raise invalid("body-object", "Request body must be a JSON object.")
        return value

    def malformed(self) -> Problem:
        """Give the refusal of what is not JSON."""
        return invalid("body-json", "Request body must be valid JSON.")

    def decode(self, raw: bytes) -> object:
        """Read strict JSON: no NaN, no lone surrogates, no bottomless nesting (each of them raises ValueError)."""
        value: object = json.loads(raw.decode(), parse_constant=_no_number, parse_float=_finite)
        if b"\\u" in raw:
            # A lone surrogate can be read but never be written again.
            json.dumps(value, ensure_ascii=False).encode()
        if raw.count(b"[") + raw.count(b"{") > self.DEPTH_MAX:
            _limit_depth(value, self.DEPTH_MAX)
        return value


def _no_number(text: str) -> float:
    """Refuse NaN and the infinities, which Python's reader takes for numbers."""
    raise ValueError(text)


def _finite(text: str) -> float:
    """Read a number, and refuse one that only an infinity could hold."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _limit_depth(value: object, depth: int) -> None:
    """Refuse nesting that the reader survives but the writer might not."""
    level = [value]
    for _ in range(depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise ValueError(depth)


def _children(value: object) -> list[object]:
    """Give what a JSON value holds."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
