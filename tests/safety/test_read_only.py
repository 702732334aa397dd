"""Without the consent to write nothing but GET reaches the server, by its own log, and much can still be told."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from typing import TYPE_CHECKING, ClassVar

import pytest
from lawful import variations
from lawful.test_lawful import ON_THE_WIRE
from lawful.test_lawful import VARIATIONS as ALL_VARIATIONS
from safety.population import in_process, populate
from targets import Neighbour, with_tokens

from conformance.model import Blame, Options, Report, Verdict
from conformance.reference.faults import combine
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lawful.variations import Variation

    from conformance.reference.call import Reply, Request
    from conformance.reference.process import Running

pytestmark = pytest.mark.matrix

SMOKE = 1
"""The look at the target before the run, which the report does not count."""

SAID = {"full": 120, "small": 60, "empty": 20}
"""So many requirements at least can be decided without a write, by what the account holds."""


class Logged(Service):
    """The reference with a log of the methods by which the suite reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()

    def answer(self, request: Request) -> Reply:
        """Note the method, then answer."""
        if "deployments-conformance" in request.headers.get("user-agent", ""):
            self.arrived[request.method] += 1
        return super().answer(request)


def _populate_a_little(running: Running) -> None:
    """A dozen deployments of somebody else: with and without schedules, all with a run, then paused or archived."""
    with contextlib.closing(Neighbour(running, running.agent_id)) as neighbour:
        for number in range(12):
            id_ = neighbour.make(number) if number % 2 else neighbour.make(number, schedule=None)
            neighbour.act(id_, "run").raise_for_status()
            neighbour.act(id_, "pause" if number % 3 else "archive").raise_for_status()


def _expect_nobody_accused(report: Report) -> None:
    unhappy = [f"{r.verdict} {r.id}: {r.reason}" for r in report.results if r.verdict not in SAYS_NOTHING_BAD]
    assert unhappy == []
    assert report.invalid is None
    assert report.leftovers == ()


IMPATIENT = {variations.Throttles, variations.ThrottlesByDate}
"""The neighbour does not wait where it is told to."""

VARIATIONS = [each for each in ALL_VARIATIONS if each not in ON_THE_WIRE | IMPATIENT]
SAMPLE = {variations.NanosecondRuns, variations.WalksBackFromTheTop}
SAYS_NOTHING_BAD = {Verdict.PASSED, Verdict.SKIPPED}


def _said(report: Report) -> int:
    return sum(result.verdict is Verdict.PASSED for result in report.results)


# --- a correct service ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holding", SAID)
def test_nothing_but_get_is_sent_and_nobody_is_accused(holding: str) -> None:
    service = Logged()
    with serve_in_thread(service) as running:
        if holding == "full":
            populate(service, running)
        elif holding == "small":
            _populate_a_little(running)
        report = run(with_tokens(running.base_url, running.tokens, allow_writes=False), Options())

    assert service.arrived.keys() == {"GET"}
    assert service.arrived["GET"] == sum(report.requests_by_status.values()) + SMOKE
    _expect_nobody_accused(report)
    assert _said(report) >= SAID[holding]
    assert [r.id for r in report.results if r.verdict is Verdict.SKIPPED and "give --" not in r.reason] == []


@pytest.mark.parametrize(
    "variation",
    [each if each in SAMPLE else pytest.param(each, marks=pytest.mark.full) for each in VARIATIONS],
    ids=lambda each: each.__name__,
)
def test_a_lawful_variation_is_not_accused_of_what_is_found(variation: type[Variation]) -> None:
    service = variation()
    target, running, carrier = in_process(service)
    populate(service, running, carrier)

    report = run(target, Options(), carrier=carrier)

    accused = [r for r in report.results if r.verdict in {Verdict.FAILED, Verdict.WARNED} or r.blame is Blame.SUITE]
    assert [f"{r.id}: {r.reason}" for r in accused] == []
    assert _said(report) >= 120


# --- others at work ---------------------------------------------------------------------------------------------


class Meddled(Service):
    """The reference in an account where somebody changes something before every few answers."""

    EVERY: ClassVar[int] = 4

    neighbour: Neighbour | None = None
    answered = 0
    changes = 0

    def answer(self, request: Request) -> Reply:
        """Let the neighbour change something now and then, and answer."""
        if request.method == "GET" and self.neighbour is not None:
            self.answered += 1
            if self.answered % self.EVERY == 0:
                _change(self, self.neighbour)
        return super().answer(request)


