"""A report as annotations of GitHub Actions: workflow commands, one for each cause, which show up at the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.model import Outcome, Verdict
from conformance.report.bounds import bounded
from conformance.report.prose import trouble
from conformance.report.stories import reproduction, stories
from conformance.report.visible import clip, one_line, visible
from conformance.report.waiver_text import accepted, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.model import Report
    from conformance.report.diff import Change, Comparison
    from conformance.report.stories import Story

SHOWN = 10
"""GitHub shows no more of a kind for one step."""

ERROR, WARNING, NOTICE = "error", "warning", "notice"
_TITLES: Final = {
    Verdict.FAILED: "MUST broken",
    Verdict.WARNED: "SHOULD not kept",
    Verdict.INCONCLUSIVE: "Inconclusive",
}


@dataclass(frozen=True)
class Annotation:
    """What GitHub is to show: an error, a warning or a notice. The text may have several lines."""

    kind: str
    title: str
    text: str

    @property
    def command(self) -> str:
        """The line that says so, in which no text of a target can end the command or begin another."""
        return f"::{self.kind} title={_property(self.title)}::{_data(self.text)}"


def render(report: Report) -> list[str]:
    """The lines to print: errors before warnings, the worst first, and how many more there are."""
    report = bounded(report)
    told = list(_told(report))
    by_kind = [[one for one in told if one.kind == kind] for kind in (ERROR, WARNING)]
    shown = [one for alike in by_kind for one in alike[:SHOWN]]
    rest = _rest([len(alike) - SHOWN for alike in by_kind], "summary.md or report.html")
    return [one.command for one in (*shown, *_accepted(report), *rest)]


def render_comparison(comparison: Comparison) -> list[str]:
    """The lines to print of two runs: an error for each regression that nobody has accepted, and how many more."""
    regressed = [change for change in bounded(comparison).regressed if not change.result.waived]
    told = [_of_change(change) for change in regressed[:SHOWN]]
    return [one.command for one in (*told, *_rest([len(regressed) - SHOWN, 0], "comparison.md or comparison.html"))]


def _of_change(change: Change) -> Annotation:
    lines = (change.result.statement, change.verdicts, one_line(change.result.reason, 600))
    return Annotation(ERROR, f"Regressed: {one_line(change.id, 200)}", "\n".join(map(one_line, lines)))


def _told(report: Report) -> Iterator[Annotation]:
    """What is wrong with the run itself and with its waivers, and then each cause, broken MUSTs first."""
    wrong = trouble(report)
    if wrong:
        yield Annotation(ERROR, f"The run: {report.outcome}", one_line(wrong, 1000))
    elif report.outcome is Outcome.PARTIAL and report.exit_status:
        yield Annotation(WARNING, f"The run: {report.outcome}", one_line(report.sentence, 1000))
    for stale in report.stale_waivers:
        yield Annotation(ERROR, f"Waiver to change: {one_line(stale.id, 200)}", clip(plain(stale), 2000))
    for story in stories(report):
        if story.waived is None:
            yield _of(story, strict=report.strict)


def _accepted(report: Report) -> Iterator[Annotation]:
    """In one notice, because nobody has to do anything about it now."""
    waived = [result.id for result in report.results if result.waived]
    if waived:
        yield Annotation(NOTICE, f"Waived: {accepted(report)}", one_line(", ".join(waived), 1000))


def _of(story: Story, *, strict: bool) -> Annotation:
    severe = story.verdict is Verdict.FAILED or (strict and story.verdict is Verdict.WARNED)
    title = f"{_TITLES[story.verdict]}: {one_line(story.head.id, 200)}"
    return Annotation(ERROR if severe else WARNING, title, "\n".join(_lines(story)))


def _lines(story: Story) -> Iterator[str]:
    yield one_line(story.head.statement)
    yield one_line(story.head.reason, 600)
    if story.others:
        yield f"Falls with it: {one_line(', '.join(result.id for result in story.others))}"
    if story.verdict is Verdict.INCONCLUSIVE:
        yield f"Whose move: {story.move}"
    elif story.script:
        yield f"Reproduce: sh {one_line(reproduction(story))}, which is among the files of the report"
    elif story.curl:
        yield f"Reproduce: {clip(visible(story.curl), 1000)}"


def _rest(more: list[int], where: str) -> Iterator[Annotation]:
    told = [
        f"{number} more {kind}{'s' if number > 1 else ''}"
        for number, kind in zip(more, (ERROR, WARNING), strict=True)
        if number > 0
    ]
    if told:
        yield Annotation(NOTICE, "More than is shown", f"{' and '.join(told)}: see {where}.")


def _data(text: str) -> str:
    """Escaped; GitHub writes the text to its log, where `##[` would begin a command of the old kind or a fold."""
    return text.replace("##[", "## [").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
