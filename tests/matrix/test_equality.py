"""A run says the same however it is divided: among workers, shards that are merged, and machines elsewhere.

Verdicts, blame and causes, observations, outcome and exit status are compared over a sample of faults in their areas
and one more, and over all areas of the reference without a fault. Faults are planted several at a time, because most of
the time goes into the start of workers.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from matrix.kill import AT_RANDOM, EXAMPLES, certain, judged
from targets import gateway, with_tokens

from conformance.model import Options, Outcome, Report
from conformance.reference.faults import all_faults, combine
from conformance.reference.thread import serve_in_thread
from conformance.report.merge import merge
from conformance.revisions import QODER_JUNE
from conformance.runner import catalogue, run
from conformance.shard import Shard

if TYPE_CHECKING:
    from conformance.model import Target

pytestmark = pytest.mark.full

SEED = 7
GROUPS, TOGETHER, SEEN = 5, 7, 6
"""So many times so many faults are planted together, of which so many have to be seen: one may hide another."""

AREAS = 3
"""A fault that is seen in more areas than these takes too long to be examined so often."""

CHANCE = frozenset(prefix.removesuffix("-") for prefix in AT_RANDOM)
"""Areas in which a fault is found by chance: what clients at once and drawn calls meet depends on who asked before.

A reference without a fault is asked in them, too: what chance finds there would be an accusation.
"""

PATIENCE_S = 120
"""Eight workers and a service wait for the same few processors: what took too long there would be inconclusive."""

UNLESS_OTHERS_ASK = frozenset({"method-delete-of-all-does-not-act"})
"""Not asked where the account shows what this process did not make: another worker may have given it another name."""


def _named(fault: str) -> set[str]:
    """What it breaks for certain."""
    return certain(all_faults()[fault].broken_in(QODER_JUNE) & judged(QODER_JUNE))


def _areas(fault: str) -> frozenset[str]:
    """Where it is seen for certain."""
    ids = _named(fault)
    return frozenset(each.area for each in catalogue(QODER_JUNE) if each.id in ids)


def _sample() -> list[tuple[str, ...]]:
    """Faults drawn from those seen for certain, in few areas, without waiting for the clock, and not hiding others."""
    known = {name: fault for name, fault in all_faults().items() if not (fault.slow or fault.wide)}
    quick = [name for name in known if 0 < len(_areas(name)) <= AREAS]
    chosen = random.Random(SEED).sample(quick, GROUPS * TOGETHER)  # noqa: S311 - a sample, not a secret
    return [tuple(chosen[number::GROUPS]) for number in range(GROUPS)]


def _asked_of(faults: tuple[str, ...]) -> tuple[str, ...]:
    """Their areas, and one in which none of them is seen."""
    theirs = {area for fault in faults for area in _areas(fault)}
    others = sorted({each.area for each in catalogue(QODER_JUNE)} - CHANCE - theirs)
    return (*sorted(theirs), random.Random(SEED).choice(others))  # noqa: S311 - the same


def _told(report: Report) -> dict[str, object]:
    """What of a report has to be the same: all but for times, ids, and how much was asked."""
    asked = [each for each in report.results if each.id not in UNLESS_OTHERS_ASK]
    results = {each.id: (each.verdict, each.blame, each.skip, each.fingerprint) for each in asked}
    answers = {each.id: each.answer for each in report.observations}
    whole = {"outcome": report.outcome, "status": report.exit_status, "invalid": report.invalid, "notes": report.notes}
    return {**results, **answers, **whole, "leftovers": report.leftovers}


@dataclass(frozen=True)
class Way:
    """How a run is divided: among so many workers here, shards of one after the other, and machines elsewhere."""

    workers: int = 1
    shards: int = 0
    machines: int = 0

    def ask(self, target: Target, options: Options, folder: Path) -> Report:
        """Examine the target so; machines work in folders of their own."""
        far = tuple(gateway(folder / f"machine-{number}") for number in range(self.machines))
        options = replace(options, workers=self.workers, remote=far)
        if not self.shards:
            return run(target, options)
        parts = [Shard(place, self.shards) for place in range(1, self.shards + 1)]
        return merge([run(target, replace(options, shard=part)) for part in parts])


WAYS = {
    **{f"{number} workers": Way(workers=number) for number in (2, 4, 8)},
    **{f"{number} shards": Way(shards=number) for number in (1, 3, 7)},
    "a worker here and two on other machines": Way(machines=2),
}


def _asked(faults: tuple[str, ...], only: tuple[str, ...], way: Way, folder: Path) -> Report:
    """The report of a service of its own, so that no run meets what another has left in the account."""
    service = combine(faults, QODER_JUNE)()
    with serve_in_thread(service) as running:
        patient = with_tokens(running.base_url, running.tokens, timeout_s=PATIENCE_S)
        return way.ask(patient, Options(only, examples=EXAMPLES), folder)


def _differing(alone: Report, other: Report) -> dict[str, tuple[object, object]]:
    """What two reports say otherwise."""
    first, second = _told(alone), _told(other)
    return {key: (first.get(key), second.get(key)) for key in first | second if first.get(key) != second.get(key)}


@functools.cache
def _alone(faults: tuple[str, ...], only: tuple[str, ...]) -> Report:
    """What a single worker says."""
    return _asked(faults, only, Way(), Path())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("faults", _sample(), ids=" ".join)
def test_every_way_of_dividing_a_run_says_the_same_of_faults(faults: tuple[str, ...], way: str, tmp_path: Path) -> None:
    only = _asked_of(faults)
    alone = _alone(faults, only)
    broken = {each.id for each in alone.results if each.is_broken}

    assert len([fault for fault in faults if _named(fault) <= broken]) >= SEEN
    assert _differing(alone, _asked(faults, only, WAYS[way], tmp_path)) == {}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_dividing_a_run_accepts_the_reference_in_all_areas(way: str, tmp_path: Path) -> None:
    alone = _alone((), ())

    assert alone.outcome is Outcome.CONFORMANT
    assert _differing(alone, _asked((), (), WAYS[way], tmp_path)) == {}
