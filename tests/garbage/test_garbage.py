"""What is no Deployments API passes nothing that has to be earned, and ends a run soon and properly."""

from __future__ import annotations

import time

import pytest
from garbage.servers import GARBAGE, serve

from conformance.model import MUST, Blame, Options, Outcome, Report, Target, Verdict
from conformance.runner import run

pytestmark = pytest.mark.matrix

UNREACHABLE = {
    *(
        "empty answer",
        "404 with an envelope",
        "500 in plain text",
        "404 of a framework",
        "401",
        "a login page",
        "a proxy's 502",
    ),
    *("a redirect loop", "hang", "hang up half-way", "hang up at once", "endless body", "drip", "another protocol"),
}
"""What does not answer as any Deployments API could, so that there is nothing to examine."""

SLOPPY = "echo with an id"
"""Looks so much like an API that everything is asked of it: in plain tox, some areas."""

EARNED: dict[str, set[str]] = {name: set() for name in GARBAGE if name != SLOPPY}
"""What a server does keep: one always answers with a page, and the sloppy mock accepts whatever is valid."""
EARNED["empty page"] = {"base-needs-no-version-header"}

BOUND_S = 60


def _examine(name: str, *only: str) -> Report:
    with serve(GARBAGE[name]) as base_url:
        target = Target(base_url, "pt-token", "pt-other", "pt-expired", "pt-unscoped", timeout_s=0.5)
        return run(target, Options(only=only, examples=2))


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_passes_no_must(name: str) -> None:
    _expect_nothing_earned(name, *(("base", "create", "get", "list") if name == SLOPPY else ()))


@pytest.mark.full
def test_a_sloppy_mock_is_nonconformant_whatever_is_asked() -> None:
    _expect_nothing_earned(SLOPPY)


def _expect_nothing_earned(name: str, *only: str) -> None:
    started = time.monotonic()
    report = _examine(name, *only)

    assert time.monotonic() - started < BOUND_S
    assert report.invalid is None
    passed = [r.id for r in report.results if r.level is MUST and r.verdict is Verdict.PASSED]
    assert {*passed} <= EARNED.get(name, {*passed})
    assert [r.reason for r in report.results if r.blame is Blame.SUITE] == []
    expected = Outcome.UNREACHABLE if name in UNREACHABLE else Outcome.NONCONFORMANT
    assert report.outcome is expected


def test_what_does_not_listen_is_unreachable() -> None:
    report = run(Target("http://127.0.0.1:9/api/v1/cloud", "pt-token", timeout_s=0.5))

    assert report.exit_status == 4
    assert report.unreachable is not None
    assert "no connection" in report.unreachable
