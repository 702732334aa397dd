"""What the parent of a soak has heard from all processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.soak.household import BROKE_OFF
from conformance.verdicts import Part, combine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import ObservationResult, Requirement, Result
    from conformance.report.progress import Progress
    from conformance.soak.clock import Clock


@dataclass
class Gathered:
    """Findings, counts and times of all processes together. `shown` hears of what a reader should know now."""

    declared: Mapping[str, Requirement]
    shown: Progress | None
    clock: Clock
    parts: dict[str, Part] = field(default_factory=dict)
    checks: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    lacking: dict[str, str] = field(default_factory=dict)
    summaries: int = 0
    notes: list[str] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)

    def hear(self, kind: str, value: Any) -> None:
        """Take in what one process tells."""
        if kind == "found":
            self._finding(Part.load(value))
        elif kind == "done":
            self._summary(value)
        elif kind == "progress" and self.shown is not None:
            users, requests, rate, p50, p95 = value
            told = f"{users} users, {requests:,} requests, {rate:.0f}/s, median {p50:.0f} ms, 95 % within {p95:.0f} ms"
            self.shown.note(f"{told}; {len(self.parts)} findings")
        elif kind == "exhausted":
            self.notes = [*dict.fromkeys([*self.notes, f"The load ended early: {value}."])]
        elif kind in {"defect", BROKE_OFF}:
            self.defects.append(str(value))

    def _finding(self, part: Part) -> None:
        if part.id not in self.parts:
            self.parts[part.id] = part
            if self.shown is not None:
                self.shown.case_done(self.result(part))

    def result(self, part: Part) -> Result | ObservationResult:
        """What a part says of its requirement."""
        return combine(self.declared[part.id], [part])

    def _summary(self, value: dict[str, Any]) -> None:
        self.summaries += 1
        self.clock.add(value["clock"])
        self.checks.update(value["checks"])
        self.found.update(value["found"])
        self.dropped += value["dropped"]
        self.lacking.update(value["lacking"])
        self.defects += value["defects"]
