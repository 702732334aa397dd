"""No schedule that might fire within a day leaves this machine, in whatever form it is sent."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_plus

from conformance import oracle
from conformance.failures import UnsafeSchedule
from conformance.model import Blame
from conformance.server_time import clocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.session import Session

Json: TypeAlias = Any

DAY = timedelta(days=1)

ALIKE = timedelta(hours=1)
"""Clocks that are no farther apart disagree about no schedule that a case has chosen with care."""

FIRING = frozenset({"schedule", "expression", "cron"})
"""The members that tell when to fire, in whatever case and wherever in a body: lax servers may take any of them."""

OTHERS = frozenset({"timezone", "type", "upcoming_runs_at", "last_run_at"})
"""What a schedule has besides, which is never taken for an expression."""

IGNORED = "metadata"
"""Whatever its owner likes, and no server fires by it."""


class Pairs(list[tuple[str, Json]]):
    """An object of JSON with all members of one name: a server may take the first or the last of them."""


def check(session: Session, body: Json, content: bytes | None) -> None:
    """Raise `UnsafeSchedule` if something in a body might fire within a day, by our clock or by one of the target's.

    `body` is a JSON value, `content` what is sent as it is.
    """
    found = [*expressions(body)] if content is None else [*in_bytes(content)]
    shown = [datetime.now(UTC), *clocks(session)] if found else []
    for expression in found:
        near = [oracle.may_fire_within(expression, "", clock, DAY) for clock in shown]
        if any(near):
            _stop(expression, max(shown) - min(shown), agreed=all(near))


def _stop(expression: str, apart: timedelta, *, agreed: bool) -> None:
    said = f"stopped before sending {expression!r}: it might fire within a day"
    if agreed or apart < ALIKE:
        raise UnsafeSchedule(said)
    raise UnsafeSchedule(f"{said} by one of the clocks; the target's and ours are far apart", Blame.ENVIRONMENT)


def expressions(value: Json) -> Iterator[str]:
    """Every text in a body that a server may take for when to fire."""
    for name, inner in _members(value):
        key = name.lower()
        if key in FIRING:
            yield from _texts(inner)
        elif key != IGNORED:
            yield from expressions(inner)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for name, inner in _members(value):
        if name.lower() not in OTHERS:
            yield from _texts(inner)


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    """The members of an object, and the elements of an array under no name."""
    if isinstance(value, Pairs):
        yield from value
    elif isinstance(value, dict):
        yield from ((str(name), inner) for name, inner in value.items())
    elif isinstance(value, (list, tuple)):
        yield from (("", inner) for inner in value)


# --- what is sent as it is ----------------------------------------------------------------------------------------

_TOLD = re.compile(
    rf"(?:{'|'.join(sorted(FIRING))})\b[\"'\]]*\s*[:=]\s*(?:\"([^\"]*)|'([^']*)|([^\s\"'{{}}\[\]&;][^\"'{{}}\[\]&;\r\n]*))",
    re.IGNORECASE,
)
"""A name and its value in what is nearly JSON, or a form."""

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def in_bytes(content: bytes) -> Iterator[str]:
    """The same of what may be no JSON: a lax server may read it all the same."""
    try:
        yield from expressions(json.loads(content, object_pairs_hook=Pairs))
    except (ValueError, RecursionError):
        yield from _in_text(content.decode(json.detect_encoding(content), "replace"))


def _in_text(text: str) -> Iterator[str]:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    for form in {plain, unquote_plus(plain)}:
        for found in _TOLD.finditer(form):
            yield next(value for value in found.groups() if value is not None)
