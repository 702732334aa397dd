"""The sixty trials: every weather five times, mostly with a few areas each, so that all areas meet all weathers."""

from __future__ import annotations

from itertools import product

from chaos.trial import Trial
from chaos.weather import WEATHERS

from conformance.runner import catalogue

SEEDS = range(5)
AREAS = tuple(dict.fromkeys(each.area for each in catalogue("qoder-2026-06") if not each.unobservable))
AT_ONCE = 5
"""So many areas are asked in a usual trial."""

WHOLE = ("resets", "cut short", "bad gateway", "everything", "death in a storm")
"""Weathers in which little time is spent waiting, so that all areas can be asked in one trial."""

WHOLE_BOUND_S, BOUND_S = 600, 180


def _trial(number: int, name: str, seed: int) -> Trial:
    """Some ask everything in the first seed; the seeds 2 and 4 of each have two workers."""
    everything = seed == 0 and name in WHOLE
    areas = () if everything else tuple(AREAS[(number * AT_ONCE + place) % len(AREAS)] for place in range(AT_ONCE))
    workers = 2 if seed in {2, 4} else 1
    return Trial(WEATHERS[name], seed, areas, workers, bound_s=WHOLE_BOUND_S if everything else BOUND_S)


TRIALS = [_trial(number, name, seed) for number, (seed, name) in enumerate(product(SEEDS, WEATHERS))]

SAMPLE = [
    Trial(WEATHERS["resets"], 100, ("pause", "get")),
    Trial(WEATHERS["cut short"], 101, ("unpause", "method")),
    Trial(WEATHERS["bad gateway"], 102, ("archive",)),
    Trial(WEATHERS["bursts"], 103, ("pause",), workers=2),
    Trial(WEATHERS["death"], 104, ("run",)),
]
"""One of each kind that takes little time."""
