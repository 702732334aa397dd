"""report.json loses nothing, and is refused once it is not what was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.report import json_format
from conformance.report.reading import ReportUnreadable

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model import Report


def test_a_report_comes_back_as_it_was(any_report: Report) -> None:
    """Load after dump is the identity, lone surrogates and NUL included."""
    assert json_format.load(json_format.dump(any_report)) == any_report


def test_json_is_ascii(hostile: Report) -> None:
    """No character of a target can harm who reads the file as text."""
    text = json_format.dump(hostile)

    assert text.isascii()
    assert "\x1b" not in text


def test_core_members_are_those_of_the_interface(mixed: Report) -> None:
    """The names that the design fixes are all there."""
    document = json.loads(json_format.dump(mixed))

    assert document["suite"] == {"name": "deployments-conformance", "version": "0.1.0"}
    assert document["target"] == {"base_url": mixed.base_url, "revision": "qoder-2026-06"}
    assert document["requests"] == {"total": 21, "by_status": {"200": 18, "400": 3}}
    assert {"id", "level", "area", "source", "statement", "verdict", "blame", "reason", "fingerprint"} <= set(
        document["results"][0]
    )
    assert {"id", "answer"} <= set(document["observations"][0])


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_report_is_refused(mixed: Report, share: float) -> None:
    """The message says where the text ends."""
    text = json_format.dump(mixed)

    with pytest.raises(ReportUnreadable, match=r"^not JSON at line \d+, column \d+: "):
        json_format.load(text[: int(len(text) * share)].rstrip())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"verdict": "failed"', '"verdict": "passed"', "at /counts/"),
        ('"failed": 3', '"failed": 0', "at /counts/failed: says 0, the results hold 3"),
        ('"reason": "no answer"', '"reason": "fine"', "at /checksum: the file was changed"),
        ('"exit_status": 1', '"exit_status": 0', "at /checksum"),
        ('"schema_version": 1', '"schema_version": 2', "at /schema_version: this suite reads version 1"),
    ],
)
def test_an_edited_report_is_refused(mixed: Report, old: str, new: str, message: str) -> None:
    """The message says what does not fit, and where."""
    text = json_format.dump(mixed)
    assert old in text

    with pytest.raises(ReportUnreadable, match=f"^{message}"):
        json_format.load(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "text",
    ["[]", "null", "{}", '{"results": []}', '{"schema_version": 1, "results": 3}', "[" * 100_000, "9" * 5000, "<html>"],
)
def test_a_foreign_file_is_refused(text: str) -> None:
    """Anything else gets one clear line."""
    with pytest.raises(ReportUnreadable) as caught:
        json_format.load(text)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("results", 0, "verdict"), 7, "at /counts/"),
        (("results", 0, "level"), "MAY", "at /results/0/level: 'MAY' is none of MUST, SHOULD"),
        (("results", 0, "requests"), "two", "at /results/0/requests: expected int, got 'two'"),
        (("results", 0, "trace"), [["GET"]], "at /results/0/trace/0: expected 4 items, got 1"),
        (("target",), None, "at /target: expected an object"),
        (("requests", "by_status"), [], "at /requests_by_status: expected an object"),
        (("notes",), "x", "at /notes: expected an array"),
    ],
)
def test_a_sealed_file_of_another_shape_is_refused(
    mixed: Report, place: tuple[str | int, ...], value: object, message: str
) -> None:
    """Even with a right checksum, the place that does not fit is named."""
    document = json.loads(json_format.dump(mixed))
    inside = document
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    document["checksum"] = json_format._checksum(document)  # noqa: SLF001 - to get past it

    with pytest.raises(ReportUnreadable, match=f"^{message}"):
        json_format.load(json.dumps(document))


def test_a_member_that_is_missing_is_named(mixed: Report) -> None:
    """What has no default must be there."""
    document = json.loads(json_format.dump(mixed))
    del document["results"][2]["statement"]
    document["checksum"] = json_format._checksum(document)  # noqa: SLF001 - to get past it

    with pytest.raises(ReportUnreadable, match=r"^at /results/2: statement is missing"):
        json_format.load(json.dumps(document))


def test_read_names_the_file(tmp_path: Path) -> None:
    """A file that is not there, is no text or no report is named in the message."""
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe")
    (tmp_path / "empty.json").write_text("")

    for name, why in (("none.json", "No such file"), ("binary.json", "not UTF-8"), ("empty.json", "not JSON")):
        with pytest.raises(ReportUnreadable, match=why) as caught:
            json_format.read(tmp_path / name)
        assert str(caught.value).startswith(str(tmp_path / name))
