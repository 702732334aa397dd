"""What goes wrong in the middle of a run accuses nobody, ends soon, and leaves as little as can be left."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from matrix.kill import Carrier, target
from targets import with_tokens

from conformance.failures import HungUp, TokenRefused
from conformance.model import Blame, ObservationResult, Options, Outcome, Report, Result, Target, Verdict
from conformance.reference import process
from conformance.reference.call import Reply
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.report.progress import Silent
from conformance.runner import run
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from conformance.reference.call import Request

ACCUSING = {Verdict.FAILED, Verdict.WARNED}


def _accused(report: Report) -> list[str]:
    bad = [r for r in report.results if r.verdict in ACCUSING or r.blame is Blame.SUITE]
    return [f"{r.verdict} {r.id}: {r.reason}" for r in bad]


def _blamed(report: Report) -> set[Blame | None]:
    return {r.blame for r in report.results if r.verdict is Verdict.INCONCLUSIVE}


# --- creates whose answers are lost -------------------------------------------------------------------------------


class Losing(Carrier):
    """Loses the answer to every so many-th create, or the create itself where it is not `arriving`."""

    def __init__(self, service: Service, every: int, *, arriving: bool = True) -> None:
        super().__init__(service)
        self.every = every
        self.arriving = arriving
        self.creates = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        create = request.method == "POST" and request.url.path.endswith(("/deployments", "/agents", "/environments"))
        self.creates += create
        if not create or self.creates % self.every:
            return super().handle_request(request)
        if self.arriving:
            super().handle_request(request)
        raise httpx.ReadError("Connection reset by peer")


class Counted(Service):
    """Knows how many deployments it made, and how many of them are live."""

    @property
    def live(self) -> int:
        return sum(each.archived_at is None for each in self.accounts[0].deployments.values())


@pytest.fixture
def service() -> Counted:
    return Counted()


def _lost(service: Counted, *names: str, arriving: bool = True) -> Suite:
    """A suite that has made deployments with these names, and was not answered."""
    suite = Suite(Settings(target(service), Options(), "test"), carrier=Losing(service, 1, arriving=arriving))
    account = service.accounts[0]
    body: dict[str, object] = {"agent": next(iter(account.agents)), "environment_id": next(iter(account.environments))}
    body["initial_events"] = [{"type": "user.message", "content": "No action is needed"}]
    for name in names:
        with pytest.raises(HungUp):
            suite.client.create(body | {"name": name})
    return suite


def test_a_create_whose_answer_was_lost_is_looked_up_and_not_repeated(service: Counted) -> None:
    suite = _lost(service, "conformance-test-main-1", "conformance-test-main-2")
    second, first = suite.client.session.journal.unfinished()

    assert list(service.accounts[0].deployments) == [first.id, second.id]
    assert suite.client.session.sent == []  # looking it up is no part of what a case asks
    suite.put_away_after_case()
    assert service.live == 0


def test_a_create_that_never_arrived_is_not_taken_for_another(service: Counted) -> None:
    """It stays open in the journal: it may still come."""
    suite = _lost(service, "conformance-test-main-1")
    carried = suite.client.session.journal.unfinished()[0].id
    lost = _lost(service, "conformance-test-main-2", arriving=False)

    assert [item.id for item in lost.client.session.journal.unfinished()] == [None]
    assert list(service.accounts[0].deployments) == [carried]


@pytest.mark.matrix
@pytest.mark.parametrize("every", [3, 7])
def test_a_run_whose_creates_are_lost_now_and_then_accuses_nobody_and_leaves_nothing(every: int) -> None:
    service = Counted()
    report = run(target(service), Options(only=("create", "update"), examples=3), carrier=Losing(service, every))

    assert report.invalid is None
    assert _accused(report) == []
    assert _blamed(report) == {Blame.TARGET}
    assert sum(r.verdict is Verdict.PASSED for r in report.results) > 20
    assert service.live == 0
    assert [each.id for each in report.leftovers if "its name is )" not in each.id] == []


# --- a token that expires -----------------------------------------------------------------------------------------


class Expiring(Service):
    """Accepts no token any more, after so many requests."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after
        self.refused = 0

    def answer(self, request: Request) -> Reply:
        self.left -= 1
        if self.left < 0:
            self.refused += 1
            return Reply(401, {"content-type": "application/json"}, _REFUSAL)
        return super().answer(request)


