"""What changed between two reports: of one target at two times, of two versions, or of two vendors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Verdict
from conformance.report.shape_changes import shape_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import ObservationResult, Report, Result

_BADNESS = {Verdict.PASSED: 0, Verdict.WARNED: 1, Verdict.FAILED: 2}


@dataclass(frozen=True)
class Change:
    """One requirement in two reports that do not say the same of it; None where a report does not know it."""

    before: Result | None
    after: Result | None

    @property
    def result(self) -> Result:
        """The newer of the two that there is."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def id(self) -> str:
        """The requirement's id."""
        return self.result.id

    @property
    def verdicts(self) -> str:
        """The verdicts on both sides as "passed → failed", and whether somebody has accepted the failure."""
        known = (f"{one.verdict.value}{' (waived)' * bool(one.waived)}" for one in (self.before, self.after) if one)
        return " → ".join(known)


@dataclass(frozen=True)
class ObservationChange:
    """One observation that was answered in two ways."""

    id: str
    statement: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """All that differs. `shifted` are those that could be judged in one of the two reports only.

    `seen` tells what answers looked like differently, even where no requirement looks.
    """

    before: Report
    after: Report
    fixed: tuple[Change, ...] = ()
    regressed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    shifted: tuple[Change, ...] = ()
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    observations: tuple[ObservationChange, ...] = ()
    seen: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """1 when a promise that was kept is not kept any more, and nobody has accepted that, else 0."""
        return 1 if any(not change.result.waived for change in self.regressed) else 0

    @property
    def is_empty(self) -> bool:
        """Whether the two reports say the same."""
        return not (any(changes for _, changes in self.groups) or self.observations or self.seen)

    @property
    def groups(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """The changes of requirements with the title of each kind, the most pressing first."""
        return (
            ("Regressed", self.regressed),
            ("Fixed", self.fixed),
            ("Still failing, for another reason", self.changed),
            ("Judged in one of the two only", self.shifted),
            ("Added", self.added),
            ("Removed", self.removed),
        )

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        if self.is_empty:
            return "Nothing changed."
        said = [f"{len(changes)} {title.lower()}" for title, changes in self.groups if changes]
        said += [f"{len(self.observations)} observed otherwise"] if self.observations else []
        said += (
            [f"{len(self.seen)} difference{'s' * (len(self.seen) > 1)} in what answers look like"] if self.seen else []
        )
        return "; ".join(said) + "."


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports, requirement by requirement."""
    sorted_out: dict[str, list[Change]] = defaultdict(list)
    for change in _pairs(before, after):
        sorted_out[_kind(change)].append(change)
    return Comparison(
        before,
        after,
        **{kind: tuple(changes) for kind, changes in sorted_out.items() if kind},
        observations=tuple(_observations(before, after)),
        seen=shape_changes(before.seen, after.seen),
        remarks=tuple(_remarks(before, after)),
    )


def target(report: Report) -> str:
    """The target's address; the embedded server has one name, since its port is another in every run."""
    embedded = report.base_url.startswith("http://127.0.0.1:") and "--base-url" not in report.command
    return "the embedded server" if embedded and report.command else report.base_url


def _pairs(before: Report, after: Report) -> Iterator[Change]:
    old = {result.id: result for result in before.results}
    new = {result.id: result for result in after.results}
    for name in (*new, *(name for name in old if name not in new)):
        yield Change(old.get(name), new.get(name))


def _kind(change: Change) -> str:
    if change.before is None:
        return "added"
    if change.after is None:
        return "removed"
    if not {change.before.verdict, change.after.verdict} <= _BADNESS.keys():
        return "" if change.before.verdict is change.after.verdict else "shifted"
    return _judged(change.before, change.after)


def _judged(before: Result, after: Result) -> str:
    was, now = _BADNESS[before.verdict], _BADNESS[after.verdict]
    if was != now:
        return "regressed" if now > was else "fixed"
    return "changed" if now and before.fingerprint != after.fingerprint else ""


def _observations(before: Report, after: Report) -> Iterator[ObservationChange]:
    old = {observation.id: observation for observation in before.observations}
    for new in after.observations:
        if new.id in old and old[new.id].answer != new.answer:
            yield ObservationChange(new.id, new.statement, _answer(old[new.id]), _answer(new))


def _answer(observation: ObservationResult) -> str:
    return "unknown" if observation.answer is None else observation.answer


def _asked(report: Report) -> set[str]:
    return {result.id for result in report.results if result.skip is None}


def _remarks(before: Report, after: Report) -> Iterator[str]:
    sides = (
        ("targets", target(before), target(after)),
        ("revisions", before.revision, after.revision),
        ("suite versions", before.suite_version, after.suite_version),
    )
    for what, old, new in sides:
        if old != new:
            yield f"The {what} differ: {old} before, {new} after."
    if bool(before.seen) != bool(after.seen):
        yield "Only one of the two reports tells what answers looked like, so that is not compared."
    elif number := len(_asked(before) ^ _asked(after)):
        yield f"{number} requirements were asked in one of the two only, so not all answers can be compared."
