"""Generated requests are as safe for the owner of a target as those written by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from matrix.kill import Carrier, target

from conformance.model import Options, Report, Verdict
from conformance.oracle import may_fire_within
from conformance.reference.service import Service
from conformance.runner import run

if TYPE_CHECKING:
    from conformance.reference.call import Reply, Request


class Watchful(Service):
    """Keeps what it was sent, and knows deployments that are none of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Request, Reply]] = []

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        self.asked.append((request, reply))
        return reply

    def bodies(self, operation: str) -> list[Any]:
        """The JSON bodies of the accepted requests of an operation."""
        accepted = [request for request, reply in self.asked if reply.status == 200 and request.body]
        return [json.loads(each.body) for each in accepted if self.open(each).operation == operation]

    def count(self, operation: str) -> int:
        """How many requests of an operation were accepted."""
        return sum(reply.status == 200 and self.open(request).operation == operation for request, reply in self.asked)


@pytest.fixture(scope="module")
def service() -> Watchful:
    return Watchful()


@pytest.fixture(scope="module")
def report(service: Watchful) -> Report:
    """A run elsewhere than on loopback, with every consent but that to schedules."""
    elsewhere = replace(
        target(service),
        base_url=f"http://service.example{service.BASE_PATH}",
        allow_writes=True,
        allow_runs=True,
        max_rate=100_000,
    )
    return run(elsewhere, Options(only=("generated",)), carrier=Carrier(service))


def test_all_checks_pass_and_nothing_is_left(report: Report) -> None:
    verdicts = {each.id: each.verdict for each in report.results if each.area == "generated"}
    assert set(verdicts.values()) == {Verdict.PASSED}, verdicts
    assert report.leftovers == ()


@pytest.mark.usefixtures("report")
def test_no_schedule_is_near(service: Watchful) -> None:
    sent = [body["schedule"] for name in ("create", "update") for body in service.bodies(name) if body.get("schedule")]
    soon = timedelta(days=1)
    near = [each for each in sent if may_fire_within(each["expression"], each["timezone"], datetime.now(UTC), soon)]
    assert len(sent) > 5
    assert near == []


@pytest.mark.usefixtures("report")
def test_all_that_is_made_bears_our_name(service: Watchful) -> None:
    names = [body["name"] for body in service.bodies("create")]
    assert len(names) > 30  # how many depends on the time of day
    assert [name for name in names if not name.startswith("conformance-")] == []


@pytest.mark.usefixtures("report")
def test_few_runs_are_begun_elsewhere_than_on_loopback(service: Watchful) -> None:
    assert 0 < service.count("run") <= 3


@pytest.mark.usefixtures("report")
def test_every_operation_was_reached(service: Watchful) -> None:
    one = ("create", "update", "get", "list", "pause", "unpause", "archive")
    runs = ("list_runs", "get_run", "list_all_runs", "get_any_run")
    assert {name for name in (*one, *runs) if not service.count(name)} == set()
