"""PAUSE, UNPAUSE, ARCHIVE: who sleeps or is gone runs by no schedule; minutes of waiting, so only with `--slow`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import triggered
from conformance.cases.upcoming import cron
from conformance.expect import Object, expect_equal, instant, need, need_object, need_page, resolve
from conformance.failures import ControlFailed, NotPermitted
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA
from conformance.server_time import server_now

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.expect import Page
    from conformance.suite import Suite

PATIENCE_S = 130.0
"""More than two minutes: one for the next fire of `* * * * *`, and one for whoever is slow to start a run."""
AFTERMATH_S = 10.0
"""How long to look on after one deployment has fired, in case another does a little later."""
WAKING_S = 4.0
"""How long to look on after an unpause."""
POLL_S = 2.0
TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True)
class Night:
    """Three deployments that fire every minute: one was left alone until it had fired, one paused, one archived.

    `runs` are their lists at the end of that, by name; `morning` is the list of the paused one after its unpause,
    and `minutes` how many minutes may have begun in between.
    """

    slept_at: dict[str, datetime]
    runs: dict[str, Page]
    morning: Page
    minutes: int

    def by_schedule(self, name: str) -> list[Object]:
        """The runs by schedule since a deployment was paused or archived, as a control that another did fire."""
        need(bool(_by_schedule(self.runs["awake"])), "a deployment with the same schedule had to run by it")
        since = self.slept_at[name] + TOLERANCE
        return [run for run in _by_schedule(self.runs[name]) if triggered(run) > since]


def _by_schedule(page: Page) -> list[Object]:
    return [run for run in page.items if resolve(run, "/trigger_context/type") == "schedule"]


@pytest.fixture(scope="session")
def night(suite: Suite, api: Client, bodies: Bodies, slow: None) -> Night:  # noqa: ARG001 - the consent to wait
    """Watch three deployments that fire every minute, one of them asleep and one archived, and wake the sleeper."""
    consent = suite.settings.consent
    if not (consent.schedules and consent.runs):
        raise NotPermitted("lets a schedule fire: give --allow-schedules and --allow-runs")
    api.list({"limit": 1})
    time.sleep(max(0, 15 - (server_now(api).second + 10) % 60))  # begin well within a minute
    ids = {name: need_object(api.create(bodies(schedule=cron("* * * * *"))))["id"] for name in NAMES}
    slept = {"paused": api.pause(ids["paused"]), "archived": api.archive(ids["archived"])}
    slept_at = {name: _clock(need_object(exchange)) for name, exchange in slept.items()}
    deadline = time.monotonic() + PATIENCE_S
    while not _by_schedule(need_page(api.its_runs(ids["awake"]))) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    api.archive(ids["awake"])
    time.sleep(AFTERMATH_S)
    runs = {name: need_page(api.its_runs(id_)) for name, id_ in ids.items()}
    woken = need_object(api.unpause(ids["paused"]))
    time.sleep(WAKING_S)
    morning = need_page(api.its_runs(ids["paused"]))
    minutes = _minutes(_clock(woken), _clock(need_object(api.archive(ids["paused"]))))
    return Night(slept_at, runs, morning, minutes)


NAMES = ("awake", "paused", "archived")


def _minutes(since: datetime, until: datetime) -> int:
    """How many minutes began between two readings of a clock that may be some seconds off."""
    return int((until + TOLERANCE).timestamp() // 60) - int((since - TOLERANCE).timestamp() // 60)


def _clock(deployment: Object) -> datetime:
    """When a deployment was changed, as a control."""
    changed = instant(deployment.get("updated_at"))
    if changed is None:
        raise ControlFailed("updated_at has to be a timestamp")
    return changed


@requirement("pause-runs-nothing", MUST, source="pause#", covers="PAU-004")
def test_no_scheduled_run_fires_while_paused(night: Night) -> None:
    """A paused deployment makes no run when its schedule is due."""
    runs = night.by_schedule("paused")

    expect_equal(runs, [], "runs by schedule of a paused deployment", at=night.runs["paused"].exchange, pointer="/data")


@requirement("archive-runs-nothing", MUST, source="archive#", covers="ARC-012")
def test_no_scheduled_run_fires_after_an_archive(night: Night) -> None:
    """An archived deployment makes no run when its schedule is due."""
    runs, at = night.by_schedule("archived"), night.runs["archived"].exchange

    expect_equal(runs, [], "runs by schedule of an archived deployment", at=at, pointer="/data")


@requirement("unpause-makes-up-for-nothing", SHOULD, source="unpause#response", covers="UNP-005", levels={CMA: MUST})
def test_missed_runs_are_not_made_up(night: Night) -> None:
    """An unpaused deployment does not make up for the runs that its schedule would have made while it was paused."""
    night.by_schedule("paused")
    known = night.runs["paused"].ids
    new = [run["id"] for run in _by_schedule(night.morning) if run["id"] not in known]

    expect_equal(new[night.minutes :], [], "runs that were missed before", at=night.morning.exchange, pointer="/data")
