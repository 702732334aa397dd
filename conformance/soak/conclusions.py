"""What a soak says in the end: the same report as a run's, and what it measured besides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.exchange import Redactor
from conformance.load import Drift, Load
from conformance.model import ObservationResult, Report, Requirement, Result, Skip, Verdict
from conformance.soak import clock
from conformance.soak.spoken_for import STARTS_RUNS, spoken_for
from conformance.verdicts import Part, combine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from conformance.model import Leftover
    from conformance.settings import Settings
    from conformance.soak.asked import Asked
    from conformance.soak.gathered import Gathered

ELSEWHERE = "not a question of load: `run` asks it"
TOO_SHORT = "the load ended before this was asked"
SLOWER = 1.5
SLOWER_MS = 2.0
"""So many times, and by so many milliseconds, the median of an operation has to grow to be mentioned."""


@dataclass(frozen=True)
class Facts:
    """All that is known when a soak is over."""

    settings: Settings
    asked: Asked
    everything: tuple[Requirement, ...]
    gathered: Gathered
    began: datetime
    lasted_s: float
    interrupted: bool
    unreachable: str | None
    leftovers: tuple[Leftover, ...]


def load(facts: Facts) -> Load:
    """What was measured."""
    gathered, asked = facts.gathered, facts.asked
    return Load(
        users=asked.users,
        processes=max(gathered.summaries, 1),
        asked_s=asked.seconds,
        lasted_s=round(facts.lasted_s, 3),
        timings=tuple(clock.timings(gathered.clock)),
        windows=tuple(clock.windows(gathered.clock, facts.lasted_s)),
        drifts=_drifts(facts),
        checks=dict(sorted(gathered.checks.items())),
        found=dict(sorted(gathered.found.items())),
        dropped=gathered.dropped,
    )


def _drifts(facts: Facts) -> tuple[Drift, ...]:
    return tuple(clock.drifts(facts.gathered.clock, facts.asked.rampup_s, facts.lasted_s))


def report(facts: Facts, seconds: float) -> Report:
    """The report; what soak does not ask stands in it as not selected, so that its outcome is never conformant."""
    settings, gathered = facts.settings, facts.gathered
    return Report(
        suite_version=__version__,
        base_url=settings.base_url,
        revision=settings.target.revision,
        started_at=facts.began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration_s=round(seconds, 3),
        seed=settings.options.seed,
        results=() if facts.unreachable else tuple(_results(facts)),
        observations=() if facts.unreachable else (_slowness(facts),),
        unobservable=tuple(each for each in facts.everything if each.unobservable),
        requests_by_status=dict(sorted(gathered.clock.statuses.items())),
        leftovers=facts.leftovers,
        notes=(*gathered.notes, *_notes(facts)),
        command=Redactor(settings.secrets)(settings.options.command),
        strict=settings.options.strict,
        allow_partial=True,
        interrupted=facts.interrupted,
        unreachable=facts.unreachable,
        invalid="; ".join(dict.fromkeys(gathered.defects)) or None,
    )


def _results(facts: Facts) -> Iterator[Result]:
    asked = spoken_for(facts.everything, facts.settings.consent)
    for declared in facts.everything:
        if declared.level is not None and not declared.unobservable:
            found = combine(declared, [_part(facts, declared, asked=declared.id in asked)])
            if isinstance(found, Result):
                yield found


def _part(facts: Facts, declared: Requirement, *, asked: bool) -> Part:
    gathered = facts.gathered
    if declared.id in gathered.parts:
        return gathered.parts[declared.id]
    if declared.id in STARTS_RUNS and not asked:
        return Part(declared.id, Verdict.SKIPPED, "starts a run: give --allow-runs", skip=Skip.NOT_SELECTED)
    if not asked:
        return Part(declared.id, Verdict.SKIPPED, ELSEWHERE, skip=Skip.NOT_SELECTED)
    if gathered.checks[declared.id]:
        return Part(declared.id, Verdict.PASSED)
    if declared.id in gathered.lacking:
        lack = gathered.lacking[declared.id]
        return Part(declared.id, Verdict.SKIPPED, lack, skip=Skip.NOT_APPLICABLE)
    return Part(declared.id, Verdict.SKIPPED, TOO_SHORT, skip=Skip.BOUND_REACHED)


def _slowness(facts: Facts) -> ObservationResult:
    """Whether the last third of the time at full load was slower than the first; nobody is accused of that."""
    drifts = _drifts(facts)
    slower = [
        each
        for each in drifts
        if each.median_after > each.median_before * SLOWER and each.median_after > each.median_before + SLOWER_MS
    ]
    answer = ("slower" if slower else "steady") if drifts else None
    return ObservationResult(
        id="soak-latency-in-the-course-of-time",
        area="soak",
        source="conventions/overview",
        statement="Whether operations take longer after a while under equal load.",
        answer=answer,
        reason="" if drifts else "the load was too short for a comparison",
        duration_s=round(facts.lasted_s, 3),
        requests=facts.gathered.clock.statuses.total(),
    )


def _notes(facts: Facts) -> Iterator[str]:
    gathered, asked = facts.gathered, facts.asked
    if facts.unreachable:
        return
    compared, count = sum(gathered.checks.values()), sum(gathered.found.values())
    yield (
        f"Soak: {asked.users} users for {facts.lasted_s:.0f} s compared {compared:,} times what came with what was "
        f"written; {count:,} times it was not so."
    )
    if gathered.dropped:
        yield f"{gathered.dropped:,} times nobody could tell, for an answer was lost or refused; that was not judged."
