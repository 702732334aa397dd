"""What the page shows of each case, made ready so that the template stays simple and the page lean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model import Verdict
from conformance.report.operations import operations_of
from conformance.report.visible import clip, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.model import ExchangeRecord, Report, Result
    from conformance.report.stories import Story

BODY_SHOWN = 4_000
TRACE_SHOWN = 200
PASSED_SHOWN = 8


@dataclass(frozen=True)
class Raw:
    """One exchange as plain text below its title."""

    title: str
    text: str


@dataclass(frozen=True)
class Case:
    """One result with its requests; `story` is the number of the story that tells of it, if any does."""

    result: Result
    operations: tuple[str, ...]
    trace: str
    exchanges: tuple[Raw, ...]
    story: int | None
    catches: tuple[str, ...]


def cases(report: Report, stories: Sequence[Story], catches: Mapping[str, Sequence[str]]) -> list[Case]:
    """Every case, in the documents' order."""
    told = {result.id: n for n, story in enumerate(stories, 1) for result in (story.head, *story.others)}
    heads = {story.head.id for story in stories}
    return [
        Case(
            result=result,
            operations=operations_of(result),
            trace=trace(result),
            # The story shows the evidence of its head; twice would only make the page heavier.
            exchanges=() if result.id in heads else tuple(_raws(result)),
            story=told.get(result.id),
            catches=tuple(catches.get(result.id, ())),
        )
        for result in report.results
    ]


def trace(result: Result) -> str:
    """Every request of a case, a line each: method, path, status, time."""
    lines = [_traced(*entry) for entry in result.trace[:TRACE_SHOWN]]
    more = len(result.trace) - TRACE_SHOWN
    return "\n".join([*lines, f"… and {more:,} more"] if more > 0 else lines)


def _traced(method: str, path: str, status: int | None, elapsed_ms: float) -> str:
    return f"{status or 'none':>4}  {elapsed_ms:>7.1f} ms  {method:<4} {one_line(path)}"


def _raws(result: Result) -> Iterator[Raw]:
    """The exchanges of a case; of one that passed not so many that the page grows heavy."""
    shown = PASSED_SHOWN if result.verdict is Verdict.PASSED else len(result.exchanges)
    yield from (_raw(record) for record in result.exchanges[:shown])
    if more := result.exchanges[shown:]:
        yield Raw(f"… and {len(more):,} more", "report.json and exchanges.har hold them all.")


def _raw(record: ExchangeRecord) -> Raw:
    answer = f"{record.status}" if record.status is not None else f"no answer: {record.problem or 'unknown why'}"
    parts = [
        f"{record.method} {record.url}",
        *(f"{name}: {value}" for name, value in record.request_headers),
        *_body(record.request_body),
        "",
        f"{answer} ({record.elapsed_ms:.1f} ms)",
        *(f"{name}: {value}" for name, value in record.response_headers),
        *_body(record.response_body),
    ]
    return Raw(
        one_line(f"{record.method} {record.path} → {answer}"), "\n".join(clip(part, BODY_SHOWN) for part in parts)
    )


def _body(text: str | None) -> list[str]:
    return ["", text] if text else []
