"""What a report tells as plain text, for formats that cannot lay it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Outcome
from conformance.report.marking import around_mark
from conformance.report.visible import clip, one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Report
    from conformance.report.marking import Line
    from conformance.report.stories import Step, Story

_BODY = 4000
_CURL = 4000


def trouble(report: Report) -> str:
    """What went wrong with the run itself, whatever the verdicts are; "" if nothing did."""
    if report.outcome in {Outcome.INVALID, Outcome.UNREACHABLE}:
        return report.sentence
    if report.interrupted:
        return "The run was interrupted before it had asked everything."
    return f"{len(report.leftovers)} things that the run made are left behind." if report.leftovers else ""


def plain_story(story: Story) -> str:
    """The story from the promise to the curl line, one thing a line."""
    parts = [
        f"Promised: {visible(story.head.statement)} ({story.head.level}, {story.link or visible(story.head.source)})",
        f"Found: {clip(visible(story.head.reason), 1000)}",
    ]
    parts += [f"Expected: {clip(visible(story.expected), 1000)}"] if story.expected else []
    parts += [f"Came: {clip(visible(story.actual), 1000)}{_at(story)}"] if story.actual else []
    if story.differing:
        parts += [f"Sent: {request_line(story.differing)}", f"Answer: {story.differing.status}"]
        parts += [marked_text(story.differing.came)] if story.differing.came else []
        parts += ["Reproduce:", clip(visible(story.curl), _CURL)]
    return "\n".join([*parts, f"Whose move: {one_line(story.move, 600)}"])


def request_line(step: Step) -> str:
    """Method and path of a request, on one line."""
    return one_line(f"{step.record.method} {step.record.path}")


def marked_text(lines: Iterable[Line]) -> str:
    """A body with an arrow before each marked line."""
    shown = around_mark(list(lines))
    return clip("\n".join(f"{'>>' if line.marked else '  '} {line.text}" for line in shown), _BODY)


def _at(story: Story) -> str:
    if not story.place:
        return ""
    return f" (at {one_line(story.place)}{', which is missing' if story.place_missing else ''})"
