"""A comparison of two reports as text for a terminal and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from conformance.report.inline import code, inline
from conformance.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.report.diff import Change, Comparison

COMINGS_SHOWN = 8
"""A new edition of the suite adds dozens of requirements; their names say little here."""

_STYLES = {"Regressed": "bold red", "Fixed": "green", "Still failing, for another reason": "yellow"}
_SIGNS = {"Regressed": "✗", "Fixed": "✓", "Added": "+", "Removed": "-"}


def terminal(comparison: Comparison) -> Group:
    """The comparison for a terminal; nothing a target sent can style or steer it."""
    return Group(Text(one_line(comparison.sentence), style="bold"), *_terminal_lines(comparison))


def _terminal_lines(comparison: Comparison) -> Iterator[Text]:
    for remark in comparison.remarks:
        yield Text(f"  {one_line(remark)}", style="dim")
    for title, changes in comparison.groups:
        if changes:
            yield Text(f"{title}: {len(changes)}", style=_STYLES.get(title, "bold"))
        for change in _shown(title, changes):
            yield Text(f"  {_SIGNS.get(title, '*')} {one_line(change.id)} ({change.verdicts})")
            yield from (Text(f"      {line}", style="dim") for line in _details(title, change))
        if len(changes) > len(_shown(title, changes)):
            yield Text(f"  ... and {len(changes) - len(_shown(title, changes))} more", style="dim")
    if comparison.observations:
        yield Text(f"Observed otherwise: {len(comparison.observations)}", style="bold")
    for one in comparison.observations:
        yield Text(f"  * {one_line(one.id)}: {one_line(one.before)} -> {one_line(one.after)}")
    for line in comparison.seen:
        yield Text(f"  * {one_line(line)}")


def _shown(title: str, changes: Sequence[Change]) -> Sequence[Change]:
    """All that may ask for action; of what only came or went, the first few."""
    return changes[:COMINGS_SHOWN] if title in {"Added", "Removed"} else changes


def _details(title: str, change: Change) -> Iterator[str]:
    if title == "Still failing, for another reason" and change.before and change.after:
        yield f"before: {one_line(change.before.reason)}"
        yield f"after: {one_line(change.after.reason)}"
    elif title == "Regressed" and change.after:
        yield one_line(change.after.statement)
        yield one_line(change.after.reason)


def markdown(comparison: Comparison) -> str:
    """The comparison as Markdown."""
    parts = [f"### What changed\n\n**{inline(comparison.sentence)}**"]
    parts += ["\n".join(f"- {inline(remark)}" for remark in comparison.remarks)] if comparison.remarks else []
    for title, changes in comparison.groups:
        if changes:
            rows = "\n".join(_markdown_row(change) for change in _shown(title, changes))
            hidden = len(changes) - len(_shown(title, changes))
            rows += f"\n- and {hidden} more" if hidden else ""
            parts.append(f"#### {_SIGNS.get(title, '·')} {title}: {len(changes)}\n\n{rows}")
    others = [f"- {code(o.id)}: {code(o.before)} → {code(o.after)}" for o in comparison.observations]
    others += [f"- {inline(line)}" for line in comparison.seen]
    parts += ["#### · Seen otherwise\n\n" + "\n".join(others)] if others else []
    return "\n\n".join(parts)


def _markdown_row(change: Change) -> str:
    reason = f": {inline(change.result.reason)}" if change.result.reason else ""
    return f"- {code(change.id)} {change.verdicts}{reason}"
