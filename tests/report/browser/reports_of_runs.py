"""The reports that the browser opens: of real runs, of a thousand cases, of a target that means harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix.kill import examine
from report.conftest import hostile_report, large_report, mixed_report, waived_report

from conformance.load import Drift, Load, Timing, Window
from conformance.report import compare, html, json_format, kills, write_all
from conformance.report.files import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.model import Report

FAULTS = (
    "ArchivesAgain",
    "AsksForScopeOnlyToWrite",
    "BlamesTheLastField",
    "CallsItSucceeded",
    "CompletesUrls",
    "ComposesNames",
    "CountsArchivedAsPaused",
    "CrashesOnDepth",
    "CutsNewContent",
    "DeletesOneKeyAtATime",
    "FlatUnauthorized",
    "ForgetsMetadataWhenPaused",
    "HasTwoRequestIds",
    "HidesArchivedEnvironments",
    "IgnoresThePin",
    "ReadsRunsBelowAnything",
    "RoundsOffsets",
    "SaysCreated",
    "ShowsAgentsAsDeployments",
    "TakesLongNames",
)
"""Twenty defects at once, of as many areas."""

REPORTS: dict[str, Callable[[], Report]] = {
    "conformant": lambda: examine().report,
    "faulty": lambda: examine(*FAULTS).report,
    "large": large_report,
    "hostile": hostile_report,
    "waived": waived_report,
}
LOADS = {
    "waived": Load(
        50,
        2,
        300,
        300,
        tuple(
            Timing(f"POST /deployments/{{id}}/{name}", 9_999, 3, 12, 27, 31, 130, 2_400) for name in ("run", "unpause")
        ),
        tuple(Window(5.0 * n, 5.0, 4_000 + 900 * (n % 7), n % 2, 12.0 + n % 5, 30.0 + 9 * (n % 4)) for n in range(60)),
        (Drift("GET /deployments", 13, 31, 23, 70),),
    )
}
"""What a soak has measured, for the page to draw."""

BASELINES: dict[str, Callable[[], Report]] = {"waived": mixed_report}


def write_report(name: str, folder: Path) -> None:
    """Leave in the folder what a run leaves, or for "diff" what `diff --html` does of the two in the folders beside."""
    if name == "diff":
        before, after = (json_format.read(folder.parent / run / "report.json") for run in ("conformant", "faulty"))
        folder.mkdir()
        write(folder / "report.html", html.render_comparison(compare(before, after)))
        return
    baseline = BASELINES[name]() if name in BASELINES else None
    write_all(REPORTS[name](), folder, baseline=baseline, catches=kills.kills(), load=LOADS.get(name))
