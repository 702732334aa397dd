"""A proposal for the file of waivers: the failures of a run, ready for people to say who answers for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from conformance.model import Verdict
from conformance.report.visible import one_line
from conformance.report.waiver_file import LEFT_TO_PEOPLE, WaiverFile
from conformance.report.waiving import day_of, holds, lapse

if TYPE_CHECKING:
    from conformance.model import Report, Result
    from conformance.waiver import Waiver

MARK: Final = "# Waivers of deployments-conformance, proposed by --write-waivers."
_PREAMBLE: Final = (
    MARK,
    "# Each is one failure that is accepted for a while. Fill in owner and link, say in your own words why it is",
    "# accepted, and take out what is not: docs/waivers.md. A later --write-waivers keeps what still holds.",
    "",
)
_BLANKS: Final = {"owner": "who answers for it", "link": "https:// and where its mending is followed"}


@dataclass(frozen=True)
class Draft:
    """The text of a proposed file, and how many of its waivers are new, were kept, and were dropped."""

    text: str
    new: int
    kept: int
    dropped: int


def is_ours(text: str) -> bool:
    """Whether a file was begun by a proposal, so that the next one may take its place."""
    return text.startswith(MARK)


def propose(report: Report, earlier: WaiverFile) -> Draft:
    """One waiver for each failure; of the earlier ones those stay, word for word, that hold or were not tried."""
    found = {result.id: result for result in report.results}
    kept = [waiver for waiver in earlier.waivers if _stays(waiver, found.get(waiver.id), day_of(report))]
    known = {waiver.id for waiver in kept}
    new = [result for result in report.results if _fails(result, strict=report.strict) and result.id not in known]
    blocks = [*(list(waiver.lines) for waiver in kept), *(_entry(result, day_of(report)) for result in new)]
    lines = [*_preamble(earlier), *chain.from_iterable([*block, ""] for block in blocks)]
    return Draft("\n".join(lines).rstrip("\n") + "\n", len(new), len(kept), len(earlier.waivers) - len(kept))


def _preamble(earlier: WaiverFile) -> tuple[str, ...]:
    return earlier.preamble if is_ours("\n".join(earlier.preamble)) else _PREAMBLE


def _stays(waiver: Waiver, result: Result | None, day: str) -> bool:
    if result is None:
        return False
    tried = result.is_broken or result.verdict is Verdict.PASSED
    return not tried or holds(waiver, result, day)


def _fails(result: Result, *, strict: bool) -> bool:
    return result.verdict is Verdict.FAILED or (strict and result.verdict is Verdict.WARNED)


def _entry(result: Result, day: str) -> list[str]:
    """The lines of one waiver; what came from a target stays within its comment or its text."""
    return [
        f"# {one_line(result.statement)} ({result.level})",
        "[[waiver]]",
        f"id = {_quoted(result.id)}",
        f"fingerprint = {_quoted(result.fingerprint)}",
        *(f'{key} = ""  # {_BLANKS[key]}' for key in LEFT_TO_PEOPLE),
        f"reason = {_quoted(one_line(result.reason) or 'not told')}",
        f"expires = {lapse(day)}",
    ]


def _quoted(text: str) -> str:
    """A TOML string on one line: JSON's escapes are among TOML's once nothing is left that cannot be seen."""
    return json.dumps(one_line(text, 1000), ensure_ascii=False)
