"""exchanges.har is valid HAR 1.2, complete and in order, whatever was sent and came."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from report.conftest import CREATE, HOSTILE, kept_name, record, report

from conformance.exchange import Exchange, Redactor
from conformance.report import har

if TYPE_CHECKING:
    from conformance.model import ExchangeRecord, Report

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
SIZE: Schema = {"type": "integer", "minimum": -1}
TIMING: Schema = {"type": "number", "minimum": -1}
TAKEN: Schema = {"type": "number", "minimum": 0}
WHEN: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$"}


def an_object(required: Schema, **optional: Schema) -> Schema:
    """A schema of an object: HAR knows no other members than these, a comment, and those that begin with _."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {"comment": TEXT} | required | optional,
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


def many(item: Schema) -> Schema:
    """A schema of an array."""
    return {"type": "array", "items": item}


PAIRS = many(an_object({"name": TEXT, "value": TEXT}))
MESSAGE: Schema = {"httpVersion": TEXT, "cookies": PAIRS, "headers": PAIRS, "headersSize": SIZE, "bodySize": SIZE}
REQUEST = an_object(
    {"method": TEXT, "url": {"type": "string", "pattern": "^https?://[!-~]+$"}, "queryString": PAIRS} | MESSAGE,
    postData=an_object({"mimeType": TEXT, "text": TEXT}),
)
CONTENT = an_object({"size": SIZE, "mimeType": TEXT}, text=TEXT, encoding={"const": "base64"}, compression=SIZE)
RESPONSE = an_object(
    {"status": {"type": "integer"}, "statusText": TEXT, "content": CONTENT, "redirectURL": TEXT} | MESSAGE
)
TIMINGS = an_object(
    {"send": TAKEN, "wait": TAKEN, "receive": TAKEN}, blocked=TIMING, dns=TIMING, connect=TIMING, ssl=TIMING
)
ENTRY = an_object(
    {
        "startedDateTime": WHEN,
        "time": TAKEN,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": an_object({}),
        "timings": TIMINGS,
    },
    pageref=TEXT,
)
PAGE = an_object(
    {
        "startedDateTime": WHEN,
        "id": TEXT,
        "title": TEXT,
        "pageTimings": an_object({}, onContentLoad=TIMING, onLoad=TIMING),
    }
)
CREATOR = an_object({"name": TEXT, "version": TEXT})
HAR: Schema = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": an_object({"version": {"const": "1.2"}, "creator": CREATOR, "entries": many(ENTRY)}, pages=many(PAGE))
    },
}


def log(one: Report) -> Schema:
    """The log of a report's HAR, which is valid."""
    text = har.render(one)
    document: Schema = json.loads(text)
    assert text.isascii()
    assert not [error.message for error in jsonschema.Draft202012Validator(HAR).iter_errors(document)]
    found: Schema = document["log"]
    return found


def entry(one: ExchangeRecord) -> Schema:
    """The entry of a single exchange."""
    found: Schema = log(report(replace(kept_name(), exchanges=(one,), differing=None)))["entries"][0]
    return found


def test_every_exchange_of_a_report_is_there_in_order(any_report: Report) -> None:
    """A page for each requirement that has some, named by id and statement."""
    found = log(any_report)
    held = [(one, sent) for one in any_report.results for sent in (*one.setup, *one.exchanges)]

    assert [(e["pageref"], e["request"]["method"]) for e in found["entries"]] == [(r.id, s.method) for r, s in held]
    assert [page["title"] for page in found["pages"]] == list(
        dict.fromkeys(f"{one.id}: {one.statement}" for one, _ in held)
    )
    assert {page["id"] for page in found["pages"]} == {e["pageref"] for e in found["entries"]}
    began = [e["startedDateTime"] for e in found["entries"]]
    assert began == sorted(began)


