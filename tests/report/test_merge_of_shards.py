"""One report of the shards of a run: all of them, each once, and cut alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from conformance.model import MUST, SHOULD, Outcome, Report, Skip, Verdict
from conformance.report import ReportsDiffer, json_format, merge
from conformance.shard import ELSEWHERE, Shard

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_HERE: dict[str, Any] = {
    "verdict": Verdict.SKIPPED,
    "skip": Skip.NOT_SELECTED,
    "reason": ELSEWHERE,
    "blame": None,
    "fingerprint": "",
    "difference": None,
    "differing": None,
    "requests": 0,
    "exchanges": (),
    "setup": (),
    "trace": (),
}


def shards(report: Report, number: int) -> list[Report]:
    """The report as so many shards would have made it: each holds every so manieth requirement and observation."""
    return [
        replace(
            report,
            shard=Shard(place + 1, number, "cut"),
            command=f"{report.command} --shard {place + 1}/{number} --seed 3",
            results=tuple(
                each if at % number == place else replace(each, **NOT_HERE) for at, each in enumerate(report.results)
            ),
            observations=tuple(
                each if at % number == place else replace(each, answer=None, reason=ELSEWHERE, requests=0)
                for at, each in enumerate(report.observations)
            ),
            requests_by_status=dict(report.requests_by_status) if place == 0 else {},
        )
        for place in range(number)
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_in_whatever_order_they_make_the_whole(mixed: Report, number: int) -> None:
    for order in permutations(shards(mixed, number)):
        whole = merge(order)

        assert replace(whole, command=mixed.command) == mixed
        assert whole.command == f"{mixed.command} --seed 3"


def test_why_a_shard_could_not_observe_something_is_told(conformant: Report) -> None:
    """Though all others have no answer either."""
    unknown = replace(conformant.observations[0], answer=None, reason="no second account")
    parts = shards(replace(conformant, observations=(unknown,)), 3)

    for order in permutations(parts):
        assert merge(order).observations == (unknown,)


def test_a_report_says_which_shard_it_is(conformant: Report) -> None:
    one, two = shards(conformant, 2)

    assert json_format.load(json_format.dump(two)) == two
    assert json_format.load(json_format.dump(conformant)).shard is None
    assert one.outcome is Outcome.PARTIAL
    assert "asked in other shards" in one.sentence
    assert "not selected" not in one.sentence


def test_a_shard_alone_is_no_whole_run(conformant: Report) -> None:
    """With --allow-partial it is enough that its own part passed; also where that part is empty."""
    one, two = shards(conformant, 2)
    none = replace(two, results=tuple(replace(each, **NOT_HERE) for each in two.results))

    assert one.exit_status == 3
    for shard in (one, two, none):
        assert replace(shard, allow_partial=True).exit_status == 0
    broken = replace(two, results=tuple(_broken(each) for each in two.results), allow_partial=True)
    assert broken.exit_status == 1
    unclear = replace(one, results=tuple(_unclear(each) for each in one.results), allow_partial=True)
    assert unclear.exit_status == 3
    assert replace(none, shard=None, allow_partial=True).exit_status == 3, "nothing was selected"


def _broken(result: Any) -> Any:
    return replace(result, level=MUST, verdict=Verdict.FAILED) if result.skip is None else result


def _unclear(result: Any) -> Any:
    return replace(result, level=MUST, verdict=Verdict.INCONCLUSIVE) if result.skip is None else result


def test_a_part_with_nothing_but_shoulds_is_held_against_them_only(conformant: Report) -> None:
    one, _ = shards(conformant, 2)
    mild = tuple(replace(each, level=SHOULD) if each.skip is None else each for each in one.results)

    assert replace(one, results=mild, allow_partial=True).exit_status == 0
    warned = tuple(replace(each, verdict=Verdict.WARNED) if each.skip is None else each for each in mild)
    assert replace(one, results=warned, allow_partial=True, strict=True).exit_status == 1


def _told(reports: Sequence[Report]) -> str:
    with pytest.raises(ReportsDiffer) as refused:
        merge(reports)
    return str(refused.value)


def test_one_that_is_missing_or_there_twice_is_named(conformant: Report) -> None:
    one, two, three = shards(conformant, 3)

    assert _told([one, three]) == "no report of shard 2/3; without it nobody knows what holds"
    assert _told([three]) == "no report of shard 1/3, 2/3; without it nobody knows what holds"
    again = replace(two, started_at="2026-07-01T12:30:00Z")
    assert _told([one, two, three, again]) == "more than one report of shard 2/3; give one of each"


def test_what_belongs_to_another_division_is_refused(conformant: Report) -> None:
    one, two = shards(conformant, 2)

    assert "number of shards is 2 in one and 3 in another" in _told([one, shards(conformant, 3)[1]])
    assert "report 2 is that of a whole run" in _told([one, conformant])
    assert "not cut alike" in _told([one, replace(two, shard=Shard(2, 2, "other"))])
