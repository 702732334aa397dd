"""Schedules: weekday 7, and the nights in which the clocks change, where an edition says what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.cases.upcoming import planned
from conformance.model import MUST
from conformance.requirement import requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from conformance.cases.upcoming import Plan

SOURCE = "create#schedule-object"


@requirement("schedule-fires-on-weekday-7", MUST, source=SOURCE, covers="SCH-007", revisions=(CMA,))
@planned("weekday-7", "weekday-range-to-7")
def test_weekday_7_is_sunday(plan: Plan) -> None:
    """Weekday 7 is Sunday as 0 is, alone and at the end of a range."""
    plan.expect_next_fires()


@requirement("schedule-fires-skip-the-gap", MUST, source="guide", covers="SCH-021", revisions=(CMA,))
@planned("dst-gap", "dst-gap-night")
def test_a_time_that_the_clock_skips_does_not_fire(plan: Plan) -> None:
    """A wall time that the zone skips when its clocks go forward does not fire on that day, at no other time either."""
    plan.expect_next_fires()


@requirement("schedule-fires-twice-in-the-overlap", MUST, source="guide", covers="SCH-022", revisions=(CMA,))
@planned("dst-overlap", "dst-overlap-night")
def test_a_time_that_the_clock_repeats_fires_twice(plan: Plan) -> None:
    """A wall time that the zone repeats when its clocks go back fires both times."""
    plan.expect_next_fires()
