"""Every format shows what is waived as waived, and which lines of the waivers have to change."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from rich.console import Console

from conformance.report import badge, console, github, har, html, json_format, junit, markdown
from conformance.report.progress import Plain, Waiving
from conformance.report.stories import stories
from conformance.waiver import Waiver

if TYPE_CHECKING:
    from conformance.model import Report

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text())
STALE = ["create-answer", "update-metadata-kept", "errors-message"]
OLD, NEW = 'fingerprint = "f-other"', 'fingerprint = "f-metadata"'


def printed(report: Report) -> str:
    """What a pipe gets."""
    file = io.StringIO()
    console.show(report, file, Path("reports"))
    return file.getvalue()


def cases(report: Report) -> dict[str, ET.Element]:
    """The cases of junit.xml by name."""
    root = ET.fromstring(junit.render(report))  # noqa: S314 - our own
    return {case.attrib["name"]: case for case in root.iter("testcase")}


def test_everywhere_people_read_a_waived_failure_says_so(waived: Report) -> None:
    """With who answers for it, why, until when, and where it is followed."""
    texts = (printed(waived), markdown.render(waived), html.render(waived), junit.render(waived))

    for told in ("aived", "until", "2026-07-01", "team-a", "Known since June.", "tracker.example.com/DEP-1"):
        assert all(told in text for text in texts), told


def test_everywhere_the_lines_to_change_are_shown(waived: Report) -> None:
    """The old one and the new one, with the number of the line and the name of the file."""
    page = html.render(waived).replace("&#34;", '"')
    failure = cases(waived)["waiver of update-metadata-kept"].find("failure")
    assert failure is not None

    for text in (printed(waived), markdown.render(waived), page, failure.text or ""):
        assert re.search(rf"- +19  {OLD}\n\s*\+ +19  {NEW}", text)
        assert "waivers.toml" in text


def test_the_story_of_a_waived_failure_comes_last(waived: Report) -> None:
    """After what is still to be mended, with nobody to move."""
    told = stories(waived)

    assert [story.head.id for story in told if story.waived] == [told[-1].head.id] == ["create-name-max-length"]
    assert told[-1].move == "Nobody's until 2026-07-01: it is accepted, and team-a answers for it."
    assert "WAIVED  create-name-max-length" in printed(waived)
    assert "FAIL    update-metadata-kept" in printed(waived)


def test_json_tells_the_waiver_and_the_stale_ones(waived: Report) -> None:
    """As its schema says, and they come back as they were."""
    document = json.loads(json_format.dump(waived))
    one = next(result for result in document["results"] if result["waived"])

    assert (one["id"], one["verdict"], one["waived"]["owner"]) == ("create-name-max-length", "failed", "team-a")
    assert [stale["id"] for stale in document["stale_waivers"]] == STALE
    assert set(one["waived"]) == set(SCHEMA["$defs"]["waiver"]["properties"])
    assert set(document["stale_waivers"][0]["edits"][0]) == set(SCHEMA["$defs"]["edit"]["properties"])
    stale = SCHEMA["properties"]["stale_waivers"]["items"]["properties"]
    assert set(document["stale_waivers"][0]) == set(stale)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert json_format.load(json_format.dump(waived)) == waived


@pytest.mark.parametrize("name", ["waived", "stale_waivers"])
def test_a_report_of_before_there_were_waivers_is_read(mixed: Report, name: str) -> None:
    """What is missing is empty."""
    document = json.loads(json_format.dump(mixed))
    for holder in (document, *document["results"]):
        holder.pop(name, None)
    document["checksum"] = json_format._checksum(document)  # noqa: SLF001 - an earlier version would have written it

    assert json_format.load(json.dumps(document)) == mixed


def test_junit_skips_what_is_waived_and_fails_what_is_stale(waived: Report) -> None:
    """So that a CI page is green on the first and red on the second."""
    found = cases(waived)

    assert found["create-name-max-length"].find("failure") is None
    skipped = found["create-name-max-length"].find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"].startswith("waived until 2026-07-01 by team-a: Known since June.")
    assert "Promised: " in (found["create-name-max-length"].findtext("system-out") or "")
    assert [name for name in found if name.startswith("waiver of ")] == [f"waiver of {id_}" for id_ in STALE]
    assert all(case.find("failure") is not None for name, case in found.items() if name.startswith("waiver of "))


def test_annotations_are_about_what_is_to_be_done(waived: Report) -> None:
    """Stale waivers are errors; what is accepted is one notice, and nobody is told to mend it."""
    lines = github.render(waived)

    assert [line for line in lines if "Waiver to change" in line and line.startswith("::error ")] == [
        line for line in lines if "waivers.toml" in line
    ]
    assert sum("Waiver to change" in line for line in lines) == 3
    assert [line for line in lines if "create-name-max-length" in line] == [
        "::notice title=Waived%3A 1 of 4 broken::create-name-max-length"
    ]


def test_a_badge_and_the_exchanges_tell_it_too(waived: Report) -> None:
    """A badge is about the service, which a waiver does not mend."""
    accepted = replace(waived, results=waived.results[:2], stale_waivers=())

    assert badge.message(accepted) == "1 MUST broken, as accepted"
    assert badge.message(waived) == "3 MUST broken"
    assert "MUST, failed and waived: " in har.render(waived)


def test_html_marks_each_place(waived: Report) -> None:
    """The story, the clause and the case; the count has its denominator."""
    page = html.render(waived)

    assert page.count('<span class="v waived">') == 3
    assert page.count('<article class="story waived"') == 1
    assert "1 of 4 broken" in page
    assert "<b>Waivers to change.</b> 3 of them do not hold any more" in page


def test_html_links_only_to_addresses(hostile: Report) -> None:
    """A report may have been written by anyone."""
    assert "href=&#34;javascript" not in html.render(hostile)
    assert 'href="javascript' not in html.render(hostile)


def test_the_next_command_is_not_about_what_is_accepted(waived: Report) -> None:
    """Nor is it another one while waivers are to be changed."""
    only_waived = replace(waived, leftovers=(), results=waived.results[:2])

    assert console.next_command(only_waived, Path("reports")) == waived.command
    assert " diff " in console.next_command(replace(only_waived, stale_waivers=()), Path("reports"))


def test_progress_tells_a_waived_failure_as_it_appears(mixed: Report) -> None:
    """What is accepted today is not shouted as a failure."""
    file = io.StringIO()
    today = datetime.now(UTC).date().isoformat()
    failed = mixed.results[1]
    accepted = Waiver(failed.id, failed.fingerprint, "team-a", "https://h", "known", today)
    shown = Waiving(Plain(Console(file=file)), [accepted])
    shown.start(3)
    shown.case_done(failed)
    shown.case_done(mixed.results[5])
    shown.case_done(mixed.observations[0])
    shown.close()

    assert f"WAIVED  {failed.id}" in file.getvalue()
    assert f"FAIL    {mixed.results[5].id}" in file.getvalue()
