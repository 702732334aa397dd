"""No schedule is sent that might fire within a day, by our clock or by one of the target's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.failures import ClocksApart, UnsafeSchedule
from conformance.server_time import clocks

if TYPE_CHECKING:
    from conformance.client import Session

SOON = timedelta(days=1)
ALIKE = timedelta(hours=1)
"""Clocks that are no farther apart than this disagree about no schedule that a case has chosen with care."""


def check(session: Session, body: Any, content: bytes | None) -> None:
    """Stop a request before it is sent; `content` is looked into where it is sent in place of a body.

    Raises:
        UnsafeSchedule: the schedule in it is near, as far as can be told, or nobody can tell.
        ClocksApart: it is near by one clock and far by another, which are far apart.
    """
    if session.consent.schedules:
        return
    body = body if content is None else _read(content)
    schedule = body.get("schedule") if isinstance(body, dict) else None
    if isinstance(schedule, dict) and isinstance(schedule.get("expression"), str):
        _check(session, schedule["expression"], schedule.get("timezone"))


def _read(content: bytes) -> Any:
    if b"schedule" not in content:
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _check(session: Session, expression: str, zone: Any) -> None:
    from conformance.oracle import may_fire_within

    known, now = zone if isinstance(zone, str) else "", datetime.now(UTC)
    shown = [now, *clocks(session)]
    near = [clock for clock in shown if may_fire_within(expression, known, clock, SOON)]
    if not near:
        return
    what = f"stopped before sending {expression!r} in {zone!r}: it might fire within a day"
    off = timedelta(seconds=round(max(abs(clock - now) for clock in shown).total_seconds()))
    if len(near) < len(shown) and off > ALIKE:
        raise ClocksApart(f"{what} by one of the clocks; the target's is {off} from ours: set them right")
    raise UnsafeSchedule(what)
