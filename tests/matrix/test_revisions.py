"""Each edition: the reference server in it passes everything, and judged by another fails in what differs."""

from __future__ import annotations

import json

import pytest
from matrix.kill import examine
from matrix.pairs import PAIRS, PATH, accused
from matrix.pairs import examine as judged_by

from conformance.model import Outcome, Verdict
from conformance.revisions import ALL, QODER_JUNE

pytestmark = pytest.mark.matrix


@pytest.mark.parametrize("revision", [each for each in ALL if each != QODER_JUNE])
@pytest.mark.parametrize("seed", range(1))
def test_the_reference_passes_everything(revision: str, seed: int) -> None:
    """The first edition has a test of its own, beside the kill matrix."""
    report = examine(revision=revision, seed=seed).report

    bad = [r for r in report.results if r.verdict not in {Verdict.PASSED, Verdict.SKIPPED}]
    assert [f"{r.verdict} {r.id}: {r.reason}" for r in bad] == []
    assert [o.id for o in report.observations if o.answer is None and "--slow" not in o.reason] == []
    assert report.invalid is None
    assert report.outcome is Outcome.CONFORMANT
    assert report.leftovers == ()


@pytest.mark.parametrize(("spoken", "judging"), PAIRS, ids=[f"{a} judged by {b}" for a, b in PAIRS])
def test_one_edition_judged_by_another_fails_in_what_differs(spoken: str, judging: str) -> None:
    wanted = json.loads(PATH.read_text(encoding="utf-8"))[f"{spoken} judged by {judging}"]
    for _ in range(3):  # a busy machine may let a second pass where none should
        report = judged_by(spoken, judging)
        if accused(report) == wanted:
            break

    assert report.invalid is None
    assert report.leftovers == ()
    assert report.outcome is Outcome.NONCONFORMANT
    assert accused(report) == wanted
