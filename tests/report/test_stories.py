"""Stories: one for each cause, with the differing place marked and the requests to repeat."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.curl import curl
from conformance.exchange import Exchange, Redactor
from conformance.model import Difference, ExchangeRecord, Verdict
from conformance.report.marking import around_mark, lines, missing
from conformance.report.operations import matrix, operation, operations_of
from conformance.report.scripts import script
from conformance.report.stories import stories
from conformance.report.suffering import suffering

if TYPE_CHECKING:
    from conformance.model import Report


def marked(body: object, pointer: str) -> list[str]:
    """The marked lines of a body."""
    return [line.text.strip() for line in lines(json.dumps(body), pointer) if line.marked]


def test_one_story_a_cause_worst_first(mixed: Report) -> None:
    """Equal fingerprints are one story; broken MUSTs come first, what is unclear last."""
    told = stories(mixed)

    assert [(story.head.id, len(story.others)) for story in told] == [
        ("create-name-max-length", 0),
        ("update-metadata-kept", 1),
        ("errors-message", 0),
        ("list-walk", 0),
        ("list-back", 0),
    ]


def test_a_story_holds_what_a_reader_needs(mixed: Report) -> None:
    """Promise, place, steps before, curl line, script, whose move, and what it costs."""
    story = stories(mixed)[1]

    assert story.link == "https://docs.qoder.com/cloud-agents/api/deployments/update#merge-semantics"
    assert (story.expected, story.actual, story.place, story.place_missing) == (
        '"ops"',
        "nothing",
        "/metadata/owner",
        True,
    )
    assert [step.number for step in story.before] == [1, 2]
    assert story.differing
    assert [line.text.strip() for line in story.differing.came if line.marked] == ['"metadata": {},']
    assert story.curl.startswith("curl ")
    assert story.move == "The service under test: its documents promise otherwise."
    assert story.suffering


def test_a_status_that_differs_is_marked(mixed: Report) -> None:
    """Where the body is not what differs, the status is."""
    story = stories(mixed)[0]

    assert story.differing
    assert story.differing.status_differs
    assert not any(line.marked for line in story.differing.came)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/a/0/b", ['"b": 1']),
        ("/a/0/c", ["{"]),
        ("/a", ['"a": [']),
        ("/x~1y", ['"x/y": true,']),
        ("/~0", ['"~": null']),
        ("/nowhere/at/all", ["{"]),
        ("", []),
    ],
)
def test_the_line_of_the_pointer_is_marked(pointer: str, expected: list[str]) -> None:
    """Or the nearest thing that should have held it."""
    assert marked({"a": [{"b": 1}], "x/y": True, "~": None}, pointer) == expected


def test_a_pointer_into_an_unnamed_item_marks_nothing() -> None:
    """A page of a list does not have the member itself, and no item is blamed at random."""
    page = {"data": [{"schedule": {}}], "has_more": False}

    assert not marked(page, "/schedule/timezone")
    assert not missing(json.dumps(page), "/schedule/timezone")
    assert marked(page, "/data/0/schedule/timezone") == ['"schedule": {}']


def test_the_note_says_what_is_lacking() -> None:
    """A mark on what should hold a member names that member."""
    notes = [line.note for line in lines('{"a": {"b": 1}}', "/a/c/d") if line.marked]

    assert notes == ["lacks c"]
    assert [line.note for line in lines('{"a": {"b": 1}}', "/a/b") if line.marked] == ["differs here"]


def test_numbers_and_double_members_are_shown_as_they_came() -> None:
    """Nothing of the answer is tidied away."""
    shown = [line.text.strip() for line in lines('{"a":1.0,"a":1e400,"b":12345678901234567890123,"c":NaN}')]

    assert shown == ["{", '"a": 1.0,', '"a": 1e400,', '"b": 12345678901234567890123,', '"c": NaN', "}"]


@pytest.mark.parametrize("body", ["<html>", "{", "[" * 50_000 + "]" * 50_000, '{"a":'])
def test_what_is_not_json_is_shown_as_it_came(body: str) -> None:
    """No answer can break the report."""
    assert lines(body, "/a")[0].text.startswith(body[:5])
    assert not missing(body, "/a")


def test_a_long_body_is_shown_around_the_mark() -> None:
    """A thousand items do not hide the one that differs."""
    everything = lines(json.dumps([{"n": n} for n in range(1000)]), "/500/n")
    shown = around_mark(everything)

    assert len(everything) < 410
    assert len(shown) < 25
    assert [line.text.strip() for line in shown if line.marked] == ['"n": 500']
    assert shown[0].text.startswith("… ")


def test_a_script_carries_ids_on(mixed: Report) -> None:
    """Later requests use what earlier ones made, and the shell accepts the script."""
    text = stories(mixed)[1].script

    assert text.count("ID1=$(") == 1
    assert text.partition("# put away")[0].count('/deployments/"$ID1"') == 2
    assert "/deployments/dep_0197a1 -H" not in text
    subprocess.run(["sh", "-n"], input=text.encode(), check=True)


def test_a_script_fills_ids_inside_quotes() -> None:
    """An id in a body stands between single quotes, and is still replaced by the shell."""
    made = ExchangeRecord("POST", "http://h/agents", "/agents/x", 200, 1.0, response_body='{"id": "agent_1"}')
    used = replace(made, url="http://h/deployments?x=agent_1&y=1", request_body='{"agent": "agent_1"}')
    text = script([made, used], "two\nlines $(id)")
    run = text.replace("curl -sS -i -w '\\n' -X POST http://h/agents", "echo agent_7")
    run = run.replace("\ncurl", "\nprintf '%s|'")

    done = subprocess.run(["sh"], input=run, env={"TOKEN": "t"}, capture_output=True, text=True, check=True)
    assert 'http://h/deployments?x=agent_7&y=1|-H|content-type:|--data-binary|{"agent": "agent_7"}|' in done.stdout


def test_a_script_makes_what_it_needs_and_puts_it_away(mixed: Report) -> None:
    """The writes behind what a request mentions come first; in the end what depends on others goes first."""
    agent = ExchangeRecord("POST", "http://h/agents", "/agents", 200, 1.0, response_body='{"id": "agent_1"}')
    create = replace(
        agent,
        url="http://h/deployments",
        path="/deployments",
        request_body='{"agent": "agent_1"}',
        response_body='{"id": "dep_1"}',
    )
    result = replace(mixed.results[1], exchanges=(create,), setup=(agent,), differing=0)
    text = stories(replace(mixed, results=(result,)))[0].script

    calls = re.findall(r"-X POST (\S+)", text)
    archived = ['http://h/deployments/"$ID2"/archive', 'http://h/agents/"$ID1"/archive']
    assert calls == ["http://h/agents", "http://h/deployments", *archived]
    assert """'{"agent": "'"$ID1"'"}'""" in text


@pytest.mark.parametrize("body", [b"a'b\0%s\\n", b"\xff\xfe{", '{"a": "\u00e9\U0001f600"}\r'.encode()])
def test_a_body_of_any_bytes_can_be_pasted(body: bytes) -> None:
    """What a shell cannot hold is written by printf."""
    sent = Exchange("POST", "http://h/x", "/x", (), body, 400, (), b"", 1.0)
    line = curl(Redactor({}).record(sent))

    done = subprocess.run(["sh", "-c", line.replace("curl ", "cat; true ")], capture_output=True, check=True)
    assert done.stdout == body


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/deployments", "create"),
        ("GET", "/deployments?limit=2", "list"),
        ("GET", "/api/v1/cloud/deployments/dep_1", "get"),
        ("POST", "/deployments/dep_1", "update"),
        ("GET", "/deployments/dep_1/runs/drun_1", "get-run"),
        ("GET", "/deployment_runs", "list-all-runs"),
        ("POST", "/agents", "other"),
        ("DELETE", "/deployments/dep_1", "other"),
    ],
)
def test_an_operation_is_known_by_method_and_path(method: str, path: str, expected: str) -> None:
    """With the base path or without."""
    assert operation(method, path) == expected


def test_the_matrix_counts_what_holds(mixed: Report) -> None:
    """A requirement counts for the operation of its page; a convention for what its case asked."""
    found = matrix(mixed)
    cells = {(cell.area, cell.operation): cell for _, row in found.rows for cell in row if cell.total}

    assert (cells["create", "create"].held, cells["create", "create"].total) == (1, 2)
    assert cells["create", "create"].worst is Verdict.FAILED
    assert cells["errors", "get"].worst is Verdict.WARNED
    errors = next(result for result in mixed.results if result.area == "errors")
    assert operations_of(errors) == ("get",)


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        ("a status of 4xx", "status 200", "mistake passes unnoticed"),
        ("status 200", "status 404", "is refused"),
        ("status 400", "status 500", "fault of the server"),
        ("status 404", "status 403", "wrong turn"),
        ('"a"', '"b"', "A client"),
    ],
)
def test_what_a_client_suffers(mixed: Report, expected: str, actual: str, words: str) -> None:
    """Told from the kind of difference."""
    result = replace(mixed.results[1], difference=Difference(expected, actual))

    assert words in suffering(result)


@pytest.mark.parametrize(
    ("id_", "pointer", "words"),
    [
        ("schedule-fires-lists", "/schedule/upcoming_runs_at", "fires at another time"),
        ("unpause-answer", "/schedule/upcoming_runs_at/0", "fires at another time"),
        ("list-order", "/data", "miss deployments"),
        ("page-keeps-filters", "/data", "a selection"),
        ("runs-status-filter", "/data", "a selection"),
        ("runs-page-default-is-20", "/data", "miss runs"),
        ("run-answer", "/status", "waits for a run"),
        ("unpause-makes-it-active", "/status", "another state"),
        ("object-shape", "/agent/version", "reads version"),
    ],
)
def test_what_a_client_suffers_fits_what_differs(mixed: Report, id_: str, pointer: str, words: str) -> None:
    """By the area and the place."""
    area = id_.partition("-")[0]
    result = replace(mixed.results[1], id=id_, area=area, difference=Difference('"a"', '"b"', pointer))

    assert words in suffering(result)
