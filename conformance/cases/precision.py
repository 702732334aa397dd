"""How precisely a service keeps the times that it shows.

Lists are narrowed by what is kept. Where that is finer than what is shown, nothing can be told of a bound that is
exactly what is shown.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from conformance.expect import instant, need_page
from conformance.failures import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conformance.exchange import Exchange
    from conformance.expect import Json

FINER, NEAR = timedelta(microseconds=1), timedelta(seconds=1)


def need_exact_time(ask: Callable[[dict[str, Any]], Exchange], id_: str, created_at: Json) -> None:
    """Before a service is accused at the very edge of a window: it keeps `created_at` as it shows it.

    It does if `ask`, given the bounds of a window, shows the item neither a microsecond later nor earlier.
    """
    moment = instant(created_at)
    if moment is None:
        return
    for first, last in ((moment + FINER, moment + NEAR), (moment - NEAR, moment - FINER)):
        exchange = ask({"created_at[gte]": _written(first), "created_at[lte]": _written(last)})
        if not exchange.ok or id_ in need_page(exchange).ids:
            raise NotApplicable("times may be kept more precisely here than they are shown")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
