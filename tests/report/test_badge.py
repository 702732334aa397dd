"""The badge is short, true in every outcome, and what shields.io reads."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report.conftest import conformant_report, mixed_report, report, result

from conformance.model import SHOULD, Blame, Report, Skip, Verdict
from conformance.report import badge

if TYPE_CHECKING:
    from conformance.model import Result

UNASKED = result("run-twice", Verdict.SKIPPED, skip=Skip.NOT_SELECTED)
UNCLEAR = result("list-walk", Verdict.INCONCLUSIVE, blame=Blame.ENVIRONMENT)
WARNED = result("errors-message", Verdict.WARNED, SHOULD)
HELD = result("get-one")


def shown(one: Report) -> tuple[str, str]:
    """Message and colour."""
    document = json.loads(badge.render(one))
    assert document["schemaVersion"] == 1
    assert set(document) == {"schemaVersion", "label", "message", "color"}
    assert len(document["message"]) < 30
    return document["message"], document["color"]


@pytest.mark.parametrize(
    ("results", "message", "color"),
    [
        ((HELD, HELD), "conformant 2/2", "brightgreen"),
        ((HELD, WARNED), "conformant 1/1", "brightgreen"),
        ((HELD, UNASKED), "partial 1/2", "yellow"),
        ((HELD, UNCLEAR), "partial 1/2", "yellow"),
        ((WARNED,), "partial", "yellow"),
        ((), "partial", "yellow"),
    ],
)
def test_what_is_not_broken_is_told_with_its_denominator(results: tuple[Result, ...], message: str, color: str) -> None:
    """Never green on nothing."""
    assert shown(report(*results)) == (message, color)


def test_what_is_broken_is_counted() -> None:
    """MUSTs; where a strict run has none of them broken, SHOULDs."""
    assert shown(mixed_report()) == ("3 MUST broken", "red")
    assert shown(report(HELD, WARNED, strict=True)) == ("1 SHOULD not kept", "red")
    assert shown(report(HELD, WARNED)) == ("conformant 1/1", "brightgreen")


def test_a_run_that_told_nothing_is_grey() -> None:
    """Neither is said of the target, whatever the results are; nor is what the target sent repeated."""
    assert shown(replace(mixed_report(), unreachable="no\nroute")) == ("unreachable", "lightgrey")
    assert shown(replace(conformant_report(), invalid="no\nresult")) == ("run invalid", "lightgrey")
