"""What changed between two reports: of one target at two times, of two versions, or of two vendors."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import MUST, Skip, Verdict
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
        """The verdicts on both sides as "passed → failed", whether somebody has accepted it, and levels that differ."""
        known = (f"{one.verdict.value}{' (waived)' * bool(one.waived)}" for one in (self.before, self.after) if one)
        return " → ".join(known) + (f" ({self.levels})" if self.levels else "")

    @property
    def levels(self) -> str:
        """The levels on both sides as "SHOULD → MUST" where they differ, else ""."""
        known = dict.fromkeys(one.level.value for one in (self.before, self.after) if one)
        return " → ".join(known) if len(known) > 1 else ""


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

    `seen` tells what answers looked like differently, even where no requirement looks, `differing` how the runs
    themselves differ, `limits` what could not be compared. `names` is what the two reports are called.
    """

    before: Report
    after: Report
    names: tuple[str, str] = ("before", "after")
    fixed: tuple[Change, ...] = ()
    regressed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    shifted: tuple[Change, ...] = ()
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    observations: tuple[ObservationChange, ...] = ()
    observations_added: tuple[str, ...] = ()
    observations_removed: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader has to know of the two runs."""
        return (*self.differing, *self.limits)

    @property
    def exit_status(self) -> int:
        """1 when a promise that was kept is not kept any more, and nobody has accepted that, else 0."""
        return 1 if any(not change.result.waived for change in self.regressed) else 0

    @property
    def is_empty(self) -> bool:
        """Whether the two reports say the same."""
        changes = [changes for _, changes in (*self.groups, *self.observation_groups)]
        return not any((*changes, self.observations, self.seen))

    @property
    def judged(self) -> int:
        """How many requirements have a verdict in both that says whether they are kept."""
        both = [{r.id for r in report.results if r.verdict in _BADNESS} for report in (self.before, self.after)]
        return len(both[0] & both[1])

    @property
    def unclear(self) -> frozenset[str]:
        """The MUSTs of both of which one or both runs could not find out whether they are kept."""
        known = [{r.id: r for r in report.results if r.level is MUST} for report in (self.before, self.after)]
        common = known[0].keys() & known[1].keys()
        return frozenset(id_ for id_ in common if any(side[id_].verdict is Verdict.INCONCLUSIVE for side in known))

    @property
    def observation_groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The ids of observations that only one of the two reports has, with the title of each kind."""
        return ("Observations added", self.observations_added), ("Observations removed", self.observations_removed)

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
        said += [f"{len(ids)} {title.lower()}" for title, ids in self.observation_groups if ids]
        said += (
            [f"{len(self.seen)} difference{'s' * (len(self.seen) > 1)} in what answers look like"] if self.seen else []
        )
        return "; ".join(said) + "."


def compare(before: Report, after: Report, names: tuple[str, str] = Comparison.names) -> Comparison:
    """Compare two reports, requirement by requirement; `names` is what they are called."""
    sorted_out: dict[str, list[Change]] = defaultdict(list)
    for change in _pairs(before, after):
        sorted_out[_kind(change)].append(change)
    return Comparison(
        before,
        after,
        names,
        **{kind: tuple(changes) for kind, changes in sorted_out.items() if kind},
        observations=tuple(_observations(before, after)),
        observations_added=_observed_only(after, before),
        observations_removed=_observed_only(before, after),
        seen=shape_changes(before.seen, after.seen),
        differing=tuple(_differing(before, after)),
        limits=tuple(_limits(before, after)),
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
    if change.before is None or change.after is None:
        return "" if change.result.skip is Skip.NOT_SELECTED else "added" if change.before is None else "removed"
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


def _observed_only(here: Report, there: Report) -> tuple[str, ...]:
    known = {observation.id for observation in there.observations}
    return tuple(each.id for each in here.observations if each.id not in known and each.answer is not None)


def _answer(observation: ObservationResult) -> str:
    return "unknown" if observation.answer is None else observation.answer


def _asked(report: Report) -> set[str]:
    return {result.id for result in report.results if result.skip is None}


def _differing(before: Report, after: Report) -> Iterator[str]:
    sides = (
        ("targets", target(before), target(after)),
        ("revisions", before.revision, after.revision),
        ("suite versions", before.suite_version, after.suite_version),
    )
    for what, old, new in sides:
        if old != new:
            yield f"The {what} differ: {old} before, {new} after."


def _limits(before: Report, after: Report) -> Iterator[str]:
    if bool(before.seen) != bool(after.seen):
        yield "Only one of the two reports tells what answers looked like, so that is not compared."
    elif number := len(_asked(before) ^ _asked(after)):
        yield f"{number} requirements were asked in one of the two only, so not all answers can be compared."
