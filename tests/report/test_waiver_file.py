"""The file of waivers: what it may hold, what is refused and how, and what a run proposes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.model import Blame, Verdict
from conformance.report.waiver_draft import is_ours, propose
from conformance.report.waiver_file import WaiverFile, WaiversUnreadable, parse, read
from conformance.report.waiving import waive

if TYPE_CHECKING:
    from conformance.model import Report

VALUES = {
    "id": '"create-one"',
    "fingerprint": '"0123456789ab"',
    "owner": '"team-a"',
    "link": '"https://tracker.example.com/DEP-1"',
    "reason": '"Known since June."',
    "expires": "2026-12-31",
}


def entry(**changes: str | None) -> str:
    """A waiver with some values changed, added or (None) left out."""
    values = VALUES | changes
    return "\n".join(["[[waiver]]", *(f"{key} = {value}" for key, value in values.items() if value is not None), ""])


def refusal(text: str) -> str:
    """What is said of a file that cannot be used; always one line that begins with its name."""
    with pytest.raises(WaiversUnreadable) as caught:
        parse(text, "w.toml")
    assert str(caught.value).startswith("w.toml")
    return str(caught.value)


def test_a_waiver_is_read_with_its_place() -> None:
    """With the comments right above it, which are nobody else's."""
    other = entry(id='"create-two"', expires='"2027-01-31"')
    text = f"# All of them\n\n# Why\n{entry()}\n# Another\n{other}# end\n\n"
    first, second = parse(text, "w.toml").waivers

    assert (first.id, first.owner, first.expires, first.line) == ("create-one", "team-a", "2026-12-31", 3)
    assert first.lines == ("# Why", *entry().splitlines())
    assert (second.id, second.expires, second.line) == ("create-two", "2027-01-31", 12)
    assert second.lines[0] == "# Another"
    assert parse(text, "w.toml").preamble == ("# All of them", "")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\r\n", entry().replace("\n", "\r\n"), "waiver = []"])
def test_a_file_may_hold_no_waiver_or_other_line_ends(text: str) -> None:
    """Such a file accepts nothing, which is fine."""
    assert len(parse(text, "w.toml").waivers) == text.count("[[waiver]]")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("waiver", "not TOML: Expected '=' after a key"),
        (entry(expires="2026-02-30"), "not TOML: .*"),
        (entry() + "x = [" + "[" * 5000, "not TOML"),
        ('[[waivers]]\nid = "x"', "'waivers' is unknown at the top"),
        ("waiver = 3", "no list of tables"),
        ("waiver = [3]", "no list of tables"),
        ('waiver = [{id = "x"}]', r"begin each waiver with a line \[\[waiver\]\]"),
        (entry(reason='"""\n[[waiver]]\n"""'), r"begin each waiver with a line \[\[waiver\]\]"),
        (entry(until="1"), r"line 1: waiver 1 \(create-one\): the key 'until' is unknown; known are id, fingerprint"),
        (entry() + "\n" + entry(), r"line 9: waiver 2 is the second of create-one; keep one"),
        (entry(expires='"2026-02-30"'), "expires is '2026-02-30', no day"),
        (entry(expires='"20261231"'), "expires is '20261231', no day"),
        (entry(expires='"soon"'), "expires is 'soon', no day"),
        (entry(expires="2026-12-31T10:00:00Z"), "expires is '2026-12-31 10:00"),
        (entry(expires="20261231"), "no day; write the last day on which it is accepted, such as 2027-01-31"),
        (entry(link='"DEP-1"'), "link is 'DEP-1', no address"),
        (entry(link='"javascript:alert(1)"'), "no address"),
        (entry(link='"https://a b"'), "no address"),
        (entry(owner="7"), "owner is no text; write between quotes who answers for it"),
        (entry(id="7"), "line 1: waiver 1: id is no text"),
        *((entry(**{key: None}), f"{key} is missing; add it: ") for key in VALUES),
        *((entry(**{key: '" "'}), f"{key} is not filled in yet; write ") for key in VALUES if key != "expires"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, told: str) -> None:
    """The line names file, entry and what to do."""
    assert re.search(told, refusal(text))


@pytest.mark.parametrize(
    ("data", "told"), [(None, "No such file"), (b"\xff", "not UTF-8 at byte 0"), (b"\xef\xbb\xbfx", "not TOML")]
)
def test_a_file_that_cannot_be_read_is_named(data: bytes | None, told: str, tmp_path: Path) -> None:
    """Whether it is not there or no text."""
    path = tmp_path / "w.toml"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(WaiversUnreadable, match=f"w.toml: {told}"):
        read(path)


