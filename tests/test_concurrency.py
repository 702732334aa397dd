"""Clients at once: they meet in time, none waits for one that failed, and all they send is accounted for."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest

from conformance.cases import concurrency
from conformance.cases.conftest import Bodies
from conformance.failures import BoundReached
from conformance.model import Options, Target
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.concurrency import Crew
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.reference.call import Reply, Request


class Queue(Service):
    """Lets each list wait a while, and notes how many waited at the same time."""

    waiting = 0
    longest = 0

    def arrive(self, request: Request) -> float:
        if request.method != "GET":
            return super().arrive(request)
        self.waiting += 1
        self.longest = max(self.longest, self.waiting)
        return 0.3

    def answer(self, request: Request) -> Reply:
        self.waiting -= request.method == "GET"
        return super().answer(request)


@contextlib.contextmanager
def _crew(service: Service, max_writes: int | None = None) -> Iterator[tuple[Suite, Crew]]:
    with serve_in_thread(service) as running:
        target = Target(running.base_url, running.tokens["full"], max_writes=max_writes)
        suite = Suite(Settings(target, Options(), "test"))
        bodies = Bodies(suite, running.agent_id, running.environment_id)
        made = concurrency.crew.__wrapped__(suite, suite.client, bodies, {"id": "accepted"})  # type: ignore[attr-defined]
        yield suite, next(made)
        with contextlib.suppress(StopIteration):
            next(made)
        suite.finish()


def _list(client: Client) -> Exchange:
    return client.list({"limit": 1})


def test_the_requests_of_all_clients_are_there_at_the_same_time() -> None:
    service = Queue()
    with _crew(service) as (_, crew):
        crew.at_once(*[_list] * concurrency.CLIENTS)

    assert service.longest == concurrency.CLIENTS


def test_all_that_is_sent_is_kept_and_counted() -> None:
    with _crew(Service()) as (suite, crew):
        answers = crew.at_once(*(concurrency.create(crew.bodies()) for _ in range(3)), _list)
        session = suite.client.session

        assert {id(answer) for answer in answers} == {id(exchange) for exchange in session.sent}
        assert suite.by_status == {"200": 5}  # what was there before the first create is looked at
        assert session.budget.spent == 3
        assert len(session.journal.unfinished()) == 3


def test_one_that_fails_is_told_and_does_not_hold_up_the_others() -> None:
    def fail(_: Client) -> Exchange:
        raise LookupError

    started = time.monotonic()
    with _crew(Service()) as (suite, crew):
        with pytest.raises(LookupError):
            crew.at_once(_list, fail, _list)
        assert len(suite.client.session.sent) == 2
    assert time.monotonic() - started < concurrency.GATE_S / 2


def test_a_bound_on_writes_holds_for_all_clients_together() -> None:
    with _crew(Service(), max_writes=10) as (suite, crew):
        series = [concurrency.series(*(concurrency.create(crew.bodies()) for _ in range(5))) for _ in range(4)]
        with pytest.raises(BoundReached):
            crew.at_once(*series)
        assert sum(exchange.method == "POST" for exchange in suite.client.session.sent) == 10