def test_what_has_to_be_made_first_comes_first(mixed: Report) -> None:
    """And the answer that differs says how."""
    setup = record("POST", "/agents", 200, {}, {"id": "agent_1"})
    broken = replace(kept_name(), setup=(setup,))
    entries = log(replace(mixed, results=(broken,)))["entries"]

    assert [e["request"]["url"].rpartition("cloud")[2] for e in entries[:2]] == ["/agents", "/deployments"]
    assert "made first" in entries[0]["comment"]
    assert entries[-1]["comment"] == 'expected "ops"; came nothing'


def test_an_exchange_is_told_as_it_was() -> None:
    """Times in milliseconds, the query as it was sent, and what is unknown as -1."""
    sent = record("GET", "/deployments?limit=20&name=a%20b&flag", 200, None, {"data": []})
    found = entry(replace(sent, response_headers=(("Location", "/x"), ("content-type", "application/json"))))

    assert found["time"] == found["timings"]["wait"] == 12.5
    assert found["request"]["queryString"] == [
        {"name": "limit", "value": "20"},
        {"name": "name", "value": "a%20b"},
        {"name": "flag", "value": ""},
    ]
    assert "postData" not in found["request"]
    assert found["response"]["redirectURL"] == "/x"
    assert found["response"]["content"] == {"size": 12, "mimeType": "application/json", "text": '{"data": []}'}
    assert found["response"]["bodySize"] == found["timings"]["dns"] == -1


def test_no_answer_is_status_0_with_the_reason() -> None:
    """As browsers write it."""
    found = entry(record("GET", "/deployments", None))["response"]

    assert (found["status"], found["_error"]) == (0, "the connection was closed half-way")
    assert found["content"] == {"size": 0, "mimeType": "application/json"}


@pytest.mark.parametrize("body", [b"\xff\xfe{", b'{"name": "\xe9"}', b"\xed\xa0\x80"])
def test_a_body_that_is_not_utf8_is_kept_exactly(body: bytes) -> None:
    """As base64, beside a text in which its bytes are spelled out."""
    sent = Exchange("POST", "http://h/x", "/x", (), body, 400, (), b"\xff\x00", 1.0)
    found = entry(Redactor({}).record(sent))["request"]["postData"]

    assert base64.b64decode(found["_base64"]) == body
    assert "\\udc" in found["text"]


def test_half_a_surrogate_pair_is_spelled_out() -> None:
    """Wherever it stands: many readers of JSON refuse it, though Python does not."""
    odd = replace(CREATE, request_body="\ud800", response_body="\udfff", url="http://h/\ud800 \n", problem=HOSTILE)
    found = entry(replace(odd, response_headers=(("x\udc80", "\ud800"),)))

    assert found["request"]["postData"]["text"] == "\\ud800"
    assert found["response"]["content"]["text"] == "\\udfff"
    assert found["request"]["url"] == "http://h/?%20%0A"
    assert json.dumps(found, ensure_ascii=False).encode("utf-8")


def test_both_kinds_of_surrogate_in_one_body_break_nothing() -> None:
    """Such a body cannot come of bytes, so there are none to keep."""
    assert entry(replace(CREATE, request_body="\udcff\ud800"))["request"]["postData"]["text"] == "\\udcff\\ud800"


@pytest.mark.parametrize("started", ["2026-07-01T12:00:00", "", "yesterday"])
def test_a_start_that_cannot_be_read_breaks_nothing(mixed: Report, started: str) -> None:
    """The order is what counts."""
    assert log(replace(mixed, started_at=started))["entries"]


def test_a_token_is_in_no_form_in_the_file() -> None:
    """Neither as it is nor percent-encoded, in the URL, a header or a body."""
    token = "canary/7f3a+x"  # noqa: S105 - not a real one
    headers = (("authorization", f"Bearer {token}"),)
    url = "http://h/x?key=canary%2F7f3a%2Bx&other=" + token
    sent = Exchange("POST", url, url[8:], headers, token.encode() + b"\xff", 400, headers, token.encode(), 1.0)
    one = replace(kept_name(), exchanges=(Redactor({token: "$TOKEN"}).record(sent),), differing=None)
    text = har.render(report(one))

    assert "7f3a" not in text
    assert base64.b64encode(token.encode())[:12].decode() not in text
