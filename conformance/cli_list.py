"""`list`: what the suite asks, as a table for people, lines for pipes, or JSON; and how two editions differ."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.model import MUST, to_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from conformance.model import Requirement

COLUMNS = ("id", "level", "area", "source", "statement")


def catalogue(arguments: argparse.Namespace) -> int:
    """Print everything that is asked, reported, or declared not to be visible from outside."""
    from conformance import runner

    if arguments.diff:
        return _differences(*arguments.diff, as_json=bool(arguments.json))
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


def _differences(before: str, after: str, *, as_json: bool) -> int:
    """Print what one edition asks otherwise than another: what is new in it, gone from it, or of another level."""
    from conformance import runner

    old = {one.id: one for one in runner.catalogue(before)}
    new = {one.id: one for one in runner.catalogue(after)}
    added = [one for one in new.values() if one.id not in old]
    removed = [one for one in old.values() if one.id not in new]
    changed = [(old[one.id], one) for one in new.values() if one.id in old and _level(old[one.id]) != _level(one)]
    if as_json:
        document = {
            "before": before,
            "after": after,
            "added": [{"kind": _kind(one), **to_json(one)} for one in added],
            "removed": [{"kind": _kind(one), **to_json(one)} for one in removed],
            "changed": [{"id": one.id, "before": _level(was), "after": _level(one)} for was, one in changed],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return 0
    print(
        f"{before} -> {after}: {len(added)} added, {len(removed)} removed, {len(changed)} of another level, "
        f"{len(old.keys() & new.keys()) - len(changed)} as before"
    )
    rows = [("+", one.id, _level(one), one.statement) for one in added]
    rows += [("-", one.id, _level(one), one.statement) for one in removed]
    rows += [("~", one.id, f"{_level(was)} -> {_level(one)}", one.statement) for was, one in changed]
    _print_aligned(rows)
    return 0


def _level(one: Requirement) -> str:
    return one.level.value if one.level else "observed"


def _kind(one: Requirement) -> str:
    if one.is_observation:
        return "observation"
    return "unobservable" if one.unobservable else "requirement"


def _row(one: Requirement) -> tuple[str, str, str, str, str]:
    unseen = f" (not visible from outside: {one.unobservable})" if one.unobservable else ""
    return one.id, _level(one), one.area, one.source, one.statement + unseen


def _print_lines(found: Iterable[Requirement]) -> None:
    """One line each, columns aligned, nothing wrapped: made for grep."""
    _print_aligned([_row(one) for one in found])


def _print_aligned(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
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
