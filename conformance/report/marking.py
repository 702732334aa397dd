"""A body laid out line by line, with the place that differs marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from conformance.json_pointer import steps as steps_of
from conformance.report.reading import Json
from conformance.report.visible import clip, visible

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

LINE_LIMIT = 400
LINES_SHOWN = 400
LINES_AROUND = 9
DIFFERS = "differs here"
ON_PURPOSE = "so on purpose"


@dataclass(frozen=True)
class Line:
    """One line of a body; `note` says what is wrong with it where the answer is not as expected."""

    text: str
    note: str = ""

    @property
    def marked(self) -> bool:
        """Whether the answer differs here."""
        return bool(self.note)


class _Number(str):
    """A number exactly as the target wrote it: 1.0 must not be shown as 1."""

    __slots__ = ()


class _Members(list[tuple[str, Json]]):
    """The members of an object in order, a name sent twice included."""


class _Placed(NamedTuple):
    pointer: tuple[str, ...]
    text: str


def lines(body: str | None, pointer: str | None = None, note: str = DIFFERS) -> list[Line]:
    """The body as JSON laid out, or as it came; the line at the JSON pointer is marked with the note. None: no mark."""
    if not body:
        return []
    try:
        placed = list(_lay_out(_parse(body), (), "", ""))
    except (ValueError, RecursionError):
        return _bounded([Line(clip(visible(text), LINE_LIMIT)) for text in body.split("\n")])
    place, note = _nearest(placed, pointer, note)
    return _bounded([Line(clip(visible(p.text), LINE_LIMIT), note if n == place else "") for n, p in enumerate(placed)])


def missing(body: str | None, pointer: str) -> bool:
    """Whether the pointer leads to a place that this body does not have."""
    try:
        places = {p.pointer for p in _lay_out(_parse(body or ""), (), "", "")}
    except (ValueError, RecursionError):
        return False
    return steps_of(pointer) not in places and not _is_of_an_item(places, steps_of(pointer))


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


def _nearest(placed: list[_Placed], pointer: str | None, note: str) -> tuple[int | None, str]:
    """The line of the pointer and what to say of it; of a member that is missing, the line of what should hold it."""
    first: dict[tuple[str, ...], int] = {}
    for number, place in enumerate(placed):
        first.setdefault(place.pointer, number)
    steps = steps_of(pointer or "")
    if not steps or _is_of_an_item(first, steps):
        return None, ""
    if steps in first:
        return first[steps], note
    depth = next(n for n in range(len(steps) - 1, -1, -1) if steps[:n] in first)
    return first[steps[:depth]], f"lacks {clip(visible(steps[depth]), 60)}"


def _is_of_an_item(places: Container[tuple[str, ...]], steps: tuple[str, ...]) -> bool:
    """Whether the pointer leads into some item of this list page: which one, it does not say."""
    return bool(steps) and ("data",) in places and steps[:1] not in places


def around_mark(all_lines: Sequence[Line]) -> list[Line]:
    """The lines around the mark, where the body is too long to be seen at a glance."""
    mark = next((n for n, line in enumerate(all_lines) if line.marked), None)
    if mark is None or len(all_lines) <= 3 * LINES_AROUND:
        return list(all_lines)
    start, end = max(0, mark - LINES_AROUND), mark + LINES_AROUND + 1
    before = [Line(f"… {start:,} lines before")] if start else []
    after = [Line(f"… {len(all_lines) - end:,} lines more")] if end < len(all_lines) else []
    return [*before, *all_lines[start:end], *after]


def _bounded(all_lines: list[Line]) -> list[Line]:
    """As many lines as a page can bear, the marked one among them."""
    mark = next((n for n, line in enumerate(all_lines) if line.marked), 0)
    start = max(0, min(mark - LINES_SHOWN // 2, len(all_lines) - LINES_SHOWN))
    shown = all_lines[start : start + LINES_SHOWN]
    after = len(all_lines) - start - len(shown)
    before = [Line(f"… {start:,} lines before")] if start else []
    return before + shown + ([Line(f"… {after:,} lines more")] if after else [])