_REFUSAL = b'{"type": "error", "error": {"type": "authentication_error", "message": "The token has expired."}}'


@pytest.mark.matrix
@pytest.mark.parametrize("after", [9, 150, 151, 152])
def test_a_token_that_expires_midway_is_the_environments(after: int) -> None:
    service = Expiring(after)
    with serve_in_thread(service) as running:
        report = run(Target(running.base_url, running.tokens["full"]), Options(only=("get", "update", "list")))
        inconclusive = [r for r in report.results if r.verdict is Verdict.INCONCLUSIVE]

    assert _accused(report) == []
    assert _blamed(report) == {Blame.ENVIRONMENT}
    assert all("the token in DEPLOYMENTS_TOKEN" in r.reason for r in inconclusive)
    assert report.outcome is Outcome.PARTIAL
    assert service.refused < 60 + 3 * len(report.leftovers)


def test_one_operation_that_answers_401_is_no_expired_token() -> None:
    class Forgetful(Service):
        """Refuses good tokens where a deployment is read."""

        def answer(self, request: Request) -> Reply:
            if request.method == "GET" and "/deployments/dep" in request.path:
                return Reply(401, {"content-type": "application/json"}, _REFUSAL)
            return super().answer(request)

    service = Forgetful()
    suite = Suite(Settings(target(service), Options(), "test"), carrier=Carrier(service))
    assert suite.client.get("dep_1").status == 401
    assert suite.client.list().status == 200


def test_nothing_more_is_sent_with_a_token_that_is_refused() -> None:
    service = Expiring(1)
    suite = Suite(Settings(target(service), Options(), "test"), carrier=Carrier(service))
    assert suite.client.list().status == 200
    for _ in range(5):
        with pytest.raises(TokenRefused):
            suite.client.list()
    assert service.refused == 3


# --- a target that dies -------------------------------------------------------------------------------------------


class Killing(Silent):
    """Ends a server once so many cases are done."""

    def __init__(self, running: process.Running, after: int) -> None:
        self.running = running
        self.left = after

    def case_done(self, done: Result | ObservationResult) -> None:
        del done
        self.left -= 1
        if self.left == 0:
            self.running.stop()


@pytest.mark.matrix
def test_a_target_that_dies_ends_the_run_soon_and_what_was_found_is_told() -> None:
    started = time.monotonic()
    with process.start() as running:
        examined = with_tokens(running.base_url, running.tokens)
        report = run(examined, Options(only=("create", "update")), Killing(running, 30))

    assert time.monotonic() - started < 120
    assert _accused(report) == []
    assert sum(r.verdict is Verdict.PASSED for r in report.results) >= 20
    assert _blamed(report) == {Blame.ENVIRONMENT}
    assert report.outcome is Outcome.PARTIAL
    assert report.exit_status == (6 if report.leftovers else 3)


@pytest.mark.matrix
def test_a_target_that_falls_silent_is_blamed_itself() -> None:
    class Silenced(Service):
        """Says nothing any more after so many requests."""

        def __init__(self) -> None:
            super().__init__()
            self.left, self.woken = 60, threading.Event()

        def arrive(self, request: Request) -> float:
            self.left -= 1
            return 3.0 if self.left < 0 else super().arrive(request)

    with serve_in_thread(Silenced()) as running:
        report = run(Target(running.base_url, running.tokens["full"], timeout_s=0.5), Options(only=("get", "update")))

    assert _accused(report) == []
    assert _blamed(report) == {Blame.TARGET}
    assert report.outcome is Outcome.PARTIAL
