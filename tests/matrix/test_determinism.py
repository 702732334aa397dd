"""Equal runs: the same requests and verdicts twice over, and the same verdicts in any order of the cases."""

from __future__ import annotations

import functools
import re

import pytest
from matrix.kill import Carrier, target

from conformance.model import Options, Report
from conformance.reference.service import Service
from conformance.runner import run

pytestmark = pytest.mark.matrix

VARIES = re.compile(r"conformance-[0-9a-f]+|_[0-9a-f]{20,}|[0-9a-f-]{32,36}|\d{4}-\d\d-\d\dT[\d:.%A-Z+]+")
"""Run ids, the ids that a target gives, and dates."""

AT_ONCE = "concurrent"
"""The area in which several clients are at work at once, so that the order of requests is theirs."""


@functools.cache
def _run(shuffle: int | None = None, attempt: int = 1) -> Report:
    del attempt
    service = Service()
    return run(target(service), Options(examples=3, shuffle=shuffle), carrier=Carrier(service))


def _verdicts(report: Report) -> dict[str, str]:
    return {result.id: result.verdict for result in report.results}


def _requests(report: Report) -> dict[str, list[tuple[str, str]]]:
    return {
        result.id: [(method, VARIES.sub("*", path)) for method, path, _, _ in result.trace]
        for result in report.results
        if result.area != AT_ONCE
    }


def test_two_runs_send_the_same_and_say_the_same() -> None:
    first, second = _run(attempt=1), _run(attempt=2)

    assert _verdicts(first) == _verdicts(second)
    different = [id_ for id_, sent in _requests(first).items() if sent != _requests(second)[id_]]
    assert different == []


@pytest.mark.parametrize("shuffle", [1, pytest.param(2, marks=pytest.mark.full)])
def test_the_order_of_the_cases_changes_no_verdict(shuffle: int) -> None:
    assert _verdicts(_run(shuffle)) == _verdicts(_run(attempt=1))
