"""The two sides of a comparison, each a command against a server of its own: what it reported, and what that took."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from child import Spent, spend
from command import RUN, tokens_of
from counted_server import counted

from conformance import resources
from conformance.report import json_format
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.process import Running

OURS, THEIRS = "ours", "schemathesis"
HERE = Path(__file__).parent
_LOUD = re.compile(r"(?:FAIL|WARN)\s+([a-z0-9-]+)$")


@dataclass(frozen=True)
class Told:
    """One thing that a side reported, and when, by `time.monotonic()`."""

    what: str
    at: float


@dataclass(frozen=True)
class Trial:
    """One run of one side: everything it reported, with the number of requests and seconds before it was told."""

    side: str
    fault: str
    seed: int
    requests: int
    seconds: float
    cpu_s: float
    peak_mib: int
    reported: dict[str, tuple[int, float]]


def trial(side: str, fault: str, seed: int = 0) -> Trial:
    """Run one side against a server with this fault; "" is the faultless reference."""
    with counted(*filter(None, [fault])) as (running, arrivals), tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        spent, told = (_ours if side == OURS else _theirs)(running, seed, Path(folder))
    first: dict[str, tuple[int, float]] = {}
    for each in told:
        first.setdefault(each.what, (bisect_right(arrivals, each.at), round(each.at - began, 3)))
    return Trial(
        side, fault, seed, len(arrivals), round(spent.seconds, 3), round(spent.cpu_s, 3), spent.peak_mib, first
    )


def _ours(running: Running, seed: int, folder: Path) -> tuple[Spent, list[Told]]:
    """Our command as anybody would call it; told is what it prints as it goes on, and what its report says."""
    command = [*RUN, "--base-url", running.base_url]
    told: list[Told] = []

    def hear(line: str) -> None:
        if loud := _LOUD.match(line.rstrip()):
            told.append(Told(loud[1], time.monotonic()))

    command += ["--seed", str(seed), "--report-dir", str(folder)]
    spent = spend(command, _environment(running, folder), hear, folder)
    end = time.monotonic()
    report = json_format.read(folder / "report.json")
    return spent, [*told, *(Told(each.id, end) for each in report.results if each.is_broken)]


def _theirs(running: Running, seed: int, folder: Path) -> tuple[Spent, list[Told]]:
    """Schemathesis as bench/schemathesis.toml and bench/schemathesis_hooks.py set it up."""
    document = resources.schema_path(QODER_JUNE, "deployment").with_name("openapi.yaml")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [str(document), "--url", running.base_url, "--seed", str(seed)]
    spent = spend(command, _environment(running, folder), folder=folder)
    if spent.status not in {0, 1}:
        raise RuntimeError(f"schemathesis ended with status {spent.status}")
    told = folder / "told.jsonl"
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    return spent, [Told(_name(failure), failure["at"]) for failure in map(json.loads, lines)]


def _environment(running: Running, folder: Path) -> dict[str, str]:
    return tokens_of(running) | {
        "DEPLOYMENTS_AGENT_ID": running.agent_id,
        "DEPLOYMENTS_ENVIRONMENT_ID": running.environment_id,
        "BENCH_TOLD": str(folder / "told.jsonl"),
        "PYTHONPATH": os.pathsep.join((str(HERE), str(HERE.parent))),  # this checkout, whatever is installed
    }


_BODILESS = re.compile(r"/(?:pause|unpause|archive|run)$")
"""Operations that want no body: whatever is wrong with one that is not read is one fact."""

_AT_RANDOM = re.compile(r"[\w-]*\d[\w-]*|'[^']*'|\"[^\"]*\"")


def _name(failure: dict[str, Any]) -> str:
    """What a failure of schemathesis says, the same for any data: kind, operation, status, and what breaks which rule.

    Two that differ in the rule are two: so a defect is not hidden by what is said of the faultless reference as well.
    """
    message: str = failure["message"]
    if failure["kind"] == "RejectedPositiveData":
        detail = _refusal(failure["answer"])
    elif failure["kind"] == "AcceptedNegativeData":
        detail = message.partition("Invalid component:")[2]
        detail = "a body" if _BODILESS.search(failure["operation"]) else detail.partition("(was ")[0]
    else:
        detail = "; ".join(line for line in message.splitlines() if line.startswith("Schema at")) or message[:100]
    return f"{failure['kind']} {failure['operation']} {failure['status']} {_AT_RANDOM.sub('*', detail).strip()}"


def _refusal(answer: str) -> str:
    try:
        error = json.loads(answer)["error"]
        return f"{error.get('param')}: {error.get('message')}"
    except (ValueError, TypeError, KeyError, AttributeError):
        return answer[:100]


def known(trials: Iterable[Trial]) -> frozenset[str]:
    """All that was reported in these runs."""
    return frozenset(what for each in trials for what in each.reported)
