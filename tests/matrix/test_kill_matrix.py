"""The promise of the suite: each fault breaks exactly what it names. Without a fault: `test_whole_runs`."""

from __future__ import annotations

import pytest
from matrix.kill import Row, certain, examine, judged

from conformance.model import Verdict
from conformance.reference.faults import all_faults
from conformance.revisions import ALL, QODER_JUNE

FIRST, NEW, OLD = 26, 7, 3
"""So many faults at most plain tox takes of the first edition, of what is new in each later one, and of the rest."""


def _unhappy(row: Row) -> list[str]:
    bad = [r for r in row.report.results if r.verdict not in {Verdict.PASSED, Verdict.SKIPPED}]
    return [f"{r.verdict} {r.id}: {r.reason}" for r in bad]


def _expect_exact(row: Row, only: tuple[str, ...] = ()) -> None:
    assert row.report.invalid is None
    assert certain(row.named) <= row.broken, _unhappy(row)
    found = row.broken
    for seed in (1, 2, 3):  # what chance or a busy machine has missed
        if not row.named <= found:
            found |= examine(row.fault, only=only, seed=seed, examples=20, revision=row.revision).broken
    assert row.named <= found, _unhappy(row)
    if not all_faults()[row.fault].wide:
        assert certain(row.named) == certain(row.broken), _unhappy(row)


def _breaking(revision: str) -> dict[str, frozenset[str]]:
    """What each fault names of an edition, if anything."""
    faults = {name: fault for name, fault in all_faults().items() if revision in fault.revisions}
    named = {name: fault.broken_in(revision) & judged(revision) for name, fault in faults.items()}
    return {name: ids for name, ids in named.items() if ids}


def _enough(revision: str, ids: frozenset[str]) -> list[str]:
    """Faults that together break every one of these requirements: few, and none that breaks more than it has to."""
    faults = {name: broken for name, broken in _breaking(revision).items() if not all_faults()[name].slow}
    left = {id_ for broken in faults.values() for id_ in broken} & ids
    chosen = []
    for id_ in sorted(left):
        if id_ in left:
            chosen.append(min((name for name in faults if id_ in faults[name]), key=lambda name: len(faults[name])))
            left -= faults[chosen[-1]]
    return chosen


def _sample(revision: str) -> list[str]:
    """What plain tox has the time for, however many faults there are: of a later edition mostly what is new in it."""
    if revision == QODER_JUNE:
        return _spread(_enough(revision, judged(revision)), FIRST)
    new = judged(revision) - judged(QODER_JUNE)
    return sorted({*_spread(_enough(revision, new), NEW), *_spread(_enough(revision, judged(revision) - new), OLD)})


def _spread(names: list[str], number: int) -> list[str]:
    """So many of them, at even distances."""
    return names[:: max(1, -(-len(names) // number))]


def _expect_exact_in_its_areas(name: str, revision: str) -> None:
    """What the suite says in the areas of the requirements that a fault names."""
    areas = tuple(sorted({id_.partition("-")[0] for id_ in _breaking(revision)[name]}))
    _expect_exact(examine(name, only=areas, revision=revision), areas)


SAMPLE = [(revision, name) for revision in ALL for name in _sample(revision)]
EVERY = [(revision, name) for revision in ALL for name in _breaking(revision)]


@pytest.mark.matrix
@pytest.mark.parametrize(("revision", "name"), SAMPLE)
def test_a_fault_breaks_what_it_names_and_nothing_else_there(revision: str, name: str) -> None:
    _expect_exact_in_its_areas(name, revision)


@pytest.mark.full
@pytest.mark.parametrize(("revision", "name"), sorted({*EVERY} - {*SAMPLE}))
def test_every_other_fault_breaks_what_it_names_and_nothing_else_there(revision: str, name: str) -> None:
    _expect_exact_in_its_areas(name, revision)


@pytest.mark.full
@pytest.mark.parametrize(("revision", "name"), EVERY)
def test_a_fault_breaks_exactly_what_it_names(revision: str, name: str) -> None:
    _expect_exact(examine(name, revision=revision))
