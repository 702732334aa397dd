"""Schedules that fire while the suite looks on: minutes of waiting, so only with `--slow`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import cron
from conformance.expect import (
    Object,
    expect_instant,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    resolve,
)
from conformance.failures import ControlFailed, NotPermitted
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA, NEWER
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
    """What came of a deployment that fires every minute: its runs by schedule, and the last list that showed them.

    `fired` is a read of it after that, and `archived` one after its archive.
    """

    created: Object
    runs: list[Object]
    seen: Exchange
    fired: Exchange
    archived: Exchange


@pytest.fixture(scope="session")
def watch(suite: Suite, api: Client, bodies: Bodies, slow: None) -> Watch:  # noqa: ARG001 - the consent to wait
    """A deployment that fires every minute, watched until it has fired, and then archived."""
    if not suite.settings.consent.schedules:
        raise NotPermitted("lets a schedule fire: give --allow-schedules")
    created = need_object(api.create(bodies(schedule=cron("* * * * *"))))
    deadline = time.monotonic() + PATIENCE_S
    while not (found := _by_schedule(api, created))[0] and time.monotonic() < deadline:
        time.sleep(POLL_S)
    time.sleep(AFTERMATH_S if found[0] else 0)
    runs, seen = _by_schedule(api, created)
    fired = api.get(created["id"])
    api.archive(created["id"])
    return Watch(created, runs, seen, fired, api.get(created["id"]))


def _by_schedule(api: Client, created: Object) -> tuple[list[Object], Exchange]:
    page = need_page(api.its_runs(created["id"]))
    return [run for run in page.items if resolve(run, "/trigger_context/type") == "schedule"], page.exchange


@requirement("schedule-fires-when-due", SHOULD, source=SOURCE, covers="SCH-029")
def test_a_due_fire_makes_a_run(watch: Watch) -> None:
    """A schedule that is due makes a run, which says that the schedule has triggered it."""
    what = f"no run by schedule within {PATIENCE_S:.0f} seconds of a schedule for every minute"

    expect_true(bool(watch.runs), what, expected="a run", actual=watch.runs, at=watch.seen, pointer="/data")


@requirement("schedule-fires-once", SHOULD, source=SOURCE, covers="SCH-030", levels={CMA: MUST})
def test_a_fire_makes_one_run(watch: Watch) -> None:
    """Each fire of a schedule makes one run at most."""
    need(bool(watch.runs), "a run by schedule had to be seen")

    clocks = [date_of(watch.seen), *(instant(run.get("created_at")) for run in watch.runs)]
    since, until = instant(watch.created.get("created_at")), max(filter(None, clocks), default=None)
    due = _minutes_begun(since, until)
    what = f"{len(watch.runs)} runs by schedule, where {due} were due"
    expect_true(
        len(watch.runs) <= due, what, expected="one a minute", actual=watch.runs, at=watch.seen, pointer="/data"
    )


@requirement(
    "schedule-fires-once-an-instant",
    SHOULD,
    source="list-all-runs#response",
    covers="SCH-030",
    revisions=NEWER,
    levels={CMA: MUST},
)
def test_an_instant_makes_one_run(watch: Watch) -> None:
    """No two runs by schedule of a deployment show the same scheduled_at."""
    need(bool(watch.runs), "a run by schedule had to be seen")

    shown = [instant(resolve(run, "/trigger_context/scheduled_at")) for run in watch.runs]
    instants = [each for each in shown if each is not None]
    need(len(instants) == len(shown), "each run by schedule has to show scheduled_at")
    what = "two runs by schedule of one instant"
    once = len({*instants}) == len(instants)
    expect_true(once, what, expected="one an instant", actual=watch.runs, at=watch.seen, pointer="/data")


@requirement("runs-scheduled-at-is-due", MUST, source="list-all-runs#response", covers="RNS-015", revisions=NEWER)
def test_a_run_by_schedule_tells_when_it_was_due(watch: Watch) -> None:
    """The trigger_context of a run by schedule has scheduled_at, a time at which its schedule fires."""
    need(bool(watch.runs), "a run by schedule had to be seen")

    made, until = instant(watch.created.get("created_at")), date_of(watch.seen)
    for run in watch.runs:
        shown = resolve(run, "/trigger_context/scheduled_at")
        due = expect_instant(shown, "scheduled_at", at=watch.seen, pointer="/data")
        what = "scheduled_at is at no full minute of those that were watched"
        early, late = made is not None and due < made - TOLERANCE, until is not None and due > until + TOLERANCE
        on_time = due.second == due.microsecond == 0 and not early and not late
        expect_true(on_time, what, expected="a full minute", actual=shown, at=watch.seen, pointer="/data")


LAST_RUN = "/schedule/last_run_at"


@requirement("schedule-last-run-is-by-schedule", MUST, source="get#response", covers="SCH-027", revisions=(CMA,))
def test_a_run_by_schedule_sets_the_last_run(watch: Watch) -> None:
    """A run by schedule sets last_run_at: it is a time, and not before the deployment was made."""
    need(bool(watch.runs), "a run by schedule had to be seen")

    shown = resolve(need_object(watch.fired), LAST_RUN)
    last = expect_instant(shown, "last_run_at", at=watch.fired, pointer=LAST_RUN)
    made = instant(watch.created.get("created_at"))
    what = "last_run_at is before the deployment was made"
    later = made is None or last >= made - TOLERANCE
    expect_true(later, what, expected="the last run by schedule", actual=shown, at=watch.fired, pointer=LAST_RUN)


@requirement("schedule-last-run-outlives-archive", MUST, source="archive#response", covers="SCH-028", revisions=(CMA,))
def test_an_archive_keeps_the_last_run(watch: Watch) -> None:
    """The last_run_at of a schedule is kept when its deployment is archived."""
    before, after = need_object(watch.fired), need_object(watch.archived)
    last = instant(resolve(before, LAST_RUN))
    need(last is not None, "last_run_at had to be set by a run by schedule")
    need(after.get("archived_at") is not None, "the deployment had to be archived")

    shown = resolve(after, LAST_RUN)
    later = instant(shown)
    kept = last is not None and later is not None and later >= last
    what = "last_run_at did not outlive the archive"
    expect_true(kept, what, expected=resolve(before, LAST_RUN), actual=shown, at=watch.archived, pointer=LAST_RUN)


def _minutes_begun(since: datetime | None, until: datetime | None) -> int:
    """Count the minutes that began between two readings of the target's clocks, which may differ by some seconds."""
    if since is None or until is None:
        raise ControlFailed("created_at and the Date header have to tell the time")
    return int((until + TOLERANCE).timestamp() // 60) - int((since - TOLERANCE).timestamp() // 60)
