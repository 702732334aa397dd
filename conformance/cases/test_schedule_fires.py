"""Schedules: `upcoming_runs_at` holds the next fires of the expression by the wall clock of the zone.

The expressions are those of `far_schedules.CATALOGUE` and of the next changes of the clock, by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from conformance import oracle
from conformance.cases.upcoming import cron, expect_accepted, expect_next_fires, listed, planned
from conformance.expect import need_object
from conformance.far_schedules import far_day, far_month
from conformance.generated import for_all
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.upcoming import Plan
    from conformance.client import Client
    from conformance.expect import Object

SOURCE = "create#schedule-object"
DST_CITIES = ("berlin", "new-york", "sydney")


# --- the fields of an expression ------------------------------------------------------------------------------


@requirement("schedule-fires-values", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("single-values", "month-start", "last-minute")
def test_single_values_fire_at_that_time(plan: Plan) -> None:
    """An expression of single values is accepted and fires on that minute, hour, day and month of each year."""
    plan.expect_next_fires()


@requirement("schedule-fires-stars", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("every-minute-of-an-hour", "every-minute-of-a-day", "whole-fields")
def test_a_star_fires_at_every_value(plan: Plan) -> None:
    """A star in the field of minutes or hours is accepted and stands for every minute or hour."""
    plan.expect_next_fires()


@requirement("schedule-fires-lists", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("minute-list", "hour-list", "day-list", "month-list", "unsorted-list", "range-list", "overlapping-list")
def test_a_list_fires_at_each_of_its_items(plan: Plan) -> None:
    """A list of values, ranges and steps is accepted in any order and fires at each of its items."""
    plan.expect_next_fires()


@requirement("schedule-fires-ranges", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("minute-range", "hour-range", "day-range", "month-range")
def test_a_range_fires_from_its_first_to_its_last_value(plan: Plan) -> None:
    """A range is accepted and fires at each value from its first to its last, both included."""
    plan.expect_next_fires()


@requirement("schedule-fires-steps", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("minute-step", "hour-step", "day-step", "month-step", "hour-step-uneven", "minute-step-uneven")
def test_a_step_counts_from_the_lowest_value(plan: Plan) -> None:
    """A step after a star is accepted and counts from the lowest value of its field: 0, or 1 for days and months."""
    plan.expect_next_fires()


@requirement("schedule-fires-range-steps", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@planned("day-range-step", "minute-range-step", "hour-range-step")
def test_a_step_after_a_range_counts_from_its_first_value(plan: Plan) -> None:
    """A step after a range is accepted and counts from the first value of the range."""
    plan.expect_next_fires()


@requirement("schedule-fires-weekdays", MUST, source=SOURCE, covers="SCH-006 SCH-007 SCH-017 SCH-018")
@planned("sunday", "saturday", "weekday-list", "weekday-range", "weekday-range-to-saturday", "weekday-step")
def test_weekdays_count_from_sunday(plan: Plan) -> None:
    """Weekdays are accepted as numbers and count from 0 for Sunday to 6 for Saturday."""
    plan.expect_next_fires()


@requirement("schedule-fires-either-day", SHOULD, source=SOURCE, covers="SCH-010")
@planned("day-or-weekday", "days-or-weekdays")
def test_either_of_two_day_fields_fires(plan: Plan) -> None:
    """Where both the day of the month and the weekday are restricted, a day that matches either of them fires."""
    plan.expect_next_fires()


# --- the calendar and the zones -------------------------------------------------------------------------------


@requirement("schedule-fires-across-years", MUST, source=SOURCE, covers="SCH-017 SCH-018")
@planned("year-wrap")
def test_fires_go_on_into_the_next_year(plan: Plan) -> None:
    """The fires go on from December into January, and on the last day of a month."""
    plan.expect_next_fires()


@requirement("schedule-fires-on-leap-days", SHOULD, source=SOURCE, covers="SCH-023")
@planned("leap-day")
def test_29_february_fires_in_leap_years(plan: Plan) -> None:
    """A schedule for 29 February is accepted and fires in leap years only."""
    plan.expect_next_fires()


@requirement("schedule-fires-by-the-zone", MUST, source=SOURCE, covers="SCH-013 SCH-017 SCH-018")
@planned("midnight-east", "evening-west", "month-boundary", "weekday-boundary", "easternmost-zone", "westernmost-zone")
def test_the_expression_is_read_by_the_clock_of_the_zone(plan: Plan) -> None:
    """Minute, hour, day, month and weekday are those of the schedule's time zone, where UTC may be on another date."""
    plan.expect_next_fires()


