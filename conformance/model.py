"""The values that everything else speaks in: requirements, verdicts, results, reports and targets."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from conformance.shape import Shape  # noqa: TC001 - reading.py looks the annotations up
from conformance.shard import ELSEWHERE, Shard
from conformance.waiver import Staleness, StaleWaiver, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMA_VERSION = 1
DEFAULT_REVISION = "qoder-2026-06"
EVIDENCE_OF_ALL = "all"
"""Keep whole exchanges of what passed, too."""


class Level(StrEnum):
    """How binding a requirement is."""

    MUST = "MUST"
    SHOULD = "SHOULD"


MUST = Level.MUST
SHOULD = Level.SHOULD


class Verdict(StrEnum):
    """What a case says of its requirement, from best to worst as `SEVERITY` orders them."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


SEVERITY = (Verdict.SKIPPED, Verdict.PASSED, Verdict.INCONCLUSIVE, Verdict.WARNED, Verdict.FAILED)


class Blame(StrEnum):
    """Whose move it is after an inconclusive result."""

    TARGET = "target"
    ENVIRONMENT = "environment"
    SUITE = "suite"


class Skip(StrEnum):
    """Why a case was skipped: nobody chose it, the target was not given what it needs, or a bound of the run was met.

    What a bound has cut off was selected, and did not pass: unlike what nobody chose, it is never green.
    """

    NOT_SELECTED = "not selected"
    BOUND_REACHED = "bound reached"
    NOT_APPLICABLE = "not applicable"


class Outcome(StrEnum):
    """What all verdicts together say of the target."""

    CONFORMANT = "conformant"
    NONCONFORMANT = "nonconformant"
    PARTIAL = "partial"
    UNREACHABLE = "unreachable"
    INVALID = "invalid"


@dataclass(frozen=True)
class Requirement:
    """One testable promise, or an observation where the contract promises nothing.

    `source` is a page and heading of the documentation ("create#request-body"), `covers` the rows of the contract's
    table that it speaks for, `unobservable` why it cannot be checked from outside. An observation has no level.
    `levels` are those of single revisions, where they differ.
    """

    id: str
    area: str
    source: str
    statement: str
    level: Level | None = None
    covers: tuple[str, ...] = ()
    revisions: tuple[str, ...] = (DEFAULT_REVISION,)
    unobservable: str | None = None
    levels: tuple[tuple[str, Level], ...] = ()

    @property
    def is_observation(self) -> bool:
        """Whether it is reported only, and never judged."""
        return self.level is None

    def of(self, revision: str) -> Requirement:
        """The same with the level that it has in a revision."""
        level = dict(self.levels).get(revision, self.level)
        return dataclasses.replace(self, level=level, levels=()) if self.levels else self


Repeats: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ExchangeRecord:
    """One request with its response as a report may show it: text only, secrets removed, long bodies cut.

    `status` is None when no answer came; `problem` then says why. `elapsed_ms` is wall time in milliseconds.
    `request_whole` tells a body that was cut, if it can be told shortly: texts, and how often each stands in a row.
    """

    method: str
    url: str
    path: str
    status: int | None
    elapsed_ms: float
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    response_body: str | None = None
    problem: str | None = None
    request_whole: Repeats = ()


@dataclass(frozen=True)
class Difference:
    """What was expected, what came, and where: `pointer` is a JSON pointer into the answer's body ("" for all)."""

    expected: str
    actual: str
    pointer: str = ""


@dataclass(frozen=True)
class Result:
    """The verdict on one requirement, and the evidence for it.

    `reason` is one sentence for people, `fingerprint` the same for equal root causes, `requests` the number sent.
    `exchanges` holds whole exchanges for what did not pass (with `Options.evidence` of "all", for all); `trace` holds
    (method, path, status, ms) of all requests.
    `differing` is the index in `exchanges` of the one that shows the difference, and `edit` a JSON pointer into its
    request: to what sets that apart from an accepted one. `setup` holds the writes that brought
    about what the exchanges mention, where they are not among them: with these first, all can be sent again.
    `waived` is the waiver that covers a failure: the verdict stays what it is, and the gate lets it pass.
    """

    id: str
    level: Level
    area: str
    source: str
    statement: str
    verdict: Verdict
    blame: Blame | None = None
    skip: Skip | None = None
    reason: str = ""
    fingerprint: str = ""
    difference: Difference | None = None
    differing: int | None = None
    edit: str | None = None
    duration_s: float = 0.0
    requests: int = 0
    exchanges: tuple[ExchangeRecord, ...] = ()
    setup: tuple[ExchangeRecord, ...] = ()
    trace: tuple[tuple[str, str, int | None, float], ...] = ()
    waived: Waiver | None = None

    @property
    def is_broken(self) -> bool:
        """Whether the target was found not to keep the promise."""
        return self.verdict in {Verdict.FAILED, Verdict.WARNED}


