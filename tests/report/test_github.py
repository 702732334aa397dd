"""Annotations tell each cause once, the worst first, and hold no command of the target."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report.conftest import kept_name, large_report, long_name, mixed_report, report, result

from conformance.model import Difference, Verdict
from conformance.report import github

if TYPE_CHECKING:
    from conformance.model import Report

EVIL = (
    "\n::set-output name=a::b",
    "::error::owned",
    "\r::warning::owned",
    "%0A::error::owned",
    "##[error]owned",
    "\n##[add-path]/tmp",
    "\x1b[2K\r::error::owned",
    "\u2028::error::owned",
    "\x85::error::owned",
    ",file=x,line=1::owned",
)


def unescaped(text: str) -> str:
    """The text as GitHub reads it."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def shown(one: Report) -> list[tuple[str, str, str]]:
    """Kind, title and text of each annotation, as GitHub reads them."""
    found = []
    for line in github.render(one):
        command = re.fullmatch(r"::(error|warning|notice) title=([^:,\r\n]+)::(.+)", line)
        assert command
        assert len(re.split("[\r\n\x85\u2028\u2029]", line)) == 1
        found.append((command[1], unescaped(command[2]), unescaped(command[3])))
    return found


def test_each_cause_is_told_once_and_errors_come_first(mixed: Report) -> None:
    """What is wrong with the run itself opens; what falls with a cause is named there."""
    found = shown(mixed)

    assert [(kind, title) for kind, title, _ in found] == [
        ("error", "The run: nonconformant"),
        ("error", "MUST broken: create-name-max-length"),
        ("error", "MUST broken: update-metadata-kept"),
        ("warning", "SHOULD not kept: errors-message"),
        ("warning", "Inconclusive: list-walk"),
        ("warning", "Inconclusive: list-back"),
    ]
    told = found[2][2].splitlines()
    assert told[:2] == [kept_name().statement, kept_name().reason]
    assert "update-metadata-merged" in told[2]
    assert told[3].startswith("Reproduce: sh reproduce/update-metadata-kept.sh")
    assert "\nReproduce: curl " in found[3][2]
    assert "Whose move" in found[4][2]


def test_a_should_fails_a_strict_run(mixed: Report) -> None:
    """So it is an error there."""
    assert ("error", "SHOULD not kept: errors-message") in [each[:2] for each in shown(replace(mixed, strict=True))]


def test_no_more_than_github_shows() -> None:
    """Ten of a kind, and how many more there are."""
    many = [replace(long_name(), id=f"create-{n}", fingerprint=f"f{n}") for n in range(13)]
    unclear = [replace(one, id=f"{one.id}-x", verdict=Verdict.INCONCLUSIVE) for one in many[:11]]
    found = shown(report(*unclear, *many))

    assert [kind for kind, *_ in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert found[-1][2] == "3 more errors and 1 more warning: see summary.md or report.html."
    assert len(shown(large_report())) == 11


def test_a_conformant_run_says_nothing(conformant: Report) -> None:
    """There is nothing to do."""
    assert shown(conformant) == []


def test_a_job_that_ends_red_is_told_why(mixed: Report) -> None:
    """Also where no requirement is to blame."""
    partial = report(result("get-one"), mixed.results[-1])

    assert shown(partial) == [("warning", "The run: partial", partial.sentence)]
    assert shown(replace(partial, allow_partial=True)) == []
    assert shown(report(unreachable="no route"))[0][:2] == ("error", "The run: unreachable")
    assert shown(report(invalid="no result"))[0][:2] == ("error", "The run: invalid")


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_of_a_target_is_a_command(evil: str) -> None:
    """Each line is one of ours, with the title that we gave it."""
    bad = replace(kept_name(), reason=evil, statement=evil, difference=Difference(evil, evil), id="get-" + evil)
    found = shown(replace(report(bad), unreachable=None, notes=(evil,)))

    assert [kind for kind, *_ in found] == ["error"]
    assert "##[" not in github.render(report(bad))[0]
    assert shown(report(unreachable=evil))[0][:2] == ("error", "The run: unreachable")


def test_a_percent_sign_stays_what_it_is() -> None:
    """What looks like an escape was text, and is text again."""
    assert "%0A50%, 100:1" in shown(report(replace(long_name(), reason="%0A50%, 100:1")))[0][2]


def test_annotations_are_short(hostile: Report) -> None:
    """A megabyte in an answer is not one in the log."""
    assert all(len(line) < 5000 for line in github.render(hostile))
    assert len(github.render(mixed_report())) == 6
