"""One run of the command against the correct reference through a proxy that disturbs, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema_rs
from chaos.proxy import Proxy
from chaos.weather import Fault, Plan, Weather
from targets import Neighbour

from conformance import resources
from conformance.reference import process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.reference import Running

COMMAND = (sys.executable, "-m", "conformance.cli")
TIMEOUT_S = 2.0
FOREIGN = 6
CLEAN_BOUND_S = 60
DEFECT_OF_THE_SUITE = 70
LAWFUL_ENDS = {0, 3, 4, 6}
"""Conformant, partial, unreachable, and something left behind: it could not be put away by then."""

SCHEMA = jsonschema_rs.Draft202012Validator(json.loads(resources.report_schema_path().read_bytes()))


@dataclass(frozen=True)
class Trial:
    """What is run in which weather; `bound_s` is when it has to have ended."""

    weather: Weather
    seed: int
    areas: tuple[str, ...] = ()
    workers: int = 1
    examples: int = 2
    bound_s: int = 300

    def __str__(self) -> str:
        return f"{self.weather.name}-{self.seed}"

    @property
    def arguments(self) -> list[str]:
        """The options of the command that say what is asked."""
        only = [word for area in self.areas for word in ("--only", area)]
        numbers = {"seed": self.seed, "workers": self.workers, "examples": self.examples, "timeout": TIMEOUT_S}
        return [*only, *(word for name, number in numbers.items() for word in (f"--{name}", str(number)))]


@dataclass
class Figures:
    """What came of a trial; `wrong` holds all that must not have happened, a line each."""

    trial: Trial
    status: int | None = None
    seconds: float = 0.0
    requests: int = 0
    injected: Counter[Fault] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    blames: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def carry_out(trial: Trial, folder: Path) -> Figures:
    """Run, clean up through the healed proxy, and look at everything."""
    figures = Figures(trial)
    with process.start() as running, closing(Neighbour(running, running.agent_id)) as neighbour:
        theirs = [neighbour.make(number) for number in range(FOREIGN)]
        before = [*_as_stored(running, theirs)]
        with Proxy(running.base_url, Plan(trial.weather, trial.seed), TIMEOUT_S) as proxy:
            said = _run(figures, proxy.base_url, running, folder)
            figures.requests, figures.injected = proxy.requests, proxy.injected
            proxy.heal()
            _judge(figures, said, folder)
            figures.wrong += _clean(running, folder)
        figures.wrong += [f"left behind: {left}" for left in _left(running, {*theirs})]
        if [*_as_stored(running, theirs)] != before:
            figures.wrong.append("a foreign deployment was touched")
    return figures


# --- the run ----------------------------------------------------------------------------------------------------


def _run(figures: Figures, base_url: str, running: Running, folder: Path) -> str:
    """Run the command; gives all that it printed."""
    arguments = ["run", "--base-url", base_url, "--report-dir", str(folder), *figures.trial.arguments]
    started = time.monotonic()
    try:
        done = _command(arguments, running, figures.trial.bound_s)
    except subprocess.TimeoutExpired as expired:
        figures.wrong.append(f"it has not ended within {figures.trial.bound_s} s")
        return str(expired.output or b"")
    finally:
        figures.seconds = time.monotonic() - started
    figures.status = done.returncode
    return done.stdout


def _command(arguments: list[str], running: Running, bound_s: float) -> subprocess.CompletedProcess[str]:
    tokens = {"": "full", "OTHER_": "other", "EXPIRED_": "expired", "UNSCOPED_": "unscoped"}
    environment = {f"DEPLOYMENTS_{name}TOKEN": running.tokens[kind] for name, kind in tokens.items()}
    return subprocess.run(
        [*COMMAND, *arguments],
        env=os.environ | environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=bound_s,
        check=False,
    )


def _clean(running: Running, folder: Path) -> Iterator[str]:
    """Put away what the journal says, twice; what is wrong with how that goes."""
    for _ in range(2):
        done = _command(["clean", str(folder / "journal.jsonl")], running, CLEAN_BOUND_S)
        if done.returncode != 0:
            yield f"clean ended with {done.returncode}: {done.stdout[-300:]}"


# --- what is looked at ------------------------------------------------------------------------------------------


def _judge(figures: Figures, said: str, folder: Path) -> None:
    """Read the report, and note what must not be in it."""
    wrong = figures.wrong
    if "Traceback" in said:
        wrong.append(f"a traceback: {said[-1500:]}")
    if figures.status is not None and figures.status not in LAWFUL_ENDS:
        wrong.append(f"exit status {figures.status}: {said[-300:]}")
    path = folder / "report.json"
    if not path.is_file():
        wrong.append(f"no report.json: {said[-300:]}")
        return
    report: dict[str, Any] = json.loads(path.read_bytes())
    wrong += [f"report.json at {error.instance_path}: {error.message}" for error in SCHEMA.iter_errors(report)][:1]
    figures.verdicts.update(result["verdict"] for result in report["results"])
    for result in report["results"]:
        wrong += _held_against(result)
        if result["verdict"] == "inconclusive":
            figures.blames[str(result["blame"])] += 1


def _held_against(result: dict[str, Any]) -> Iterator[str]:
    if result["verdict"] in {"failed", "warned"}:
        yield f"{result['verdict']} {result['id']}: {result['reason']}"
    if result["verdict"] == "inconclusive" and result["blame"] not in {"target", "environment"}:
        yield f"inconclusive for {result['blame']}: {result['id']}: {result['reason']}"


def _as_stored(running: Running, ids: list[str]) -> Iterator[bytes]:
    """What the service shows of each, asked without the proxy."""
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    with httpx.Client(base_url=running.base_url, headers=headers, trust_env=False) as http:
        for id_ in ids:
            yield http.get(f"/deployments/{id_}").raise_for_status().content


def _left(running: Running, foreign: set[str]) -> Iterator[str]:
    """What is not archived and was not there before."""
    there = foreign | {running.agent_id, running.second_agent_id, running.environment_id}
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    with httpx.Client(base_url=running.base_url, headers=headers, trust_env=False) as http:
        for path in ("/deployments", "/agents", "/environments"):
            page = http.get(path, params={"limit": 100}).raise_for_status().json()
            yield from (f"{path}/{each['id']} {each['name']!r}" for each in page["data"] if each["id"] not in there)
