"""A report for the terminal: the sentence, a few lines for each cause of failure, a table, and what to do next."""

from __future__ import annotations

import shlex
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from conformance.model import Report, Skip, Verdict
from conformance.report.bounds import bounded
from conformance.report.comparison_text import terminal
from conformance.report.signs import OUTCOME_STYLES, STYLES, WAIVED_STYLE
from conformance.report.stories import Story, reproduction, stories
from conformance.report.tallies import by_area, whole
from conformance.report.visible import clip, one_line, visible
from conformance.report.waiver_text import advice, changes, title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from conformance.report.diff import Comparison
    from conformance.report.tallies import Tally

STORIES_SHOWN = 12
"""More scrolls the sentence out of sight; the HTML report has them all."""

_WORDS = {
    Verdict.FAILED: "FAIL",
    Verdict.WARNED: "WARN",
    Verdict.INCONCLUSIVE: "UNKNOWN",
}


def show(report: Report, file: TextIO, directory: Path | None = None) -> None:
    """Print the report; plain where the stream is no terminal or NO_COLOR is set."""
    Console(file=file, highlight=False).print(render(report, directory), soft_wrap=True)


def show_comparison(comparison: Comparison, file: TextIO) -> None:
    """Print what changed between two reports."""
    Console(file=file, highlight=False).print(terminal(comparison), soft_wrap=True)


def render(report: Report, directory: Path | None = None) -> Group:
    """The report as one rich renderable; `directory` is where its files are."""
    report = bounded(report)
    parts: list[RenderableType] = [*_stories(report, directory), _table(report), *_closing(report)]
    if directory is not None:
        parts.append(Text(f"Report: {visible(str(directory / 'report.html'))}"))
    parts.append(Text.assemble("Next:   ", (visible(next_command(report, directory or Path("reports"))), "bold")))
    return Group(*parts)


def next_command(report: Report, directory: Path) -> str:
    """The command that is most likely wanted next."""
    command = report.command or _command(report)
    told = [story for story in stories(report) if story.waived is None]
    if report.leftovers:
        return f"{report.suite_name} clean {shlex.quote(str(directory / 'journal.jsonl'))}"
    if told:
        return f"{_without_selection(command)} --only {shlex.quote(told[0].head.id)}"
    if report.unreachable or report.invalid or report.interrupted or report.stale_waivers:
        return command
    return (
        _widened(report, command)
        or f"{report.suite_name} diff {shlex.quote(str(directory / 'report.json'))} AFTER.json"
    )


def _without_selection(command: str) -> str:
    """The command without the `--only` that it has, so that another one narrows it."""
    words, kept = iter(shlex.split(command)), []
    for word in words:
        if word == "--only":
            next(words, None)
        elif not word.startswith("--only="):
            kept.append(word)
    return shlex.join(kept)


def _command(report: Report) -> str:
    return (
        f"{report.suite_name} run --base-url {shlex.quote(report.base_url)} --revision {shlex.quote(report.revision)}"
    )


def _widened(report: Report, command: str) -> str:
    """The command with the first consent that something still waits for; "" if nothing does."""
    reasons = " ".join(r.reason for r in report.results if r.skip is Skip.NOT_SELECTED)
    flags = ("--allow-writes", "--allow-runs", "--allow-schedules")
    flag = next((flag for flag in flags if flag in reasons and flag not in command), "")
    return f"{command} {flag}" if flag else ""


def _stories(report: Report, directory: Path | None) -> Iterator[Text]:
    told = stories(report)
    for story in islice(told, STORIES_SHOWN):
        yield _headline(story)
        yield from (Text(f"        {line}") for line in _details(story, directory))
    if len(told) > STORIES_SHOWN:
        yield Text(f"... and {len(told) - STORIES_SHOWN} more causes in the report", style="dim")


def _headline(story: Story) -> Text:
    more = len(story.others)
    falls = f" (and {more} more {'fall' if more > 1 else 'falls'} with it)" if more else ""
    word, style = ("WAIVED", WAIVED_STYLE) if story.waived else (_WORDS[story.verdict], STYLES[story.verdict])
    return Text.assemble((f"{word:<8}", style), (one_line(story.head.id), "bold"), falls)


def _details(story: Story, directory: Path | None) -> Iterator[str]:
    step = story.differing
    # Most reasons name the request already.
    named = step is None or story.head.reason.startswith(step.record.method)
    sent = "" if named or step is None else f"{step.record.method} {step.record.path}: "
    yield one_line(story.head.statement)
    yield one_line(f"{sent}{story.head.reason}")
    if story.waived is not None:
        yield one_line(f"{story.waived.summary[:1].upper()}{story.waived.summary[1:]}")
    elif story.verdict is Verdict.INCONCLUSIVE:
        yield f"Whose move: {story.move}"
    elif step is not None:
        yield f"Reproduce: {clip(_reproduction(story, directory), 1000)}"


def _reproduction(story: Story, directory: Path | None) -> str:
    """The shortest thing to paste: the script that was written, or the line itself."""
    if story.script and directory is not None:
        return f"sh {shlex.quote(str(directory / reproduction(story)))}"
    return visible(story.curl)


def _table(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_footer=bool(report.results), pad_edge=False)
    totals = whole(report)
    table.add_column("area", "all")
    table.add_column("MUST", totals.musts, justify="right")
    table.add_column("SHOULD", totals.shoulds, justify="right")
    for verdict in Verdict:
        table.add_column(verdict.value, str(totals.counts[verdict]), justify="right")
    for tally in by_area(report):
        table.add_row(*_cells(tally))
    return table


def _cells(tally: Tally) -> Iterator[Text]:
    yield Text(one_line(tally.name))
    yield Text(tally.musts)
    yield Text(tally.shoulds)
    for verdict in Verdict:
        number = tally.counts[verdict]
        yield Text(str(number) if number else "", style=STYLES[verdict])


def _stale_waivers(report: Report) -> Iterator[Text]:
    for stale in report.stale_waivers:
        yield Text(f"waiver to change: {title(stale)}", style="bold yellow")
        yield Text(f"    {advice(stale)}")
        yield from (Text(f"    {line}") for line in changes(stale))


def _closing(report: Report) -> Iterator[Text]:
    yield Text(one_line(report.sentence, 2000), style=OUTCOME_STYLES[report.outcome])
    yield Text(
        one_line(
            f"{report.base_url}, revision {report.revision}, seed {report.seed}: "
            f"{report.requests_total:,} requests in {report.duration_s:.1f} s; exit status {report.exit_status}"
        ),
        style="dim",
    )
    for note in report.notes:
        yield Text(f"note: {one_line(note)}")
    yield from _stale_waivers(report)
    for one in report.leftovers:
        yield Text(
            f"left behind: {one_line(one.kind)} {one_line(one.id)}: {one_line(one.command, 2000)}", style="bold red"
        )
