"""Moments that requests ask for, told by what the sequence makes: what is made tomorrow is not of today."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.provenance import MOMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.model import ExchangeRecord

_ASKED_FOR = re.compile(r"=(\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:\.\d+)?Z)(?=&|$)")
_NEAR = timedelta(days=2)
"""What is further away means any moment that is long ago, or to come."""

_LONGEST_PAUSE = 3
SHIFTED = """\
shifted() {  # the moment $1, $2 seconds later
  at=$(date -u -d "$1" +%s 2>/dev/null || date -j -u -f %Y-%m-%dT%H:%M:%SZ "$1" +%s)
  date -u -d "@$((at + $2))" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -r "$((at + $2))" +%Y-%m-%dT%H:%M:%SZ
}"""
"""A function of the shell; GNU and BSD disagree about `date`."""


@dataclass(frozen=True)
class Written:
    """When a request wrote something, by the answer: the number of the request, the member, and its text."""

    number: int
    member: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Moment:
    """A moment that a later request asks for: `text` as it stands in the URL, and how it follows from a write."""

    text: str
    written: Written
    seconds: int | None
    """So many after the whole second of the write; None for the very moment."""

    @property
    def variable(self) -> str:
        """The shell variable that holds it."""
        apart = "" if self.seconds is None else f"_{'M' if self.seconds < 0 else 'P'}{abs(self.seconds)}"
        return f"AT{self.written.number}{apart}"

    @property
    def line(self) -> str:
        """The shell line that sets it from the answer of the write."""
        member = f"""grep -o '"{self.written.member}": *"[^"]*' | head -n 1 | grep -o '[^"]*$'"""
        found = f"""printf '%s' "$ANSWER{self.written.number}" | {member}"""
        found = f"$({found})" if self.seconds is None else f"$({found} | cut -c 1-19)Z"
        value = f'$(shifted "{found}" {self.seconds})' if self.seconds else found
        return f"{self.variable}={value}"


def moments(records: Sequence[ExchangeRecord]) -> list[Moment]:
    """What the requests ask for in terms of what earlier ones wrote."""
    writes = list(_writes(records))
    found: dict[str, Moment] = {}
    for number, record in enumerate(records, 1):
        earlier = [each for each in writes if each.number < number]
        for text in _ASKED_FOR.findall(record.url):
            if earlier and text not in found and (moment := _moment(text, earlier)):
                found[text] = moment
    return list(found.values())


def pauses(records: Sequence[ExchangeRecord], asked_for: Sequence[Moment]) -> dict[int, int]:
    """How many seconds to wait before a request, by its number, so that the moments part what they parted."""
    waits: dict[int, int] = {}
    before: datetime | None = None
    for written in _writes(records):
        second = _second(written.at)
        if before is not None and any(before <= _read(each.text) <= second for each in asked_for) and second > before:
            waits[written.number] = min(int((second - before).total_seconds()), _LONGEST_PAUSE)
        before = second
    return waits


def _moment(text: str, writes: Sequence[Written]) -> Moment | None:
    try:
        at = _read(text)
    except ValueError:  # it is malformed on purpose
        return None
    nearest = min(writes, key=lambda each: (_second(each.at) != at, abs(each.at - at)))
    if abs(nearest.at - at) > _NEAR:
        return None
    if nearest.text == unquote(text):
        return Moment(text, nearest, None)
    apart = (at - _second(nearest.at)).total_seconds()
    return Moment(text, nearest, int(apart)) if apart.is_integer() else None


def _writes(records: Sequence[ExchangeRecord]) -> Iterator[Written]:
    for number, record in enumerate(records, 1):
        if record.method != "POST":
            continue
        try:
            shown = json.loads(record.response_body or "")
            dated = [(_read(shown[name]), name) for name in MOMENTS if name in shown]
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if dated:
            at, member = max(dated)
            yield Written(number, member, shown[member], at)


def _read(text: str) -> datetime:
    at = datetime.fromisoformat(unquote(text))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
