"""Failures told as stories: one for each root cause, with all that is needed to see, reproduce and judge it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.curl import curl
from conformance.model import Blame, ExchangeRecord, Level, Report, Result, Verdict
from conformance.report.links import documentation
from conformance.report.marking import ON_PURPOSE, Line, lines, missing
from conformance.report.scripts import script
from conformance.report.suffering import suffering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.waiver import Waiver

_ORDER = {Verdict.FAILED: 0, Verdict.WARNED: 1, Verdict.INCONCLUSIVE: 2}
_MOVES = {
    Blame.TARGET: "The service under test: it kept us from finding out.",
    Blame.ENVIRONMENT: "You, or the network in between: nothing is said of the service.",
    Blame.SUITE: "The suite's authors: this is a defect of ours, please report it.",
}


@dataclass(frozen=True)
class Step:
    """One request of a story; `differs` is true of the one whose answer was not as promised."""

    number: int
    record: ExchangeRecord
    differs: bool
    sent: tuple[Line, ...]
    came: tuple[Line, ...]
    curl: str
    status_differs: bool

    @property
    def status(self) -> str:
        """The status of the answer, or that there was none."""
        return "no answer" if self.record.status is None else str(self.record.status)


@dataclass(frozen=True)
class Story:
    """One root cause: the result that shows it most simply, and the others that fall with it."""

    head: Result
    others: tuple[Result, ...]
    steps: tuple[Step, ...]
    revision: str

    @property
    def verdict(self) -> Verdict:
        """What became of the requirement."""
        return self.head.verdict

    @property
    def waived(self) -> Waiver | None:
        """The waiver that covers it; the others of the story have one each, too."""
        return self.head.waived

    @property
    def link(self) -> str | None:
        """The address of the page that makes the promise."""
        return documentation(self.head.source, self.revision)

    @property
    def expected(self) -> str:
        """What was expected, in a few words; "" where there was nothing to compare."""
        return self.head.difference.expected if self.head.difference else ""

    @property
    def actual(self) -> str:
        """What came instead."""
        return self.head.difference.actual if self.head.difference else ""

    @property
    def place(self) -> str:
        """Where the answer differs, as a JSON pointer; "" for all of it."""
        return self.head.difference.pointer if self.head.difference else ""

    @property
    def place_missing(self) -> bool:
        """Whether that place is absent from the answer, so that the mark is on what should have held it."""
        step = self.differing
        return bool(step and self.place and missing(step.record.response_body, self.place))

    @property
    def differing(self) -> Step | None:
        """The step that shows the difference."""
        return next((step for step in self.steps if step.differs), None)

    @property
    def before(self) -> tuple[Step, ...]:
        """The steps that led there."""
        last = self.differing.number if self.differing else len(self.steps)
        return tuple(step for step in self.steps if step.number < last)

    @property
    def curl(self) -> str:
        """The line that sends the decisive request again."""
        return self.differing.curl if self.differing else ""

    @cached_property
    def script(self) -> str:
        """The whole sequence as a shell script, with what has to be made first; "" where one line is all."""
        records = [step.record for step in self.steps[: self.differing.number]] if self.differing else []
        records = [*self.head.setup, *records]
        return script(records, f"{self.head.id}: {self.head.statement}", self._versus) if len(records) > 1 else ""

    @property
    def _versus(self) -> str:
        return f"expected {self.expected}; came {self.actual}" if self.expected or self.actual else ""

    @property
    def move(self) -> str:
        """Whose move it is, in one sentence."""
        if self.waived is not None:
            return f"Nobody's until {self.waived.expires}: it is accepted, and {self.waived.owner} answers for it."
        if self.verdict is Verdict.INCONCLUSIVE:
            return _MOVES[self.head.blame or Blame.TARGET]
        if self.head.level is Level.SHOULD:
            return "The service under test, if it means to keep what its documents recommend."
        return "The service under test: its documents promise otherwise."

    @property
    def suffering(self) -> str:
        """What a client of the service would notice."""
        return suffering(self.head)


def reproduction(story: Story) -> str:
    """The path in a report directory of the script that sends the requests of a story again."""
    return f"reproduce/{story.head.id}.sh"


def stories(report: Report) -> list[Story]:
    """One story for each root cause: broken MUSTs, SHOULDs, what could not be found out, and last what is waived."""
    grouped: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        if result.verdict in _ORDER:
            grouped.setdefault(_cause(result), []).append(result)
    told = [story(results, report.revision) for results in grouped.values()]
    return sorted(told, key=lambda one: (one.waived is not None, _ORDER[one.verdict]))


def story(results: Iterable[Result], revision: str) -> Story:
    """The story of results with one cause; the simplest evidence tells it."""
    results = list(results)
    head = min(results, key=_simplicity)
    others = tuple(result for result in results if result is not head)
    return Story(head, others, tuple(_steps(head)), revision)


def _cause(result: Result) -> tuple[str, str]:
    # What broke a promise, what is accepted, and what we could not find out are never one story.
    known = "inconclusive" if result.verdict is Verdict.INCONCLUSIVE else "waived" if result.waived else "broken"
    return known, result.fingerprint or f"only {result.id}"


def _simplicity(result: Result) -> tuple[int, bool, bool, int]:
    return _ORDER[result.verdict], not result.exchanges, result.difference is None, len(result.exchanges)


def _steps(result: Result) -> list[Step]:
    decisive = result.differing
    if decisive is None or not 0 <= decisive < len(result.exchanges):
        decisive = len(result.exchanges) - 1
    return [_step(result, number, record, number == decisive) for number, record in enumerate(result.exchanges)]


def _step(result: Result, number: int, record: ExchangeRecord, differs: bool) -> Step:  # noqa: FBT001 - a plain flag
    difference = result.difference if differs else None
    pointer = difference.pointer if difference else None
    about_status = difference is not None and not pointer and str(record.status) in difference.actual
    return Step(
        number=number + 1,
        record=record,
        differs=differs,
        sent=tuple(lines(record.request_body, result.edit if differs else None, ON_PURPOSE)),
        came=tuple(lines(record.response_body, pointer)),
        curl=curl(record),
        status_differs=about_status,
    )