@requirement("schedule-fires-odd-offsets", SHOULD, source=SOURCE, covers="SCH-020")
@planned(
    "half-hour-zone",
    "quarter-hour-zone",
    "half-hour-dst-zone",
    "quarter-hour-dst-zone",
    "negative-half-hour-zone",
)
def test_zones_that_are_no_whole_hours_apart_are_exact(plan: Plan) -> None:
    """In zones that differ from UTC by half or quarter hours, the fires are exact to the minute."""
    plan.expect_next_fires()


@requirement("schedule-fires-across-dst", MUST, source=SOURCE, covers="SCH-017 SCH-018")
@planned(*(f"dst-{season}-{city}" for season in ("spring", "autumn", "seasons") for city in DST_CITIES))
def test_fires_keep_the_wall_time_when_the_clocks_change(plan: Plan) -> None:
    """Before and after a zone turns its clocks, either way, the fires keep to the wall time: their UTC time moves."""
    plan.expect_next_fires()


NAMED_ZONES = (
    "America/Argentina/Buenos_Aires",
    "America/Port-au-Prince",
    "Etc/GMT+8",
)
"""Names of three parts, with hyphens, and with a sign, where plus means west."""


@requirement("schedule-timezone-names", SHOULD, source=SOURCE, covers="SCH-011")
@pytest.mark.parametrize("zone", NAMED_ZONES)
def test_every_name_of_the_database_is_a_zone(api: Client, bodies: Bodies, now: datetime, zone: str) -> None:
    """A time zone may have any name of the IANA database, and the fires are those of that zone."""
    expression = f"30 9 10-14 {far_month(now)} *"

    exchange = api.create(bodies(schedule=cron(expression, zone)))

    expect_next_fires(expect_accepted(exchange), expression, zone, at=exchange)


# --- any expression -------------------------------------------------------------------------------------------

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "Australia/Adelaide",
    "Pacific/Auckland",
)
"""Zones whose rules have stood for many years, so that any edition of the database agrees on them."""


def _values(low: int, high: int) -> st.SearchStrategy[str]:
    """Return a field of cron that means the same to everybody: a list of values and of ranges with or without steps."""
    value = st.integers(low, high)
    ends = st.tuples(value, value).filter(lambda pair: pair[0] < pair[1])
    step = st.sampled_from(["", "/2", "/3", "/7"])
    range_ = st.builds(lambda pair, step: f"{pair[0]}-{pair[1]}{step}", ends, step)
    items = st.lists(st.one_of(value.map(str), range_), min_size=1, max_size=3).map(",".join)
    return st.one_of(items, st.sampled_from(["*", "*/2", "*/5"]))


TIMES = st.one_of(
    st.tuples(_values(0, 59), st.integers(0, 23).map(str)),
    st.tuples(st.integers(0, 59).map(str), _values(0, 23)),
    st.tuples(st.integers(0, 59).map(str), st.integers(0, 23).map(str)),
)
DAYS = st.one_of(
    st.tuples(_values(1, 31), st.just("{m}"), st.just("*")),
    st.tuples(_values(1, 28), st.sampled_from(["{m},{n}", "{m}-{n}"]), st.just("*")),
    st.tuples(st.just("*"), st.just("{m}"), _values(0, 6)),
)
ALWAYS: tuple[dict[str, Any], ...] = (
    {"times": ("30,1-59/29,5", "23"), "days": ("31,1-30/7", "{m},{n}", "*"), "zone": "Australia/Adelaide"},
    {"times": ("30", "9-17/8,0"), "days": ("1-30/7,31", "{m}", "*"), "zone": "Europe/London"},
    {"times": ("0", "23"), "days": ("31,15", "{m},{n}", "*"), "zone": "Asia/Shanghai"},
    {"times": ("0", "7"), "days": ("*", "{m}", "0,2-6/3"), "zone": "America/Los_Angeles"},
    {"times": ("59", "*/13"), "days": ("*/20", "{m}-{n}", "*"), "zone": "UTC"},
    {"times": ("*/25", "0"), "days": ("*", "{m}", "*/2"), "zone": "Asia/Kolkata"},
    {"times": ("*", "*"), "days": ("28", "{m}", "*"), "zone": "Europe/Berlin"},
    {"times": ("*/25", "*"), "days": ("28", "{m}", "*"), "zone": "UTC"},
    {"times": ("0", "*/5"), "days": ("27-28", "{m}", "*"), "zone": "UTC"},
    {"times": ("0", "9"), "days": ("31", "2,{m},{n}", "*"), "zone": "UTC"},
    {"times": ("15", "12"), "days": ("{d}", "1,4,7,10", "*"), "zone": "America/St_Johns"},
)
"""Together these use every kind of item in every field."""


