"""Every request of a run in one HAR file: written as it happens, by each process its part, and put together at the end.

After each request the file of a process is a whole HAR file again, since an entry and the end of the file are written
in one go. So a run that is killed leaves files that can be read: FILE, and FILE.gw0.part of the worker gw0.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.failures import said
from conformance.har_entries import entry, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import IO

    from conformance.exchange import Exchange, Redactor

COMMENT = (
    "Every request of a run, in the order in which they began, with the requirement that it was sent for (or suite, or "
    "clean); secrets are removed, long bodies cut."
)
PART = ".part"
WORKERS = ("gw", "remote")
"""How the names of workers begin: here, and on other machines."""
END = b"\n]}}\n"
BETWEEN = b",\n"


class RecordNotWritable(OSError):
    """A file that the requests cannot be written to: why."""


def part(path: Path, worker: str) -> Path:
    """Where a process writes: workers of pytest-xdist, which run at once, to a part of their own."""
    return path.with_name(f"{path.name}.{worker}{PART}") if worker.startswith(WORKERS) else path


def _head() -> bytes:
    creator = {"name": "deployments-conformance", "version": __version__}
    log = {"log": {"version": "1.2", "creator": creator, "comment": COMMENT, "entries": []}}
    return json.dumps(log).encode().removesuffix(b"]}}")


_HEAD = _head()


@dataclass(frozen=True)
class Recorder:
    """Adds each exchange of one process to its part of the record; `caller` tells for what it is sent."""

    add: Callable[[bytes], None]
    redact: Redactor
    caller: Callable[[], str]

    def __call__(self, exchange: Exchange, began: datetime, problem: BaseException | None) -> None:
        """Write down one exchange, or that no answer came."""
        record = self.redact.record(exchange)
        if problem is not None:
            record = dataclasses.replace(record, status=None, response_body=None, problem=self.redact(said(problem)))
        self.add(json.dumps(sound(entry(record, began, self.caller())), ensure_ascii=True).encode())


@dataclass
class Part:
    """The file of one process.

    It gives up at the first error of the disk: a run is not worth less for it, and `Record.shortfall` will tell.
    """

    path: Path
    gave_up: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin the file, unless this process has done so before."""
        if not self.path.exists():
            self.path.write_bytes(_HEAD + END)

    def add(self, line: bytes) -> None:
        """Put an entry at the end."""
        with self._lock:
            if not self.gave_up:
                self._append(line)

    def _append(self, line: bytes) -> None:
        try:
            file = os.open(self.path, os.O_WRONLY)
            try:
                self.gave_up = not _put(file, line)
            finally:
                os.close(file)
        except OSError:
            self.gave_up = True


def _put(file: int, line: bytes) -> bool:
    """Put a line before the end of a file, at once; whether there was room for it."""
    end = os.fstat(file).st_size - len(END)
    text = (b"\n" if end == len(_HEAD) else BETWEEN) + line + END
    if os.pwrite(file, text, end) == len(text):
        return True
    os.ftruncate(file, end)
    os.pwrite(file, END, end)
    return False


@dataclass
class Record:
    """The file as a whole; None where none was asked for."""

    path: Path | None
    entries: int = 0
    problem: str = ""

    def begin(self) -> None:
        """Replace the file by an empty one, before anything is sent; `RecordNotWritable` where that cannot be."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.path.exists() and not self.path.is_file():
                raise RecordNotWritable("there is something that is no file")
            self.path.write_bytes(_HEAD + END)
            for each in self._parts():
                each.unlink()
        except OSError as error:
            raise RecordNotWritable(error.strerror or str(error)) from None

    def finish(self) -> None:
        """Put the parts together, in order; what cannot be is left in its parts."""
        if self.path is None:
            return
        try:
            parts = self._parts()
            lines = [line for each in (self.path, *parts) for line in _lines(each)]
            self.entries = len(lines)
            if parts or lines != sorted(lines, key=_began):
                _write(self.path, sorted(lines, key=_began))
            for each in parts:
                each.unlink()
        except OSError as error:
            self.problem = error.strerror or str(error)

    def _parts(self) -> list[Path]:
        assert self.path is not None
        begins = f"{self.path.name}."
        return sorted(each for each in self.path.parent.iterdir() if _is_part(each.name, begins))

    def shortfall(self, requests: int) -> list[str]:
        """What to tell of requests that are not in the file."""
        if self.path is None or (not self.problem and self.entries >= requests):
            return []
        why = f": {self.problem}" if self.problem else ""
        return [f"--har {self.path} holds {self.entries:,} of {requests:,} requests, or is left in parts{why}"]


def _is_part(name: str, begins: str) -> bool:
    return name.startswith(tuple(f"{begins}{worker}" for worker in WORKERS)) and name.endswith(PART)


@dataclass(frozen=True)
class _Line:
    """Where an entry stands, and when it began: all that has to be in memory at once."""

    began: bytes
    path: Path
    start: int
    length: int


def _began(line: _Line) -> bytes:
    return line.began


_BEFORE = len(b'{"startedDateTime": "')
_MOMENT = len("2026-06-14T08:53:32.123+00:00")


def _lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        start = len(file.readline())
        for line in file:
            bare = line.rstrip(b",\n")
            if bare.startswith(b"{"):
                yield _Line(bare[_BEFORE : _BEFORE + _MOMENT], path, start, len(bare))
            start += len(line)


def _write(path: Path, lines: list[_Line]) -> None:
    """Write the file anew, in this order, beside the old one, which it then replaces."""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as new:
        temporary = Path(new.name)
        try:
            _copy(lines, new)
            shutil.copymode(path, temporary)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    temporary.replace(path)


def _copy(lines: list[_Line], new: IO[bytes]) -> None:
    new.write(_HEAD)
    with contextlib.ExitStack() as stack:
        files = {path: stack.enter_context(path.open("rb")) for path in {line.path for line in lines}}
        for number, line in enumerate(lines):
            files[line.path].seek(line.start)
            new.write((BETWEEN if number else b"\n") + files[line.path].read(line.length))
    new.write(END)
    new.flush()
