"""Runs that are killed at some moment, and what `clean` makes of what they left.

By hand, in `tests`: `python -m safety.killed [NUMBER...]` kills all of them or some, and prints what was left.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from safety.accounts import populated

from conformance import journal
from conformance.cli import main as command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from safety.accounts import Account

COMMAND = (sys.executable, "-m", "conformance.cli")
SEED = 20_260_614
MOMENTS = 50

SLOW_MS = 30
"""The latency of the server for those that are killed during a create."""

AREAS: Mapping[tuple[str, ...], int] = {
    (): 2300,
    ("create",): 218,
    ("update",): 215,
    ("page",): 213,
    ("generated",): 77,
    ("concurrent",): 185,
    ("sequence",): 91,
    ("auth", "method"): 130,
    ("archive", "pause"): 140,
    ("agent", "event"): 290,
    ("schedule",): 221,
}
"""What is selected, and about how many creates the run of it sends."""

LONGEST_S = 300.0


@dataclass(frozen=True)
class Moment:
    """When a run is killed: so long after the n-th create was written down. `group` kills its workers as well."""

    number: int
    only: tuple[str, ...]
    workers: int
    creates: int
    after_s: float
    slow: bool
    group: bool

    def __str__(self) -> str:
        what = "+".join(self.only) or "everything"
        with_ = f"-{self.workers}-workers" if self.workers > 1 else ""
        return f"{self.number}-{what}{with_}-at-create-{self.creates}{'-slow' if self.slow else ''}"


def moments() -> list[Moment]:
    """All of them: spread over the whole of each run, a third with two workers, half in the midst of a create."""
    dice, areas = random.Random(SEED), list(AREAS)  # noqa: S311 - a plan, not a secret
    made = []
    for number in range(MOMENTS):
        only = areas[number % len(areas)]
        slow = bool(number % 2) and only != ()
        creates = 1 + int(AREAS[only] * 0.97 * dice.random())
        after_s = dice.uniform(0, SLOW_MS / 1000 if slow else 0.01)
        workers = 2 if number % 3 == 1 else 1
        made.append(Moment(number, only, workers, creates, after_s, slow, dice.random() < 0.5))
    return made


@dataclass(frozen=True)
class Left:
    """What a run left: whether it was still at work, and how much was there, by its journal and by the server."""

    killed: bool
    unfinished: int
    without_id: int
    unarchived: int


def environment(account: Account) -> dict[str, str]:
    """What the command finds: the tokens, and the package that is under test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DEPLOYMENTS_", "PYTHON"))}
    return kept | account.environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def arguments(account: Account, folder: Path, *options: str, base_url: str | None = None) -> list[str]:
    """A run that reports to a folder."""
    return [
        "run",
        "--base-url",
        base_url or account.running.base_url,
        "--report-dir",
        str(folder / "reports"),
        *options,
    ]


def start(account: Account, folder: Path, *options: str, base_url: str | None = None) -> subprocess.Popen[bytes]:
    """Start a run in a session of its own."""
    with (folder / "said.txt").open("wb") as said:  # not a pipe: the end of one would come when the last worker ends
        return subprocess.Popen(
            [*COMMAND, *arguments(account, folder, *options, base_url=base_url)],
            cwd=folder,
            env=environment(account),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_for_creates(process: subprocess.Popen[bytes], path: Path, number: int) -> None:
    """Wait until so many creates are written down, or the run has ended."""
    end, seen = time.monotonic() + LONGEST_S, 0
    while not path.exists() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    with path.open("rb") as file:
        while seen < number and process.poll() is None and time.monotonic() < end:
            new = file.read().count(b'{"intend"')
            seen += new
            time.sleep(0 if new else 0.003)


def kill(account: Account, folder: Path, moment: Moment) -> Left:
    """Run, and kill it at that moment."""
    only = [word for area in moment.only for word in ("--only", area)]
    process = start(account, folder, *only, "--workers", str(moment.workers))
    path = folder / "reports" / "journal.jsonl"
    wait_for_creates(process, path, moment.creates)
    time.sleep(moment.after_s)
    killed = process.poll() is None
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if moment.group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()
    _, read = journal.read(path)
    unfinished = read.unfinished()
    without_id = [item for item in unfinished if item.id is None]
    return Left(killed, len(unfinished), len(without_id), len(account.unarchived()))


def clean(account: Account, folder: Path) -> tuple[int, str]:
    """`clean` for its journal: the exit status, and what was said."""
    said = io.StringIO()
    with (
        patch.dict(os.environ, account.environment),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        status = command(["clean", str(folder / "reports" / "journal.jsonl")])
    return status, said.getvalue()


def main() -> None:
    """Kill all of them."""
    wanted = [int(number) for number in sys.argv[1:]]
    with populated() as fast, populated(SLOW_MS) as slow:
        for moment in moments():
            if wanted and moment.number not in wanted:
                continue
            account = slow if moment.slow else fast
            with tempfile.TemporaryDirectory() as folder:
                left = kill(account, Path(folder), moment)
                status, said = clean(account, Path(folder))
                again, _ = clean(account, Path(folder))
            untouched = account.foreign() == account.stored
            print(f"{moment}: {left}; {said.strip()} ({status}, then {again})", end="; ")
            print(
                f"after it {len(account.unarchived())} unarchived, others {'untouched' if untouched else 'TOUCHED'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