def fill(text: str) -> str:
    """What people write into a proposal."""
    return text.replace('owner = ""', 'owner = "team-a"').replace('link = ""', 'link = "https://t.example/1"')


def test_a_proposal_waits_for_people(mixed: Report) -> None:
    """An entry for each failure; unfilled it is refused with what to do, filled in it lets the run pass."""
    draft = propose(mixed, WaiverFile())
    found = parse(fill(draft.text), "w.toml").waivers

    assert (draft.new, draft.kept, draft.dropped) == (3, 0, 0)
    assert is_ours(draft.text)
    assert {each.id: each.expires for each in found} == dict.fromkeys(
        ["create-name-max-length", "update-metadata-kept", "update-metadata-merged"], "2026-09-29"
    )
    assert re.search(
        r"line 6: waiver 1 \(create-name-max-length\): owner is not filled in yet; write who", refusal(draft.text)
    )
    assert len(parse(draft.text, "w.toml", draft=True).waivers) == 3
    assert waive(mixed, found).gate is not mixed.gate
    assert not waive(mixed, found).stale_waivers


def test_the_example_of_the_documentation_is_a_proposal() -> None:
    """It can be filled in as it is told there."""
    text = (Path(__file__).parents[2] / "docs" / "waivers.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]

    assert "owner is not filled in yet" in refusal(example)
    assert [each.id for each in parse(fill(example), "w.toml").waivers] == ["create-name-over-maximum"]


def test_a_strict_run_proposes_for_shoulds_too(mixed: Report) -> None:
    """A strict run fails for them."""
    draft = propose(replace(mixed, strict=True), WaiverFile())

    assert "errors-message" in draft.text
    assert draft.new == 4


def test_a_proposal_keeps_what_holds(mixed: Report) -> None:
    """Word for word; what passes, fails otherwise or is over goes, and what was not found out stays."""
    text = fill(propose(mixed, WaiverFile()).text).replace("# An update", "# Ours: an update").replace("2026-", "2031-")
    text += "\n" + entry(id='"list-walk"') + "\n" + entry(id='"create-answer"') + "\n" + entry(id='"gone-long-ago"')
    later = replace(mixed, started_at="2030-01-01T00:00:00Z")
    changed = replace(mixed.results[1], fingerprint="f-new")
    later = replace(later, results=(mixed.results[0], changed, *mixed.results[2:]))
    draft = propose(later, parse(text, "w.toml"))
    found = {each.id: each for each in parse(draft.text, "w.toml", draft=True).waivers}

    assert (draft.new, draft.kept, draft.dropped) == (1, 3, 3)
    assert set(found) == {"create-name-max-length", "update-metadata-kept", "update-metadata-merged", "list-walk"}
    assert found["update-metadata-kept"].owner == "team-a"
    assert found["update-metadata-kept"].lines[0].startswith("# Ours: an update")
    assert (found["create-name-max-length"].fingerprint, found["create-name-max-length"].owner) == ("f-new", "")
    assert propose(later, parse(draft.text, "w.toml", draft=True)).text == draft.text


def test_what_has_expired_is_proposed_anew(mixed: Report) -> None:
    """So that somebody answers for it again."""
    text = fill(propose(mixed, WaiverFile()).text)
    draft = propose(replace(mixed, started_at="2030-01-01T00:00:00Z"), parse(text, "w.toml"))

    assert (draft.new, draft.kept, draft.dropped) == (3, 0, 3)
    assert draft.text.count("expires = 2030-04-01") == 3
    assert draft.text.count('owner = ""') == 3


def test_nothing_inconclusive_is_proposed(mixed: Report) -> None:
    """What could not be found out is no failure."""
    unclear = replace(mixed.results[1], verdict=Verdict.INCONCLUSIVE, blame=Blame.TARGET)

    assert propose(replace(mixed, results=(unclear,)), WaiverFile()).new == 0


def test_a_hostile_reason_stays_a_text(hostile: Report) -> None:
    """Nothing that a target sent adds a line or a waiver to the proposal."""
    draft = propose(replace(hostile, strict=True), WaiverFile())
    found = parse(fill(draft.text), "w.toml").waivers

    assert len(found) == draft.new
    assert draft.text.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", draft.text)
    assert any("evil" in each.reason for each in found)
