"""Schedules: what the contract leaves open, reported and never judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from conformance import oracle
from conformance.cases.upcoming import announced, cron, lenient_instant
from conformance.expect import need_object
from conformance.far_schedules import FarSchedule, ambiguous_catalogue
from conformance.requirement import observation
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.expect import Object

SOURCE = "create#schedule-object"


@dataclass(frozen=True)
class Reading:
    """What a target makes of a schedule that may be read in several ways: its fires, or None where it is refused."""

    schedule: FarSchedule
    fires: list[datetime] | None

    def means(self, expression: str) -> bool:
        """Whether the schedule fires as another expression does."""
        if not self.fires:
            return False
        return self.fires == oracle.next_fires(expression, self.schedule.zone, self.fires[0] - MINUTE, len(self.fires))

    def among(self, **readings: str) -> str:
        """The name of the expression that the target takes the schedule for, or "refused", or "otherwise"."""
        if self.fires is None:
            return "refused"
        return next((name.replace("_", "-") for name, text in readings.items() if self.means(text)), "otherwise")


MINUTE = timedelta(minutes=1)


@pytest.fixture
def reading(api: Client, bodies: Bodies, accepted: Object, now: datetime, request: pytest.FixtureRequest) -> Reading:
    """What the target makes of one schedule of the catalogue of ambiguous ones."""
    need_object(api.get(accepted["id"]))
    schedule = {each.name: each for each in ambiguous_catalogue(now)}[request.param]
    exchange = api.create(bodies(schedule=cron(schedule.expression, schedule.zone)))
    if 400 <= exchange.status < 500:
        return Reading(schedule, None)
    return Reading(schedule, sorted(map(lenient_instant, announced(need_object(exchange)))))


def ambiguous(name: str) -> pytest.MarkDecorator:
    """Ask the case for this schedule, as its argument `reading`."""
    return pytest.mark.parametrize("reading", [name], indirect=True)


def _with(reading: Reading, place: int, field: str) -> str:
    """The expression of a reading with another field in this place."""
    fields = reading.schedule.expression.split()
    return " ".join([*fields[:place], field, *fields[place + 1 :]])


@observation("schedule-weekday-7", source=SOURCE, covers="SCH-007", revisions=QODER)
@ambiguous("weekday-7")
def test_what_weekday_7_means(reading: Reading) -> str:
    """Whether 7 is a weekday, and which."""
    return reading.among(sunday=_with(reading, 4, "0"), saturday=_with(reading, 4, "6"), monday=_with(reading, 4, "1"))


@observation("schedule-weekday-range-to-7", source=SOURCE, covers="SCH-007", revisions=QODER)
@ambiguous("weekday-range-to-7")
def test_what_a_range_to_weekday_7_means(reading: Reading) -> str:
    """Whether a range of weekdays may end in 7, and whether that includes Sunday."""
    return reading.among(with_sunday=_with(reading, 4, "5,6,0"), without_sunday=_with(reading, 4, "5,6"))


@observation("schedule-weekday-name", source=SOURCE, covers="SCH-009")
@ambiguous("weekday-name")
def test_whether_weekdays_have_names(reading: Reading) -> str:
    """Whether MON is read as Monday."""
    return reading.among(monday=_with(reading, 4, "1"))


@observation("schedule-weekday-name-in-mixed-case", source=SOURCE, covers="SCH-009")
@ambiguous("weekday-name-mixed-case")
def test_whether_names_may_be_in_mixed_case(reading: Reading) -> str:
    """Whether Mon is read as Monday."""
    return reading.among(monday=_with(reading, 4, "1"))


@observation("schedule-month-name", source=SOURCE, covers="SCH-009")
@ambiguous("month-name")
def test_whether_months_have_names(reading: Reading) -> str:
    """Whether JAN is read as January."""
    return reading.among(january=_with(reading, 3, "1"))


@observation("schedule-step-after-a-value", source=SOURCE, covers="SCH-006")
@ambiguous("step-after-a-value")
def test_what_a_step_after_a_value_means(reading: Reading) -> str:
    """Whether 5/15 is accepted, and whether it goes on from 5 to the end of the field or is the value 5 alone."""
    return reading.among(to_the_end=_with(reading, 0, "5-59/15"), the_value_alone=_with(reading, 0, "5"))


@observation("schedule-step-beyond-its-field", source=SOURCE, covers="SCH-006")
@ambiguous("step-longer-than-its-field")
def test_what_a_step_longer_than_its_field_means(reading: Reading) -> str:
    """Whether a step longer than its field is accepted, and whether it leaves the first value alone."""
    return reading.among(the_first_value_alone=_with(reading, 0, "0"))


@observation("schedule-stepped-day-and-weekday", source=SOURCE, covers="SCH-010")
@ambiguous("stepped-day-and-weekday")
def test_whether_a_stepped_day_counts_as_restricted(reading: Reading) -> str:
    """Whether a day of the month of */2 and a weekday have either to match, or both."""
    either = _with(reading, 2, "1-31/2")
    if reading.fires and not reading.means(either):
        days = {(fire.day % 2, fire.isoweekday() % 7) for fire in reading.fires}
        return "both" if days == {(1, 1)} else "otherwise"
    return reading.among(either=either)


@observation("schedule-leading-zeros", source=SOURCE, covers="SCH-006")
@ambiguous("leading-zeros")
def test_whether_numbers_may_begin_with_zero(reading: Reading) -> str:
    """Whether 05 is read as 5."""
    return reading.among(accepted=_with(reading, 0, "5").replace(" 09 ", " 9 "))


@observation("schedule-blanks", source=SOURCE, covers="SCH-006")
@ambiguous("blanks")
def test_whether_fields_may_be_two_blanks_apart(reading: Reading) -> str:
    """Whether two blanks may stand between two fields."""
    return reading.among(accepted=" ".join(reading.schedule.expression.split()))


@observation("schedule-impossible-date", source=SOURCE, covers="SCH-024")
@ambiguous("impossible-date")
def test_what_becomes_of_a_date_that_never_comes(reading: Reading) -> str:
    """Whether a date that no month has is refused, or accepted and never fires."""
    if reading.fires is None:
        return "refused"
    return "moved-to-another-day" if reading.fires else "accepted-without-fires"


@observation("schedule-dst-gap", source=SOURCE, covers="SCH-021", revisions=QODER)
@ambiguous("dst-gap")
def test_what_becomes_of_a_time_that_the_clock_skips(reading: Reading) -> str:
    """Whether a wall time that the zone skips in spring is left out that day, or moved forward or back."""
    if not reading.fires:
        return "refused" if reading.fires is None else "otherwise"
    shown = _wall(reading, reading.fires[0])
    asked = _asked(reading)
    if shown == asked:
        return "skipped"
    return "moved-forward" if shown > asked else "moved-back"


@observation("schedule-dst-overlap", source=SOURCE, covers="SCH-022", revisions=QODER)
@ambiguous("dst-overlap")
def test_what_becomes_of_a_time_that_the_clock_repeats(reading: Reading) -> str:
    """Whether a wall time that the zone repeats in autumn fires twice, or the first or the second time only."""
    if not reading.fires:
        return "refused" if reading.fires is None else "otherwise"
    first, *rest = reading.fires
    lawful = oracle.next_fires(reading.schedule.expression, reading.schedule.zone, first - timedelta(hours=4), 2)
    if first == lawful[0]:
        return "twice" if lawful[1] in rest else "the-first-time"
    return "the-second-time" if first == lawful[1] else "otherwise"


def _wall(reading: Reading, fire: datetime) -> tuple[int, int]:
    local = fire.astimezone(ZoneInfo(reading.schedule.zone))
    return local.hour, local.minute


def _asked(reading: Reading) -> tuple[int, int]:
    minute, hour, *_ = reading.schedule.expression.split()
    return int(hour), int(minute)
