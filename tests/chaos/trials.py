"""The sixty trials: every weather five times, mostly with a few areas each, so that all areas meet all weathers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chaos.trial import Trial
from chaos.weather import WEATHERS

from conformance.runner import catalogue

if TYPE_CHECKING:
    from chaos.weather import Weather

SEEDS = range(5)
AREAS = tuple(dict.fromkeys(each.area for each in catalogue("qoder-2026-06") if not each.unobservable))
AT_ONCE = 5
"""So many areas are asked in a usual trial."""

WHOLE = ("resets", "cut short", "bad gateway", "everything", "death in a storm")
"""Weathers in which little time is spent waiting, so that all areas can be asked in one trial."""

WHOLE_BOUND_S, BOUND_S = 900, 300
"""Far more than is needed, for machines that are busy otherwise."""


def _trial(seed: int, number: int, weather: Weather) -> Trial:
    """Some ask everything in the first seed; the seeds 2 and 4 of each have two workers."""
    workers = 2 if seed in {2, 4} else 1
    if seed == 0 and weather.name in WHOLE:
        return Trial(weather, seed, (), workers, bound_s=WHOLE_BOUND_S)
    first = number + seed * AT_ONCE
    areas = tuple(AREAS[(first + place) % len(AREAS)] for place in range(AT_ONCE))
    return Trial(weather, seed, areas, workers, bound_s=BOUND_S)


TRIALS = [_trial(seed, number, weather) for seed in SEEDS for number, weather in enumerate(WEATHERS.values())]

SAMPLE = [
    Trial(WEATHERS["resets"], 100, ("pause", "get")),
    Trial(WEATHERS["cut short"], 101, ("unpause", "method")),
    Trial(WEATHERS["bad gateway"], 102, ("archive",)),
    Trial(WEATHERS["bursts"], 103, ("pause",), workers=2),
    Trial(WEATHERS["death"], 104, ("run",)),
]
"""One of each kind that takes little time."""
