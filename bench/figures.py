"""How figures are shown: a table for people, and the same as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def table(rows: Mapping[str, Mapping[str, object]], corner: str = "") -> str:
    """Rows by name, all with the same columns."""
    columns = list(next(iter(rows.values()))) if rows else []
    cells = [[corner, *columns], *([name, *(_cell(row[column]) for column in columns)] for name, row in rows.items())]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns) + 1)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))])
        for line in cells
    )


def _cell(value: object) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def show(measured: Mapping[str, Any], to: Path | None, corner: str = "") -> None:
    """Print single figures, then the table of what is in `rows`; then all as one line of JSON, also to a file."""
    for name, value in measured.items():
        if name != "rows":
            print(f"{name}: {value}")
    print(table(measured["rows"], corner), json.dumps(measured), sep="\n")
    if to is not None:
        to.write_text(json.dumps(measured, indent=2) + "\n", "utf-8")
