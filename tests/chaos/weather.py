"""What the way between suite and service does to requests: kinds of disturbance, and seeded plans of them."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fault(StrEnum):
    """One disturbance of one request."""

    RESET_BEFORE = "reset before the service saw it"
    RESET_AFTER = "reset before the answer"
    RESET_WITHIN = "reset within the answer"
    TRUNCATED = "answer cut short"
    DELAYED = "answer later, in time"
    STALLED = "no answer in time"
    LATE = "reaches the service when nobody waits"
    THROTTLED = "429"
    UNAVAILABLE = "503, not forwarded"
    UNAVAILABLE_AFTER = "503, though it was done"
    BAD_GATEWAY = "502, a page of a proxy"
    BAD_GATEWAY_AFTER = "502, though it was done"
    REFUSED = "no connection for a while"
    DEAD = "no connection from now on"


@dataclass(frozen=True)
class Weather:
    """How often each disturbance comes, in thousandths of all requests, and for how many requests it stays.

    `spared` requests go through at first, so that there is a run to disturb; `dies_within` is when it ends for good.
    """

    name: str
    chances: Mapping[Fault, int] = field(default_factory=dict)
    stays: tuple[int, int] = (1, 1)
    spared: int = 6
    dies_within: tuple[int, int] | None = None


F = Fault
_EVERYTHING = {
    **dict.fromkeys((F.RESET_BEFORE, F.RESET_AFTER, F.RESET_WITHIN, F.TRUNCATED, F.DELAYED, F.THROTTLED), 4),
    **dict.fromkeys((F.UNAVAILABLE, F.UNAVAILABLE_AFTER, F.BAD_GATEWAY, F.BAD_GATEWAY_AFTER), 3),
    **dict.fromkeys((F.STALLED, F.LATE, F.REFUSED), 1),
}

WEATHERS: Mapping[str, Weather] = MappingProxyType(
    {
        each.name: each
        for each in (
            Weather("resets", {F.RESET_BEFORE: 12, F.RESET_AFTER: 12, F.RESET_WITHIN: 12}),
            Weather("cut short", {F.TRUNCATED: 25, F.RESET_WITHIN: 10}),
            Weather("slow", {F.DELAYED: 20, F.STALLED: 4, F.LATE: 4}),
            Weather("throttled", {F.THROTTLED: 30}),
            Weather("overloaded", {F.UNAVAILABLE: 15, F.UNAVAILABLE_AFTER: 15}),
            Weather("bad gateway", {F.BAD_GATEWAY: 15, F.BAD_GATEWAY_AFTER: 15}),
            Weather("bursts", {F.THROTTLED: 2, F.UNAVAILABLE: 2, F.BAD_GATEWAY: 3, F.RESET_BEFORE: 3}, stays=(2, 4)),
            Weather("restarts", {F.REFUSED: 6, F.RESET_AFTER: 4}),
            Weather("everything", _EVERYTHING),
            Weather("everything at once", _EVERYTHING, stays=(1, 3), spared=0),
            Weather("death", {F.RESET_AFTER: 3}, dies_within=(20, 90)),
            Weather("death in a storm", _EVERYTHING, dies_within=(20, 400)),
        )
    }
)


@dataclass
class Plan:
    """What happens to the first request, to the second, and so on: the same for the same seed."""

    weather: Weather
    seed: int
    number: int = 0
    _coming: deque[Fault] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Throw the dice for the time of death."""
        self.dice = random.Random(f"{self.weather.name} {self.seed}")  # noqa: S311 - weather, not a secret
        self._end = self.dice.randint(*self.weather.dies_within) if self.weather.dies_within else None

    def next(self) -> Fault | None:
        """What happens to the next request."""
        self.number += 1
        if self._end is not None and self.number >= self._end:
            return Fault.DEAD
        if self.number <= self.weather.spared:
            return None
        if not self._coming and (drawn := self._draw()):
            self._coming += [drawn] * self.dice.randint(*self.weather.stays)
        return self._coming.popleft() if self._coming else None

    def _draw(self) -> Fault | None:
        thrown = self.dice.randrange(1000)
        for fault, chance in self.weather.chances.items():
            if thrown < chance:
                return fault
            thrown -= chance
        return None
