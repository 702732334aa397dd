"""The reports of the shards of one run as one report."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from conformance.model import SEVERITY, ObservationResult, Report, Result, Skip
from conformance.report.diff import target
from conformance.shape_book import united
from conformance.shard import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

T = TypeVar("T")

_SAME = ("revision", "seed", "suite_version", "suite_name", "strict")


class ReportsDiffer(ValueError):
    """Reports that are not shards of one run: which of their settings differ."""


def merge(reports: Sequence[Report]) -> Report:
    """One report of all shards; a shard that did not select a requirement yields to the one that did."""
    _check(reports)
    first = reports[0]
    started = min(report.started_at for report in reports)
    results = _united((r for report in reports for r in report.results), _worse)
    waived = {result.id for result in results if result.waived}
    return dataclasses.replace(
        first,
        started_at=started,
        duration_s=_duration(reports, started),
        results=results,
        observations=_united((o for report in reports for o in report.observations), _answered),
        unobservable=_united((u for report in reports for u in report.unobservable), _first),
        requests_by_status=_requests(reports),
        seen=united(shape for report in reports for shape in report.seen),
        shard=None,
        command=re.sub(r" --shard[ =]\S+", "", first.command),
        leftovers=tuple(dict.fromkeys(one for report in reports for one in report.leftovers)),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        allow_partial=all(report.allow_partial for report in reports),
        interrupted=any(report.interrupted for report in reports),
        unreachable=next((report.unreachable for report in reports if report.unreachable), None),
        invalid=next((report.invalid for report in reports if report.invalid), None),
        stale_waivers=tuple(
            dict.fromkeys(one for report in reports for one in report.stale_waivers if one.id not in waived)
        ),
    )


def _check(reports: Sequence[Report]) -> None:
    if not reports:
        raise ReportsDiffer("no report was given")
    _check_same("base_url", [target(report) for report in reports])
    for name in _SAME:
        _check_same(name, [str(getattr(report, name)) for report in reports])
    for number, report in enumerate(reports):
        if report in reports[:number]:
            raise ReportsDiffer(f"report {number + 1} was given twice: its requests would be counted twice")
    if any(report.shard for report in reports):
        _check_shards(reports)


def _check_shards(reports: Sequence[Report]) -> None:
    """Every shard has to be there once, and every requirement in one of them."""
    shards = [report.shard for report in reports]
    if None in shards:
        raise ReportsDiffer(f"report {shards.index(None) + 1} is that of a whole run, others are those of shards")
    _check_same("the number of shards", [str(shard.of) for shard in shards if shard])
    given = Counter(shard.number for shard in shards if shard)
    of = next(shard.of for shard in shards if shard)
    if twice := [f"{number}/{of}" for number, times in sorted(given.items()) if times > 1]:
        raise ReportsDiffer(f"more than one report of shard {', '.join(twice)}; give one of each")
    if missing := [f"{number}/{of}" for number in range(1, of + 1) if number not in given]:
        raise ReportsDiffer(f"no report of shard {', '.join(missing)}; without it nobody knows what holds")
    if len({shard.cut for shard in shards if shard}) > 1:
        raise ReportsDiffer("the shards were not cut alike; run all of them with the same options and the same version")


def _check_same(name: str, values: Sequence[str]) -> None:
    different = list(dict.fromkeys(values))
    if len(different) > 1:
        raise ReportsDiffer(f"not shards of one run: {name} is {different[0]} in one and {different[1]} in another")


def _united(items: Iterable[T], choose: Callable[[T, T], T]) -> tuple[T, ...]:
    """One item an id, in the order in which the shards name them."""
    kept: dict[Hashable, T] = {}
    for item in items:
        name = getattr(item, "id")  # noqa: B009 - three types have an id and no base class
        kept[name] = choose(kept[name], item) if name in kept else item
    return tuple(kept.values())


def _worse(one: Result, other: Result) -> Result:
    if ELSEWHERE in {one.reason, other.reason}:
        return other if one.reason == ELSEWHERE else one
    if (one.skip is Skip.NOT_SELECTED) is not (other.skip is Skip.NOT_SELECTED):
        return other if one.skip is Skip.NOT_SELECTED else one
    return max(one, other, key=lambda result: (SEVERITY.index(result.verdict), result.waived is None))


def _answered(one: ObservationResult, other: ObservationResult) -> ObservationResult:
    return other if one.answer is None and other.reason != ELSEWHERE else one


def _first(one: T, _: T) -> T:
    return one


def _requests(reports: Iterable[Report]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for report in reports:
        total.update(report.requests_by_status)
    return dict(sorted(total.items()))


def _duration(reports: Sequence[Report], started: str) -> float:
    """Seconds from the first start to the last end; the longest where a time cannot be read."""
    try:
        begins = [datetime.fromisoformat(report.started_at) for report in reports]
        ends = [at + timedelta(seconds=r.duration_s) for at, r in zip(begins, reports, strict=True)]
        return round((max(ends) - datetime.fromisoformat(started)).total_seconds(), 3)
    except (ValueError, TypeError):
        return max(report.duration_s for report in reports)
