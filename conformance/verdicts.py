"""From what pytest saw of one case to a verdict on its requirement."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest

from conformance.edits import SHOWN, Edit, edit, sends
from conformance.exchange import EVIDENCE_LIMIT
from conformance.failures import BoundReached, ControlFailed, Inconclusive, NotApplicable, NotPermitted, Violation
from conformance.json_pointer import follow
from conformance.model import (
    MUST,
    SEVERITY,
    Blame,
    Difference,
    ExchangeRecord,
    ObservationResult,
    Requirement,
    Result,
    Skip,
    Verdict,
    to_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.disturbances import Disturbance
    from conformance.exchange import Exchange, Redactor
    from conformance.session import Session

EVIDENCE = 12
"""So many of the last exchanges of a case are kept when it did not pass."""

REASON = 800
"""So many characters tell why nobody could find out."""

TEXT_OF_A_CASE = 200_000
TEXT_OF_A_RUN = 10_000_000
SHORT = 2_000
"""So many characters of answers are kept of a case that did not pass, and of all of them; beyond that each is short."""

PASSED_BODY = 4_000
"""So many characters of a body are kept of what passed, where that was asked for."""

PASSED_EVIDENCE = 48
"""So many exchanges are kept of all parts of a case that passed, where that was asked for."""

MENTIONED = 100_000
"""So many characters of the answer at fault are searched for the ids of what it shows."""


@dataclasses.dataclass(frozen=True)
class Part:
    """What one pytest item (one parameter of a case) says; it travels between processes as JSON.

    `of` is the number of items that the case has, and `place` where this one stands among all that are asked.
    """

    id: str
    verdict: Verdict
    reason: str = ""
    blame: Blame | None = None
    skip: Skip | None = None
    fingerprint: str = ""
    difference: Difference | None = None
    differing: int | None = None
    edit: str | None = None
    answer: str | None = None
    duration_s: float = 0.0
    exchanges: tuple[ExchangeRecord, ...] = ()
    setup: tuple[ExchangeRecord, ...] = ()
    trace: tuple[tuple[str, str, int | None, float], ...] = ()
    of: int = 1
    place: int = 0

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(to_json(self))

    @staticmethod
    @lru_cache(maxsize=8)  # the collector and the log read the same part one after the other
    def load(text: str) -> Part:
        """Read back what `dump` wrote."""
        raw: dict[str, Any] = json.loads(text)
        return Part(
            **{key: raw[key] for key in _AS_THEY_ARE},
            verdict=Verdict(raw["verdict"]),
            blame=Blame(raw["blame"]) if raw["blame"] else None,
            skip=Skip(raw["skip"]) if raw["skip"] else None,
            difference=Difference(**raw["difference"]) if raw["difference"] else None,
            exchanges=tuple(_load_record(record) for record in raw["exchanges"]),
            setup=tuple(_load_record(record) for record in raw["setup"]),
            trace=tuple((method, path, status, ms) for method, path, status, ms in raw["trace"]),
        )


_AS_THEY_ARE = ("id", "reason", "fingerprint", "differing", "edit", "answer", "duration_s", "of", "place")


def _load_record(raw: dict[str, Any]) -> ExchangeRecord:
    headers = {key: tuple((name, value) for name, value in raw[key]) for key in ("request_headers", "response_headers")}
    whole = tuple((text, times) for text, times in raw["request_whole"])
    return ExchangeRecord(**raw | headers | {"request_whole": whole})


def judge(
    declared: Requirement, failure: BaseException | None, *, in_body: bool, redact: Callable[[str], str] = str
) -> Part:
    """The verdict that an exception stands for. Only an AssertionError from the body of a case accuses the target.

    Reasons lose their secrets before their fingerprints are taken, which are the same whatever the token.
    """
    if failure is None:
        return Part(declared.id, Verdict.PASSED)
    if isinstance(failure, NotPermitted):
        return Part(declared.id, Verdict.SKIPPED, redact(str(failure)), skip=Skip.NOT_SELECTED)
    if isinstance(failure, BoundReached):
        return Part(declared.id, Verdict.SKIPPED, redact(str(failure)), skip=Skip.BOUND_REACHED)
    if isinstance(failure, (NotApplicable, pytest.skip.Exception)):
        return Part(declared.id, Verdict.SKIPPED, redact(str(failure)), skip=Skip.NOT_APPLICABLE)
    if isinstance(failure, AssertionError):
        return _accuse(declared, failure, redact(str(failure)), in_body=in_body)
    if isinstance(failure, KeyError):  # cases look into nothing but answers
        failure = ControlFailed(f"an object in an answer has no {failure}, which had to be there first")
    blame = failure.blame if isinstance(failure, Inconclusive) else Blame.SUITE
    reason = str(failure) if isinstance(failure, Inconclusive) else f"{type(failure).__name__}: {failure}"
    reason = redact(reason)
    reason = reason if len(reason) <= REASON else f"{reason[:REASON]}…"  # a path can be as long as a target's ids
    return Part(declared.id, Verdict.INCONCLUSIVE, reason, blame=blame, fingerprint=_digest(reason))


def _accuse(declared: Requirement, failure: AssertionError, said: str, *, in_body: bool) -> Part:
    reason = said or "an assertion of the case did not hold"
    difference = failure.difference if isinstance(failure, Violation) else None
    if declared.is_observation or not in_body:
        what = f"a prerequisite failed: {reason}"
        blame = Blame.TARGET if isinstance(failure, Violation) else Blame.SUITE  # pytest asserts, too
        return Part(declared.id, Verdict.INCONCLUSIVE, what, blame=blame, fingerprint=_digest(reason))
    verdict = Verdict.FAILED if declared.level is MUST else Verdict.WARNED
    mark = fingerprint(declared.id, reason, difference)
    return Part(declared.id, verdict, reason, fingerprint=mark, difference=difference)


def with_doubt(part: Part, declared: Requirement, session: Session, failure: BaseException | None) -> Part:
    """The part, or one that says that nobody can tell: it may rest on a write of which nobody knows the outcome."""
    found = _disturbance(part, declared, session, failure)
    if found is None:
        return part
    reason = f"{found}: that is why this proves nothing{': ' * bool(part.reason)}{part.reason}"
    return Part(part.id, Verdict.INCONCLUSIVE, reason, blame=found.blame, fingerprint=_digest(found.became))


def _disturbance(
    part: Part, declared: Requirement, session: Session, failure: BaseException | None
) -> Disturbance | None:
    if part.verdict is Verdict.PASSED and not declared.is_observation:
        return session.disturbances.refused(session.sent)
    if failure is None:
        return session.disturbances.behind([])
    if not isinstance(failure, (AssertionError, ControlFailed)):
        return None
    shown = (failure.exchange, *failure.sequence) if isinstance(failure, Violation) else ()
    return session.disturbances.behind([*session.sent, *(each for each in shown if each is not None)])


_VARIABLE = re.compile(
    r"conformance-[0-9a-z-]+|\b[A-Za-z]+_(?=[\w-]*\d)[0-9A-Za-z-]{8,}\b|\b[0-9a-f-]{32,36}\b"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|\d{9,}"
)


_FILLING = re.compile(r"(.)\1{30,}")
"""What fills a value up to a length, and is shorter behind a longer id."""


def fingerprint(id_: str, reason: str, difference: Difference | None) -> str:
    """The same for equal root causes, whatever the ids and dates.

    What differs inside an answer, and an error where success was due, has one cause for all cases that meet it. That
    a request was accepted which had to be refused says something about that request only.
    """
    shared = difference is not None and (difference.pointer or "expected status 20" in reason)
    return _digest(reason if shared else f"{id_}: {reason}")


def _digest(reason: str) -> str:
    plain = _FILLING.sub(r"\1", _VARIABLE.sub("*", reason))
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


def with_evidence(
    part: Part, session: Session, failure: BaseException | None, redact: Redactor, *, of_all: bool = False
) -> Part:
    """The part with what was sent: a line for each request, and whole exchanges where it did not pass, or `of_all`."""
    sent = session.sent
    trace = tuple((e.method, redact(e.path)[:300], e.status, round(e.elapsed_ms, 2)) for e in sent)
    if part.verdict in {Verdict.PASSED, Verdict.SKIPPED}:
        records = [redact.record(e) for e in sent[-EVIDENCE:]] if of_all else []
        return dataclasses.replace(part, trace=trace, exchanges=tuple(_shortened(record) for record in records))
    culprit = failure.exchange if isinstance(failure, Violation) else None
    sequence = failure.sequence if isinstance(failure, Violation) else ()
    kept = list(sequence or sent[-EVIDENCE:])
    if culprit is not None and not any(e is culprit for e in kept):
        kept.insert(0, culprit)
    apart = _edit(part, culprit, session)
    mentioned = f"{_at_fault(culprit, part)} {part.difference or ''} {culprit.text[:MENTIONED] if culprit else ''}"
    return dataclasses.replace(
        part,
        reason=redact(f"{part.reason}; sent {apart.text}" if apart and apart.places <= SHOWN else part.reason),
        difference=_redacted(part.difference, redact),
        differing=next((i for i, e in enumerate(kept) if e is culprit), None),
        edit=redact(apart.pointer) if apart else None,
        exchanges=_recorded(kept, culprit, session, redact),
        setup=tuple(redact.record(e) for e in session.provenance.of(kept, mentioned, culprit)),
        trace=trace,
    )


def _at_fault(culprit: Exchange | None, part: Part) -> str:
    """The id of the item of a list that differs, if one does: what is behind it matters more than the others."""
    page, _, place = part.difference.pointer.partition("/data/") if part.difference else ("", "", "")
    item = follow(culprit.json, f"/data/{place.partition('/')[0]}", None) if culprit and place and not page else None
    return str(item.get("id")) if isinstance(item, dict) else ""


def _recorded(
    kept: list[Exchange], culprit: Exchange | None, session: Session, redact: Redactor
) -> tuple[ExchangeRecord, ...]:
    """Exchanges as evidence: of the one that is at fault as much as can be, of the others less where all is much."""
    much = sum(len(e.body) for e in kept) > TEXT_OF_A_CASE
    full = EVIDENCE_LIMIT if session.told < TEXT_OF_A_RUN else SHORT
    less = min(full, TEXT_OF_A_CASE // len(kept)) if much else full
    records = tuple(redact.record(e, full if e is culprit else less) for e in kept)
    session.told += sum(len(record.response_body or "") for record in records)
    return records


def _edit(part: Part, culprit: Exchange | None, session: Session) -> Edit | None:
    """What was special about a request, unless the difference tells as much: a member that was sent came otherwise."""
    place = part.difference.pointer if part.difference else ""
    if culprit is None or part.difference is None or (place and (culprit.method == "GET" or sends(culprit, place))):
        return None
    known = [*session.sent, session.plain] if session.plain else session.sent
    return edit(culprit, [each for each in known if each.ok])


def _shortened(record: ExchangeRecord) -> ExchangeRecord:
    """An exchange in which nothing is wrong, so that the length of its bodies proves nothing."""
    sent, came = _cut(record.request_body), _cut(record.response_body)
    return dataclasses.replace(record, request_body=sent, response_body=came)


def _cut(body: str | None) -> str | None:
    if body is None or len(body) <= PASSED_BODY:
        return body
    return f"{body[:PASSED_BODY]}… (cut: {len(body):,} characters in all)"


def _redacted(difference: Difference | None, redact: Redactor) -> Difference | None:
    if difference is None:
        return None
    return Difference(redact(difference.expected), redact(difference.actual), redact(difference.pointer))


def combine(declared: Requirement, parts: Iterable[Part]) -> Result | ObservationResult:
    """One verdict of all parts of a case: the worst counts, and of several the first, in whatever order they came."""
    parts = sorted(parts, key=lambda part: part.place)
    worst = max(parts, key=lambda part: SEVERITY.index(part.verdict))
    facts: dict[str, Any] = {key: getattr(declared, key) for key in ("id", "area", "source", "statement")}
    facts["duration_s"] = round(sum(part.duration_s for part in parts), 4)
    trace = tuple(line for part in parts for line in part.trace)
    if declared.level is None:
        answers = sorted({part.answer for part in parts if part.answer is not None})
        return ObservationResult(**facts, answer="; ".join(answers) or None, reason=worst.reason, requests=len(trace))
    kept = (
        "verdict",
        "blame",
        "skip",
        "reason",
        "fingerprint",
        "difference",
        "differing",
        "edit",
        "exchanges",
        "setup",
    )
    evidence = {key: getattr(worst, key) for key in kept}
    if worst.verdict is Verdict.PASSED:
        evidence["exchanges"] = tuple(record for part in parts for record in part.exchanges)[:PASSED_EVIDENCE]
    return Result(**facts, **evidence, level=declared.level, requests=len(trace), trace=trace)
