"""What a soak measured: as JSON, and as a table for the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

from conformance.exchange import OPERATIONS
from conformance.model import to_json
from conformance.report.visible import one_line

if TYPE_CHECKING:
    from conformance.load import Load

SCHEMA_VERSION = 1
FIGURES = ("p50", "p90", "p95", "p99", "longest")
NAMES = {f"{method} {path}": name for name, (method, path) in OPERATIONS.items()}
"""Operations as the documentation calls them, which leaves room for the figures."""


def dump(load: Load) -> str:
    """The measurements as JSON text, ASCII only; times in milliseconds, or in seconds where a name ends in `_s`."""
    return json.dumps({"schema_version": SCHEMA_VERSION, "requests": load.requests, **to_json(load)}, indent=1) + "\n"


def table(load: Load) -> Table:
    """How long each operation took."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("milliseconds", no_wrap=True)
    for name in ("requests", "errors", *FIGURES):
        shown.add_column(name, justify="right")
    for timing in load.timings:
        figures = (f"{getattr(timing, name):g}" for name in FIGURES)
        shown.add_row(
            one_line(NAMES.get(timing.operation, timing.operation)),
            f"{timing.requests:,}",
            f"{timing.errors:,}",
            *figures,
        )
    return shown
