"""Every format shows the same numbers, verdicts and ids, whatever the target sent."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from conformance.model import Report, Verdict
from conformance.report import console, html, json_format, junit, markdown, write_all
from conformance.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.schema.json").read_text())


def shown_in_json(text: str) -> tuple[Mapping[str, int], dict[str, str]]:
    """Counts and verdicts as report.json tells them."""
    document = json.loads(text)
    return document["counts"], {one["id"]: one["verdict"] for one in document["results"]}


def shown_in_junit(text: str) -> tuple[Mapping[str, int], dict[str, str]]:
    """Counts and verdicts as junit.xml tells them."""
    root = ET.fromstring(text)  # noqa: S314 - our own
    counts = {
        p.attrib["name"][6:]: int(p.attrib["value"]) for p in root.iter("property") if "count." in p.attrib["name"]
    }
    cases = {
        case.attrib["name"]: p.attrib["value"]
        for case in root.iter("testcase")
        for p in case.iter("property")
        if p.attrib["name"] == "verdict"
    }
    return counts, cases


def shown_in_html(text: str) -> tuple[Mapping[str, int], dict[str, str]]:
    """Counts and verdicts as report.html tells them."""
    tiles = re.findall(r'<li class="(\w+)(?: zero)?"><a [^>]*><b>(\d+)</b>', text)
    cases = re.findall(r'<details class="case" id="req-([^"]*)" data-verdict="(\w+)"', text)
    return {verdict: int(number) for verdict, number in tiles}, dict(cases)


def shown_in_markdown(text: str) -> Mapping[str, int]:
    """Counts as summary.md tells them."""
    row = next(line for line in text.splitlines() if line.startswith("| **all**"))
    numbers = [cell.strip(" *") for cell in row.strip("| ").split("|")][3:]
    return {verdict.value: int(number or 0) for verdict, number in zip(Verdict, numbers, strict=True)}


def shown_in_console(text: str) -> Mapping[str, int]:
    """Counts as the terminal tells them."""
    row = next(line for line in text.splitlines() if re.match(r"\s*all\s", line))
    numbers = re.findall(r"(?<![/\d])\d+(?![/\d])", row)
    return {verdict.value: int(number) for verdict, number in zip(Verdict, numbers, strict=True)}


def printed(report: Report) -> str:
    """What a terminal without colours shows."""
    file = io.StringIO()
    console.show(report, file)
    return file.getvalue()


def test_all_formats_show_equal_numbers_verdicts_and_ids(any_report: Report) -> None:
    """The counts are equal in five formats, and the verdict on each id in three."""
    counts = any_report.counts
    verdicts = {one.id: one.verdict.value for one in any_report.results}

    assert shown_in_json(json_format.dump(any_report)) == (counts, verdicts)
    assert shown_in_junit(junit.render(any_report)) == (counts, verdicts)
    assert shown_in_html(html.render(any_report)) == (counts, verdicts)
    assert shown_in_markdown(markdown.render(any_report)) == counts
    assert shown_in_console(printed(any_report)) == counts


def test_all_formats_name_what_is_broken(mixed: Report) -> None:
    """Every cause is told by its id wherever a person reads."""
    for text in (markdown.render(mixed), printed(mixed), html.render(mixed), junit.render(mixed)):
        assert "create-name-max-length" in text
        assert "A name longer than 256 characters is refused." in text
        assert "errors-message" in text


def test_json_validates_against_the_published_schema(any_report: Report) -> None:
    """report.json is what its schema says."""
    validator = jsonschema.Draft202012Validator(SCHEMA)

    assert not [error.message for error in validator.iter_errors(json.loads(json_format.dump(any_report)))]


def test_schema_knows_every_member_that_is_written(mixed: Report) -> None:
    """No member at the top or of a result is missing from the schema."""
    document = json.loads(json_format.dump(mixed))

    assert set(document) == set(SCHEMA["properties"])
    assert set(document["results"][0]) == set(SCHEMA["$defs"]["result"]["properties"])
    assert set(document["results"][1]["exchanges"][0]) == set(SCHEMA["$defs"]["exchange"]["properties"])


def test_junit_counts_add_up(any_report: Report) -> None:
    """The numbers in the attributes are those of the elements."""
    root = ET.fromstring(junit.render(any_report))  # noqa: S314 - our own

    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(root.attrib[attribute]) == len(list(root.iter(tag)))
        assert int(root.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in root)


@pytest.mark.parametrize("strict", [False, True])
def test_junit_fails_a_should_only_when_strict(mixed: Report, strict: bool) -> None:  # noqa: FBT001 - a parameter
    """A SHOULD that is not kept is a note, unless the run is strict."""
    from dataclasses import replace

    root = ET.fromstring(junit.render(replace(mixed, strict=strict)))  # noqa: S314 - our own
    case = next(case for case in root.iter("testcase") if case.attrib["name"] == "errors-message")

    assert (case.find("failure") is not None) is strict
    assert (case.find("skipped") is not None) is not strict


def test_junit_is_what_ci_servers_show_well(mixed: Report) -> None:
    """Id as name, area as class; GitLab shows the text of what did not pass, Jenkins the message too."""
    root = ET.fromstring(junit.render(mixed))  # noqa: S314 - our own
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    said = {name: one for name, case in cases.items() for one in case if one.tag in {"failure", "error", "skipped"}}

    for result in mixed.results:
        assert cases[result.id].attrib["classname"] == result.area
        if result.verdict is not Verdict.PASSED:
            assert result.reason in said[result.id].attrib["message"]
            assert result.reason in (said[result.id].text or "")
    assert "curl " in (said["errors-message"].text or "")


def test_junit_suites_have_names_of_their_own(mixed: Report) -> None:
    """Jenkins would take two of one name for one; each area is one, and the run itself."""
    root = ET.fromstring(junit.render(mixed))  # noqa: S314 - our own
    names = [suite.attrib["name"] for suite in root]

    assert names == [junit.RUN, *dict.fromkeys(result.area for result in mixed.results)]
    assert len(set(names)) == len(names)


def test_write_all_writes_whole_files(mixed: Report, conformant: Report, tmp_path: Path) -> None:
    """A file for each format and a script for each failure of several requests are there, and nothing else."""
    paths = write_all(mixed, tmp_path / "deep" / "reports", baseline=conformant)

    scripts = ["create-name-max-length.sh", "update-metadata-kept.sh"]
    formats = ["report.json", "report.html", "junit.xml", "summary.md", "badge.json", "exchanges.har"]
    assert [path.name for path in paths] == [*formats, *scripts]
    assert sorted(paths) == sorted(path for path in (tmp_path / "deep" / "reports").rglob("*") if path.is_file())
    for name in ("report.html", "summary.md"):
        assert "What changed" in (tmp_path / "deep" / "reports" / name).read_text(encoding="utf-8")


def test_visible_spells_out_what_cannot_be_seen() -> None:
    """Escapes, reordering marks and what is no character become text; ordinary letters of any script stay."""
    assert visible("a\x1b[0m\u202e\ud800\x00\r") == "a\\u001b[0m\\u202e\\ud800\\u0000\\r"
    assert visible("Größe 日本語 عربى 🙂\n\t") == "Größe 日本語 عربى 🙂\n\t"
