"""How cases are dealt out to workers: what is shared is made once, and what takes long comes first."""

from __future__ import annotations

from conformance.distribution import longest, unit
from conformance.model import Options, Target
from conformance.reference.thread import serve_in_thread
from conformance.runner import run

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
