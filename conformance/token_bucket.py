"""A token bucket of pyrate-limiter; importing this takes a tenth of a second, so only who has a rate does it."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

from pyrate_limiter import MonotonicClock, Rate, RateItem, StateBucket, TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable

PRECISION = 1_000
"""The library takes whole numbers only: a rate of 6.667 a second is one of 6,667 in 1,000 seconds."""

BURSTS = 100
"""At most so much of a second's requests may leave at once: the library's clock counts milliseconds."""

CLOCK = MonotonicClock()


class Bucket:
    """Gives so many turns a second, one after the other and not all at once, to whichever thread asks."""

    def __init__(self, rate: float, now_ms: Callable[[], int] = CLOCK.now) -> None:
        """`rate` is in turns a second, `now_ms` a clock."""
        units = max(1, round(rate * PRECISION))
        interval_ms = math.ceil(units / rate * 1_000)
        self._bucket = StateBucket([Rate(units, interval_ms, max(1, int(rate / BURSTS)))], TokenBucket())
        self._now_ms = now_ms
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take a turn, and return 0; or how many seconds to wait before asking again."""
        with self._lock:
            item = RateItem("", self._now_ms())
            if self._bucket.put(item) is True:
                return 0.0
            wait_ms = self._bucket.waiting(item)
        return max(wait_ms, 1) / 1_000 if isinstance(wait_ms, int) else 0.001
