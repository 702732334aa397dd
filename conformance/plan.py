"""What a run is about to do: how many cases and requests, what it will make, and within which bounds.

The figures are those of a run that was recorded (`plan.json`, written by `tests/plan/record.py`), so they are rough.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from conformance.settings import Settings

PATH = Path(__file__).parent / "plan.json"

SHARED = frozenset({"suite", "clean"})
"""Not sent for a case, but for the run as a whole."""

KINDS = ("deployments", "agents", "environments", "runs")
RECORDED = (5, 10)
"""With so many generated examples the recorded runs were made; others are reckoned from these two."""

CONSENTS = {"writes": "--allow-writes", "runs": "--allow-runs", "schedules": "--allow-schedules"}


@dataclass(frozen=True)
class Plan:
    """What is to be expected; `lacking` counts the cases that need a consent by its option."""

    cases: int
    lacking: Mapping[str, int]
    reads: int
    writes: int
    made: Mapping[str, int]

    @property
    def requests(self) -> int:
        """All of them."""
        return self.reads + self.writes


@functools.cache
def recorded() -> Mapping[str, Mapping[str, Any]]:
    """By case what it sent and made, and which consents it needs."""
    rows: Mapping[str, Mapping[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
    return rows


def plan(settings: Settings, ids: Collection[str]) -> Plan:
    """What these cases will send under these settings."""
    rows = recorded()
    asked = [id_ for id_ in ids if not lacking(settings, id_)]
    missing = Counter(flag for id_ in ids for flag in lacking(settings, id_)[:1])
    share = len(asked) / max(1, len(rows) - len(SHARED)) * settings.processes
    weights = [*((id_, 1.0) for id_ in asked), *((id_, share) for id_ in SHARED)]
    reading = _reading(settings)
    sums = {key: sum(figure(settings, id_, key) * weight for id_, weight in weights) for key in (reading, "writes")}
    made = {kind: round(sum(rows.get(id_, {}).get(kind, 0) * weight for id_, weight in weights)) for kind in KINDS}
    writes = settings.consent.writes
    return Plan(
        cases=len(ids),
        lacking=missing,
        reads=round(sums[reading]),
        writes=round(sums["writes"]) if writes else 0,
        made={kind: number for kind, number in made.items() if number and writes},
    )


def sent(settings: Settings, id_: str) -> tuple[float, float]:
    """How many requests that read and that write are sent for a case."""
    return figure(settings, id_, _reading(settings)), figure(settings, id_, "writes") * settings.consent.writes


def _reading(settings: Settings) -> str:
    return "reads" if settings.consent.writes else "read_only"


def lacking(settings: Settings, id_: str) -> list[str]:
    """The options of the consents that a case needs and does not have."""
    needed = recorded().get(id_, {}).get("needs", ())
    return [CONSENTS[need] for need in needed if not getattr(settings.consent, need)]


def figure(settings: Settings, id_: str, key: str) -> float:
    """A figure for as many examples as will be tried, along the line through the two that were recorded."""
    low, high = recorded().get(id_, {}).get(key, (0, 0))
    few, many = RECORDED
    return max(0.0, float(low + (high - low) * (settings.options.examples - few) / (many - few)))


# --- in words -----------------------------------------------------------------------------------------------------


def lines(settings: Settings, ids: Collection[str], *, embedded: bool) -> list[str]:
    """The plan for people: one line on this machine, where nobody else is concerned, and a few elsewhere."""
    found = plan(settings, ids)
    where = "the embedded server" if embedded else settings.base_url
    kind = f"{about(found.writes):,} of them writes" if found.writes else "which only read"
    first = f"{_counted(found.cases, 'case')}, about {_counted(about(found.requests), 'request')}, {kind}"
    lacks, bounds = [*_lacks(found)], [*_bounds(settings, found)]
    if settings.loopback:
        return [f"plan for {where}: {'; '.join([first, *lacks, *bounds])}"]
    made = [f"makes {made}"] if (made := _made(found)) else []
    return [f"plan for {where}: {first}", *(f"- {each}" for each in (*lacks, *made, *bounds))]


def about(number: int) -> int:
    """A number to two digits, since more would be made up."""
    return round(number, -max(0, len(str(number)) - 2))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _lacks(found: Plan) -> Iterator[str]:
    for flag, number in found.lacking.items():
        yield f"{_counted(number, 'case')} not asked without {flag}"


def _made(found: Plan) -> str:
    things = {kind: number for kind, number in found.made.items() if kind != "runs"}
    said = ", ".join(_counted(about(number), kind.removesuffix("s")) for kind, number in things.items())
    runs = found.made.get("runs", 0)
    parts = [f"about {said}, all archived in the end"] if said else []
    parts += [f"about {_counted(about(runs), 'run')}"] if runs else []
    return "; ".join(parts)


def _bounds(settings: Settings, found: Plan) -> Iterator[str]:
    target, pace = settings.target, settings.pace
    workers = settings.processes
    if pace.reads and pace.writes:
        reads, writes = pace.reads * workers, pace.writes * workers
        least_s = max(found.reads / reads, found.writes / writes)
        rates = f"{reads:g} reads and {writes:g} writes" if found.writes else f"{reads:g} reads"
        yield f"at most {rates} a second, so {_time(least_s)} or more"
    if target.max_writes is not None:
        short = ", which will not do for all cases" if target.max_writes < found.writes else ""
        yield f"at most {target.max_writes:,} writes{short}"
    if target.max_duration_s is not None:
        yield f"no case is begun after {target.max_duration_s:g} s"


def _time(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 100 else f"{round(seconds / 60)} min"
