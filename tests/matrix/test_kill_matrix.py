"""The promise of the suite: the reference passes everything, and each fault breaks exactly what it names."""

from __future__ import annotations

import pytest
from matrix.kill import Row, examine

from conformance.model import Outcome, Verdict
from conformance.reference.faults import all_faults

pytestmark = pytest.mark.matrix


def _unhappy(row: Row) -> list[str]:
    bad = [r for r in row.report.results if r.verdict not in {Verdict.PASSED, Verdict.SKIPPED}]
    return [f"{r.verdict} {r.id}: {r.reason}" for r in bad]


@pytest.mark.parametrize("seed", range(3))
def test_the_reference_passes_everything(seed: int) -> None:
    row = examine(seed=seed)

    assert row.report.invalid is None
    assert _unhappy(row) == []
    assert [o.id for o in row.report.observations if o.answer is None] == []
    assert row.report.outcome is Outcome.CONFORMANT
    assert row.report.leftovers == ()


@pytest.mark.parametrize("name", all_faults())
def test_a_fault_breaks_exactly_what_it_names(name: str) -> None:
    row = examine(name)

    assert row.report.invalid is None
    if all_faults()[name].wide:
        assert row.named <= row.broken, _unhappy(row)
    else:
        assert row.named == row.broken, _unhappy(row)
