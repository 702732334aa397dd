"""What time it is for the target: clocks may differ by minutes, and only the target's counts."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
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
    """The target's clock by the last answer of this case that had a `Date` header; ours where it sends none.

    Where nothing was sent yet, a list is asked for, so that the answer is the target's and not ours.
    """
    exchanges = api.session.sent or [api.list({"limit": 1})]
    dates = (date_of(exchange) for exchange in reversed(exchanges))
    return next((date for date in dates if date), datetime.now(UTC))
