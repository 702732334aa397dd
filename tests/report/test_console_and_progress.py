"""What the terminal shows: while it runs, and when it is over."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from conformance.model import Verdict
from conformance.report import ReportNotWritable, console, ensure_writable, write_all
from conformance.report.progress import LiveDisplay, Plain, Silent, progress

if TYPE_CHECKING:
    from conformance.model import Report


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


def printed(report: Report, file: io.StringIO) -> str:
    """What is printed to this stream."""
    console.show(report, file, Path("reports"))
    return file.getvalue()


def test_console_tells_the_sentence_the_files_and_what_is_next(mixed: Report) -> None:
    """A run that leaves things behind is told to clean up."""
    text = printed(mixed, io.StringIO())

    assert mixed.sentence in text
    assert "Report: reports/report.html" in text
    assert "Next:   deployments-conformance clean reports/journal.jsonl" in text
    assert "\x1b" not in text


def test_colour_only_on_a_terminal_without_no_color(mixed: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is obeyed."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in printed(mixed, Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in printed(mixed, Terminal())


def test_the_next_command_fits_what_happened(mixed: Report, conformant: Report) -> None:
    """The first cause again, the consent that lacks, or a comparison later on."""
    reports = Path("reports")
    failed = replace(mixed, leftovers=())
    unselected = replace(mixed, leftovers=(), results=mixed.results[-1:])

    assert console.next_command(failed, reports).endswith("--only create-name-max-length")
    assert console.next_command(unselected, reports).endswith("--allow-runs")
    assert console.next_command(conformant, reports) == "deployments-conformance diff reports/report.json AFTER.json"
    assert console.next_command(replace(mixed, command="", leftovers=()), reports).startswith(
        "deployments-conformance run"
    )


def test_progress_is_chosen_by_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live on a terminal, plain elsewhere, nothing when quiet."""
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(progress(Terminal()), LiveDisplay)
    assert isinstance(progress(io.StringIO()), Plain)
    assert isinstance(progress(Terminal(), quiet=True), Silent)


def test_plain_progress_is_a_line_each_tenth(mixed: Report) -> None:
    """With two lines for each case that did not pass, and none for an area: they are run in turns."""
    file = io.StringIO()
    shown = Plain(Console(file=file))
    shown.start(5 * len(mixed.results))
    for result in [*mixed.results] * 5:
        shown.case_done(result)
    shown.close()
    lines = file.getvalue().splitlines()

    assert lines[0] == "45 cases"
    assert [line.split(",")[0] for line in lines if " of 45 cases, " in line] == [
        f"{number} of 45 cases" for number in (5, 9, 14, 18, 23, 27, 32, 36, 41, 45)
    ]
    assert sum(line.startswith(("FAIL", "WARN", "UNKNOWN")) for line in lines) == 30


def test_live_progress_leaves_failures_behind(mixed: Report) -> None:
    """And closes more than once without harm."""
    file = Terminal()
    shown = LiveDisplay(Console(file=file, force_terminal=True, width=100, legacy_windows=False))
    shown.start(len(mixed.results))
    for result in mixed.results:
        shown.case_done(result)
    shown.close()
    shown.close()

    assert "create-name-max-length" in file.getvalue()
    assert "9/9" in file.getvalue()


def test_a_directory_that_cannot_be_written_is_named(conformant: Report, tmp_path: Path) -> None:
    """A file in the way is one clear line, and nothing is left half-written."""
    in_the_way = tmp_path / "reports"
    in_the_way.write_text("")

    for act in (lambda: ensure_writable(in_the_way), lambda: write_all(conformant, in_the_way)):
        with pytest.raises(ReportNotWritable, match=r"cannot write to .*reports"):
            act()
    (tmp_path / "other" / "report.html").mkdir(parents=True)
    with pytest.raises(ReportNotWritable, match=r"report\.html"):
        write_all(conformant, tmp_path / "other")
    assert not [path for path in (tmp_path / "other").iterdir() if path.name.startswith(".")]


def test_an_area_counts_each_verdict(mixed: Report) -> None:
    """The table has a row an area, with denominators."""
    text = printed(mixed, io.StringIO())
    row = next(line for line in text.splitlines() if line.strip().startswith("create"))

    assert row.split() == ["create", "1/2", "1", "1"]
    assert mixed.counts[Verdict.FAILED] == 3
