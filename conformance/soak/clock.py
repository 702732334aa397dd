"""How long requests took, by operation and by slice of time: counted, so that days of load take up little room."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.load import PERCENTILES, Drift, Timing, Window, bucket, percentile, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Place: TypeAlias = tuple[int, str]
"""A slice of time by its number, and an operation."""

SLICES = 60
"""So many slices a soak has, and none is shorter than a second."""

ENOUGH = 30
"""So many requests of an operation each third of the time must have before the thirds are compared."""


@dataclass
class Clock:
    """Counts times in slices of so many seconds; `began` by the monotonic clock, at the first request if not set."""

    slice_s: float = 1.0
    began: float | None = None
    times: dict[Place, Counter[float]] = field(default_factory=lambda: defaultdict(Counter))
    errors: Counter[Place] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def note(self, operation: str, elapsed_ms: float, status: int) -> None:
        """Count a request; a status of 0 is one without an answer."""
        now = time.monotonic()
        self.began = self.began or now
        place = int((now - self.began) / self.slice_s), operation
        self.times[place][bucket(elapsed_ms)] += 1
        self.errors[place] += not status or status >= 500
        if status:
            self.statuses[str(status)] += 1

    def dump(self) -> dict[str, Any]:
        """As JSON values, to be sent to another process."""
        rows = [[*place, [*times.items()], self.errors[place]] for place, times in self.times.items()]
        return {"slice_s": self.slice_s, "rows": rows, "statuses": dict(self.statuses)}

    def add(self, dumped: dict[str, Any]) -> None:
        """Take in what another process has counted."""
        self.statuses.update(dumped["statuses"])
        for theirs, operation, times, errors in dumped["rows"]:
            number = int(theirs * dumped["slice_s"] / self.slice_s)
            self.times[number, operation].update({float(ms): count for ms, count in times})
            self.errors[number, operation] += errors


def slice_of(seconds: float) -> float:
    """How long a slice is where so many seconds are asked for."""
    return max(1.0, seconds / SLICES)


def timings(clock: Clock) -> Iterator[Timing]:
    """How long each operation took in all, in the order of their names."""
    for operation in sorted({operation for _, operation in clock.times}):
        places = [place for place in clock.times if place[1] == operation]
        times = together(clock.times[place] for place in places)
        p50, p90, p95, p99 = (percentile(times, share) for share in PERCENTILES)
        errors = sum(clock.errors[place] for place in places)
        yield Timing(operation, times.total(), errors, p50, p90, p95, p99, max(times))


def windows(clock: Clock, lasted_s: float) -> Iterator[Window]:
    """All operations together in each slice of time; what came when the load was over is left out."""
    for number, group in groupby(sorted(clock.times), key=lambda place: place[0]):
        places, at_s = [*group], number * clock.slice_s
        if at_s >= lasted_s:
            continue
        times = together(clock.times[place] for place in places)
        seconds = min(clock.slice_s, lasted_s - at_s)
        errors = sum(clock.errors[place] for place in places)
        p50, p95 = percentile(times, 50), percentile(times, 95)
        yield Window(round(at_s, 3), round(seconds, 3), times.total(), errors, p50, p95)


def drifts(clock: Clock, rampup_s: float, lasted_s: float) -> Iterator[Drift]:
    """How the first third of the time at full load compares with the last, for each operation that was asked enough."""
    first, last = int(rampup_s / clock.slice_s) + 1, int(lasted_s / clock.slice_s)
    third = (last - first) // 3
    if third < 1:
        return
    for operation in sorted({operation for _, operation in clock.times}):
        before = _of(clock, operation, range(first, first + third))
        after = _of(clock, operation, range(last - third, last))
        if min(before.total(), after.total()) >= ENOUGH:
            figures = [percentile(times, share) for share in (50, 95) for times in (before, after)]
            yield Drift(operation, *figures)


def _of(clock: Clock, operation: str, slices: Iterable[int]) -> Counter[float]:
    return together(clock.times[number, operation] for number in slices if (number, operation) in clock.times)
