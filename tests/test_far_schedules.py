"""The guard, and the lists of schedules on many days of several years: nothing is near, and all of it is certain."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from conformance.dst_changes import dst_changes
from conformance.far_schedules import (
    FarSchedule,
    InvalidSchedule,
    ambiguous_catalogue,
    catalogue,
    far_day,
    far_month,
    invalid_catalogue,
)
from conformance.oracle import BadExpression, certain, may_fire_within, next_fires

DAY = timedelta(days=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
NEVER_FAR = {"macro-daily"}
SOMETIMES_NEAR = {"leap-day", "macro-yearly"}


NEAR = (
    "* * * * *|0 9 * * *|0 9 15 4 *|0 9 14 4 *|0 9 * 4 *|0 9 1 4 3|@daily|@hourly|@every 5m|@reboot|* * * * * *|"
    "0 0 9 * * *|0 9 15 4|0 9 15|60 9 15 4 *|0 24 15 4 *|0 24 14 4 *|0 9 * * 8|0 9 15 16 *|0 9 L * *|0 9 ? * ?|a1|"
    "x * * * *|*/0 * * * *|0 9 * APR MON|1 2 3 4 5 6 7 8|0 9 15 */3 x|0 9 * 9-5 *|0 9 15 3 8|"
    "\u0660 9 15 \u0664 *|TZ=UTC 0 9 15 4 *|0 9 15 4 * 2099|@weekly x|0 9 15 4x *|0 99 12 4 *"
)
FAR = (
    "0 0 0 1 1 *|0 0 0 10 10 *|60 0 1 10 *|0 24 1 10 *|0 0 32 10 *|0 0 0 10 *|0 0 1 13 *|0 0 1 0 *|0 0 1 10 8|"
    "5-1 0 1 10 *|*/0 0 1 10 *|0 1 10 10|0 0 L 10 *|0 0 15W 10 *|0 0 * 10 1#2|0 0 ? 10 1||every day|hello|@yearly|"
    "@annually|@monthly|0 9 29 2 *|0 0 30 2 *|0 0 31 6 *|\u0663 0 1 10 *|1.5 0 1 10 *|-1 0 1 10 *|0 0 1 OCT *|"
    "x 0 1 10 *|0 0 18 4 *|0 0 1 10-12 *|H 0 1 10,12 *"
)


@pytest.mark.parametrize("expression", NEAR.split("|"))
def test_the_guard_stops_what_may_fire(expression: str) -> None:
    """On 14 April, some reading of each of these fires within a day, or nobody can tell."""
    assert may_fire_within(expression, "Mars/Base", datetime(2026, 4, 14, 12, tzinfo=UTC), DAY)


@pytest.mark.parametrize("expression", FAR.split("|"))
def test_the_guard_lets_far_schedules_pass(expression: str) -> None:
    """On 14 April, no reading of any of these fires within a day."""
    assert not may_fire_within(expression, "Mars/Base", datetime(2026, 4, 14, 12, tzinfo=UTC), DAY)


def days(step: int, count: int) -> list[datetime]:
    """Return instants from 2024 on, at all hours of the day."""
    return [START + timedelta(days=index * step, minutes=index * 311 % 1440) for index in range(count)]


def everything(now: datetime) -> list[FarSchedule | InvalidSchedule]:
    """Return all three lists as one."""
    return [*catalogue(now), *ambiguous_catalogue(now), *invalid_catalogue(now)]


def test_nothing_fires_within_a_day() -> None:
    """On 800 days of six years, the guard agrees with what the lists say."""
    for now in days(3, 800):
        for schedule in everything(now):
            near = may_fire_within(schedule.expression, schedule.zone, now, DAY)
            assert schedule.may_fire or not near, (now, schedule)
            assert not schedule.may_fire or schedule.name in NEVER_FAR | SOMETIMES_NEAR, (now, schedule)


def test_months_and_days_are_far() -> None:
    """The far month is three months away either way, the far day a week ahead in any month."""
    for now in days(1, 1500):
        assert (far_month(now) - now.month) % 12 in range(3, 10)
        assert far_day(now) not in {(now + ahead * DAY).day for ahead in range(7)}


def crossed(schedule: FarSchedule, now: datetime) -> set[bool]:
    """Return in which directions the clock is turned between the next five fires."""
    clock = ZoneInfo(schedule.zone)
    offsets = [fire.astimezone(clock).utcoffset() or timedelta() for fire in next_fires(*_question(schedule, now))]
    return {later > before for before, later in pairwise(offsets) if later != before}


def _question(schedule: FarSchedule, now: datetime) -> tuple[str, str, datetime]:
    return schedule.expression, schedule.zone, now


@pytest.mark.parametrize("now", days(23, 64), ids="{:%Y-%m-%d}".format)
def test_what_is_judged_is_certain(now: datetime) -> None:
    """Each judged schedule has five fires that all lawful readings agree on, on both sides of the change it names."""
    for schedule in catalogue(now):
        assert certain(*_question(schedule, now)), schedule
        assert len(next_fires(*_question(schedule, now))) == 5, schedule
        assert not schedule.name.startswith("dst-spring") or True in crossed(schedule, now), schedule
        assert not schedule.name.startswith("dst-autumn") or False in crossed(schedule, now), schedule
        assert not schedule.name.startswith("dst-seasons") or len(crossed(schedule, now)) == 2, schedule


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney"])
@pytest.mark.parametrize("days_before", range(-8, 9))
def test_near_a_change_of_the_clock_the_schedules_still_cross_it(zone: str, days_before: int) -> None:
    """Around each change of a zone, what names a direction crosses a change in that direction."""
    for change in dst_changes(zone, START + 730 * DAY, 4):  # in 2027 the dates are later than in 2026
        now = change.instant - days_before * DAY
        for schedule in catalogue(now):
            if schedule.name.startswith(("dst-spring", "dst-autumn")) and schedule.zone == zone:
                assert schedule.name.startswith("dst-spring") in crossed(schedule, now)
                assert certain(*_question(schedule, now))


@pytest.mark.parametrize("now", days(91, 16), ids="{:%Y-%m-%d}".format)
def test_what_is_ambiguous_is_not_certain(now: datetime) -> None:
    """What lawful servers read differently is never judged; the gap and the overlap are those of the next change."""
    schedules = {schedule.name: schedule for schedule in ambiguous_catalogue(now)}

    assert not any(certain(*_question(schedule, now)) for schedule in schedules.values())
    first, second = next_fires(*_question(schedules["dst-overlap"], now), 2)
    assert second - first == timedelta(hours=1)
    assert next_fires(*_question(schedules["impossible-date"], now)) == []


def test_what_is_invalid_is_refused() -> None:
    """No invalid expression is five fields of cron."""
    for schedule in invalid_catalogue(START):
        with pytest.raises(BadExpression):
            next_fires(schedule.expression, schedule.zone, START)


def test_names_and_expressions_differ() -> None:
    """Each entry has a name of its own and asks something of its own, and the same day brings the same lists."""
    noon = START + DAY / 2
    entries = everything(START)

    assert len({entry.name for entry in entries}) == len(entries)
    assert entries == everything(noon)


def test_dst_changes_are_exact() -> None:
    """The instants are those at which the law turns the clock."""
    spring, autumn = dst_changes("Europe/Berlin", START, 2)

    assert (spring.instant, spring.forward) == (datetime(2024, 3, 31, 1, tzinfo=UTC), True)
    assert (autumn.instant, autumn.forward) == (datetime(2024, 10, 27, 1, tzinfo=UTC), False)
    assert dst_changes("Asia/Kolkata", START, 1) == []
