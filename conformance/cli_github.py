"""In a job of GitHub Actions: a log in which no line is a command but ours, annotations, and the step summary."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from conformance.arguments import PROG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.model import Report
    from conformance.report import Comparison

SUMMARY_LIMIT = 1024 * 1024
"""GitHub takes no larger summary of a step."""

_COMMAND = re.compile(r"((?<![^\r\n])[^\S\r\n]*:)(?=:)|(##)(?=\[)")
"""How a line becomes a command: it begins with `::`, or has `##[` anywhere."""


def in_a_job() -> bool:
    """Whether GitHub Actions reads what is printed."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def inert(text: str) -> str:
    """The text with a space in what GitHub would take for the beginning of a command."""
    return _COMMAND.sub(lambda match: f"{match.group()} ", text)


class InertStream(io.TextIOBase):
    """A stream on which nothing is a command, whoever sent it; `stream` is the one beneath."""

    def __init__(self, stream: TextIO) -> None:
        """What is written goes to this stream."""
        self.stream = stream

    def __del__(self) -> None:
        """Close nothing, though io would: the stream beneath is another's, and may be closed before us."""

    def write(self, text: str) -> int:
        """Write the text, inert."""
        self.stream.write(inert(text))
        return len(text)

    def flush(self) -> None:
        """Let everything be seen."""
        self.stream.flush()

    def isatty(self) -> bool:
        """Whether somebody sits before it."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The number of the file beneath."""
        return self.stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream beneath."""
        return self.stream.encoding


@contextmanager
def inert_log() -> Iterator[None]:
    """Make all that is printed inert as long as GitHub Actions reads it; elsewhere nothing is changed."""
    if not in_a_job():
        yield
        return
    with redirect_stdout(InertStream(sys.stdout)), redirect_stderr(InertStream(sys.stderr)):
        yield


def tell(report: Report, folder: Path) -> None:
    """Print the annotations of a report, and add its summary.md to that of the step; elsewhere do nothing."""
    if not in_a_job():
        return
    from conformance.report import github

    _tell(github.render(report), folder / "summary.md")


def tell_comparison(comparison: Comparison, summary: Path) -> None:
    """Print an annotation for each regression, and add the summary to that of the step; elsewhere do nothing."""
    if not in_a_job():
        return
    from conformance.report import github

    _tell(github.render_comparison(comparison), summary)


def _tell(lines: Iterable[str], summary: Path) -> None:
    stream = sys.stdout.stream if isinstance(sys.stdout, InertStream) else sys.stdout
    for line in lines:
        print(line, file=stream)
    named = os.environ.get("GITHUB_STEP_SUMMARY")
    if named:
        _add_summary(Path(named), summary)


def _add_summary(path: Path, summary: Path) -> None:
    """Append to the summary of the step; that it cannot be is said in a line, and changes no verdict."""
    try:
        text = b"\n" + summary.read_bytes()
        size = path.stat().st_size if path.exists() else 0
        if size + len(text) > SUMMARY_LIMIT:
            _say(f"the step summary has no room for {summary}: GitHub takes 1 MiB, and {size:,} bytes are in it")
            return
        with path.open("ab") as file:
            file.write(text)
    except OSError as error:
        _say(f"cannot add {summary} to the step summary, GITHUB_STEP_SUMMARY={path}: {error.strerror or error}")


def _say(line: str) -> None:
    from conformance.report.visible import one_line

    print(f"{PROG}: {one_line(line, 1000)}", file=sys.stderr)
