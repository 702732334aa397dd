"""Every format of a report, rendered by pure functions from the one `Report` value, and the files they go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report import badge, har, html, json_format, junit, load_text, markdown
from conformance.report.bounds import bounded
from conformance.report.diff import Comparison, compare
from conformance.report.files import ReportNotWritable, ensure_writable, remove, write
from conformance.report.merge import ReportsDiffer, merge
from conformance.report.reading import ReportUnreadable
from conformance.report.stories import reproduction, stories

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conformance.load import Load
    from conformance.model import Report

SOAK = "soak.json"

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
    load: Load | None = None,
) -> list[Path]:
    """Write every format of the report and a script for each failure, each file whole or not at all.

    `catches` maps a requirement id to the faults of the reference server that it has caught; `load` is what a soak
    measured, and what an earlier one has measured is removed where there is none.
    Raises `ReportNotWritable`.
    """
    ensure_writable(directory)
    comparison = compare(baseline, report) if baseline is not None else None
    dumped = json_format.dump(report)
    texts = {
        "report.json": dumped,
        "report.html": html.render(report, comparison, catches=catches, dumped=dumped, load=load),
        "junit.xml": junit.render(report),
        "summary.md": markdown.render(report, comparison),
        "badge.json": badge.render(report),
        "exchanges.har": har.render(report),
    }
    if load is None:
        remove(directory / SOAK)
    else:
        texts[SOAK] = load_text.dump(load)
    return [write(directory / name, text) for name, text in (texts | _scripts(report, directory)).items()]


def _scripts(report: Report, directory: Path) -> dict[str, str]:
    """What sends the requests of each failure again; those of an earlier run are removed."""
    folder = directory / "reproduce"
    for old in folder.glob("*.sh"):
        remove(old)
    scripts = {reproduction(story): story.script for story in stories(bounded(report)) if story.script}
    if scripts:
        ensure_writable(folder)
    return scripts
