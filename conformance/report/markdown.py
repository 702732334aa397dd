"""A report as Markdown, fit for the step summary of a CI service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Outcome, Report, Verdict
from conformance.report.bounds import bounded
from conformance.report.comparison_text import markdown as comparison_markdown
from conformance.report.inline import block, code, inline
from conformance.report.prose import marked_text, request_line
from conformance.report.signs import OUTCOME_SYMBOLS, SYMBOLS, WAIVED
from conformance.report.stories import Story, reproduction, stories
from conformance.report.tallies import Tally, by_area, whole
from conformance.report.visible import clip, visible
from conformance.report.waiver_text import advice, changes, title

if TYPE_CHECKING:
    from conformance.report.diff import Comparison

STORIES_SHOWN = 40
"""More would not be read."""

SIZE_LIMIT = 1_000_000
"""Bytes at most: GitHub takes a step summary of 1 MiB."""


def render(report: Report, comparison: Comparison | None = None) -> str:
    """The summary: sentence, counts by area, failures as short stories, observations folded."""
    report = bounded(report)
    told = stories(report)
    texts = (_render(report, comparison, told, shown) for shown in (STORIES_SHOWN, STORIES_SHOWN // 4, 0))
    fitting = (text for text in texts if len(text.encode("utf-8")) <= SIZE_LIMIT)
    return next(fitting, "") or f"{_head(report)}\n\n{_counts(report)}\n\nThe rest is in report.html.\n"


def _render(report: Report, comparison: Comparison | None, told: list[Story], shown: int) -> str:
    parts = [_head(report), _stale_waivers(report), _counts(report)]
    parts += [comparison_markdown(comparison)] if comparison else []
    parts += [_story(story) for story in told[:shown]]
    parts += [f"_{len(told) - shown} more causes are in report.html._"] if len(told) > shown else []
    parts += [_leftovers(report), _unasked(report), _observations(report), _foot(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: Report) -> str:
    sign = OUTCOME_SYMBOLS[report.outcome]
    facts = [
        f"Target {code(report.base_url)}",
        f"revision {code(report.revision)}",
        f"suite {code(report.suite_version)}",
        f"seed {report.seed}",
        f"{report.requests_total:,} requests in {report.duration_s:.1f} s",
        f"exit status {report.exit_status}",
    ]
    name = "Conformance of the Deployments API"
    return f"## {sign} {name}\n\n**{inline(report.sentence)}**\n\n{' · '.join(facts)}"


def _counts(report: Report) -> str:
    if not report.results:
        return ""
    verdicts = list(Verdict)
    header = ["Area", "MUST held", "SHOULD held", *(f"{SYMBOLS[v]} {v.value}" for v in verdicts)]
    rows = [_row(tally) for tally in by_area(report)]
    total = [f"**{cell}**" if cell else "" for cell in _row(whole(report))]
    table = [header, ["---", *["---:"] * (len(header) - 1)], *rows, total]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in table)


def _row(tally: Tally) -> list[str]:
    numbers = [str(tally.counts[verdict] or "") for verdict in Verdict]
    return [inline(tally.name), tally.musts, tally.shoulds, *numbers]


def _stale_waivers(report: Report) -> str:
    if not report.stale_waivers:
        return ""
    told = [f"- {inline(title(s))}\n\n  {inline(advice(s))}" for s in report.stale_waivers[:STORIES_SHOWN]]
    blocks = [block("\n".join(changes(s)), "diff") for s in report.stale_waivers[:STORIES_SHOWN]]
    listed = "\n\n".join(part for pair in zip(told, blocks, strict=True) for part in pair)
    return f"### Waivers to change: {len(report.stale_waivers)}\n\n{listed}"


def _waived(story: Story) -> str:
    """A failure that is accepted, in short: what it is, who answers for it, and till when."""
    head, summary = story.head, story.waived.summary if story.waived else ""
    lines = [
        f"### {WAIVED} {inline(head.statement)}",
        f"{code(head.id)} · {head.level} · {story.verdict.value}, {inline(summary)}",
        inline(head.reason),
        _others(story),
    ]
    return "\n\n".join(line for line in lines if line)


def _story(story: Story) -> str:
    if story.waived is not None:
        return _waived(story)
    head = story.head
    promise = f"[{inline(head.source)}]({story.link})" if story.link else inline(head.source)
    lines = [
        f"### {SYMBOLS[story.verdict]} {inline(head.statement)}",
        f"{code(head.id)} · {head.level} · {story.verdict.value} · promised in {promise}",
        inline(head.reason),
        _difference(story),
        f"_{inline(story.suffering)}_" if story.suffering else "",
        f"Whose move: {inline(story.move)}",
        _others(story),
        _evidence(story),
    ]
    return "\n\n".join(line for line in lines if line)


def _difference(story: Story) -> str:
    if not story.expected and not story.actual:
        return ""
    place = f" at {code(story.place)}{' (missing)' if story.place_missing else ''}" if story.place else ""
    return f"- expected {code(story.expected)}\n- came {code(story.actual)}{place}"


def _others(story: Story) -> str:
    if not story.others:
        return ""
    shown = ", ".join(code(result.id) for result in story.others[:20])
    more = f" and {len(story.others) - 20} more" if len(story.others) > 20 else ""
    return f"Falls with it: {shown}{more}"


def _evidence(story: Story) -> str:
    step = story.differing
    if step is None:
        return ""
    answer = f"{request_line(step)} → {step.status}\n{marked_text(step.came)}".rstrip()
    folded = f"<details><summary>The answer</summary>\n\n{block(clip(answer, 2500))}\n\n</details>"
    script = f"{code(f'sh {reproduction(story)}')} makes what it needs, sends it again, and puts everything away."
    told = f"{block(clip(visible(story.curl), 2500), 'sh')}\n\n{folded}"
    return f"{told}\n\n{script}" if story.script else told


def _leftovers(report: Report) -> str:
    if not report.leftovers:
        return ""
    listed = "\n".join(
        f"- {inline(one.kind)} {code(one.id)}: {code(one.command, 1000)}" for one in report.leftovers[:50]
    )
    return f"### Left behind: {len(report.leftovers)}\n\n{listed}"


def _unasked(report: Report) -> str:
    skipped = [r for r in report.results if r.verdict is Verdict.SKIPPED]
    if not skipped or report.outcome in {Outcome.INVALID, Outcome.UNREACHABLE}:
        return ""
    reasons: dict[str, int] = {}
    for result in skipped:
        reasons[result.reason or str(result.skip or "skipped")] = reasons.get(result.reason, 0) + 1
    listed = "\n".join(f"- {number} × {inline(reason)}" for reason, number in list(reasons.items())[:30])
    return _folded(f"Not asked: {len(skipped)} of {len(report.results)}", listed)


def _observations(report: Report) -> str:
    rows = [
        f"| {code(o.id)} | {inline(o.statement)} | {code(o.answer) if o.answer is not None else inline(o.reason)} |"
        for o in report.observations
    ]
    table = "\n".join(["| Observation | Where the contract is silent | Answer |", "| --- | --- | --- |", *rows])
    return _folded(f"Observations: {len(rows)}", table) if rows else ""


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _foot(report: Report) -> str:
    notes = "\n".join(f"- {inline(note)}" for note in report.notes)
    told = f"{len(report.unobservable)} promises cannot be checked from outside." if report.unobservable else ""
    return "\n\n".join(part for part in (notes, told) if part)
