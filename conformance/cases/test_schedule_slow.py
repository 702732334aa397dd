"""Schedules that fire while the suite looks on: minutes of waiting, so only with `--slow`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import cron
from conformance.expect import Object, expect_true, instant, need, need_object, need_page, resolve
from conformance.failures import ControlFailed, NotPermitted
from conformance.model import SHOULD
from conformance.requirement import requirement
from conformance.server_time import date_of

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

SOURCE = "create#response-fields"
PATIENCE_S = 130.0
"""More than two minutes: one for the next fire of `* * * * *`, and one for whoever is slow to start a run."""
AFTERMATH_S = 10.0
"""How long to look on after the first run, in case there is a second one for the same fire."""
POLL_S = 2.0
TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True)
class Watch:
    """What came of a deployment that fires every minute: its runs by schedule, and the last list that showed them."""

    created: Object
    runs: list[Object]
    seen: Exchange


@pytest.fixture(scope="session")
def watch(suite: Suite, api: Client, bodies: Bodies, slow: None) -> Watch:  # noqa: ARG001 - the consent to wait
    """A deployment that fires every minute, watched until it has fired, and then archived."""
    if not suite.settings.consent.schedules:
        raise NotPermitted("lets a schedule fire: give --allow-schedules")
    created = need_object(api.create(bodies(schedule=cron("* * * * *"))))
    deadline = time.monotonic() + PATIENCE_S
    while not (found := _watch(api, created)).runs and time.monotonic() < deadline:
        time.sleep(POLL_S)
    time.sleep(AFTERMATH_S if found.runs else 0)
    found = _watch(api, created)
    api.archive(created["id"])
    return found


def _watch(api: Client, created: Object) -> Watch:
    page = need_page(api.runs_of(created["id"]))
    runs = [run for run in page.items if resolve(run, "/trigger_context/type") == "schedule"]
    return Watch(created, runs, page.exchange)


@requirement("schedule-fires-when-due", SHOULD, source=SOURCE, covers="SCH-029")
def test_a_due_fire_makes_a_run(watch: Watch) -> None:
    """A schedule that is due makes a run, which says that the schedule has triggered it."""
    what = f"no run by schedule within {PATIENCE_S:.0f} seconds of a schedule for every minute"

    expect_true(bool(watch.runs), what, expected="a run", actual=watch.runs, at=watch.seen, pointer="/data")


@requirement("schedule-fires-once", SHOULD, source=SOURCE, covers="SCH-030")
def test_a_fire_makes_one_run(watch: Watch) -> None:
    """Each fire of a schedule makes one run at most."""
    need(bool(watch.runs), "a run by schedule had to be seen")

    since, until = instant(watch.created.get("created_at")), date_of(watch.seen)
    due = _minutes_begun(since, until)
    what = f"{len(watch.runs)} runs by schedule, where {due} were due"
    expect_true(
        len(watch.runs) <= due, what, expected="one a minute", actual=watch.runs, at=watch.seen, pointer="/data"
    )


def _minutes_begun(since: datetime | None, until: datetime | None) -> int:
    """Count the minutes that began between two readings of the target's clocks, which may differ by some seconds."""
    if since is None or until is None:
        raise ControlFailed("created_at and the Date header have to tell the time")
    return int((until + TOLERANCE).timestamp() // 60) - int((since - TOLERANCE).timestamp() // 60)
