"""One exchange as an entry of a HAR 1.2 file, which browsers and proxies open."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.model import ExchangeRecord

UNKNOWN = -1
_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_OTHER_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def shown(moment: datetime) -> str:
    """A moment as HAR writes it."""
    return moment.isoformat(timespec="milliseconds")


def entry(record: ExchangeRecord, began: datetime, comment: str = "", page: str | None = None) -> dict[str, Any]:
    """The entry of one exchange; when it began is its first member."""
    took = max(record.elapsed_ms, 0)
    return {
        "startedDateTime": shown(began),
        **({} if page is None else {"pageref": page}),
        "time": took,
        "request": _request(record),
        "response": _response(record),
        "cache": {},
        "timings": {"blocked": UNKNOWN, "dns": UNKNOWN, "connect": UNKNOWN, "send": 0, "wait": took, "receive": 0},
        **({"comment": comment} if comment else {}),
    }


def sound(value: Any) -> Any:
    """The same value with half surrogate pairs spelled out, which JSON can write and many readers cannot take."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [sound(item) for item in value]
    if isinstance(value, dict):
        return {name: sound(item) for name, item in value.items()}
    return value


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
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }


def _query(url: str) -> list[dict[str, str]]:
    """The parameters as they were sent: decoding could bring to light what was removed."""
    pairs = [pair.partition("=") for pair in url.partition("?")[2].partition("#")[0].split("&") if pair]
    return [{"name": name, "value": value} for name, _, value in pairs]


def _header(headers: tuple[tuple[str, str], ...], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")
