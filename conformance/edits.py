"""What sets a request apart from an accepted one: the edit for which it was to be refused, so that readers find it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.json_pointer import follow, step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.exchange import Exchange

SHOWN = 2
"""So many places are named; a case edits one, seldom two."""

LONGEST_VALUE = 90
LONGEST_PLACE = 60
_OUR_NAME = re.compile(r"conformance-[0-9a-z]+-\w+-\d+")
_LEFT_OUT: Any = object()


@dataclass(frozen=True)
class Edit:
    """Where a request differs from the accepted one: `pointer` leads to the first place in its body, `text` tells all.

    `places` is their number.
    """

    pointer: str
    text: str
    places: int = 1


def edit(refused: Exchange, accepted: Iterable[Exchange]) -> Edit | None:
    """What sets a request apart from the most similar one that was accepted; None where nothing can be told.

    An update is all edit, and so is the query of a list.
    """
    query = refused.path.partition("?")[2]
    if refused.method == "GET":
        return Edit("", f"?{query[:LONGEST_VALUE]}") if query else None
    body = _body(refused)
    if not isinstance(body, dict):
        return None
    if "{id}" in refused.operation:
        controls: list[Any] = [{}]
    else:
        controls = [_body(each) for each in accepted if each.operation == refused.operation and each is not refused]
    apart = [list(_places(body, control, "")) for control in controls if isinstance(control, dict)]
    found = min(apart, key=len, default=[])
    return _told(found) if found else None


def sends(exchange: Exchange, pointer: str) -> bool:
    """Whether the body of a request has something at this JSON pointer."""
    return follow(_body(exchange), pointer, _LEFT_OUT) is not _LEFT_OUT


def _body(exchange: Exchange) -> Any:
    try:
        return json.loads(exchange.request_body or b"")
    except (ValueError, RecursionError):
        return None


def _places(sent: Any, control: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Where two bodies differ; a name of ours is another in every body."""
    if isinstance(sent, dict) and isinstance(control, dict):
        for name in dict.fromkeys((*sent, *control)):
            yield from _places(sent.get(name, _LEFT_OUT), control.get(name, _LEFT_OUT), pointer + step(name))
    elif isinstance(sent, list) and isinstance(control, list) and len(sent) == len(control):
        for number, (item, other) in enumerate(zip(sent, control, strict=True)):
            yield from _places(item, other, f"{pointer}/{number}")
    elif (type(sent) is not type(control) or sent != control) and not (_is_our_name(sent) and _is_our_name(control)):
        yield pointer, sent


def _is_our_name(value: Any) -> bool:
    return isinstance(value, str) and _OUR_NAME.fullmatch(value) is not None


def _told(places: list[tuple[str, Any]]) -> Edit:
    shown = [f"{_cut(pointer, LONGEST_PLACE)} {_value(value)}" for pointer, value in places[:SHOWN]]
    more = [f"{len(places) - SHOWN} more"] if len(places) > SHOWN else []
    return Edit(places[0][0], " and ".join([*shown, *more]), len(places))


def _value(value: Any) -> str:
    if value is _LEFT_OUT:
        return "left out"
    text = json.dumps(value, ensure_ascii=False)
    long = len(text) > LONGEST_VALUE and isinstance(value, (str, list))
    size = f" ({len(value):,} {'characters' if isinstance(value, str) else 'items'})" if long else ""
    return f"= {_cut(text, LONGEST_VALUE)}{size}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
