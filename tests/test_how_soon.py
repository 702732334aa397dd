"""How soon a run tells: what finds most comes first, `--fail-fast` ends it, and `--time-budget` takes what fits."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from matrix.kill import Carrier, target
from targets import with_tokens

from conformance import running_order, time_budget
from conformance.model import Options, Outcome, Skip, Verdict
from conformance.reference.faults import combine
from conformance.reference.process import start
from conformance.report.kills import kills, missed
from conformance.revisions import ALL, QODER_JUNE
from conformance.runner import catalogue, run
from conformance.settings import Settings
from conformance.smoke import round_trip_s
from conformance.time_budget import Tempo

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Report, Result

BROKEN = ("create-name-over-maximum-is-400", "create-empty-name-is-400", "create-without-name-is-400")
FAULTS = tuple(kills()[id_][0] for id_ in BROKEN)
IDS = [each.id for each in catalogue(QODER_JUNE) if not each.unobservable]


def examined(options: Options, *faults: str, tolerated: Callable[[Result], bool] = lambda _: False) -> Report:
    service = combine(faults, QODER_JUNE)()
    return run(target(service), options, carrier=Carrier(service), tolerated=tolerated)


# --- order --------------------------------------------------------------------------------------------------------


def test_every_requirement_has_its_place() -> None:
    """If not: `python tests/matrix/order.py`."""
    declared = {each.id for revision in ALL for each in catalogue(revision) if not each.unobservable}

    assert set(running_order.recorded()) == declared


def test_most_faults_are_found_within_the_first_two_fifths() -> None:
    """By the recorded figures; `bench/detection.py` measures it."""
    order = sorted(IDS, key=running_order.rank)
    whole = sum(map(running_order.cost, IDS))
    sent, found = 0.0, set[str]()
    for id_ in order:
        sent += running_order.cost(id_)
        if sent <= 0.4 * whole:
            found |= set(kills().get(id_, ()))

    assert len(found) >= 0.8 * len({name for id_ in IDS for name in kills().get(id_, ())})


def test_what_has_to_ripen_waits_for_its_turn_where_there_is_something_else_to_do() -> None:
    late = [id_ for id_ in IDS if running_order.steps(id_) == 4]
    order = running_order.arranged(IDS, str, stride=1000)
    sent = 0.0
    for id_ in order[: order.index(min(late, key=order.index))]:
        sent += running_order.cost(id_)

    assert sorted(order) == sorted(IDS)
    assert sent >= 4000
    assert running_order.arranged(late, str, stride=1000) == sorted(late, key=running_order.rank)


def test_one_that_was_not_weighed_comes_last() -> None:
    assert running_order.arranged(["new-one", *IDS], str, stride=0)[-1] == "new-one"


# --- --fail-fast --------------------------------------------------------------------------------------------------


def test_after_a_failure_nothing_more_is_asked() -> None:
    whole, short = (examined(Options(only=("create", "get"), fail_fast=ends), *FAULTS) for ends in (False, True))
    failed = [r for r in short.results if r.verdict is Verdict.FAILED]
    cut = [r for r in short.results if r.skip is Skip.BOUND_REACHED]

    assert len(failed) == 1 < whole.counts[Verdict.FAILED]
    assert {r.reason for r in cut} == {f"--fail-fast: {failed[0].id} had failed"}
    assert short.requests_total < whole.requests_total
    assert (short.outcome, short.exit_status, short.leftovers) == (Outcome.NONCONFORMANT, 1, ())


def test_a_failure_that_is_accepted_ends_nothing() -> None:
    report = examined(Options(only=("create", "get"), fail_fast=True), *FAULTS, tolerated=lambda _: True)

    assert sum(r.is_broken for r in report.results) > 1
    assert not [r for r in report.results if r.skip is Skip.BOUND_REACHED]


@pytest.mark.parametrize("strict", [False, True])
def test_a_warning_ends_a_run_only_where_it_counts(strict: bool) -> None:  # noqa: FBT001 - a parameter
    report = examined(Options(only=("error", "get"), fail_fast=True, strict=strict), "TellsItsStack")

    assert any(r.verdict is Verdict.WARNED for r in report.results)
    assert any(r.skip is Skip.BOUND_REACHED for r in report.results) is strict


@pytest.mark.matrix
def test_workers_hear_of_a_failure_too() -> None:
    with start(faults=FAULTS) as running:
        options = Options(only=("create", "get", "update"), fail_fast=True, workers=2)
        report = run(with_tokens(running.base_url, running.tokens), options)

    assert report.invalid is None
    assert any(r.skip is Skip.BOUND_REACHED for r in report.results)
    assert (report.exit_status, report.leftovers) == (1, ())


# --- --time-budget ------------------------------------------------------------------------------------------------


@pytest.mark.matrix
def test_what_finds_most_is_chosen_and_the_rest_is_told() -> None:
    began = time.monotonic()
    report = examined(Options(time_budget_s=4.0))
    took_s = time.monotonic() - began
    cut = {r.id for r in report.results if r.skip is Skip.BOUND_REACHED}
    passed = {r.id for r in report.results if r.verdict is Verdict.PASSED}
    more, known = missed(report)

    assert passed
    assert cut
    assert took_s < 3 * 4.0  # a machine may be busy; the share of what is asked is no matter of time
    assert {r.reason for r in report.results if r.id in cut} == {"no time left of --time-budget 4"}
    assert (report.outcome, report.exit_status, report.leftovers) == (Outcome.PARTIAL, 3, ())
    assert 0 < more < known


def within(seconds: float, tempo: Tempo) -> frozenset[str]:
    return time_budget.within(Settings(replace(_TARGET), Options(), "run"), IDS, tempo, seconds)


_TARGET = target(combine((), QODER_JUNE)())


def test_more_time_leaves_out_less() -> None:
    tempo = Tempo(0.002, 0.002)
    few, more, every = (within(seconds, tempo) for seconds in (2, 10, 1000))

    assert len(few) < len(more) < len(every)
    assert every == set(IDS)
    assert len(within(2, Tempo(0.2, 0.2))) < len(few)
    assert not within(0, tempo)


def test_nothing_that_has_to_ripen_is_begun_where_there_is_no_time_for_it() -> None:
    assert not [id_ for id_ in within(4, Tempo(1e-6, 1e-6)) if running_order.steps(id_) == 4]
    assert [id_ for id_ in within(6, Tempo(1e-6, 1e-6)) if running_order.steps(id_) == 4]


def test_elsewhere_the_rates_bound_the_tempo() -> None:
    away = Settings(replace(_TARGET, base_url="https://a.example/v1", allow_writes=True), Options(workers=4), "run")

    assert time_budget.tempo(away, 0.01) == Tempo(1 / 50, 1 / 20)
    assert time_budget.tempo(away, 1.0) == Tempo(1.002 / 4, 1.002 / 4)


def test_a_target_that_does_not_answer_is_taken_for_slow() -> None:
    nowhere = Settings(replace(_TARGET, base_url="http://127.0.0.1:9/v1", timeout_s=0.5), Options(), "run")

    assert round_trip_s(nowhere) == 0.5
