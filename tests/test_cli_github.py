"""In a job of GitHub Actions: annotations and the step summary are written, and nothing else is a command."""

from __future__ import annotations

import io
import re
import sys
from typing import TYPE_CHECKING

import pytest
from report.conftest import conformant_report, hostile_report, mixed_report
from report.test_github import EVIL

from conformance import cli_files, cli_github, runner
from conformance.cli import main
from conformance.cli_github import InertStream, inert, inert_log
from conformance.report import json_format, markdown

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model import Report

KNOWN = {
    "error",
    "warning",
    "notice",
    "debug",
    "group",
    "endgroup",
    "set-output",
    "add-path",
    "add-mask",
    "add-matcher",
}


def commands(log: str) -> list[str]:
    """The names of the commands that the runner of GitHub Actions would find in a log."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        new = re.match(r"\s*::([^ :]+)[^:]*(?::[^:]+)*::", line)
        old = re.search(r"##\[([^] ]+)[^]]*\]", line)
        found += [match[1] for match in (new, old) if match and match[1] in KNOWN]
    return found


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file for the summary of the step that we are in."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "step.md"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "step.md"


def merged(report: Report, folder: Path) -> int:
    """The exit status of `merge` over a single report."""
    (folder / "one.json").write_text(json_format.dump(report), encoding="utf-8")
    return main(["merge", "one.json"])


def test_the_reader_of_logs_knows_a_command() -> None:
    """So that finding none means something."""
    log = "::error title=a::b\n  ::warning::x\rtext ##[set-output name=a;]b\n\u2003::debug::x\nnot ::error::\n"

    assert commands(log) == ["error", "warning", "set-output", "debug"]


@pytest.mark.parametrize(
    "evil", [*EVIL, "::::error::x", "::: :error::x", " \t::error::x", "###[[error]x", "####[error]x"]
)
@pytest.mark.parametrize("before", ["", "\n", "line", "\x1b[0m", ":", "#", " "])
def test_no_text_is_a_command(evil: str, before: str) -> None:
    """At the beginning of a line, and anywhere in it."""
    assert commands(inert(before + evil)) == []


@pytest.mark.parametrize("text", ["", "a::b", "GET /x?a=::1", "# [x]", "##", "std::vector\n", "1: 2", "\n\n"])
def test_other_text_is_left_alone(text: str) -> None:
    """What is no command is not touched."""
    assert inert(text) == text


def test_many_line_breaks_take_no_time() -> None:
    """Each is looked at once."""
    assert inert("\n" * 200_000 + " " * 200_000 + "::x").endswith(": :x")


def test_a_log_is_inert_only_in_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the streams are put back."""
    before = sys.stdout, sys.stderr
    for value, kind in (("true", InertStream), ("false", type(sys.stdout)), ("", type(sys.stdout))):
        monkeypatch.setenv("GITHUB_ACTIONS", value)
        with inert_log():
            assert isinstance(sys.stdout, kind)
        assert (sys.stdout, sys.stderr) == before


def test_an_inert_stream_is_like_the_one_beneath() -> None:
    """For whoever asks whether it is a terminal, which encoding it has, or for its number."""
    with io.TextIOWrapper(io.BytesIO(), encoding="utf-8") as beneath:
        stream = InertStream(beneath)

        assert stream.write("::error::x") == 10
        stream.flush()
        assert (stream.isatty(), stream.encoding) == (False, "utf-8")
        assert beneath.buffer.getvalue() == b": :error::x"
        with pytest.raises(OSError, match="fileno"):
            stream.fileno()


def test_a_report_becomes_annotations_and_a_summary(job: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After the report itself; what the step has said before is kept."""
    job.write_text("before\n", encoding="utf-8")

    assert merged(mixed_report(), job.parent) == 1
    assert commands(capsys.readouterr().out) == ["error"] * 3 + ["warning"] * 3
    assert job.read_text(encoding="utf-8") == "before\n\n" + markdown.render(mixed_report())


def test_elsewhere_nothing_of_this_happens(
    job: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal is no log of GitHub."""
    monkeypatch.delenv("GITHUB_ACTIONS")

    assert merged(mixed_report(), job.parent) == 1
    assert commands(capsys.readouterr().out) == []
    assert not job.exists()


@pytest.mark.parametrize("color", ["", "1"])
def test_a_hostile_target_commands_nothing(
    job: Path, color: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even where colours are wanted, and lines are broken."""
    monkeypatch.setenv("FORCE_COLOR", color)

    merged(hostile_report(), job.parent)
    said = capsys.readouterr()
    assert set(commands(said.out)) == {"error", "warning", "notice"}
    ours = [line for line in said.out.splitlines() if commands(line)]
    titles = "The run|MUST|SHOULD|Inconclusive|Waive[rd]"
    assert all(re.match(f"::(error|warning|notice) title=({titles})", line) for line in ours)
    assert commands(said.err) == []


def test_a_narrow_terminal_brings_no_command_to_the_beginning_of_a_line(
    monkeypatch: pytest.MonkeyPatch, job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text that was in the middle of a line is at its beginning once the line is broken."""
    from dataclasses import replace

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    worst = replace(conformant_report(), notes=tuple(f"{'x' * n} ::add-path::x" for n in range(20, 45)))

    assert merged(worst, job.parent) == 0
    out = capsys.readouterr().out
    assert "add-path" in out
    assert commands(out) == []


def test_a_defect_of_ours_commands_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], job: Path
) -> None:
    """Nor does the line that tells of it, in which there may be text of a target."""

    def broken(_revision: str) -> None:
        raise KeyError(f"##[error]x {job}")

    monkeypatch.setattr(runner, "catalogue", broken)

    assert main(["list"]) == 70
    assert commands(capsys.readouterr().err) == []


def test_a_summary_that_cannot_be_written_is_one_line(job: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And no failure of the run."""
    job.mkdir()

    assert merged(conformant_report(), job.parent) == 0
    err = capsys.readouterr().err
    assert err.startswith("deployments-conformance: cannot add reports/summary.md to the step summary")
    assert err.count("\n") == 1


def test_a_full_summary_is_left_as_it_is(job: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GitHub would show nothing of one that is too large."""
    job.write_bytes(b"x" * (cli_github.SUMMARY_LIMIT - 100))

    assert merged(conformant_report(), job.parent) == 0
    assert "has no room" in capsys.readouterr().err
    assert job.stat().st_size == cli_github.SUMMARY_LIMIT - 100


def test_a_job_without_a_summary_has_annotations(
    job: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older runner, say."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "")

    assert cli_files.show(mixed_report(), job.parent) == 1
    assert commands(capsys.readouterr().out)
    assert not job.exists()
