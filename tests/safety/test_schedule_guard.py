"""Nothing that may fire within a day is sent, whichever of the clocks is right: ours or one of the target's."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from conformance.failures import UnsafeSchedule
from conformance.model import Blame, Options, Target
from conformance.server_time import clocks, server_now
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from conformance.client import Client

CLOSE = timedelta(seconds=30)


class Toy(httpx.BaseTransport):
    """Makes whatever it is asked for, and keeps the bodies of what was to be written.

    Its answers and what it makes are dated by two clocks, which may differ.
    """

    def __init__(self, date: str | None, made_off: timedelta | None) -> None:
        self.date, self.made_off = date, made_off
        self.arrived: list[Any] = []
        self.shown: dict[str, Any] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {} if self.date is None else {"date": self.date}
        if request.method == "GET":
            return httpx.Response(200, headers=headers, json=self.shown)
        self.arrived.append(json.loads(request.read()))
        dated = {}
        if self.made_off is not None:
            dated = {"created_at": f"{datetime.now(UTC) + self.made_off:%Y-%m-%dT%H:%M:%SZ}"}
        self.shown = self.arrived[-1] | {"id": f"dep_{len(self.arrived)}"} | dated
        return httpx.Response(200, headers=headers, json=self.shown)


def off_by(off: timedelta) -> str:
    """The `Date` header of a clock that is so much ahead of ours."""
    return format_datetime(datetime.now(UTC) + off, usegmt=True)


def caller(toy: Toy, *, schedules: bool = False) -> Client:
    """A client that may write, and has made something, so that it has seen what there is of clocks."""
    target = Target("http://toy.example/v1", "t", allow_writes=True, allow_schedules=schedules)
    suite = Suite(Settings(target, Options(), "run"), carrier=toy)
    suite.client.create({"name": next(suite.names)})
    return suite.client


def at(moment: datetime) -> dict[str, Any]:
    """A body with a schedule that fires once a year, at noon of a day."""
    expression = f"0 12 {moment.day} {moment.month} *"
    return {"name": "x", "schedule": {"type": "cron", "expression": expression, "timezone": "UTC"}}


def days(number: float) -> timedelta:
    return timedelta(days=number)


NOTHING = days(0)
SOMETIME = datetime.now(UTC) + days(100)


@pytest.mark.parametrize("form", ["body", "content"])
@pytest.mark.parametrize(
    ("date", "made"), [(days(40), None), (None, days(40)), (NOTHING, days(40)), (days(40), NOTHING)]
)
def test_what_is_near_by_a_clock_of_the_target_is_not_sent(
    date: timedelta | None, made: timedelta | None, form: str
) -> None:
    """It is nobody's defect but that of the clocks, and the reason says so."""
    toy = Toy(None if date is None else off_by(date), made)
    client = caller(toy)
    body = at(datetime.now(UTC) + days(40))
    with pytest.raises(UnsafeSchedule, match="by one of the clocks; the target's and ours are far apart") as told:
        client.create(body) if form == "body" else client.create(content=json.dumps(body).encode())

    assert len(toy.arrived) == 1
    assert told.value.blame is Blame.ENVIRONMENT
    assert client.create(at(SOMETIME)).ok


@pytest.mark.parametrize("off", [days(40), -days(40)])
def test_what_is_near_by_our_clock_is_not_sent_either(off: timedelta) -> None:
    """What tells the time in answers need not be what fires schedules."""
    toy = Toy(off_by(off), off)
    with pytest.raises(UnsafeSchedule, match="far apart"):
        caller(toy).create(at(datetime.now(UTC)))

    assert len(toy.arrived) == 1


@pytest.mark.parametrize("off", [NOTHING, timedelta(minutes=10), -timedelta(minutes=10)])
def test_what_is_near_by_all_clocks_is_a_defect_of_ours(off: timedelta) -> None:
    toy = Toy(off_by(off), off)
    with pytest.raises(UnsafeSchedule) as told:
        caller(toy).create(at(datetime.now(UTC)))

    assert told.value.blame is Blame.SUITE
    assert len(toy.arrived) == 1


@pytest.mark.parametrize("off", [days(0.9), days(1.5)])
def test_the_day_begins_on_the_clock_of_the_target(off: timedelta) -> None:
    """Two days from now it is not so long for a target that is ahead."""
    toy = Toy(off_by(off), None)
    with pytest.raises(UnsafeSchedule):
        caller(toy).create(at(datetime.now(UTC) + off + days(1)))

    assert len(toy.arrived) == 1


def test_whoever_consents_may_send_it() -> None:
    assert caller(Toy(off_by(days(40)), days(40)), schedules=True).create(at(datetime.now(UTC) + days(40))).ok


# --- what time it is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "made", "expected"),
    [
        (timedelta(minutes=10), -timedelta(minutes=3), timedelta(minutes=10)),
        (None, -timedelta(minutes=10), -timedelta(minutes=10)),
        (None, None, NOTHING),
    ],
)
def test_the_time_is_told_by_the_date_or_by_what_was_made(
    date: timedelta | None, made: timedelta | None, expected: timedelta
) -> None:
    client = caller(Toy(None if date is None else off_by(date), made))

    assert abs(server_now(client) - datetime.now(UTC) - expected) < CLOSE


@pytest.mark.parametrize(
    "said",
    [
        *("", "soon", "Mon, 99 Jan 2024 00:00:00 GMT", "Mon, 01 Jan 2024 00:00:00 +99999999", "0"),
        *("Fri, 31 Dec 9999 23:59:59 -0100", "Fri, 31 Dec 99999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +0100"),
        *("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ],
)
def test_a_clock_that_nobody_can_believe_is_none(said: str) -> None:
    """Ours counts then, and nothing breaks over it."""
    client = caller(Toy(said, None))

    assert clocks(client.session) == []
    assert abs(server_now(client) - datetime.now(UTC)) < CLOSE
