"""Examines one server after the other, in a process whose memory is measured; see `test_hostile`."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import io
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from conformance.cli_files import show
from conformance.model import Options, Report, Skip, Target
from conformance.runner import run

FILES = ("report.json", "report.html", "junit.xml", "summary.md", "badge.json", "exchanges.har")


def examine(base_url: str, token: str, timeout_s: float, only: list[str]) -> dict[str, Any]:
    """How one run ended: what the cases said, what was printed and written, and how much was held at most."""
    gc.collect()  # what is left of another run is none of this one's
    began = time.monotonic()
    report = run(Target(base_url, token, timeout_s=timeout_s), Options(only=tuple(only), examples=2))
    judged = tuple(each for each in report.results if each.skip is not Skip.NOT_SELECTED)
    printed, lacking = _shown(dataclasses.replace(report, results=judged))
    return {
        "status": report.exit_status,
        "said": Counter(f"{each.verdict}{f' {each.blame}' if each.blame else ''}" for each in judged),
        "reasons": {each.id: each.reason for each in judged if each.reason},
        "unreachable": report.unreachable or "",
        "leftovers": len(report.leftovers),
        "printed": printed,
        "lacking": lacking,
        "seconds": round(time.monotonic() - began, 2),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    """How much memory this process has held at most; getrusage counts what its parent held when it was started."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024


def _shown(report: Report) -> tuple[str, list[str]]:
    """What is printed of a report, and which of its files are not there."""
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(printed):
        show(report, Path(folder))
        return printed.getvalue(), [name for name in FILES if not (Path(folder) / name).stat().st_size]


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(examine(**json.loads(line))), flush=True)
