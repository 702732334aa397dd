"""Our command against a server, as anybody calls it: what it took, and what it found."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from child import Spent, spend

from conformance.cli_serve import TOKENS
from conformance.report import json_format

if TYPE_CHECKING:
    from conformance.model import Report
    from conformance.reference.process import Running

RUN = (sys.executable, "-m", "conformance.cli", "run")


def tokens_of(running: Running) -> dict[str, str]:
    """All tokens of a server, as the command wants them."""
    return {variable: running.tokens[kind] for kind, variable in TOKENS.items()}


def examined(running: Running | None, *options: str) -> tuple[Spent, Report]:
    """A run against this server, or the embedded one, with all its reports."""
    with tempfile.TemporaryDirectory() as folder:
        where = [] if running is None else ["--base-url", running.base_url]
        command = [*RUN, *where, *options, "--report-dir", folder]
        spent = spend(command, {} if running is None else tokens_of(running))
        report = json_format.read(Path(folder) / "report.json")
    if spent.status != 0:
        raise RuntimeError(f"{' '.join(options)}: {report.sentence}")
    return spent, report
