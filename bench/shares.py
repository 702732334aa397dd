"""What a run spends its time on: the stack is looked at every two milliseconds, in the process and by its clock.

Each look counts for what is innermost of the things named here: a request that a generated example sends is sending,
a schema that a case asks is validating. While nothing has come yet, the run waits for the answer.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

EVERY_S = 0.002

KINDS = {
    "sending": "client session transport wire address answer plain_answer message exchange guards schedule_guard "
    "journal disturbances pace health claims ownership clearing lost_create provenance shape_book shape",
    "validating": "expect schemas oracle verdicts edits redaction second_look failures far_schedules dst_changes",
    "pytest itself": "plugin collector parameters html_log running_order suite",
    "reporting": "report cli_files",
    "waiting for the clock": "ripening",
    "starting": "runner surroundings smoke reference plan",
}
"""Modules of the package by what they are for."""

LIBRARIES = {
    "hypothesis": "generating",
    "schemathesis": "generating",
    "hypothesis_jsonschema": "generating",
    "jsonschema": "validating",
    "jsonschema_rs": "validating",
    "_pytest": "pytest itself",
    "pluggy": "pytest itself",
    "pytest_html": "reporting",
    "jinja2": "reporting",
    "importlib": "starting",
}
GENERATING = ("generated", "cases.generated_api", "cases.generated_requests", "cases.candidates", "cases.sequence_")
CHECKS = (
    "schemathesis.checks",
    "schemathesis.specs.openapi.checks",
    "schemathesis.generation.case",
    "conformance.cases.generated_checks",
)
OTHER, WAITING = "cases", "waiting for the answer"

_KINDS = {name: kind for kind, names in KINDS.items() for name in names.split()}


def kind(module: str) -> str | None:
    """What the code of a module is for; None where that is for its caller to say."""
    package, _, rest = module.partition(".")
    if module.startswith(CHECKS):
        return "validating"
    if package != "conformance":
        return LIBRARIES.get(package)
    if rest.startswith(GENERATING):
        return "generating"
    return OTHER if rest.startswith("cases") else _KINDS.get(rest.partition(".")[0])


@dataclass
class Looks:
    """How often each kind of work was seen."""

    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        """Look once."""
        self.seen[_kind(frame)] += 1

    def percent(self) -> dict[str, float]:
        """The share of each kind, the greatest first."""
        total = max(self.seen.total(), 1)
        return {name: round(100 * count / total, 1) for name, count in self.seen.most_common()}


def _kind(frame: FrameType | None) -> str:
    while frame is not None:
        module = frame.f_globals.get("__name__") or ""
        if module == "conformance.wire" and frame.f_code.co_name == "_read":
            return WAITING
        if found := kind(module):
            return found
        frame = frame.f_back
    return "starting"


@contextmanager
def looking() -> Iterator[Looks]:
    """Look until the block ends; for the main thread only, whose system calls go on after each look."""
    looks = Looks()
    before = signal.signal(signal.SIGALRM, looks)
    signal.setitimer(signal.ITIMER_REAL, EVERY_S, EVERY_S)
    try:
        yield looks
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if sys.platform == "win32":
    raise SystemExit("the shares are measured by a timer that Windows does not have")
