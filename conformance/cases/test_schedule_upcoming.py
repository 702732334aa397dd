"""Schedules: how `upcoming_runs_at` is written, how much it holds, and that it looks ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import UPCOMING, announced, cron, earliest_clock, lenient_instant, planned
from conformance.expect import Json, expect_instant, expect_true, need, need_object
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.cases.upcoming import Plan
    from conformance.client import Client
    from conformance.suite import Suite

SOURCE = "create#response-fields"
SAMPLE = planned(
    "minute-step", "single-values", "day-or-weekday", "midnight-east", "half-hour-zone", "dst-autumn-berlin"
)


def _fires(plan: Plan) -> list[Json]:
    entries = announced(plan.created)
    need(bool(entries), "a schedule that goes on had to announce a fire")
    return entries


@requirement("schedule-upcoming-in-utc", MUST, source=SOURCE, covers="SCH-013")
@SAMPLE
def test_the_fires_are_written_in_utc(plan: Plan) -> None:
    """Every announced fire is an ISO 8601 string in UTC, whatever the schedule's time zone."""
    for place, entry in enumerate(_fires(plan)):
        expect_instant(entry, "an announced fire", at=plan.exchange, pointer=f"{UPCOMING}/{place}")


@requirement("schedule-upcoming-at-most-five", MUST, source=SOURCE, covers="SCH-014")
@planned("single-values", "minute-step", "every-minute-of-a-day", "weekday-list", "dst-seasons-berlin")
def test_no_more_than_five_fires_are_announced(plan: Plan) -> None:
    """However often a schedule fires, five fires are announced at most."""
    entries = _fires(plan)

    what = f"upcoming_runs_at holds {len(entries)} fires"
    expect_true(len(entries) <= 5, what, expected="at most 5", actual=entries, at=plan.exchange, pointer=UPCOMING)


@requirement("schedule-upcoming-five", SHOULD, source=SOURCE, covers="SCH-014", revisions=QODER)
@planned("single-values", "month-list", "minute-step", "every-minute-of-a-day", "weekday-list", "dst-seasons-berlin")
def test_five_fires_are_announced(plan: Plan) -> None:
    """Five fires are announced where there are as many, be they minutes or years apart."""
    entries = _fires(plan)

    what = f"upcoming_runs_at holds {len(entries)} fires of a schedule that goes on"
    expect_true(len(entries) >= 5, what, expected="5 fires", actual=entries, at=plan.exchange, pointer=UPCOMING)


@requirement("schedule-upcoming-ascending", SHOULD, source=SOURCE, covers="SCH-015")
@planned("minute-step", "single-values", "day-or-weekday", "overlapping-list", "midnight-east", "dst-autumn-berlin")
def test_the_fires_are_announced_in_order(plan: Plan) -> None:
    """The announced fires are in order of time, the next one first, and none is repeated."""
    entries = _fires(plan)

    fires = [lenient_instant(entry) for entry in entries]
    right = sorted(set(fires))
    what = "upcoming_runs_at is not in strictly ascending order"
    expect_true(fires == right, what, expected="ascending times", actual=entries, at=plan.exchange, pointer=UPCOMING)


@requirement("schedule-upcoming-whole-minutes", SHOULD, source=SOURCE, covers="SCH-019")
@SAMPLE
def test_the_fires_are_on_whole_minutes(plan: Plan) -> None:
    """Every announced fire is on a whole minute, as cron has no seconds."""
    entries = _fires(plan)

    strays = [entry for entry in entries if lenient_instant(entry) != _minute(lenient_instant(entry))]
    what = "upcoming_runs_at holds seconds"
    expect_true(not strays, what, expected="whole minutes", actual=strays, at=plan.exchange, pointer=UPCOMING)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


# --- looking ahead --------------------------------------------------------------------------------------------

SKEW = timedelta(seconds=10)
PAST = {
    "just-now": timedelta(seconds=15),
    "an-hour-ago": timedelta(hours=1),
    "four-days-ago": timedelta(days=4),
    "a-month-ago": timedelta(days=35),
}


@pytest.fixture
def passed(suite: Suite, now: datetime, request: pytest.FixtureRequest) -> str:
    """A schedule for one minute of the year, which was so long ago; it comes again when the year has gone round."""
    ago: timedelta = PAST[request.param]
    if ago < timedelta(days=3) and not suite.settings.consent.schedules:
        raise NotApplicable("a schedule that fired today might fire again: give --allow-schedules")
    last = now - ago
    return f"{last.minute} {last.hour} {last.day} {last.month} *"


@requirement("schedule-upcoming-future", MUST, source=SOURCE, covers="SCH-016")
@pytest.mark.parametrize("passed", PAST, indirect=True)
def test_no_fire_of_the_past_is_announced(api: Client, bodies: Bodies, passed: str) -> None:
    """Every announced fire is later than the answer: a time that has passed already is not announced."""
    exchange = api.create(bodies(schedule=cron(passed)))

    deployment = need_object(exchange)
    clock = earliest_clock(deployment, exchange)
    stale = [entry for entry in announced(deployment) if lenient_instant(entry) < clock - SKEW]
    what = "upcoming_runs_at holds a fire that has passed"
    expect_true(not stale, what, expected=f"times after {clock}", actual=stale, at=exchange, pointer=UPCOMING)