@requirement("schedule-fires-any", MUST, source=SOURCE, covers="SCH-006 SCH-017 SCH-018")
@for_all(*ALWAYS, times=TIMES, days=DAYS, zone=st.sampled_from(ZONES))
def test_any_expression_fires_as_written(  # noqa: PLR0913, PLR0917 - the parts of a schedule
    api: Client, bodies: Bodies, now: datetime, times: tuple[str, str], days: tuple[str, str, str], zone: str
) -> None:
    """Any expression of numbers, lists, ranges, steps and stars is accepted, and its next fires are announced."""
    template = " ".join([*times, *days])
    expression = template.format(m=far_month(now), n=far_month(now) + 1, d=far_day(now))
    if not oracle.certain(expression, zone, now):
        return

    exchange = api.create(bodies(schedule=cron(expression, zone)))

    expect_next_fires(expect_accepted(exchange), expression, zone, at=exchange)


# --- wherever a deployment is shown ---------------------------------------------------------------------------

SAMPLE = planned("single-values", "midnight-east", "half-hour-zone")


@requirement("schedule-upcoming-in-get", MUST, source="get#response", covers="SCH-017 SCH-018")
@SAMPLE
def test_a_get_announces_the_next_fires(api: Client, plan: Plan) -> None:
    """A later read announces the next fires as well."""
    exchange = api.get(plan.created["id"])

    deployment = need_object(exchange)
    expect_next_fires(deployment, plan.schedule.expression, plan.schedule.zone, at=exchange)


@requirement("schedule-upcoming-in-list", MUST, source="list#response-fields", covers="SCH-017 SCH-018")
@SAMPLE
def test_a_list_announces_the_next_fires(api: Client, plan: Plan) -> None:
    """Every element of a list announces its next fires as well."""
    element, page, pointer = listed(api, plan.created)

    expect_next_fires(element, plan.schedule.expression, plan.schedule.zone, at=page, pointer=pointer)


@requirement("schedule-upcoming-is-its-own", MUST, source=SOURCE, covers="SCH-017 SCH-018")
def test_each_deployment_announces_its_own_fires(api: Client, deployments: Deployments, now: datetime) -> None:
    """Deployments whose schedules differ in the expression or in the zone alone each announce their own fires."""
    morning, evening = f"0 8 10-14 {far_month(now)} *", f"0 20 10-14 {far_month(now)} *"
    pairs = [(morning, "Asia/Tokyo"), (morning, "America/Bogota"), (evening, "Asia/Tokyo")]
    made = [deployments(schedule=cron(*pair)) for pair in pairs]

    for deployment, (expression, zone) in zip(made, pairs, strict=True):
        exchange = api.get(deployment["id"])
        expect_next_fires(need_object(exchange), expression, zone, at=exchange)


CHANGES = {
    "the-expression": (("30 9 10-14 {m} *", "Asia/Tokyo"), ("15 21 3-7 {m} *", "Asia/Tokyo")),
    "the-zone": (("30 9 10-14 {m} *", "Asia/Tokyo"), ("30 9 10-14 {m} *", "America/Bogota")),
    "both": (("30 9 10-14 {m} *", "Asia/Tokyo"), ("15 21 3-7 {m} *", "America/Bogota")),
}


@requirement("schedule-upcoming-after-update", SHOULD, source="update#request-body", covers="UPD-009 SCH-017")
@pytest.mark.parametrize("change", CHANGES)
def test_an_update_announces_the_fires_of_the_new_schedule(
    api: Client, deployments: Deployments, now: datetime, change: str
) -> None:
    """A new schedule, be it the zone alone that is new, announces its fires in the answer and in a later read."""
    (old, old_zone), (new, zone) = CHANGES[change]
    made = deployments(schedule=cron(old.format(m=far_month(now)), old_zone))
    expression = new.format(m=far_month(now))

    updated = api.update(made["id"], {"schedule": cron(expression, zone)})

    for exchange in (updated, api.get(made["id"])):
        expect_next_fires(need_object(exchange), expression, zone, at=exchange)


@requirement("schedule-upcoming-when-added", SHOULD, source="update#request-body", covers="UPD-010 SCH-017")
def test_a_schedule_that_is_added_announces_its_fires(api: Client, deployment: Object, now: datetime) -> None:
    """A schedule given to a deployment that had none announces its fires in the answer and in a later read."""
    expression = f"30 9 10-14 {far_month(now)} *"

    updated = api.update(deployment["id"], {"schedule": cron(expression, "Asia/Tokyo")})

    for exchange in (updated, api.get(deployment["id"])):
        expect_next_fires(need_object(exchange), expression, "Asia/Tokyo", at=exchange)
