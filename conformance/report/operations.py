"""Which operation of the API a result is about, for the matrix of operations and areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.exchange import OPERATIONS, template
from conformance.model import Report, Result, Verdict
from conformance.report.links import page
from conformance.report.tallies import areas

if TYPE_CHECKING:
    from collections.abc import Iterable

OTHER = "other"
_BY_ROUTE = {route: name for name, route in OPERATIONS.items()}
_WORST_FIRST = (Verdict.FAILED, Verdict.WARNED, Verdict.INCONCLUSIVE, Verdict.SKIPPED, Verdict.PASSED)


@dataclass(frozen=True)
class Cell:
    """What is known of one area of one operation: how many requirements hold, of how many, and the worst verdict."""

    operation: str
    area: str
    held: int
    total: int
    worst: Verdict | None


@dataclass(frozen=True)
class Matrix:
    """Areas down, operations across; a cell where nothing was asked has a total of 0."""

    operations: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def operation(method: str, path: str) -> str:
    """The name of the operation that answers this request, or "other"."""
    return _BY_ROUTE.get((method, template(_below_base(path))), OTHER)


def operations_of(result: Result) -> tuple[str, ...]:
    """What a result is about: the operation of its page; of a page on conventions, every operation that was asked."""
    named = page(result.source).removeprefix("deployments/")
    if named in OPERATIONS:
        return (named,)
    if result.differing is not None and result.differing < len(result.exchanges):
        record = result.exchanges[result.differing]
        return (operation(record.method, record.path),)
    asked = {operation(method, path) for method, path, *_ in result.trace}
    asked |= {operation(record.method, record.path) for record in result.exchanges}
    return tuple(name for name in OPERATIONS if name in asked) or (OTHER,)


def matrix(report: Report) -> Matrix:
    """How far each operation keeps each area of the contract."""
    placed: dict[tuple[str, str], list[Result]] = {}
    for result in report.results:
        for name in operations_of(result):
            placed.setdefault((result.area, name), []).append(result)
    used = {name for _, name in placed}
    columns = tuple(name for name in (*OPERATIONS, OTHER) if name in used)
    named = dict.fromkeys(area for area in areas(report) if any((area, column) in placed for column in columns))
    rows = tuple((area, tuple(_cell(c, area, placed.get((area, c), ())) for c in columns)) for area in named)
    return Matrix(columns, rows)


def _cell(name: str, area: str, results: Iterable[Result]) -> Cell:
    verdicts = [result.verdict for result in results]
    worst = next((verdict for verdict in _WORST_FIRST if verdict in verdicts), None)
    return Cell(name, area, verdicts.count(Verdict.PASSED), len(verdicts), worst)


def _below_base(path: str) -> str:
    """The path from the collection on: a trace may hold it with the base path or without."""
    found = [at for at in (path.find("/deployments"), path.find("/deployment_runs")) if at >= 0]
    return path[min(found) :] if found else path
