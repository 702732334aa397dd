"""Runs the command against one server after the other, in a process whose memory is measured; see `test_hostile`."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from conformance.cli import main as command
from conformance.report import json_format

FILES = ("report.json", "report.html", "junit.xml", "summary.md", "journal.jsonl")
CASES = (
    *("get-by-id-returns-it", "get-changes-nothing", "get-archived-is-readable", "object-same-in-every-answer"),
    *("object-shape", "list-answers-a-page", "page-walk-gives-each-once", "page-next-page-advances"),
    *("create-starts-active", "create-is-readable-at-once", "create-omitted-metadata-is-empty"),
)
TIMEOUT_S = "0.5"


def examine(base_url: str) -> dict[str, Any]:
    """How one run ended: its status, what the cases said, what was printed, and how much was held at most."""
    printed, began = io.StringIO(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        only = [word for id_ in CASES for word in ("--only", id_)]
        arguments = ["run", "--base-url", base_url, "--timeout", TIMEOUT_S, "--report-dir", folder, *only]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = command(arguments)
        report = json_format.read(Path(folder) / "report.json")
        lacking = [name for name in FILES if not (Path(folder) / name).stat().st_size]
    said = Counter(f"{each.verdict}{f' {each.blame}' if each.blame else ''}" for each in report.results)
    return {
        "status": status,
        "said": said,
        "reasons": {each.id: each.reason for each in report.results if each.reason},
        "unreachable": report.unreachable or "",
        "printed": printed.getvalue(),
        "lacking": lacking,
        "seconds": round(time.monotonic() - began, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        url, os.environ["DEPLOYMENTS_TOKEN"] = line.split()
        print(json.dumps(examine(url)), flush=True)
