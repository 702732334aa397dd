"""The exchanges that a report holds as a HAR 1.2 file, which browsers and proxies open: a page a requirement."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.report.bounds import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import ExchangeRecord, Report, Result

_COMMENT = (
    "Whole exchanges of what did not pass, and the writes that they need first; secrets are removed. "
    "How long each took was measured; when it began is reckoned from the start of the run, so that their order is kept."
)
_UNKNOWN = -1
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_OTHER_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


@dataclass
class _Clock:
    """Reckons when each exchange began, one after the other: a report knows only how long they took."""

    now: datetime

    @property
    def shown(self) -> str:
        return self.now.isoformat(timespec="milliseconds")

    def wait(self, milliseconds: float) -> None:
        self.now += timedelta(milliseconds=milliseconds)


def render(report: Report) -> str:
    """The file: ASCII only, so that no character of a target can harm it or its reader."""
    report = bounded(report)
    return json.dumps(_sound({"log": _log(report)}), indent=1, ensure_ascii=True) + "\n"


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
        "pageTimings": {"onContentLoad": _UNKNOWN, "onLoad": _UNKNOWN},
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
    took = max(record.elapsed_ms, 0)
    entry = {
        "pageref": result.id,
        "startedDateTime": clock.shown,
        "time": took,
        "request": _request(record),
        "response": _response(record),
        "cache": {},
        "timings": {"blocked": _UNKNOWN, "dns": _UNKNOWN, "connect": _UNKNOWN, "send": 0, "wait": took, "receive": 0},
    }
    clock.wait(took)
    return entry | ({"comment": comment} if comment else {})


def _request(record: ExchangeRecord) -> dict[str, Any]:
    url = quote(record.url, safe=_PRINTABLE, errors="replace")
    sent = {} if record.request_body is None else {"postData": _post_data(record, record.request_body)}
    return {
        "method": record.method,
        "url": url,
        **_message(record.request_headers),
        "queryString": _query(url),
        **sent,
    }


def _post_data(record: ExchangeRecord, body: str) -> dict[str, Any]:
    """The body as text; bytes that are no text are spelled out there, and kept exactly in a member of our own."""
    data = {"mimeType": _header(record.request_headers, "content-type"), "text": body}
    if not _ESCAPED_BYTE.search(body) or _OTHER_SURROGATE.search(body):
        return data
    exact = base64.b64encode(body.encode("utf-8", "surrogateescape")).decode()
    return data | {"comment": "not UTF-8: _base64 holds the bytes", "_base64": exact}


def _response(record: ExchangeRecord) -> dict[str, Any]:
    """The answer; status 0 and the reason where none came, as browsers write it."""
    failed = {"_error": record.problem} if record.problem else {}
    return {
        "status": record.status or 0,
        "statusText": "",
        **_message(record.response_headers),
        "content": _content(record),
        "redirectURL": _header(record.response_headers, "location"),
        **failed,
    }


def _content(record: ExchangeRecord) -> dict[str, Any]:
    mime = _header(record.response_headers, "content-type") or "x-unknown"
    body = record.response_body
    if body is None:
        return {"size": 0, "mimeType": mime}
    return {"size": len(body.encode("utf-8", "backslashreplace")), "mimeType": mime, "text": body}


def _message(headers: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """What requests and answers have in common; cookies are left where they came, in the headers."""
    return {
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers],
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
    }


def _query(url: str) -> list[dict[str, str]]:
    """The parameters as they were sent: decoding could bring to light what was removed."""
    pairs = [pair.partition("=") for pair in url.partition("?")[2].partition("#")[0].split("&") if pair]
    return [{"name": name, "value": value} for name, _, value in pairs]


def _header(headers: tuple[tuple[str, str], ...], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _sound(value: Any) -> Any:
    """The same value with half surrogate pairs spelled out, which JSON can write and many readers cannot take."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {name: _sound(item) for name, item in value.items()}
    return value