def _change(service: Meddled, neighbour: Neighbour) -> None:
    """The next of the things that owners do, to whatever deployment is next: some are refused."""
    service.changes += 1
    ids, number = list(service.accounts[0].deployments), service.changes
    id_ = ids[number * 7 % len(ids)]
    actions = ("pause", "make", "unpause", "run", "archive", "make", "describe", "make")
    action = actions[number % len(actions)]
    if action == "make":
        neighbour.make(number)
    elif action == "describe":
        neighbour.describe(id_, f"changed {number} times")
    else:
        neighbour.act(id_, action)


@pytest.mark.parametrize(
    "every", [5, pytest.param(2, marks=pytest.mark.full), pytest.param(30, marks=pytest.mark.full)]
)
def test_others_at_work_are_not_held_against_the_service(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meddled, "EVERY", every)
    service = Meddled()
    target, running, carrier = in_process(service)
    populate(service, running, carrier)
    with contextlib.closing(Neighbour(running, running.agent_id, carrier)) as service.neighbour:
        report = run(target, Options(), carrier=carrier)

    _expect_nobody_accused(report)
    assert service.changes > 40
    assert _said(report) >= 60


@pytest.mark.parametrize("others", [86, 90, 94])
def test_what_stands_on_the_next_page_is_looked_for_there(others: int) -> None:
    service = Logged()
    target, running, carrier = in_process(service)
    populate(service, running, carrier)
    with contextlib.closing(Neighbour(running, running.agent_id, carrier)) as neighbour:
        for number in range(others):
            neighbour.act(neighbour.make(number), "pause")
    report = run(target, Options(only=("list",)), carrier=carrier)

    _expect_nobody_accused(report)


@contextlib.contextmanager
def _at_work(neighbour: Neighbour) -> Iterator[None]:
    """Let it make, pause and archive in a thread of its own until the block ends."""
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.wait(0.02):
            number += 1
            id_ = neighbour.make(number)
            neighbour.act(id_, "pause" if number % 3 else "archive")

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_a_neighbour_at_work_at_the_same_time_does_not_matter() -> None:
    service = Logged()
    with serve_in_thread(service) as running:
        populate(service, running)
        with contextlib.closing(Neighbour(running, running.agent_id)) as neighbour:
            with _at_work(neighbour):
                report = run(with_tokens(running.base_url, running.tokens, allow_writes=False), Options())
            assert len(neighbour.made) > 10

    assert service.arrived.keys() == {"GET"}
    _expect_nobody_accused(report)
    assert _said(report) >= 60


# --- a service that is wrong ------------------------------------------------------------------------------------

VISIBLE = {
    "CallsItJob": "object-type-deployment",
    "CountsTheWholeList": "page-last-has-no-more",
    "EndsBeforeItBegan": "run-ends-after-it-began",
    "ForgetsTheStatusWithAnAgent": "list-filters-combine",
    "IgnoresTheStatusOfRuns": "runs-status-filter",
    "IncludesArchived": "list-archived-are-left-out",
    "ListsOldestFirst": "list-newest-first",
    "NamesTheLastFirst": "page-first-and-last-id",
    "ReadsRunsBelowAnything": "runs-get-below-another-is-404",
    "ShowsDeploymentsToAll": "auth-other-account-sees-nothing",
    "SkipsARun": "runs-page-walk-is-complete",
    "TouchesWhatItShows": "get-changes-nothing",
    "TrimsDescriptionsInLists": "object-same-in-every-answer",
}
"""Faults that nobody needs to write for to see, with one requirement that each breaks."""


@pytest.mark.parametrize("fault", VISIBLE)
def test_what_can_be_seen_without_a_write_is_found_without_one(fault: str) -> None:
    service = combine([fault])()
    target, running, carrier = in_process(service)
    populate(service, running, carrier)

    report = run(target, Options(only=(VISIBLE[fault],)), carrier=carrier)

    (verdict,) = {result.verdict for result in report.results if result.id == VISIBLE[fault]}
    assert verdict in {Verdict.FAILED, Verdict.WARNED}
    assert not [each.id for each in report.results if each.blame is Blame.SUITE]
