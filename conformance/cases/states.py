"""What the cases of pause, unpause, archive and run share: deployments in each state, and what a refusal leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import announced, lenient_instant
from conformance.expect import Json, Object, expect_equal, expect_same, fail, need_object, resolve, settled
from conformance.far_schedules import far_month
from conformance.ripening import A_SECOND
from conformance.server_time import server_now

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.ripening import Ripening
    from conformance.suite import Suite

STATES = ("active", "paused", "archived", "archived while paused")
PRESENT_STATES = pytest.mark.parametrize("state", ["active", "paused"])


def far_schedule(now: datetime) -> Object:
    """A schedule that does not fire for months."""
    return {"type": "cron", "expression": f"30 9 1 {far_month(now)} *", "timezone": "Asia/Shanghai"}


def expect_done(exchange: Exchange) -> Object:
    """A request that is valid was not refused: any success, with an object that has an id."""
    __tracebackhide__ = True
    if not exchange.ok:
        message = f"{exchange.operation}: expected it to be accepted, got {exchange.status}"
        fail(message, expected="a status of 2xx", actual=f"status {exchange.status}", at=exchange)
    return need_object(exchange)


def expect_untouched(api: Client, before: Object, what: str, *, but: tuple[str, ...] = ()) -> Object:
    """A GET shows a deployment as it was, but for what time changes; returns what it shows."""
    __tracebackhide__ = True
    exchange = api.get(before["id"])
    shown = need_object(exchange)
    expect_same(shown, before, what, at=exchange, but=but)
    return shown


def expect_both(api: Client, exchange: Exchange, id_: str, pointer: str, wanted: Json) -> None:
    """The answer to a change of state, and a GET after it, show this at a place of the deployment."""
    __tracebackhide__ = True
    for answer in (exchange, api.get(id_)):
        shown = resolve(need_object(answer), pointer)
        expect_equal(shown, wanted, pointer.rpartition("/")[2], at=answer, pointer=pointer)


def told_again(api: Client, exchange: Exchange, before: Object) -> str:
    """What became of a change of state that was made already, where nothing is said of that, as a token."""
    if not exchange.ok:
        return f"refused-{exchange.status}"
    after = settled(need_object(api.get(before["id"])))
    return "accepted-unchanged" if after == settled(before) else "accepted-changed"


def fires(deployment: Object) -> list[str]:
    """The runs that a deployment announces, as a control that it has such a list; written alike."""
    return [lenient_instant(entry).isoformat() for entry in announced(deployment)]


def enter(api: Client, deployment_id: str, state: str) -> None:
    """Bring a new deployment into one of `STATES`, as a control."""
    if state.endswith("paused"):
        need_object(api.pause(deployment_id))
    if state.startswith("archived"):
        need_object(api.archive(deployment_id))


@dataclass(frozen=True)
class Veterans:
    """Deployments brought into each state more than a second ago; for one case each."""

    deployments: Deployments
    by_state: dict[str, list[Object]]

    def __call__(self, state: str) -> Object:
        """One of them, as a GET shows it now; the case asks whether it got there."""
        waiting = self.by_state[state]
        waiting.append(waiting.pop(0))
        return self.deployments.fresh(waiting[-1])


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture
def scheduled(deployments: Deployments, now: datetime) -> Object:
    """A deployment with a schedule that the case may change: the answer to its create."""
    return deployments(schedule=far_schedule(now))


@pytest.fixture(params=["manual-only", "scheduled"])
def either(request: pytest.FixtureRequest) -> Object:
    """A deployment that the case may change, without a schedule and with one: the answer to its create."""
    fixture = "scheduled" if request.param == "scheduled" else "deployment"
    made: Object = request.getfixturevalue(fixture)
    return made


@pytest.fixture
def configured(deployments: Deployments, revision: Revision, now: datetime) -> Object:
    """A deployment with two events, a schedule, and settings that are not the defaults where there are any, as read."""
    settings = {"config": {"max_retries": 2, "timeout_ms": 120_000}}
    own = {revision.reserved_metadata: settings} if revision.reserved_metadata else {}
    events = [revision.message("First"), revision.message("Second")]
    made = deployments(schedule=far_schedule(now), metadata={"team": "conformance", **own}, initial_events=events)
    return deployments.fresh(made)


@pytest.fixture(params=["every field", "own settings", "nothing optional"])
def furnished(request: pytest.FixtureRequest, deployments: Deployments) -> Object:
    """A deployment that the case may change and that has something to lose: what a GET says of it."""
    if request.param == "nothing optional":
        return deployments.fresh(request.getfixturevalue("deployment"))
    made: Object = request.getfixturevalue({"every field": "complete", "own settings": "configured"}[request.param])
    return made


@pytest.fixture(scope="session")
def young_veterans(api: Client, deployments: Deployments, suite: Suite) -> Ripening[Veterans]:
    """The veterans, who may be too young yet."""
    return suite.grow(_veterans(api, deployments, suite))


def _veterans(api: Client, deployments: Deployments, suite: Suite) -> Generator[float, None, Veterans]:
    """Bring them into their states; nothing is asked of the answers here."""
    schedule = far_schedule(server_now(api))
    by_state = {state: [deployments(schedule=schedule) for _ in range(3)] for state in STATES}
    for state, made in by_state.items():
        suite.shared.update(each["id"] for each in made)
        for each in made:
            if state.endswith("paused"):
                api.pause(each["id"])
            if state.startswith("archived"):
                api.archive(each["id"])
    yield A_SECOND
    return Veterans(deployments, by_state)


@pytest.fixture(scope="session")
def veterans(young_veterans: Ripening[Veterans]) -> Veterans:
    """Hands out deployments that have been active, paused or archived for more than a second."""
    return young_veterans.ripe()
