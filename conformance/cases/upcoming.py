"""What an answer announces as the next runs of a schedule, held against the oracle by the target's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conformance import oracle
from conformance.expect import (
    Json,
    Object,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    resolve,
    show,
)
from conformance.failures import NotApplicable, Unmet
from conformance.server_time import date_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.far_schedules import FarSchedule
    from conformance.suite import Suite

WINDOW = timedelta(minutes=15)
"""How far the clocks of a target may be apart: one that makes answers, one that writes `Date`, one that schedules."""

UPCOMING = "/schedule/upcoming_runs_at"
COUNT = 5


@dataclass(frozen=True)
class Plan:
    """A schedule, and the answer to the create that asked for it, which may be a refusal."""

    schedule: FarSchedule
    exchange: Exchange

    @property
    def created(self) -> Object:
        """The deployment, where its making is the control and not the question."""
        return need_object(self.exchange)

    def expect_next_fires(self) -> None:
        """The schedule was accepted, and its next fires are announced."""
        __tracebackhide__ = True
        deployment = expect_accepted(self.exchange)
        expect_next_fires(deployment, self.schedule.expression, self.schedule.zone, at=self.exchange)


@dataclass(frozen=True)
class Plans:
    """Deployments with far schedules, by name: each is made when it is first asked for, and then only read."""

    suite: Suite
    bodies: Bodies
    schedules: Mapping[str, FarSchedule]
    _made: dict[str, Plan] = field(default_factory=dict)

    def __call__(self, name: str) -> Plan:
        """The schedule of this name, and what came of it."""
        if name not in self._made:
            self._made[name] = self._make(self.schedules[name])
        return self._made[name]

    def _make(self, schedule: FarSchedule) -> Plan:
        if schedule.may_fire and not self.suite.settings.consent.schedules:
            raise NotApplicable(f"{schedule.expression} might fire within days: give --allow-schedules")
        body = self.bodies(schedule=cron(schedule.expression, schedule.zone))
        exchange = self.suite.client.create(body)
        if exchange.ok:
            self.suite.shared.add(need_object(exchange)["id"])
        return Plan(schedule, exchange)


def planned(*names: str) -> pytest.MarkDecorator:
    """Ask the case for each of these schedules of the catalogue, as its argument `plan`."""
    return pytest.mark.parametrize("plan", names, indirect=True)


def cron(expression: str, zone: str = "UTC") -> Object:
    """A schedule as a request holds it."""
    return {"type": "cron", "expression": expression, "timezone": zone}


def expect_accepted(exchange: Exchange) -> Object:
    """A valid schedule is taken; which status of success says so is asked elsewhere."""
    __tracebackhide__ = True
    if not exchange.ok:
        expect_status(exchange, 200)
    return need_object(exchange)


def announced(deployment: Object) -> list[Json]:
    """The raw entries of `upcoming_runs_at`, as a control that there is such a list."""
    entries = resolve(deployment, UPCOMING)
    need(isinstance(entries, list), f"upcoming_runs_at had to be a list, got {show(entries, 80)}")
    return list(entries)


def expect_next_fires(deployment: Object, expression: str, zone: str, *, at: Exchange, pointer: str = "") -> None:
    """The announced fires are the next ones, none left out and at least one; `pointer` is where the deployment stands.

    How many there are, their order, and how they are written is not looked at, nor is a fire that has passed.
    """
    __tracebackhide__ = True
    clocks = _clocks(deployment, at)
    entries = {lenient_instant(entry).replace(second=0, microsecond=0) for entry in announced(deployment)}
    coming = sorted(entry for entry in entries if entry > clocks[0] - WINDOW)[:COUNT]
    starts = [*clocks, clocks[0] - WINDOW, clocks[-1] + WINDOW]
    expect_true(
        any(coming and coming == oracle.next_fires(expression, zone, start, len(coming)) for start in starts),
        f"upcoming_runs_at {_complaint(coming, expression, zone)}",
        expected=[_written(fire) for fire in oracle.next_fires(expression, zone, clocks[-1])],
        actual=announced(deployment),
        at=at,
        pointer=pointer + UPCOMING,
    )


def _complaint(fires: list[datetime], expression: str, zone: str) -> str:
    if not fires:
        return "announces no fire to come"
    strays = [fire for fire in fires if not oracle.matches(expression, zone, fire)]
    if strays:
        return f"holds {_written(strays[0])}, when the schedule does not fire"
    return "leaves out a fire of the schedule"


def lenient_instant(text: Json) -> datetime:
    """A time in UTC, however it is written, as a control; without an offset it is taken for UTC."""
    try:
        found = instant(text) or datetime.fromisoformat(text)
    except (TypeError, ValueError):
        need(holds=False, why=f"an entry of upcoming_runs_at had to be a time, got {show(text, 80)}")
        raise
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def earliest_clock(deployment: Object, exchange: Exchange) -> datetime:
    """The earliest time that an answer gives for its own making."""
    return _clocks(deployment, exchange)[0]


def _clocks(deployment: Object, exchange: Exchange) -> list[datetime]:
    """Return what a deployment just made or changed, and the answer that shows it, say of the time, in order."""
    said = [instant(deployment.get("updated_at")), instant(deployment.get("created_at")), date_of(exchange)]
    return sorted({clock for clock in said if clock and 2000 < clock.year < 3000}) or [datetime.now(UTC)]


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def listed(api: Client, deployment: Object, *, at_most: int = 20, **asked: Any) -> tuple[Object, Exchange, str]:
    """A deployment as an element of the list, as a control: the object, the page, and where on it the object stands."""
    from conformance.cases.pages import onward

    params: dict[str, Any] = {"limit": 100, **asked}
    for _ in range(at_most):
        page = need_page(api.list(params))
        if deployment["id"] in page.ids:
            place = page.ids.index(deployment["id"])
            return page.items[place], page.exchange, f"/data/{place}"
        on = onward(page)
        if on is None:
            break
        params |= on
    raise Unmet("the deployment had to be found in the list")
