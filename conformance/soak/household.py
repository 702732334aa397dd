"""The processes of a soak, as their parent has them: started, listened to, told to end, and never left behind."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Self

    from conformance.soak.asked import Job

Heard: TypeAlias = "tuple[str, Any]"
POLL_S = 0.2
TAIL = 500
"""So many of the last characters are told of what a process that broke off wrote to its stderr."""

BROKE_OFF = "broke off"
"""The kind of what is heard of a process that ended otherwise than it should."""


@dataclass
class _Child:
    process: subprocess.Popen[str]
    errors: IO[str]
    told: bool = False
    reader: threading.Thread | None = None


@dataclass
class Household:
    """All processes of a soak on this machine."""

    redact: Callable[[str], str]
    _children: list[_Child] = field(default_factory=list)
    _heard: queue.Queue[Heard] = field(default_factory=queue.Queue)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave nobody behind."""
        for child in self._children:
            child.process.kill()
            child.process.wait()
            if child.reader is not None:
                child.reader.join()
            with contextlib.suppress(OSError):  # of what it was too late to be told
                child.process.__exit__(None, None, None)  # closes the pipes
            child.errors.close()

    def start(self, job: Job) -> None:
        """Start a process; its job, which holds tokens, goes through a pipe."""
        errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in the end
        process = subprocess.Popen(
            [sys.executable, "-m", "conformance.soak"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for us, who then ask it to end
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        child = _Child(process, errors)
        self._children.append(child)
        self._say(child, job.dump() + "\n")
        child.reader = threading.Thread(target=self._read, args=(child,), daemon=True)
        child.reader.start()

    def end(self) -> None:
        """Ask everybody to come to an end."""
        for child in self._children:
            self._say(child, "!")

    def hear(self, until: float) -> Iterator[Heard]:
        """What they tell until all have ended, or the monotonic clock has come there; what broke off is told, too."""
        while time.monotonic() < until:
            try:
                yield self._heard.get(timeout=POLL_S)
            except queue.Empty:
                if all(child.told for child in self._children):
                    return
        yield BROKE_OFF, "a process of the soak came to no end, and was killed"

    @staticmethod
    def _say(child: _Child, text: str) -> None:
        if child.process.stdin is None or child.process.poll() is not None:
            return
        try:
            child.process.stdin.write(text)
            child.process.stdin.flush()
        except OSError:  # it has ended just now
            pass

    def _read(self, child: _Child) -> None:
        for line in child.process.stdout or ():
            told = json.loads(line)
            self._heard.put((told["kind"], told["value"]))
        status = child.process.wait()
        if status:
            child.errors.seek(0)
            said = " ".join(child.errors.read()[-TAIL:].split())
            why = self.redact(f"a process of the soak ended with status {status}: {said}")
            self._heard.put((BROKE_OFF, why))
        child.told = True
