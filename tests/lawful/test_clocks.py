"""Whatever day it is for the service, and however its clock differs from ours, it is not accused for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

import pytest
from matrix.kill import Carrier
from matrix.kill import target as in_process

from conformance.model import Blame, Options, Report, Verdict
from conformance.reference.clock import Clock
from conformance.reference.service import Service
from conformance.runner import run

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.matrix

AREAS = ("object", "create", "schedule", "list", "page", "update", "archive", "runs", "sequence", "concurrent")
"""What depends on the clock: dates, fires, orders by time, and names with the time of an archive."""

FEW = ("object", "archive", "schedule")


Date: TypeAlias = Literal["own", "ours", "none"]


@dataclass(frozen=True)
class Setting:
    """The time on the clock of a service as a run begins, and what its `Date` header says: that, ours, or nothing."""

    start: datetime
    date: Date = "own"

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M:%S} date {self.date}"


class Dated(Carrier):
    """Dates answers as the setting says."""

    def __init__(self, service: Service, date: str) -> None:
        super().__init__(service)
        self._date = date

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if self._date != "ours":
            del response.headers["date"]
        if self._date == "own":
            response.headers["date"] = format_datetime(self._service.now(), usegmt=True)
        return response


def apart(minutes: float, date: Date) -> Setting:
    """A clock that differs from ours by some minutes."""
    return Setting(datetime.now(UTC) + timedelta(minutes=minutes), date)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


TEN_MINUTES = timedelta(minutes=10)
BOUNDARIES = {
    "before-a-leap-day": moment("2028-02-28T23:59:50"),
    "before-the-end-of-a-leap-day": moment("2028-02-29T23:59:50"),
    "before-no-leap-day": moment("2027-02-28T23:59:50"),
    "before-the-turn-of-the-year": moment("2026-12-31T23:59:55"),
    "before-the-end-of-a-month": moment("2027-04-30T23:59:55"),
}
DAYS = {
    "a-leap-day": moment("2028-02-29T12:00:00"),
    "the-last-day-of-a-year": moment("2027-12-31T12:00:00"),
    "spring-in-Berlin": moment("2027-03-28T01:00:00") - TEN_MINUTES,
    "autumn-in-Berlin": moment("2027-10-31T01:00:00") - TEN_MINUTES,
    "spring-in-New-York": moment("2027-03-14T07:00:00") - TEN_MINUTES,
    "autumn-in-New-York": moment("2027-11-07T06:00:00") - TEN_MINUTES,
    "autumn-on-Lord-Howe": moment("2027-04-03T15:00:00") - TEN_MINUTES,
    "spring-on-Lord-Howe": moment("2027-10-02T15:30:00") - TEN_MINUTES,
}
SKEWS: tuple[tuple[int, Date], ...] = (
    *((5, "own"), (5, "ours"), (-5, "own"), (-5, "ours")),
    *((10, "none"), (-10, "none")),
)
SKEWED = {f"{minutes:+}-minutes-date-{date}": apart(minutes, date) for minutes, date in SKEWS}
YEARS = {
    f"{year}-{month:02}": moment(f"{year}-{month:02}-15T09:30:00") for year in range(2027, 2033) for month in (1, 7)
}
SETTINGS = {name: Setting(start) for name, start in (BOUNDARIES | DAYS).items()} | SKEWED
SAMPLE = ("before-a-leap-day", "spring-in-Berlin", "-10-minutes-date-none")


def examine(setting: Setting, *areas: str) -> Report:
    """Run some areas against a correct service whose clock is set so."""
    service = Service(clock=Clock(setting.start))
    return run(in_process(service), Options(only=areas, examples=3), carrier=Dated(service, setting.date))


def accused(report: Report) -> list[str]:
    """What was held against the service, and what could not be asked of it although nothing is wrong with it."""
    said = [r for r in report.results if r.verdict in {Verdict.FAILED, Verdict.WARNED, Verdict.INCONCLUSIVE}]
    return [f"{r.verdict} {r.id}: {r.reason}" for r in said] + [f"left behind: {each.id}" for each in report.leftovers]


def expect_nothing_held_against(report: Report) -> None:
    assert accused(report) == []
    assert sum(r.verdict is Verdict.PASSED for r in report.results) > 10
    assert not [r.id for r in report.results if r.blame is Blame.SUITE]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_service_is_not_accused_for_its_clock(name: str) -> None:
    """Some settings and areas; the next tests, in `tox -e full`, take them all."""
    expect_nothing_held_against(examine(SETTINGS[name], *FEW))


class InBerlin(Service):
    """Dates what it makes by the clock of another time zone, and says that it is UTC."""

    def stamp(self) -> datetime:
        return super().stamp() + timedelta(hours=1)


def test_the_clock_of_another_time_zone_is_told_from_one_that_is_off() -> None:
    """So that leniency does not go too far."""
    service = InBerlin(clock=Clock(SETTINGS["a-leap-day"].start))
    report = run(in_process(service), Options(only=("base", "object")), carrier=Dated(service, "own"))

    assert [each for each in accused(report) if "warned base-timestamps-are-not-local" in each]


@pytest.mark.full
@pytest.mark.parametrize("name", SETTINGS)
def test_no_service_is_accused_for_its_clock(name: str) -> None:
    expect_nothing_held_against(examine(SETTINGS[name], *AREAS))


@pytest.mark.full
@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("name", BOUNDARIES)
def test_a_day_may_end_in_the_midst_of_any_area(name: str, area: str) -> None:
    """Each area begins two seconds before."""
    start = BOUNDARIES[name].replace(second=58)

    report = examine(Setting(start), area)

    assert accused(report) == []
    assert any(r.verdict is Verdict.PASSED for r in report.results)


@pytest.mark.full
@pytest.mark.parametrize("name", YEARS)
def test_schedules_fire_alike_in_all_years(name: str) -> None:
    expect_nothing_held_against(examine(Setting(YEARS[name]), "schedule"))
