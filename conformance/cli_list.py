"""`list`: what the suite asks, as a table for people, lines for pipes, or JSON for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.model import MUST, to_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from conformance.model import Requirement

COLUMNS = ("id", "level", "area", "source", "statement")


def catalogue(arguments: argparse.Namespace) -> int:
    """Print everything that is asked, reported, or declared not to be visible from outside."""
    from conformance import runner

    found = runner.catalogue(arguments.revision)
    if arguments.json:
        print(json.dumps(_document(found, arguments.revision), indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        _print_lines(found)
    return 0


def _document(found: Iterable[Requirement], revision: str) -> dict[str, object]:
    return {
        "suite": {"name": "deployments-conformance", "version": __version__},
        "revision": revision,
        "requirements": [{"kind": _kind(one), **to_json(one)} for one in found],
    }


def _kind(one: Requirement) -> str:
    if one.is_observation:
        return "observation"
    return "unobservable" if one.unobservable else "requirement"


def _row(one: Requirement) -> tuple[str, str, str, str, str]:
    level = one.level.value if one.level else "observed"
    unseen = f" (not visible from outside: {one.unobservable})" if one.unobservable else ""
    return one.id, level, one.area, one.source, one.statement + unseen


def _print_lines(found: Iterable[Requirement]) -> None:
    """One line each, columns aligned, nothing wrapped: made for grep."""
    rows = [_row(one) for one in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_table(found: tuple[Requirement, ...]) -> None:
    """The same for a terminal, wrapped to its width."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*COLUMNS, box=box.SIMPLE, caption=_caption(found), caption_justify="left")
    for one in found:
        table.add_row(*(Text(cell) for cell in _row(one)))
    Console().print(table)


def _caption(found: tuple[Requirement, ...]) -> str:
    kinds = [_kind(one) for one in found]
    judged = [one.level for one in found if _kind(one) == "requirement"]
    return (
        f"{len(judged)} requirements ({judged.count(MUST)} MUST, {len(judged) - judged.count(MUST)} SHOULD), "
        f"{kinds.count('observation')} observations, {kinds.count('unobservable')} not visible from outside"
    )
