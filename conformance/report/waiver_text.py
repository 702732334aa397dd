"""What is said of waivers in every format: who accepts a failure, and which lines of the file have to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Report
    from conformance.waiver import Edit, StaleWaiver


def accepted(report: Report) -> str:
    """How many of the broken promises are waived, with the denominator; "" where none is."""
    broken = sum(result.is_broken for result in report.results)
    waived = sum(result.waived is not None for result in report.results)
    return f"{waived} of {broken} broken" if waived else ""


def title(stale: StaleWaiver) -> str:
    """Which waiver, and why it does not hold."""
    return one_line(f"{stale.id}: {stale.why}", 600)


def advice(stale: StaleWaiver) -> str:
    """What to do to which file."""
    goes = all(edit.new is None for edit in stale.edits)
    what = "Remove from" if goes else "If it is still accepted, change in"
    return one_line(f"{what} {stale.file or 'the file'}:", 600)


def changes(stale: StaleWaiver) -> list[str]:
    """The lines to change, each with its number: "-" before what has to go, "+" before what has to come."""
    return [line for edit in stale.edits for line in _change(edit)]


def plain(stale: StaleWaiver) -> str:
    """All of it, for formats that cannot lay it out."""
    return "\n".join([title(stale), advice(stale), *changes(stale)])


def _change(edit: Edit) -> Iterator[str]:
    yield f"- {edit.line:>4}  {_as_it_stands(edit.old)}"
    if edit.new is not None:
        yield f"+ {edit.line:>4}  {_as_it_stands(edit.new)}"


def _as_it_stands(line: str) -> str:
    # The indent of a line is part of it, and `one_line` would take it away.
    return line[: len(line) - len(line.lstrip(" "))] + one_line(line, 1000)
