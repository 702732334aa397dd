"""What time it is for the target: clocks may differ by minutes, and only the target's counts."""

from __future__ import annotations

import email.utils
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.client import Client
    from conformance.exchange import Exchange


def date_of(exchange: Exchange) -> datetime | None:
    """The `Date` header of an answer as an aware datetime in UTC, or None where it has none that can be read."""
    said = exchange.header("date")
    if not said:
        return None
    try:
        found = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def server_now(api: Client) -> datetime:
    """The target's clock by the `Date` header of the last answer and the time since; ours where it sends none.

    Where nothing was sent yet, a list is asked for, so that the answer is the target's and not ours.
    """
    if api.session.latest is None:
        api.list({"limit": 1})
    latest = api.session.latest
    return (clock_of(latest) if latest is not None else None) or datetime.now(UTC)


def clock_of(latest: tuple[Exchange, float]) -> datetime | None:
    """What time it is by an answer that came at that time of the monotonic clock; None where it did not say."""
    date = date_of(latest[0])
    return None if date is None else date + timedelta(seconds=time.monotonic() - latest[1])
