"""`diff` and `merge`, and how the commands read and write files: reports in, report folders out."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance import cli_github
from conformance.cli_values import InputError
from conformance.cli_waivers import read_waivers

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from rich.console import RenderableType

    from conformance.load import Load
    from conformance.model import Report
    from conformance.report import Comparison


def diff(arguments: argparse.Namespace) -> int:
    """Show what changed between two reports; 1 if something regressed."""
    from conformance.report import compare, comparison_text

    comparison = compare(read_report(arguments.before), read_report(arguments.after))
    if arguments.html:
        _write_page(arguments.html, comparison)
    say(comparison_text.terminal(comparison))
    return comparison.exit_status


def _write_page(path: Path, comparison: Comparison) -> None:
    from conformance.report import ReportNotWritable, files, html

    try:
        files.write(path, html.render_comparison(comparison))
    except ReportNotWritable as error:
        raise InputError(f"--html: {error}; name another file") from None


def merge(arguments: argparse.Namespace) -> int:
    """Join the reports of shards, and end as one run of all of them would have ended."""
    from conformance.report import ReportsDiffer
    from conformance.report import merge as join
    from conformance.report.waiving import waive

    reports = [read_report(path) for path in arguments.reports]
    prepare(arguments.report_dir)
    try:
        report = join(reports)
    except ReportsDiffer as error:
        raise InputError(f"cannot merge: {error}") from None
    if arguments.allow_partial is not None:
        report = replace(report, allow_partial=arguments.allow_partial)
    if arguments.waivers:
        report = waive(report, read_waivers(arguments.waivers, report.revision).waivers)
    return show(report, arguments.report_dir)


def read_report(path: Path) -> Report:
    """The report in a file that the user named."""
    from conformance.report import ReportUnreadable, json_format

    try:
        return json_format.read(path)
    except ReportUnreadable as error:
        raise InputError(f"cannot read the report {error}; give a report.json that a run has written") from None


def prepare(folder: Path) -> None:
    """Make sure that reports can be written there, before anything is sent."""
    from conformance.report import ReportNotWritable, ensure_writable

    try:
        ensure_writable(folder)
    except ReportNotWritable as error:
        raise InputError(f"--report-dir {folder}: {error}; name another folder") from None


def keep(report: Report, folder: Path, baseline: Report | None = None, load: Load | None = None) -> None:
    """Write every format; `load` is what a soak measured."""
    from conformance.report import ReportNotWritable, kills, write_all

    try:
        write_all(report, folder, baseline=baseline, catches=kills.kills(), load=load)
    except ReportNotWritable as error:
        raise InputError(f"--report-dir {folder}: {error}; name another folder") from None


def show(report: Report, folder: Path, baseline: Report | None = None, load: Load | None = None) -> int:
    """Write every format, print the summary, and return the exit status."""
    from conformance.report import console

    keep(report, folder, baseline, load)
    say(console.render(report, folder))
    cli_github.tell(report, folder)
    return report.exit_status


def say(what: RenderableType) -> None:
    """Print something to people: styled and wrapped in a terminal, plain and unwrapped in a pipe."""
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    try:
        console.print(what, soft_wrap=not console.is_terminal)
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads any more; what the report says still holds
        discard_output()


def discard_output() -> None:
    """Let everything that is still to be printed go nowhere, so that a closed pipe ends nothing with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
