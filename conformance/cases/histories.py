"""What the cases of run and runs share: a few runs of ours, begun once in a run of the suite, and what compares them.

A run may take its time: only what stays as it was when the run began is compared between two answers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from conformance.cases.found import while_it_holds
from conformance.cases.pages import continued, onward
from conformance.cases.states import far_schedule
from conformance.client import ABSENT
from conformance.expect import (
    Json,
    Object,
    expect_equal,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    resolve,
)
from conformance.failures import ControlFailed, NotApplicable
from conformance.ripening import A_SECOND
from conformance.server_time import server_now

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from conformance.cases.conftest import Deployments
    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Page
    from conformance.ripening import Ripening
    from conformance.suite import Suite

IN_FLIGHT = frozenset({"pending", "running"})
FINAL = frozenset({"completed", "failed", "skipped"})
STATUSES = ("pending", "running", "completed", "failed", "skipped")
"""In the order in which a run may pass through them."""

PAGES = 100
"""No walk takes more pages than this."""

LOOKS, BETWEEN_LOOKS_S = 10, 0.2
"""So often, and with so many seconds between, it is looked at what becomes of a run that has not begun yet."""


@dataclass(frozen=True)
class Begun:
    """A run that we asked for: of which deployment, in which lot, and what came."""

    deployment: Object
    lot: int
    exchange: Exchange

    ours: ClassVar[bool] = True

    @property
    def trigger(self) -> str:
        """What it was triggered by."""
        return "manual"

    @property
    def run(self) -> Object:
        """The run, as a control that there is one."""
        return need_object(self.exchange)


@dataclass(frozen=True)
class History:
    """Runs of ours in two lots with a second between them, oldest first; they are only to be read.

    `busy` has no schedule and five runs, three of them in the first lot; `scheduled` one in each lot; `archived` had
    one before it was archived; `idle` never had one. `rivals` are the first two runs of `busy`, the second asked for
    right after the first, and `later` what a GET said of the second and then of the first after that.
    """

    busy: Object
    scheduled: Object
    archived: Object
    idle: Object
    begun: list[Begun]
    later: tuple[Exchange, ...]

    @property
    def rivals(self) -> tuple[Exchange, Exchange]:
        """The answers to two runs of one deployment, the second asked for right after the first."""
        return self.begun[0].exchange, self.begun[1].exchange

    def runs(self, *deployments: Object, lot: int | None = None) -> list[Object]:
        """The runs of these deployments as they were answered, newest first; of one lot or of both."""
        ids = {each["id"] for each in deployments}
        chosen = [b for b in self.begun if b.deployment["id"] in ids and lot in {None, b.lot}]
        return [each.run for each in reversed(chosen) if each.exchange.ok]

    def ids(self, *deployments: Object, lot: int | None = None) -> list[str]:
        """The ids of `runs`."""
        return [run["id"] for run in self.runs(*deployments, lot=lot)]

    def triggered_by(self, trigger: str) -> list[str]:
        """The ids of those runs of `busy` that were triggered in this way, newest first."""
        kept = {each.run["id"] for each in self.begun if each.exchange.ok and each.trigger == trigger}
        return [id_ for id_ in self.ids(self.busy) if id_ in kept]

    @property
    def others(self) -> list[str]:
        """The ids of runs of other deployments than `busy`."""
        ours = self.ids(self.busy)
        return [each.run["id"] for each in self.begun if each.exchange.ok and each.run["id"] not in ours]

    def _times(self, *lots: int) -> list[datetime]:
        return [triggered(each.run) for each in self.begun if each.exchange.ok and each.lot in lots]

    @property
    def span(self) -> tuple[datetime, datetime]:
        """When the first and when the last of all these runs was triggered."""
        return min(self._times(1, 2)), max(self._times(1, 2))

    @property
    def between(self) -> datetime:
        """A time after every run of the first lot and before every run of the second: in whole seconds if it can be."""
        last, first = max(self._times(1)), min(self._times(2))
        need(last < first, "later runs have to be dated later")
        second = timedelta(seconds=1)
        rounds = (first.replace(microsecond=0), last.replace(microsecond=0) + second)
        return next((moment for moment in rounds if last < moment < first), last + (first - last) / 2)


def triggered(run: Object) -> datetime:
    """When a run was triggered, as a control."""
    moment = instant(run.get("triggered_at")) or instant(run.get("created_at"))
    if moment is None:
        raise ControlFailed("a run has to tell when it was triggered or created")
    return moment


def is_settled(run: Object) -> bool:
    """Whether a run will not get an error that it has not: it has ended, or its session was made."""
    return run.get("status") in FINAL or (
        "status" not in run and (run.get("session_id") or run.get("error")) is not None
    )


# --- lists ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RunList:
    """One of the two lists of runs, as it shows the runs of one deployment."""

    api: Client
    deployment_id: str
    nested: bool

    @property
    def below(self) -> bool:
        """Whether it is the list of one deployment; where the edition has none, that of all stands for it."""
        return self.nested and self.api.session.revision.scoped_runs

    def __call__(self, **params: Any) -> Exchange:
        """Ask for a page."""
        if self.below:
            return self.api.runs_of(self.deployment_id, params)
        return self.api.runs({"deployment_id": self.deployment_id} | params)

    def walk(self, **params: Any) -> list[Page]:
        """The pages of the list, as a control; the walk ends where it does not go on, or brings nothing new."""
        return list(self._walk(params, by_next_page=False))

    def walk_by_next_page(self, **params: Any) -> list[Page]:
        """The same with `next_page`, where there is another way."""
        return list(self._walk(params, by_next_page=True))

    def _walk(self, params: dict[str, Any], *, by_next_page: bool) -> Iterator[Page]:
        seen: set[str] = set()
        for _ in range(PAGES):
            page = need_page(self(**params))
            yield page
            on = onward(page, by_next_page=by_next_page)
            nothing_new = seen.issuperset(page.ids) and (bool(page.items) or page.exchange.revision.exact_pages)
            if nothing_new or on is None or on.items() <= params.items():
                return
            seen.update(page.ids)
            params = continued(params, on)


def expect_runs(exchange: Exchange) -> Page:
    """Status 200 with `data`; what else a page has to have is asked elsewhere."""
    __tracebackhide__ = True
    return need_page(expect_status(exchange, 200))


def found(pages: list[Page], run_id: str) -> tuple[Object | None, Exchange]:
    """A run as one of the pages shows it, with that page; or None with the last page."""
    for page in pages:
        for item in page.items:
            if item.get("id") == run_id:
                return item, page.exchange
    return None, pages[-1].exchange


# --- comparing --------------------------------------------------------------------------------------------------


def core(run: Object) -> Object:
    """What of a run stays as it was when the run began, but for its time."""
    agent = run.get("agent")
    if isinstance(agent, dict):
        agent = {key: agent.get(key) for key in ("id", "type", "version")}
    plain = {key: run.get(key) for key in ("id", "type", "deployment_id")}
    return plain | {"agent": agent, "trigger_context": {"type": resolve(run, "/trigger_context/type")}}


def expect_same_run(actual: Object, expected: Object, what: str, *, at: Exchange) -> None:
    """Two answers show the same run, as far as it cannot have changed meanwhile."""
    __tracebackhide__ = True
    expect_equal(core(actual), core(expected), what, at=at)
    times = [each.get("created_at") for each in (expected, actual)]
    message = f"{what}: created_at differs"
    expect_true(same_time(*times), message, expected=times[0], actual=times[1], at=at, pointer="/created_at")


def same_time(one: Json, other: Json) -> bool:
    """Whether two timestamps are the same by the coarser of their precisions (conflicts C-26)."""
    first, second = instant(one), instant(other)
    if first is None or second is None:
        return bool(one == other)
    return abs(first - second) <= timedelta(seconds=10.0 ** -min(_digits(one), _digits(other)))


def _digits(text: str) -> int:
    fraction = text.removesuffix("Z").removesuffix("+00:00").partition(".")[2]
    return min(len(fraction), 6)


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@dataclass
class _Beginner:
    """Begins runs and notes them."""

    api: Client
    begun: list[Begun] = field(default_factory=list)

    def __call__(self, deployment: Object, lot: int, body: Json = ABSENT) -> Exchange:
        exchange = self.api.run(deployment["id"], body)
        self.begun.append(Begun(deployment, lot, exchange))
        return exchange


@pytest.fixture(scope="session")
def young_history(api: Client, deployments: Deployments, suite: Suite) -> Ripening[History]:
    """The history as far as it has come."""
    return suite.grow(_history(api, deployments, suite))


def _history(api: Client, deployments: Deployments, suite: Suite) -> Generator[float, None, History]:
    schedule = far_schedule(server_now(api))
    busy, scheduled, archived, idle = deployments(), deployments(schedule=schedule), deployments(), deployments()
    suite.shared.update(each["id"] for each in (busy, scheduled, archived, idle))
    begin = _Beginner(api)
    first, second = begin(busy, 1), begin(busy, 1, {})
    later = _outcome(api, busy, first, second)
    for deployment in (busy, scheduled, archived):
        begin(deployment, 1)
    api.archive(archived["id"])
    yield _until_another_second(begin.begun)
    begin(busy, 2)
    begin(scheduled, 2, {})
    begin(busy, 2)
    return History(busy, scheduled, archived, idle, begin.begun, later)


@pytest.fixture(scope=while_it_holds)
def history(request: pytest.FixtureRequest, holdings: Holdings | None) -> History:
    """Runs of ours in two lots with a second between them, eight in all, whatever was answered; or what is there."""
    if holdings is not None:
        from conformance.cases.found_runs import found_history

        return holdings.kept("history", lambda: found_history(holdings))
    young: Ripening[History] = request.getfixturevalue("young_history")
    return young.ripe()


def _outcome(api: Client, deployment: Object, first: Exchange, second: Exchange) -> tuple[Exchange, Exchange]:
    """What is said of the second run and then of the first; again while the one waits for its turn beside the other."""
    for _ in range(LOOKS):
        later = _again(api, deployment, second), _again(api, deployment, first)
        of_second, of_first = (resolve(each.json, "/status") for each in later)
        if of_second != "pending" or of_first not in IN_FLIGHT:
            break
        time.sleep(BETWEEN_LOOKS_S)
    return later


def _again(api: Client, deployment: Object, exchange: Exchange) -> Exchange:
    """What a GET says of a run that was begun just now; the answer to the run itself where that was refused."""
    return api.its_run(deployment["id"], need_object(exchange)["id"]) if exchange.ok else exchange


def _until_another_second(begun: list[Begun]) -> float:
    """How long to wait, in seconds, until runs are dated differently enough for a whole second between them."""
    dates = [str(each.run.get("triggered_at") or each.run.get("created_at")) for each in begun if each.exchange.ok]
    if not dates:
        return 0.0
    return A_SECOND if all("." in date for date in dates) else A_SECOND + 1


@pytest.fixture(scope=while_it_holds)
def busy(history: History) -> Object:
    """A deployment with several runs in two lots, as a control: the answer to its create."""
    lots = [len(history.runs(history.busy, lot=lot)) for lot in (1, 2)]
    need(min(lots) >= 2, f"a deployment had to be run several times first, it was {sum(lots)} times")
    return history.busy


@pytest.fixture(params=["of a deployment", "of all"])
def busy_list(request: pytest.FixtureRequest, api: Client, busy: Object) -> RunList:
    """The runs of `busy`, in the list of its own and in that of all runs."""
    return RunList(api, busy["id"], nested=request.param == "of a deployment")


@pytest.fixture(scope=while_it_holds)
def crowded(suite: Suite, api: Client, deployments: Deployments, holdings: Holdings | None) -> tuple[Object, list[str]]:
    """A deployment with more runs than a page holds by default, and their ids, newest first; made on loopback only."""
    if holdings is not None:
        from conformance.cases.found_runs import found_crowded

        return found_crowded(holdings, 21)
    if not suite.settings.loopback:
        raise NotApplicable("needs 23 runs, which cost money: only asked on loopback")
    made = deployments()
    suite.shared.add(made["id"])
    runs = [need_object(api.run(made["id"]))["id"] for _ in range(23)]
    return made, runs[::-1]
