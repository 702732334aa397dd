"""What was compared, and how much of it differs: the first lines of a comparison in every form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.report.diff import target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Outcome, Report
    from conformance.report.diff import Comparison


@dataclass(frozen=True)
class Side:
    """One of the two reports: what it is called, its outcome, and target, run and verdict in words."""

    name: str
    outcome: Outcome
    target: str
    facts: str
    verdict: str


def sides(comparison: Comparison) -> tuple[Side, Side]:
    """Both, the earlier one first."""
    return _side(comparison.names[0], comparison.before), _side(comparison.names[1], comparison.after)


def _side(name: str, report: Report) -> Side:
    facts = f"revision {report.revision}, seed {report.seed}, {report.started_at}, suite {report.suite_version}"
    return Side(name, report.outcome, target(report), facts, report.sentence)


def figures(comparison: Comparison) -> str:
    """How many verdicts, observations and shapes of answers differ, of how many that could."""
    differ = "No difference" if comparison.is_empty else "Differences"
    moved = len(comparison.regressed) + len(comparison.fixed)
    observed = len(_observed(comparison.before) & _observed(comparison.after))
    first = [
        f"verdicts {moved} of {comparison.judged}",
        f"observations {len(comparison.observations)} of {observed}",
        f"shapes of answers {len(comparison.seen)}",
    ]
    return "; ".join((f"{differ}: {', '.join(first)}", *_rest(comparison))) + "."


def _observed(report: Report) -> set[str]:
    return {observation.id for observation in report.observations if observation.answer is not None}


def _rest(comparison: Comparison) -> Iterator[str]:
    groups = (
        ("failing for another reason", comparison.changed),
        ("judged in one of the two only", comparison.shifted),
        ("requirements added", comparison.added),
        ("requirements removed", comparison.removed),
        ("observations added", comparison.observations_added),
        ("observations removed", comparison.observations_removed),
        ("MUSTs that could not be judged", comparison.unclear),
    )
    for what, ids in groups:
        if ids:
            yield f"{what} {len(ids)}"
