"""`compare`: two services are asked the same, one after the other, and what differs is shown."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from conformance import cli_github, cli_sides
from conformance.arguments import PROG
from conformance.cli_files import keep, prepare, say, show
from conformance.cli_run import REPORT_FILES, examine
from conformance.cli_sides import NAMES, OWN_TOKEN, Side
from conformance.cli_values import InputError, printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.model import Report
    from conformance.report import Comparison

REGRESSED, PARTIAL, LEFT_BEHIND = 1, 3, 6
PAGE, SUMMARY = "comparison.html", "comparison.md"


def compare(arguments: argparse.Namespace) -> int:
    """Examine A and then B, write both reports and the comparison, and return what the exit status says."""
    sides = cli_sides.both(arguments)
    page, summary = _files(arguments, sides)
    reports: list[Report] = []
    for side in sides:
        report = _examine(side, tuple(arguments.notes))
        if report.unreachable or report.interrupted or report.invalid:
            return _give_up(side, report, sides)
        keep(report, side.folder)
        _tell(f"{side.name}: {report.sentence}")
        reports.append(report)
    return _show(reports, sides, page, summary)


def _files(arguments: argparse.Namespace, sides: Sequence[Side]) -> tuple[Path, Path]:
    """Where the comparison goes, once it is known that all can be written; that of earlier runs is removed."""
    from conformance.report import ReportNotWritable, ensure_writable
    from conformance.report import files as written

    page: Path = arguments.html or arguments.report_dir / PAGE
    if page.name in REPORT_FILES and page.resolve().parent in {side.folder.resolve() for side in sides}:
        raise InputError(f"--html {page}: the report of one of the two is written there; name another file")
    for side in sides:
        prepare(side.folder)
    files = page, arguments.report_dir / SUMMARY
    try:
        ensure_writable(page.parent)
        for file in files:
            written.remove(file)
    except ReportNotWritable as error:
        raise InputError(f"--html {page}: {error}; name another file") from None
    return files


def _examine(side: Side, notes: tuple[str, ...]) -> Report:
    _tell(f"{side.name}: {side.where}")
    told = f"This is {side.name} of a comparison."
    if side.has_own_token:
        told += f" Its token was that of {OWN_TOKEN}: put that into DEPLOYMENTS_TOKEN for what the report tells to do."
    return examine(side.target, side.options, notes=(*notes, told))


def _give_up(side: Side, report: Report, sides: Sequence[Side]) -> int:
    """Show the report of what could not be examined as `run` would, and say what became of the other one."""
    status = show(report, side.folder)
    first = sides[0]
    other = "B was not asked" if side is first else f"the report of A is {first.folder / 'report.html'}"
    _tell(f"{side.name} could not be compared; {other}")
    return status


def _show(reports: Sequence[Report], sides: Sequence[Side], page: Path, summary: Path) -> int:
    from conformance.report import compare as compared
    from conformance.report import comparison_text, files, html

    comparison = compared(reports[0], reports[1], NAMES)
    folder = page.resolve().parent
    links = [os.path.relpath((side.folder / "report.html").resolve(), folder) for side in sides]
    files.write(page, html.render_comparison(comparison, links))
    files.write(summary, comparison_text.markdown_page(comparison))
    say(comparison_text.terminal(comparison))
    for line in _closing(reports, sides, page):
        print(printable(line))
    cli_github.tell_comparison(comparison, summary)
    return _status(comparison)


def _closing(reports: Sequence[Report], sides: Sequence[Side], page: Path) -> Iterator[str]:
    for side, report in zip(sides, reports, strict=True):
        if report.leftovers:
            token = f'DEPLOYMENTS_TOKEN="${OWN_TOKEN}" ' if side.has_own_token else ""
            journal = shlex.quote(str(side.folder / "journal.jsonl"))
            yield f"Left behind in {side.name}: {len(report.leftovers)}; {token}{PROG} clean {journal}"
    yield f"Reports: {', '.join(str(side.folder / 'report.html') for side in sides)}"
    yield f"Page:    {page}"


def _status(comparison: Comparison) -> int:
    """As `diff` has it; but what was not judged is not equal, and nothing is left behind without a word."""
    conditions = (
        (REGRESSED, comparison.exit_status != 0),
        (LEFT_BEHIND, bool(comparison.before.leftovers or comparison.after.leftovers)),
        (PARTIAL, bool(comparison.unclear) or not comparison.judged),
    )
    return next((status for status, holds in conditions if holds), 0)


def _tell(line: str) -> None:
    print(f"{PROG}: {printable(line)}", file=sys.stderr, flush=True)
