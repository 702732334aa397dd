"""RUNS: what becomes of them, and of when a deployment last ran, when their deployment changes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import RunList, expect_runs, is_settled, triggered
from conformance.cases.states import far_schedule
from conformance.expect import Object, expect_object, expect_true, instant, need, need_object, need_page, resolve
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER
from conformance.server_time import server_now

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

LAST_RUN = "/schedule/last_run_at"
CLOCKS, FOREVER_AGO = timedelta(minutes=5), datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Changed:
    """A deployment that was run, then updated and paused: its run, and what a GET said of it before it changed.

    `later` are the answers to the update and to the pause; its schedule was changed after that, and its agent if there
    is another.
    """

    id: str
    run: Object
    before: Object
    later: tuple[Exchange, ...]


@pytest.fixture(scope="session")
def changed(api: Client, deployments: Deployments, suite: Suite) -> Changed:
    """A deployment that was run once and has changed in many ways since."""
    made = deployments(schedule=far_schedule(server_now(api)))
    suite.shared.add(made["id"])
    run = need_object(api.run(made["id"]))
    need(run["id"] in need_page(api.its_runs(made["id"])).ids, "its run has to be listed before it changes")
    before = deployments.fresh(made)
    later = (api.update(made["id"], {"description": "As it is after its run"}), api.pause(made["id"]))
    others: Object = {"schedule": {**far_schedule(server_now(api)), "timezone": "UTC"}}
    with contextlib.suppress(NotApplicable):
        others["agent"] = suite.settings.target.second_agent_id or suite.provision_agent()
    need(all(each.ok for each in (*later, api.update(made["id"], others))), "it has to be changed")
    return Changed(made["id"], run, before, later)


@requirement("runs-outlive-changes", MUST, source="list-all-runs#", covers="RNS-001 RNS-006 RNS-007 RNS-013")
@pytest.mark.parametrize("route", ["list-runs", "list-all-runs", "get-run", "get-run-global"])
def test_runs_outlive_what_changes_in_their_deployment(api: Client, changed: Changed, route: str) -> None:
    """The runs of a deployment that was updated and paused are still listed, and can be read."""
    id_ = changed.run["id"]
    asks = {
        "list-runs": lambda: RunList(api, changed.id, nested=True)(limit=100),
        "list-all-runs": lambda: RunList(api, changed.id, nested=False)(limit=100),
        "get-run": lambda: api.its_run(changed.id, id_),
        "get-run-global": lambda: api.deployment_run(id_),
    }

    exchange = asks[route]()

    ids = expect_runs(exchange).ids if route.startswith("list") else [expect_object(exchange).get("id")]
    expect_true(id_ in ids, "the run is missing", expected=id_, actual=ids, at=exchange)


@requirement("run-last-time-outlives-changes", SHOULD, source="update#request-body", covers="UPD-002 PAU-006")
def test_the_last_run_outlives_what_changes(changed: Changed) -> None:
    """When a deployment last ran is still shown after its description was changed, and after it was paused."""
    last = instant(resolve(changed.before, LAST_RUN))
    if last is None:
        raise NotApplicable("last_run_at does not tell of a run by hand, or not at once")

    for exchange in changed.later:
        shown = resolve(need_object(exchange), LAST_RUN)
        kept = (instant(shown) or FOREVER_AGO) >= last
        message, expected = "last_run_at is lost", f"{last:%FT%TZ} or later"
        expect_true(kept, message, expected=expected, actual=shown, at=exchange, pointer=LAST_RUN)


@requirement(
    "run-last-time-is-of-the-last", SHOULD, source="create#response-fields", covers="SCH-026 SCH-027", revisions=QODER
)
def test_the_last_run_is_the_latest(api: Client, history: History) -> None:
    """The last_run_at of a deployment that was run several times is not before its latest run, nor in the future."""
    id_ = history.scheduled["id"]
    runs = [run for run in need_page(api.its_runs(id_, {"limit": 100})).items if run.get("status") != "skipped"]
    need(len(runs) > 1, "it has to have run more than once")
    if not all(is_settled(run) for run in runs):
        raise NotApplicable("runs take longer here than we wait")

    exchange = api.get(id_)

    shown = resolve(need_object(exchange), LAST_RUN)
    last, now = instant(shown), server_now(api)
    if last is None:
        raise NotApplicable("last_run_at does not tell of a run by hand")
    first = max(triggered(run) for run in runs) - timedelta(seconds=1)  # it may be cut to whole seconds
    expected = f"{first:%FT%TZ} or later, and not later than now"
    fits = first <= last <= now + CLOCKS
    expect_true(fits, "last_run_at is of no latest run", expected=expected, actual=shown, at=exchange, pointer=LAST_RUN)
