"""How cases are dealt out to workers: what is shared is made once, and what takes long comes first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.distribution import longest, unit
from conformance.model import Options, Outcome, Report, Target, Verdict
from conformance.reference.call import Reply
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.runner import run

if TYPE_CHECKING:
    from conformance.reference.call import Request

SEQUENCES = ["test_sequence.py::test_every_call_is_answered_as_its_state_says"]
SEQUENCES += ["test_sequence.py::test_updated_at_never_goes_back"]
ALONE = "test_get.py::test_an_unknown_id_is_404[…]"


def test_workers_do_not_explore_the_same() -> None:
    with serve_in_thread() as running:
        report = run(Target(running.base_url, running.tokens["full"]), Options(("sequence",), workers=2, examples=1))

    explored = [each.id for each in report.results if each.requests]
    assert len(explored) == 1
    assert all(each.verdict == "passed" for each in report.results if each.area == "sequence")


def test_cases_of_one_exploration_are_one_unit() -> None:
    assert {unit(nodeid) for nodeid in SEQUENCES} == {"exploration"}
    assert unit(ALONE) == ALONE


def test_what_takes_long_is_begun_first() -> None:
    assert longest({"short": [ALONE], "exploration": SEQUENCES}) == "exploration"
    assert longest({"short": [ALONE]}) is None
    assert longest({}) is None


class Limiting(Service):
    """Turns these requests away, counted from 1, and asks to come back at once."""

    def __init__(self, *turned_away: int) -> None:
        super().__init__()
        self.turned_away = turned_away
        self.asked = 0

    def answer(self, request: Request) -> Reply:
        self.asked += 1
        if self.asked in self.turned_away:
            return Reply(429, {"retry-after": "0", "content-type": "text/plain"}, b"slow down")
        return super().answer(request)


def _elsewhere(service: Service, workers: int | None = None) -> Report:
    """Examine it as if it were on another host: an address that is not known as one of this machine leads here."""
    with serve_in_thread(service) as running:
        url = running.base_url.replace("127.0.0.1", "0.0.0.0")  # noqa: S104 - nothing listens there
        target = Target(url, running.tokens["full"], allow_writes=True, max_rate=1000)
        return run(target, Options(("get", "method", "pause", "unpause"), workers=workers))


def _verdicts(report: Report) -> dict[str, Verdict]:
    return {each.id: each.verdict for each in report.results}


@pytest.mark.matrix
def test_a_target_that_limits_requests_has_fewer_workers_ask() -> None:
    """One where it does from the start, and else one less each time that it is seen to."""
    first, midway = (_elsewhere(Limiting(*away)) for away in ((1,), (100, 150, 200, 250, 300)))

    assert first.notes == ("The target limits requests (429) from the start: one worker asked instead of 4.",)
    (told,) = midway.notes
    assert re.fullmatch(r"The target limits requests \(429\): [123] of 4 workers went on to the end\.", told)
    assert _verdicts(first) == _verdicts(midway)
    assert midway.leftovers == ()
    assert midway.outcome is Outcome.PARTIAL


@pytest.mark.full
def test_who_asks_for_workers_gets_them_and_who_limits_nothing_is_asked_by_all() -> None:
    assert _elsewhere(Limiting()).notes == ()
    assert _elsewhere(Limiting(1, 60, 90), workers=2).notes == ()
