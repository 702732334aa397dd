"""Every format of a report, rendered by pure functions from the one `Report` value, and the files they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report import html, json_format, junit, markdown
from conformance.report.diff import Comparison, compare
from conformance.report.files import ReportNotWritable, ensure_writable, write
from conformance.report.merge import ReportsDiffer, merge
from conformance.report.reading import ReportUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.model import Report

__all__ = [
    "Comparison",
    "ReportNotWritable",
    "ReportUnreadable",
    "ReportsDiffer",
    "compare",
    "ensure_writable",
    "merge",
    "write_all",
]


def write_all(
    report: Report,
    directory: Path,
    *,
    baseline: Report | None = None,
    catches: Mapping[str, Sequence[str]] | None = None,
) -> list[Path]:
    """Write report.json, report.html, junit.xml and summary.md, each whole or not at all.

    `catches` maps a requirement id to the faults of the reference server that it has caught.
    Raises `ReportNotWritable`.
    """
    ensure_writable(directory)
    comparison = compare(baseline, report) if baseline is not None else None
    texts = {
        "report.json": json_format.dump(report),
        "report.html": html.render(report, comparison, catches=catches),
        "junit.xml": junit.render(report),
        "summary.md": markdown.render(report, comparison),
    }
    return [write(directory / name, text) for name, text in texts.items()]
