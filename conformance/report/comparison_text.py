"""A comparison of two reports as text for a terminal and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from conformance.report.comparison_head import figures, sides
from conformance.report.inline import code, inline
from conformance.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.report.diff import Change, Comparison

COMINGS_SHOWN = 8
"""A new edition of the suite adds dozens of requirements; their names say little here."""

_STYLES = {"Regressed": "bold red", "Fixed": "green", "Still failing, for another reason": "yellow"}
_SIGNS = {"Regressed": "✗", "Fixed": "✓"}
_SIGNS |= {"Added": "+", "Removed": "-", "Observations added": "+", "Observations removed": "-"}


def terminal(comparison: Comparison) -> Group:
    """The comparison for a terminal; nothing a target sent can style or steer it."""
    return Group(*_terminal_head(comparison), *_terminal_lines(comparison))


def _terminal_head(comparison: Comparison) -> Iterator[Text]:
    """What was compared, and how much of it differs."""
    for side in sides(comparison):
        yield Text(f"{side.name + ':':<7} {one_line(side.target)}, {one_line(side.facts)}")
        yield Text(f"        {one_line(side.verdict)}", style="dim")
    yield Text(figures(comparison), style="bold")
    for limit in comparison.limits:
        yield Text(f"  {one_line(limit)}", style="dim")


def _terminal_lines(comparison: Comparison) -> Iterator[Text]:
    for title, changes in comparison.groups:
        if changes:
            yield Text(f"{title}: {len(changes)}", style=_STYLES.get(title, "bold"))
        for change in _shown(title, changes):
            yield Text(f"  {_SIGNS.get(title, '*')} {one_line(change.id)} ({change.verdicts})")
            yield from (Text(f"      {line}", style="dim") for line in _details(title, change, comparison.names))
        if len(changes) > len(_shown(title, changes)):
            yield Text(f"  ... and {len(changes) - len(_shown(title, changes))} more", style="dim")
    observed = [
        f"{one_line(one.id)}: {one_line(one.before)} -> {one_line(one.after)}" for one in comparison.observations
    ]
    yield from _terminal_list("Observed otherwise", observed)
    for title, ids in comparison.observation_groups:
        yield from _terminal_list(title, [_listed([one_line(id_) for id_ in ids])] if ids else [], len(ids))
    yield from _terminal_list("Answers look otherwise", [one_line(line) for line in comparison.seen])


def _terminal_list(title: str, lines: Sequence[str], number: int | None = None) -> Iterator[Text]:
    if lines:
        yield Text(f"{title}: {len(lines) if number is None else number}", style="bold")
        yield from (Text(f"  {_SIGNS.get(title, '*')} {line}") for line in lines)


def _shown(title: str, changes: Sequence[Change]) -> Sequence[Change]:
    """All that may ask for action; of what only came or went, the first few."""
    return changes[:COMINGS_SHOWN] if title in {"Added", "Removed"} else changes


def _listed(ids: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(ids) - COMINGS_SHOWN} more" if len(ids) > COMINGS_SHOWN else ""
    return ", ".join(ids[:COMINGS_SHOWN]) + more


def _details(title: str, change: Change, names: tuple[str, str]) -> Iterator[str]:
    if title == "Still failing, for another reason" and change.before and change.after:
        yield f"{names[0]}: {one_line(change.before.reason)}"
        yield f"{names[1]}: {one_line(change.after.reason)}"
    elif title == "Regressed" and change.after:
        yield one_line(change.after.statement)
        yield one_line(change.after.reason)


def markdown_page(comparison: Comparison) -> str:
    """The comparison as Markdown that stands alone."""
    rows = [
        f"| {side.name} | {code(side.target)} | {inline(side.facts)} | {inline(side.verdict)} |"
        for side in sides(comparison)
    ]
    table = "\n".join(["|  | Target | Run | Verdict |", "| --- | --- | --- | --- |", *rows])
    limits = ["\n".join(f"- {inline(limit)}" for limit in comparison.limits)] if comparison.limits else []
    head = ["## Comparison of two runs", table, f"**{inline(figures(comparison))}**", *limits]
    return "\n\n".join([*head, *_markdown_parts(comparison)]) + "\n"


def markdown(comparison: Comparison) -> str:
    """The comparison as a part of the Markdown of its newer report."""
    parts = [f"### What changed\n\n**{inline(comparison.sentence)}**"]
    parts += ["\n".join(f"- {inline(remark)}" for remark in comparison.remarks)] if comparison.remarks else []
    return "\n\n".join([*parts, *_markdown_parts(comparison)])


def _markdown_parts(comparison: Comparison) -> Iterator[str]:
    for title, changes in comparison.groups:
        if changes:
            rows = "\n".join(_markdown_row(change) for change in _shown(title, changes))
            hidden = len(changes) - len(_shown(title, changes))
            rows += f"\n- and {hidden} more" if hidden else ""
            yield f"#### {_SIGNS.get(title, '·')} {title}: {len(changes)}\n\n{rows}"
    observed = [f"{code(o.id)}: {code(o.before)} → {code(o.after)}" for o in comparison.observations]
    yield from _markdown_list("Observed otherwise", observed)
    for title, ids in comparison.observation_groups:
        yield from _markdown_list(title, [_listed([code(id_) for id_ in ids])] if ids else [], len(ids))
    yield from _markdown_list("Answers look otherwise", [inline(line) for line in comparison.seen])


def _markdown_list(title: str, lines: Sequence[str], number: int | None = None) -> Iterator[str]:
    if lines:
        rows = "\n".join(f"- {line}" for line in lines)
        yield f"#### {_SIGNS.get(title, '·')} {title}: {len(lines) if number is None else number}\n\n{rows}"


def _markdown_row(change: Change) -> str:
    reason = f": {inline(change.result.reason)}" if change.result.reason else ""
    return f"- {code(change.id)} {change.verdicts}{reason}"
