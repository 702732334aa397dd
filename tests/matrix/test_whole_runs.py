"""Whole runs against the reference: it passes everything, as much is sent as was planned, and equal runs are equal.

What all of these look at is one run of each edition.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from matrix.kill import EXAMPLES, Carrier, examine, target
from plan.record import count

from conformance.model import Options, Outcome, Report, Target, Verdict
from conformance.plan import RECORDED, plan
from conformance.reference.service import Service
from conformance.revisions import ALL, QODER_JUNE
from conformance.runner import catalogue, run
from conformance.settings import Settings

if TYPE_CHECKING:
    from collections import Counter

VARIES = re.compile(r"conformance-[0-9a-f]+|_[0-9a-f]{20,}|[0-9a-f-]{32,36}|\d{4}-\d\d-\d\dT[\d:.%A-Z+]+")
"""Run ids, the ids that a target gives, and dates."""

AT_ONCE = "concurrent"
"""The area in which several clients are at work at once, so that the order of requests is theirs."""


@cache
def _whole(revision: str) -> tuple[dict[str, Counter[str]], Report]:
    """What a run sent, by caller, and said."""
    return count(EXAMPLES, revision)


# --- what one run says ------------------------------------------------------------------------------------------


def _expect_accepted(report: Report) -> None:
    assert report.invalid is None
    bad = [r for r in report.results if r.verdict not in {Verdict.PASSED, Verdict.SKIPPED}]
    assert [f"{r.verdict} {r.id}: {r.reason}" for r in bad] == []
    assert [o.id for o in report.observations if o.answer is None and "--slow" not in o.reason] == []
    assert report.outcome is Outcome.CONFORMANT
    assert report.leftovers == ()


@pytest.mark.matrix
@pytest.mark.parametrize("revision", ALL)
def test_the_reference_passes_everything(revision: str) -> None:
    _expect_accepted(_whole(revision)[1])


@pytest.mark.matrix
@pytest.mark.parametrize("revision", ALL)
def test_as_much_is_sent_as_was_planned(revision: str) -> None:
    sent = _whole(revision)[0]
    ids = [each.id for each in catalogue(revision) if not each.unobservable]
    options = Options(workers=1, examples=RECORDED[0])
    found = plan(Settings(Target("http://127.0.0.1:1/v1"), options, "test"), ids)

    assert RECORDED[0] == EXAMPLES
    for kind, planned in (("reads", found.reads), ("writes", found.writes)):
        true = sum(row[kind] for row in sent.values())
        assert 0.75 * true <= planned <= 1.25 * true, (
            f"run `python tests/plan/record.py`: {planned} {kind} were planned, and {true} sent"
        )


@pytest.mark.full
@pytest.mark.parametrize("seed", range(50))
def test_the_reference_passes_everything_whatever_the_seed(seed: int) -> None:
    _expect_accepted(examine(seed=seed).report)


@pytest.mark.full
def test_the_reference_passes_everything_with_ten_times_the_examples() -> None:
    _expect_accepted(examine(examples=100).report)


# --- what two say -----------------------------------------------------------------------------------------------


def _again(shuffle: int | None = None) -> Report:
    service = Service()
    return run(target(service), Options(examples=EXAMPLES, shuffle=shuffle), carrier=Carrier(service))


def _verdicts(report: Report) -> dict[str, str]:
    return {result.id: result.verdict for result in report.results}


def _requests(report: Report) -> dict[str, list[tuple[str, str]]]:
    return {
        result.id: [(method, VARIES.sub("*", path)) for method, path, _, _ in result.trace]
        for result in report.results
        if result.area != AT_ONCE
    }


@pytest.mark.matrix
def test_two_runs_send_the_same_and_say_the_same() -> None:
    first, second = _whole(QODER_JUNE)[1], _again()

    assert _verdicts(first) == _verdicts(second)
    different = [id_ for id_, sent in _requests(first).items() if sent != _requests(second)[id_]]
    assert different == []


@pytest.mark.matrix
@pytest.mark.parametrize("shuffle", [1, pytest.param(2, marks=pytest.mark.full)])
def test_the_order_of_the_cases_changes_no_verdict(shuffle: int) -> None:
    assert _verdicts(_again(shuffle)) == _verdicts(_whole(QODER_JUNE)[1])
