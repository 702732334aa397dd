"""A body laid out line by line, with the place that differs marked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from conformance.report.reading import Json
from conformance.report.visible import clip, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

LINE_LIMIT = 400
LINES_SHOWN = 120
LINES_AROUND = 24


@dataclass(frozen=True)
class Line:
    """One line of a body; `marked` where the answer differs from what was expected."""

    text: str
    marked: bool = False


class _Number(str):
    """A number exactly as the target wrote it: 1.0 must not be shown as 1."""

    __slots__ = ()


class _Members(list[tuple[str, Json]]):
    """The members of an object in order, a name sent twice included."""


class _Placed(NamedTuple):
    pointer: tuple[str, ...]
    text: str


def lines(body: str | None, pointer: str | None = None) -> list[Line]:
    """The body as JSON laid out, or as it came; the line at the JSON pointer is marked. None marks nothing."""
    if not body:
        return []
    try:
        placed = list(_lay_out(_parse(body), (), "", ""))
    except (ValueError, RecursionError):
        return _window([Line(clip(visible(text), LINE_LIMIT)) for text in body.split("\n")])
    marked = _nearest(placed, pointer)
    return _window([Line(clip(visible(p.text), LINE_LIMIT), n in marked) for n, p in enumerate(placed)])


def missing(body: str | None, pointer: str) -> bool:
    """Whether the pointer leads to a place that this body does not have."""
    try:
        places = {p.pointer for p in _lay_out(_parse(body or ""), (), "", "")}
    except (ValueError, RecursionError):
        return False
    return _steps(pointer) not in places


def _parse(body: str) -> Json:
    return json.loads(
        body,
        parse_float=_Number,
        parse_int=_Number,
        parse_constant=_Number,
        object_pairs_hook=_Members,
    )


def _lay_out(value: Json, at: tuple[str, ...], lead: str, end: str) -> Iterator[_Placed]:
    if not isinstance(value, list) or not value:
        yield _Placed(at, f"{lead}{_scalar(value)}{end}")
        return
    pairs = value if isinstance(value, _Members) else [(str(n), item) for n, item in enumerate(value)]
    opening, closing = "{}" if isinstance(value, _Members) else "[]"
    indent = " " * (len(lead) - len(lead.lstrip(" ")))
    yield _Placed(at, lead + opening)
    for number, (name, item) in enumerate(pairs, 1):
        label = f"{_string(name)}: " if isinstance(value, _Members) else ""
        yield from _lay_out(item, (*at, name), f"{indent}  {label}", "," if number < len(pairs) else "")
    yield _Placed((*at, ""), indent + closing + end)


def _scalar(value: Json) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, _Members):
        return "{}"
    return json.dumps(value)


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _nearest(placed: list[_Placed], pointer: str | None) -> frozenset[int]:
    """The line of the pointer; of a member that is missing, the line of what should have held it."""
    if not pointer:
        return frozenset()
    first: dict[tuple[str, ...], int] = {}
    for number, place in enumerate(placed):
        first.setdefault(place.pointer, number)
    steps = _steps(pointer)
    found = next((first[steps[:n]] for n in range(len(steps), 0, -1) if steps[:n] in first), 0)
    return frozenset({found})


def _window(all_lines: list[Line]) -> list[Line]:
    """The lines that are worth showing of a long body: its beginning, and what surrounds the mark."""
    if len(all_lines) <= LINES_SHOWN:
        return all_lines
    mark = next((n for n, line in enumerate(all_lines) if line.marked), 0)
    start = max(0, mark - LINES_AROUND)
    shown = all_lines[start : start + LINES_SHOWN]
    before = [Line(f"… {start:,} lines before")] if start else []
    after = len(all_lines) - start - len(shown)
    return before + shown + ([Line(f"… {after:,} lines more")] if after else [])


def mark_all(marked: list[Line]) -> list[Line]:
    """Every line marked: the whole answer is what differs."""
    return [replace(line, marked=True) for line in marked]
