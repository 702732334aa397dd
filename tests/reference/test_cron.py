"""Which expressions are taken, and when they fire around a change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.reference.problem import Problem
from conformance.reference.service import Service

NEW_YORK = "America/New_York"


@pytest.mark.parametrize("expression", ["0 9 * * *", "30 9 * * 1-5", "*/15 0-6/2 1,15 * 0,7", "59 23 31 12 7"])
def test_standard_expressions_are_taken(expression: str) -> None:
    """Lists, ranges and steps are cron."""
    assert Service().check_expression(expression) == expression


@pytest.mark.parametrize(
    "expression",
    [
        *("", "x", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *"),
        *("* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *", "@daily", "0 0 L * *", "0 0 ? * *", "0 0 * * 1#2"),
        *("-1 * * * *", "1, * * * *", "*/ * * * *", "1.5 * * * *"),
    ],
)
def test_other_expressions_are_refused(expression: str) -> None:
    """What is out of range, incomplete or an extension is not."""
    with pytest.raises(Problem):
        Service().check_expression(expression)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("30 2 * * *", NEW_YORK, "2026-03-07T12:00", ["2026-03-09T06:30", "2026-03-10T06:30"]),
        ("30 1 * * *", NEW_YORK, "2026-10-31T12:00", ["2026-11-01T05:30", "2026-11-01T06:30"]),
        ("*/30 1 * * *", NEW_YORK, "2026-11-01T05:10", ["2026-11-01T05:30", "2026-11-01T06:00", "2026-11-01T06:30"]),
        ("0 1 1 * *", NEW_YORK, "2026-11-01T05:10", ["2026-11-01T06:00", "2026-12-01T06:00"]),
        ("0 0 13 * 5", "UTC", "2026-06-10T00:00", ["2026-06-12T00:00", "2026-06-13T00:00", "2026-06-19T00:00"]),
        ("0 0 * * 7-7", "UTC", "2026-06-10T00:00", ["2026-06-14T00:00", "2026-06-21T00:00"]),
        ("0 0 29 2 *", "UTC", "2026-06-10T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("0 0 30 2 *", "UTC", "2026-06-10T00:00", []),
        ("0 0 * * *", "Asia/Kathmandu", "2026-06-10T00:00", ["2026-06-10T18:15"]),
    ],
)
def test_wall_clock_decides(expression: str, zone: str, after: str, expected: list[str]) -> None:
    """A time in a gap is skipped, a repeated one fires twice, either day is enough."""
    fires = Service().next_fires(
        expression, zone, datetime.fromisoformat(after).replace(tzinfo=UTC), len(expected) or 1
    )

    assert [f"{instant:%Y-%m-%dT%H:%M}" for instant in fires] == expected
