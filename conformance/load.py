"""What a soak measured, as values: how long operations took, how many requests came when, and what was judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PERCENTILES = (50, 90, 95, 99)


@dataclass(frozen=True)
class Timing:
    """How long one operation took, in milliseconds; `errors` are answers of 5xx, and requests without an answer."""

    operation: str
    requests: int
    errors: int
    p50: float
    p90: float
    p95: float
    p99: float
    longest: float


@dataclass(frozen=True)
class Window:
    """A slice of the time, which began so many seconds after the load; times in milliseconds."""

    at_s: float
    seconds: float
    requests: int
    errors: int
    p50: float
    p95: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds if self.seconds else 0.0


@dataclass(frozen=True)
class Drift:
    """How much slower an operation was in the last third of the time than in the first, in milliseconds."""

    operation: str
    median_before: float
    median_after: float
    p95_before: float
    p95_after: float


@dataclass(frozen=True)
class Load:
    """All that a soak measured. `checks` counts comparisons by requirement, `found` those that did not hold.

    `dropped` counts what was not judged, because a write of unknown outcome was behind it.
    """

    users: int
    processes: int
    asked_s: float
    lasted_s: float
    timings: tuple[Timing, ...] = ()
    windows: tuple[Window, ...] = ()
    drifts: tuple[Drift, ...] = ()
    checks: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, int] = field(default_factory=dict)
    dropped: int = 0

    @property
    def requests(self) -> int:
        """How many requests were measured."""
        return sum(timing.requests for timing in self.timings)


def bucket(milliseconds: float) -> float:
    """A time to two digits, so that millions of them take up little room."""
    if milliseconds < 10:
        return round(milliseconds, 1)
    return float(round(milliseconds) if milliseconds < 100 else round(milliseconds, -1 if milliseconds < 1000 else -2))


def percentile(counts: Mapping[float, int], share: float) -> float:
    """The least time that so many of a hundred took at most; 0 where there are none."""
    wanted, seen = ceil(sum(counts.values()) * share / 100), 0
    for value, number in sorted(counts.items()):
        seen += number
        if seen >= wanted:
            return value
    return 0.0


def together(many: Iterable[Mapping[float, int]]) -> Counter[float]:
    """The counts of several, added up."""
    total: Counter[float] = Counter()
    for each in many:
        total.update(each)
    return total
