"""Waivers held against a report: which failures they cover, and which of them do not hold any more."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import TYPE_CHECKING

from conformance.model import Verdict
from conformance.waiver import Edit, Staleness, StaleWaiver

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Report, Result
    from conformance.waiver import Waiver

LASTING = timedelta(days=90)
"""How long a waiver holds unless people say otherwise."""


def day_of(report: Report) -> str:
    """The day on which the run was started, in UTC: what expires is held against it."""
    return report.started_at[:10]


def lapse(day: str) -> str:
    """The day on which a waiver of this day expires by default."""
    return (date.fromisoformat(day) + LASTING).isoformat()


def waive(report: Report, waivers: Iterable[Waiver]) -> Report:
    """The report with the failures that these waivers cover marked so, and with the waivers that do not hold."""
    by_id = {waiver.id: waiver for waiver in waivers}
    day = day_of(report)
    found = {result.id: result for result in report.results}
    stale = (_stale(waiver, found.get(waiver.id), report) for waiver in by_id.values())
    return dataclasses.replace(
        report,
        results=tuple(cover(result, by_id.get(result.id), day) for result in report.results),
        stale_waivers=tuple(one for one in stale if one is not None),
    )


def cover(result: Result, waiver: Waiver | None, day: str) -> Result:
    """The result with this waiver on it, if it holds on this day."""
    return dataclasses.replace(result, waived=waiver if waiver and holds(waiver, result, day) else None)


def holds(waiver: Waiver, result: Result, day: str) -> bool:
    """Whether this failure is the accepted one. What is inconclusive is no failure, and is never waived."""
    same = waiver.id == result.id and waiver.fingerprint == result.fingerprint
    return result.is_broken and same and day <= waiver.expires


def _stale(waiver: Waiver, result: Result | None, report: Report) -> StaleWaiver | None:
    """What is wrong with a waiver; None if it holds, or if the run could not tell."""
    if result is None:
        return _unmatched(waiver) if report.results else None
    if result.verdict is Verdict.PASSED:
        why = "the requirement holds by now, so nothing is left to be waived"
        return _of(waiver, Staleness.PASSES, why, _removal(waiver))
    return _lapsed(waiver, result, day_of(report)) if result.is_broken else None


def _unmatched(waiver: Waiver) -> StaleWaiver:
    why = "the reports hold nothing on this requirement"
    return _of(waiver, Staleness.UNMATCHED, why, _removal(waiver))


def _lapsed(waiver: Waiver, result: Result, day: str) -> StaleWaiver | None:
    """What is wrong with the waiver of a promise that is broken: another reason, or its day."""
    if holds(waiver, result, day):
        return None
    expired = _line(waiver, "expires", waiver.expires, lapse(day)) if waiver.expires < day else ()
    over = f"it expired on {waiver.expires}" if expired else ""
    if waiver.fingerprint == result.fingerprint:
        why = f"{over}; mend the service, or agree with {waiver.owner} on a later day"
        return _of(waiver, Staleness.EXPIRED, why, expired)
    why = f"it now fails for another reason: {result.reason}{'; also, ' + over if over else ''}"
    edits = (*_line(waiver, "fingerprint", waiver.fingerprint, result.fingerprint), *expired)
    return _of(waiver, Staleness.DIFFERS, why, edits)


def _of(waiver: Waiver, kind: Staleness, why: str, edits: tuple[Edit, ...]) -> StaleWaiver:
    return StaleWaiver(waiver.id, kind, why, waiver.file, edits)


def _removal(waiver: Waiver) -> tuple[Edit, ...]:
    return tuple(Edit(number, line) for number, line in enumerate(waiver.lines, waiver.line))


def _line(waiver: Waiver, key: str, old: str, new: str) -> tuple[Edit, ...]:
    """The line of this key with its value changed, whatever else stands on it kept."""
    for number, line in enumerate(waiver.lines, waiver.line):
        name, equals, rest = line.partition("=")
        if name.strip(" \t\"'") == key and old in rest:
            return (Edit(number, line, name + equals + rest.replace(old, new, 1)),)
    return (Edit(waiver.line, f'{key} = "{old}"', f'{key} = "{new}"'),)
