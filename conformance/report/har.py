"""The exchanges that a report holds as a HAR 1.2 file, which browsers and proxies open: a page a requirement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.har_entries import UNKNOWN, entry, shown, sound
from conformance.report.bounds import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import ExchangeRecord, Report, Result

_COMMENT = (
    "Whole exchanges of what did not pass (or, with --evidence all, of all), and the writes that they need first; "
    "secrets are removed. "
    "How long each took was measured; when it began is reckoned from the start of the run, so that their order is kept."
)


@dataclass
class _Clock:
    """Reckons when each exchange began, one after the other: a report knows only how long they took."""

    now: datetime

    @property
    def shown(self) -> str:
        return shown(self.now)

    def wait(self, milliseconds: float) -> None:
        self.now += timedelta(milliseconds=milliseconds)


def render(report: Report) -> str:
    """The file: ASCII only, so that no character of a target can harm it or its reader."""
    report = bounded(report)
    return json.dumps(sound({"log": _log(report)}), indent=1, ensure_ascii=True) + "\n"


def _log(report: Report) -> dict[str, Any]:
    clock = _Clock(_started(report))
    pages: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for result in report.results:
        if result.setup or result.exchanges:
            pages.append(_page(result, clock))
            entries += _entries(result, clock)
    creator = {"name": report.suite_name, "version": report.suite_version}
    return {"version": "1.2", "creator": creator, "pages": pages, "entries": entries, "comment": _COMMENT}


def _started(report: Report) -> datetime:
    try:
        started = datetime.fromisoformat(report.started_at)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return started if started.tzinfo else started.replace(tzinfo=UTC)


def _page(result: Result, clock: _Clock) -> dict[str, Any]:
    return {
        "startedDateTime": clock.shown,
        "id": result.id,
        "title": f"{result.id}: {result.statement}",
        "pageTimings": {"onContentLoad": UNKNOWN, "onLoad": UNKNOWN},
        "comment": f"{result.level}, {result.verdict}{' and waived' if result.waived else ''}: {result.reason}",
    }


def _entries(result: Result, clock: _Clock) -> Iterator[dict[str, Any]]:
    for record in result.setup:
        yield _entry(record, result, clock, "made first: what follows needs it")
    for number, record in enumerate(result.exchanges):
        yield _entry(record, result, clock, _versus(result) if number == result.differing else "")


def _versus(result: Result) -> str:
    difference = result.difference
    return f"expected {difference.expected}; came {difference.actual}" if difference else "decides the verdict"


def _entry(record: ExchangeRecord, result: Result, clock: _Clock, comment: str) -> dict[str, Any]:
    made = entry(record, clock.now, comment, result.id)
    clock.wait(made["time"])
    return made
