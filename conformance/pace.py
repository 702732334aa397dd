"""How fast and how much may be sent: rates by a token bucket, and one budget of writes for all workers of a run."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.token_bucket import Bucket

READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing."""


@dataclass
class Pace:
    """How fast requests may follow one another: reads and writes a second, None for no bound."""

    reads: float | None = None
    writes: float | None = None
    _buckets: dict[bool, Bucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, method: str, sleep: Callable[[float], None]) -> None:
        """Wait for the next turn of this kind of request."""
        reading = method in READING
        rate = self.reads if reading else self.writes
        if rate is None:
            return
        bucket = self._bucket(rate, reading=reading)
        while wait_s := bucket.take():
            sleep(wait_s)

    def _bucket(self, rate: float, *, reading: bool) -> Bucket:
        from conformance.token_bucket import Bucket

        with self._lock:
            if reading not in self._buckets:
                self._buckets[reading] = Bucket(rate)
            return self._buckets[reading]


@dataclass
class Budget:
    """How many requests that write a run may send, None for no bound; `spent` counts them.

    Workers with a bound count in one file, to which each write adds a byte: where that byte came to stand is its
    number, whoever else adds to the file, and however often a worker had to be replaced. A worker without that file
    has a way to `count` in it; where that is cut off, nothing more is written.
    """

    limit: int | None = None
    path: str | None = None
    count: Callable[[], int] | None = None
    spent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self) -> bool:
        """Take one write out of the budget; False when there is none left."""
        with self._lock:
            if self.left < 1:
                return False
            self.spent = self._number()
            return self.left >= 0

    def _number(self) -> int:
        """Which write of all this one is."""
        if self.limit is not None and self.count is not None:
            return self.count()
        return self.spent + 1 if self.path is None else counted(self.path)

    @property
    def left(self) -> float:
        """How many writes are left, as far as this process knows."""
        return float("inf") if self.limit is None else self.limit - self.spent


def counted(path: str) -> int:
    """Which number the next write has, by the file in which all workers count."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(file, b".")
        return os.lseek(file, 0, os.SEEK_CUR)
    finally:
        os.close(file)
