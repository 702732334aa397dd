"""The bounds of a run: rates, one budget of writes for all workers, and the time after which no case is begun."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from matrix.kill import Carrier, target
from targets import with_tokens

from conformance.failures import BoundReached
from conformance.model import Options, Outcome, Skip, Target, Verdict
from conformance.pace import Budget
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.runner import run
from conformance.settings import Settings
from conformance.suite import Suite
from conformance.token_bucket import Bucket

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.reference.call import Reply, Request


# --- rates --------------------------------------------------------------------------------------------------------


class Clock:
    """A clock that goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def now_ms(self) -> int:
        return int(self.now_s * 1000)

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def _turns(rate: float, number: int) -> list[float]:
    clock = Clock()
    bucket, times = Bucket(rate, clock.now_ms), []
    for _ in range(number):
        while wait_s := bucket.take():
            clock.sleep(wait_s)
        times.append(clock.now_s)
    return times


@pytest.mark.parametrize("rate", [0.25, 1, 20 / 3, 20, 50, 400])
def test_a_rate_holds_in_every_second_and_is_used(rate: float) -> None:
    times = _turns(rate, 120)
    for start in times:
        assert sum(start <= each < start + 1 for each in times) <= max(1, rate * 1.02 + 1)
    lasted = times[-1] - times[0]
    assert 119 / rate * 0.95 <= lasted <= 119 / rate * 1.15


def test_the_rate_is_that_of_the_whole_run() -> None:
    alone = Settings(Target("https://h.example/v1"), Options(workers=1), "test").pace
    each = Settings(Target("https://h.example/v1"), Options(), "test").pace
    own = Settings(Target("http://127.0.0.1:1/v1", max_rate=6), Options(workers=3), "test").pace

    assert (alone.reads, alone.writes) == (50, 20)
    assert (each.reads, each.writes) == (12.5, 5)
    assert (own.reads, own.writes) == (2, 2)


UNNEEDED = """
import sys
from conformance.model import Target
from conformance.settings import Settings
from conformance.model import Options
from conformance.suite import Suite
import httpx
def fine(environ, start_response):
    start_response("200 OK", [])
    return [b"{}"]
settings = Settings(Target("http://127.0.0.1/v1", "pt"), Options(), "test")
suite = Suite(settings, carrier=httpx.WSGITransport(fine))
assert suite.client.list().status == 200
print(sorted({"pyrate_limiter", "tenacity"} & {*sys.modules}))
"""


def test_no_library_is_loaded_that_is_not_needed() -> None:
    done = subprocess.run([sys.executable, "-c", UNNEEDED], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- writes -------------------------------------------------------------------------------------------------------


class Logged(Service):
    """Knows how many requests it was sent, by kind; what puts away counts apart."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()

    def answer(self, request: Request) -> Reply:
        kind = "archive" if request.path.endswith("/archive") else request.method
        self.arrived[kind] += 1
        return super().answer(request)

    @property
    def live(self) -> int:
        return sum(each.archived_at is None for each in self.accounts[0].deployments.values())


def test_several_processes_count_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "writes"
    path.touch()
    budgets = [Budget(100, str(path)) for _ in range(4)]
    spent: Counter[bool] = Counter()
    lock = threading.Lock()

    def spend(budget: Budget) -> None:
        for _ in range(50):
            allowed = budget.spend()
            with lock:
                spent[allowed] += 1

    threads = [threading.Thread(target=spend, args=[budget]) for budget in budgets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spent == {True: 100, False: 100}


@pytest.mark.parametrize("limit", [0, 1, 7])
def test_a_budget_is_spent_to_the_last_write_and_no_further(limit: int) -> None:
    budget = Budget(limit)
    assert [budget.spend() for _ in range(limit + 2)] == [True] * limit + [False] * 2


def test_what_is_put_away_costs_nothing() -> None:
    service = Logged()
    suite = Suite(Settings(replace(target(service), max_writes=2), Options(), "test"), carrier=Carrier(service))
    suite.provision_agent()
    suite.provision_environment()
    with pytest.raises(BoundReached, match="--max-writes 2 was spent"):
        suite.provision_agent()

    assert suite.finish() == []
    assert {kind: number for kind, number in service.arrived.items() if kind != "GET"} == {"POST": 2, "archive": 2}


@pytest.mark.matrix
@pytest.mark.parametrize("workers", [1, 2])
def test_one_budget_is_for_all_workers_and_leaves_nothing_behind(workers: int) -> None:
    service = Logged()
    with serve_in_thread(service) as running:
        examined = with_tokens(running.base_url, running.tokens, max_writes=60)
        report = run(examined, Options(only=("create", "get"), workers=workers, allow_partial=True))

    assert report.invalid is None
    assert 50 <= service.arrived["POST"] <= 60
    assert (service.live, report.leftovers) == (0, ())
    cut = [r for r in report.results if r.skip is Skip.BOUND_REACHED]
    assert {r.reason for r in cut} == {"--max-writes 60 was spent"}
    assert report.outcome is Outcome.PARTIAL
    assert report.exit_status == 3


# --- time ---------------------------------------------------------------------------------------------------------


def test_after_the_time_no_case_is_begun_and_the_report_counts_them() -> None:
    service = Logged()
    report = run(replace(target(service), max_duration_s=1e-6), Options(allow_partial=True), carrier=Carrier(service))

    assert report.invalid is None
    assert {r.verdict for r in report.results} == {Verdict.SKIPPED}
    assert {r.skip for r in report.results} == {Skip.BOUND_REACHED}
    assert service.arrived == {"GET": 1}  # the look before the run
    assert (report.outcome, report.exit_status) == (Outcome.PARTIAL, 3)
    musts = sum(r.level == "MUST" for r in report.results)
    assert f"{musts} not asked (--max-duration 1e-06 was over)" in report.sentence


class Overtime(Logged):
    """Takes its time once so many requests have come."""

    def arrive(self, request: Request) -> float:
        del request
        return 2.5 if self.arrived.total() == 120 else 0.0


@pytest.mark.matrix
@pytest.mark.parametrize("allowed", [False, True])
def test_a_run_that_is_cut_short_is_partial_and_puts_away_what_it_made(allowed: bool) -> None:  # noqa: FBT001 - a parameter
    service = Overtime()
    examined = replace(target(service), max_duration_s=2)
    options = Options(only=("create", "get"), examples=3, allow_partial=allowed)
    report = run(examined, options, carrier=Carrier(service))

    assert report.invalid is None
    assert {r.verdict for r in report.results} <= {Verdict.PASSED, Verdict.SKIPPED}
    assert any(r.skip is Skip.BOUND_REACHED for r in report.results)
    assert (report.outcome, report.exit_status) == (Outcome.PARTIAL, 3)
    assert (service.live, report.leftovers) == (0, ())
