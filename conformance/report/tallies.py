"""The numbers that every format shows: verdicts by area and for the whole, with their denominators."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Level, Report, Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True)
class Tally:
    """How many results of one area, or of all of them, have each verdict."""

    name: str
    counts: Mapping[Verdict, int]
    held: Mapping[Level, int]
    asked: Mapping[Level, int]

    @property
    def total(self) -> int:
        """Number of results, whatever their verdict."""
        return sum(self.counts.values())

    def of(self, level: Level) -> str:
        """Held of all of one level as "3/4", skipped and inconclusive ones in the denominator; "" without any."""
        return f"{self.held[level]}/{self.asked[level]}" if self.asked[level] else ""

    @property
    def musts(self) -> str:
        """How many MUSTs hold, of how many."""
        return self.of(Level.MUST)

    @property
    def shoulds(self) -> str:
        """How many SHOULDs hold, of how many."""
        return self.of(Level.SHOULD)


def tally(name: str, results: Iterable[Result]) -> Tally:
    """Count these results."""
    results = list(results)
    counts = Counter(r.verdict for r in results)
    held = Counter(r.level for r in results if r.verdict is Verdict.PASSED)
    asked = Counter(r.level for r in results)
    return Tally(
        name,
        {verdict: counts[verdict] for verdict in Verdict},
        {level: held[level] for level in Level},
        {level: asked[level] for level in Level},
    )


def areas(report: Report) -> list[str]:
    """Every area that has a result or an unobservable promise, in the documents' order."""
    named = [r.area for r in report.results] + [r.area for r in report.unobservable]
    return list(dict.fromkeys(named))


def by_area(report: Report) -> list[Tally]:
    """One tally an area, in the documents' order."""
    grouped: dict[str, list[Result]] = {}
    for result in report.results:
        grouped.setdefault(result.area, []).append(result)
    return [tally(area, results) for area, results in grouped.items()]


def whole(report: Report) -> Tally:
    """The tally of everything."""
    return tally("all", report.results)
