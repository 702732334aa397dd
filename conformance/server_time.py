"""What time it is for the target: clocks may differ by minutes, or be set wrong, and only the target's counts."""

from __future__ import annotations

import email.utils
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.session import Session

EPOCH, END = 2000, 3000
"""The years in which a clock is believed."""


def date_of(exchange: Exchange) -> datetime | None:
    """The `Date` header of an answer as an aware datetime in UTC, or None where it has none that can be read."""
    said = exchange.header("date")
    if not said:
        return None
    try:
        found = email.utils.parsedate_to_datetime(said)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def server_now(api: Client) -> datetime:
    """The target's clock, by the `Date` header of its last answer, else by what it made last, and the time since.

    Ours where it tells neither. Where nothing was sent yet, a list is asked for, so that the answer is the target's.
    """
    if api.session.latest is None:
        api.list({"limit": 1})
    return next(iter(clocks(api.session)), datetime.now(UTC))


def clocks(session: Session) -> list[datetime]:
    """What the clocks of the target show now: the one that dates its answers, and the one that dates what it makes."""
    said = [(date_of(exchange), since) for exchange, since in _told(session.latest)]
    said += [(_made_at(exchange), since) for exchange, since in _told(session.made)]
    now = time.monotonic()
    return [date + timedelta(seconds=now - since) for date, since in said if date and EPOCH < date.year < END]


def _told(exchange: tuple[Exchange, float] | None) -> list[tuple[Exchange, float]]:
    return [] if exchange is None else [exchange]


def _made_at(exchange: Exchange) -> datetime | None:
    """When the target says that it made what an answer shows."""
    said = exchange.json.get("created_at") if isinstance(exchange.json, dict) else None
    return _moment(said) if isinstance(said, str) else None


@lru_cache(maxsize=8)
def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