@dataclass(frozen=True)
class ObservationResult:
    """How the target behaves where the contract is silent: `answer` is a short token, or None with the reason."""

    id: str
    area: str
    source: str
    statement: str
    answer: str | None
    reason: str = ""
    duration_s: float = 0.0
    requests: int = 0


@dataclass(frozen=True)
class Leftover:
    """Something that the run made and could not put away; `command` archives it by hand."""

    kind: str
    id: str
    command: str


@dataclass(frozen=True)
class Report:
    """All that a run found; every format is rendered from this value alone. Times are ISO 8601 UTC and seconds.

    `shard` says which part of a run this is; what the other parts ask is skipped here.
    """

    suite_version: str
    base_url: str
    revision: str
    started_at: str
    duration_s: float
    seed: int
    results: tuple[Result, ...]
    observations: tuple[ObservationResult, ...] = ()
    unobservable: tuple[Requirement, ...] = ()
    requests_by_status: Mapping[str, int] = field(default_factory=dict)
    leftovers: tuple[Leftover, ...] = ()
    notes: tuple[str, ...] = ()
    command: str = ""
    strict: bool = False
    allow_partial: bool = False
    interrupted: bool = False
    unreachable: str | None = None
    invalid: str | None = None
    stale_waivers: tuple[StaleWaiver, ...] = ()
    seen: tuple[Shape, ...] = ()
    shard: Shard | None = None
    suite_name: str = "deployments-conformance"

    @property
    def counts(self) -> dict[str, int]:
        """Number of results by verdict."""
        seen = Counter(result.verdict for result in self.results)
        return {verdict.value: seen[verdict] for verdict in Verdict}

    @property
    def requests_total(self) -> int:
        """Number of requests that the run sent."""
        return sum(self.requests_by_status.values())

    @property
    def outcome(self) -> Outcome:
        """The worst thing that may truly be said of the target."""
        if self.invalid:
            return Outcome.INVALID
        if self.unreachable:
            return Outcome.UNREACHABLE
        return outcome(self.results, strict=self.strict)

    @property
    def gate(self) -> Outcome:
        """The outcome but for what is waived; a failure whose waiver is stale is left to exit status 5."""
        settled = {stale.id for stale in self.stale_waivers if stale.kind in {Staleness.DIFFERS, Staleness.EXPIRED}}
        counted = [r for r in self.results if not (r.waived or (r.is_broken and r.id in settled))]
        return outcome(counted, strict=self.strict)

    @property
    def is_accepted(self) -> bool:
        """Whether the target is nonconformant for no other reason than failures that are all waived."""
        unwaived = outcome((r for r in self.results if not r.waived), strict=self.strict)
        return self.outcome is Outcome.NONCONFORMANT and unwaived is not self.outcome

    @property
    def exit_status(self) -> int:
        """The exit status that the command ends with, most serious first."""
        idle = self.shard is not None and not any(r.level is MUST and _asked(r) for r in self.results)
        partial_is_fine = self.allow_partial and (idle or all_selected_passed(self.results))
        conditions = (
            (70, self.invalid is not None),
            (130, self.interrupted),
            (4, self.unreachable is not None),
            (1, self.gate is Outcome.NONCONFORMANT),
            (6, bool(self.leftovers)),
            (5, bool(self.stale_waivers)),
            (3, self.gate is Outcome.PARTIAL and not partial_is_fine),
        )
        return next((status for status, holds in conditions if holds), 0)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence, with its denominators."""
        return _sentence(self)


def outcome(results: Iterable[Result], *, strict: bool) -> Outcome:
    """What these results say of the target; never conformant on nothing."""
    results = list(results)
    wrong = {Verdict.FAILED, Verdict.WARNED} if strict else {Verdict.FAILED}
    musts = [r for r in results if r.level is MUST]
    if any(r.verdict in wrong for r in results):
        return Outcome.NONCONFORMANT
    complete = not any(r.skip in {Skip.NOT_SELECTED, Skip.BOUND_REACHED} for r in results)
    certain = not any(r.verdict is Verdict.INCONCLUSIVE for r in musts)
    earned = any(r.verdict is Verdict.PASSED for r in musts)
    return Outcome.CONFORMANT if complete and certain and earned else Outcome.PARTIAL


def all_selected_passed(results: Iterable[Result]) -> bool:
    """Whether something was selected and every MUST of it passed, is waived, or could not be asked of this target."""
    musts = [r for r in results if r.level is MUST and _asked(r)]
    return bool(musts) and all(r.verdict is Verdict.PASSED or r.waived for r in musts)


def _asked(result: Result) -> bool:
    """Whether it was asked, or would have been but for a bound."""
    return result.skip in {None, Skip.BOUND_REACHED}


def _sentence(report: Report) -> str:
    if report.invalid:
        return f"The run is invalid: {report.invalid}"
    if report.unreachable:
        return f"The target could not be examined: {report.unreachable}"
    musts = [r for r in report.results if r.level is MUST]
    held = sum(r.verdict is Verdict.PASSED for r in musts)
    parts = [f"{report.outcome.value}{', as accepted' * report.is_accepted}: {held} of {len(musts)} MUSTs hold"]
    parts += _shortfalls(report, musts)
    return "; ".join(parts) + "."


def _shortfalls(report: Report, musts: list[Result]) -> list[str]:
    broken = [r.verdict for r in report.results if r.is_broken and not r.waived]
    waived = sum(r.waived is not None for r in report.results)
    unclear = sum(r.verdict is Verdict.INCONCLUSIVE for r in musts)
    unasked = [r for r in musts if r.skip is Skip.NOT_APPLICABLE]
    elsewhere = sum(r.reason == ELSEWHERE for r in musts)
    unselected = sum(r.skip is Skip.NOT_SELECTED for r in musts) - elsewhere
    cut_off = [r for r in musts if r.skip is Skip.BOUND_REACHED]
    bounds = "; ".join(sorted({r.reason for r in cut_off}))
    reasons = "; ".join(sorted({r.reason for r in unasked}))
    stale = len(report.stale_waivers)
    said = [
        (broken.count(Verdict.FAILED), "broken"),
        (broken.count(Verdict.WARNED), "SHOULD not kept"),
        (waived, "broken and waived"),
        (unclear, "inconclusive"),
        (len(unasked), f"could not be asked ({reasons})"),
        (unselected, "not selected"),
        (elsewhere, "asked in other shards"),
        (len(cut_off), f"not asked ({bounds})"),
        (stale, f"of the waivers no longer hold{'s' if stale == 1 else ''}"),
    ]
    return [f"{number} {text}" for number, text in said if number]


Tokens: TypeAlias = "tuple[str | None, str | None, str | None, str | None]"
"""The token of a target, and those of another account, one that has expired, and one without the scope."""


@dataclass(frozen=True)
class Target:
    """The service under test and what is known of it.

    Without `base_url` the embedded reference server is started. Tokens never show in a repr. Ids that are not given
    are provisioned where the service has the endpoints for it. `deviations` are values in which the service is known
    to differ from its revision, by name. `headers` go with each request, and so do `secret_headers`: name, value,
    and the variable that stands for the value in all that is shown. `hidden` are further secrets, with what stands
    for them, which are not sent and not to be shown either.
    """

    base_url: str | None = None
    token: str | None = field(default=None, repr=False)
    other_token: str | None = field(default=None, repr=False)
    expired_token: str | None = field(default=None, repr=False)
    unscoped_token: str | None = field(default=None, repr=False)
    revision: str = DEFAULT_REVISION
    deviations: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    secret_headers: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    hidden: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    agent_id: str | None = None
    environment_id: str | None = None
    second_agent_id: str | None = None
    archived_agent_id: str | None = None
    archived_environment_id: str | None = None
    allow_writes: bool | None = None
    allow_runs: bool | None = None
    allow_schedules: bool | None = None
    ca_file: str | None = None
    timeout_s: float = 10.0
    max_rate: float | None = None
    max_writes: int | None = None
    max_duration_s: float | None = None

    @property
    def tokens(self) -> Tokens:
        """Every token, in the order in which they stand here."""
        return self.token, self.other_token, self.expired_token, self.unscoped_token


@dataclass(frozen=True)
class Options:
    """How a run is carried out; nothing here changes what a verdict means.

    Without `workers` there is one on loopback and a few elsewhere, as long as the target does not limit requests.
    Without `report_dir` nothing is written to disk: no journal, and no pytest-html log. With a `shard`, only this
    part of what is selected is asked, and rates are shared with the others. `remote` are workers on other machines, by
    the specifications of execnet, beside those of this one.
    """

    only: tuple[str, ...] = ()
    workers: int | None = None
    seed: int = 0
    examples: int = 10
    slow: bool = False
    strict: bool = False
    allow_partial: bool = False
    shuffle: int | None = None
    report_dir: str | None = None
    command: str = ""
    har: str | None = None
    evidence: str = "failed"
    shard: Shard | None = None
    fail_fast: bool = False
    time_budget_s: float | None = None
    remote: tuple[str, ...] = ()


def to_json(value: Any) -> Any:
    """Dataclasses, tuples and enums as plain JSON values."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return [each if type(each) in _PLAIN else to_json(each) for each in value]
    if isinstance(value, dict):
        return {str(k): to_json(v) for k, v in value.items()}
    if dataclasses.is_dataclass(kind):
        return {name: to_json(getattr(value, name)) for name in _names(kind)}
    return value.value if isinstance(value, StrEnum) else value


_PLAIN = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))
