"""What fits into a given time, as fast as a target answers: of what finds most first, as much as there is room for."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import plan, running_order
from conformance.ripening import A_SECOND

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.settings import Settings

OWN_S = 0.002
"""Preparing a request and judging its answer takes about as long as a quick answer does, and no longer than this."""

COLLECTING_S = 1.5
"""So long it takes until the first case is called, and to end."""

MARGIN = 0.9
"""This share of the time is planned with: figures of recorded runs are rough."""

LEFT_TO_CLEAR = 100
"""About so many deployments live to the end of a run, and are put away then."""


@dataclass(frozen=True)
class Tempo:
    """How many seconds a request takes that reads, and one that writes, when all workers ask at once."""

    read_s: float
    write_s: float

    @property
    def clearing_s(self) -> float:
        """Seconds for putting away what is there at the end."""
        return LEFT_TO_CLEAR * self.write_s

    def time_for_cases(self, seconds: float) -> float:
        """What is left of some seconds for the cases themselves."""
        return max(0.0, MARGIN * (seconds - self.clearing_s - COLLECTING_S))


def tempo(settings: Settings, round_trip_s: float) -> Tempo:
    """The tempo of a run whose single requests take so long, within its rates."""
    workers, pace = settings.processes, settings.pace
    alone = (round_trip_s + min(round_trip_s, OWN_S)) / workers
    reads, writes = (1 / (rate * workers) if rate else 0.0 for rate in (pace.reads, pace.writes))
    return Tempo(max(alone, reads), max(alone, writes))


def fitted(settings: Settings, declared: Collection[str], round_trip_s: float) -> Settings:
    """The same settings without what does not fit into the time, and with an end that leaves time to put all away."""
    asked = frozenset(declared if settings.selected is None else settings.selected)
    at = tempo(settings, round_trip_s)
    chosen = within(settings, asked, at, at.time_for_cases(settings.deadline - time.monotonic()))
    return dataclasses.replace(settings, deadline=settings.deadline - at.clearing_s, left_out=asked - chosen)


def within(settings: Settings, ids: Collection[str], tempo: Tempo, seconds: float) -> frozenset[str]:
    """Of these requirements those that fit into the seconds, in the order in which they are run.

    The first that needs what takes time to grow pays for all that is grown; none does for which there is no such time.
    """
    grown = _seconds(settings, "suite", tempo) * settings.processes
    left, chosen = seconds, set()
    for id_ in sorted(ids, key=running_order.rank):
        steps = running_order.steps(id_) if settings.consent.writes else 0
        needed = _seconds(settings, id_, tempo) + grown * (steps > 0)
        if needed <= left and steps * A_SECOND < seconds:
            left -= needed
            grown *= steps == 0
            chosen.add(id_)
    return frozenset(chosen)


def _seconds(settings: Settings, id_: str, tempo: Tempo) -> float:
    reads, writes = plan.sent(settings, id_)
    return reads * tempo.read_s + writes * tempo.write_s
