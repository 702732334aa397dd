"""A command in a process of its own, and what it took: seconds, processor time, and memory at its peak."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

GLANCE_S = 0.02
"""So often memory is looked at: what the kernel says at the end also counts the memory of whoever started it."""

_PEAK, _NOW = re.compile(r"VmHWM:\s+(\d+) kB"), re.compile(r"VmRSS:\s+(\d+) kB")


@dataclass(frozen=True)
class Spent:
    """What a command took: seconds of the clock and of processors (its children too), and MiB at the peak.

    `peak_mib` is that of the command alone, `peak_all_mib` with the processes that it started.
    """

    status: int
    seconds: float
    cpu_s: float
    peak_mib: int
    peak_all_mib: int


@dataclass
class _Memory:
    """What a process and its children hold, looked at again and again: kB."""

    pid: int
    own: int = 0
    together: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look until it is over."""
        while not self.over.wait(GLANCE_S):
            self.own = max(self.own, _kb(self.pid, _PEAK))
            self.together = max(self.together, sum(_kb(each, _NOW) for each in (self.pid, *_children(self.pid))))


def _kb(pid: int, what: re.Pattern[str]) -> int:
    try:
        found = what.search(Path(f"/proc/{pid}/status").read_text("utf-8"))
    except OSError:
        return 0
    return int(found[1]) if found else 0


def _children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
    except OSError:
        return []


def spend(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    told: Callable[[str], None] | None = None,
    folder: Path | None = None,
) -> Spent:
    """Run a command to its end, in this folder; each line that it writes to stderr is told at once."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    with _watched(process.pid) as memory:
        for line in process.stderr or ():
            if told is not None:
                told(line)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # so that nobody waits for it again
    if process.stderr is not None:
        process.stderr.close()
    cpu = used.ru_utime + used.ru_stime
    return Spent(process.returncode, seconds, cpu, memory.own // 1024, max(memory.own, memory.together) // 1024)


@contextmanager
def _watched(pid: int) -> Iterator[_Memory]:
    memory = _Memory(pid)
    watching = threading.Thread(target=memory.watch, daemon=True)
    watching.start()
    try:
        yield memory
    finally:
        memory.over.set()
        watching.join()
