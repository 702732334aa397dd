"""What a run creates, written down before it is created, so that all of it can be put away afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from conformance import file_lock
from conformance.failures import JournalNotWritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

VERSION = 1
GONE = "it was removed"


class JournalUnreadable(ValueError):
    """A file is not a journal of this suite; the message says where it breaks off."""


@dataclass
class Item:
    """One object that the run made or was about to make; `id` is None until it is known.

    `by` names the variable of the token that made it, where that is not the usual one. As long as no answer came
    (`unanswered`), the create may still be under way.
    """

    entry: str
    kind: str
    name: str
    by: str = ""
    id: str | None = None
    open: bool = True
    unanswered: bool = True


@dataclass
class Journal:
    """The list of what a run created: kept in memory, and line by line in a file when there is one.

    Every line is one JSON object, given to the system with a single `write` at the end of the file, so that several
    processes can append to the same one, a killed run leaves at most one broken line, and nothing waits in a buffer.
    The file is kept open: it stays that of this run, even if it is renamed or another run begins one in its place.
    """

    path: Path | None = None
    worker: str = "main"
    redact: Callable[[str], str] = str
    items: dict[str, Item] = field(default_factory=dict)
    elsewhere: Callable[[Mapping[str, object]], None] | None = None
    """Who writes the lines down, where another machine has the file; raises `OSError` where that cannot be."""
    alone: bool = False
    """Whether whoever writes here has made sure that nobody else does; else those who do are told of it."""
    problem: str | None = None
    _open: dict[str, Item] = field(default_factory=dict)
    _by_id: dict[str, Item] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _file: int | None = None
    _torn: bool = False

    def begin(self, **facts: str) -> None:
        """Write the first line of a new file: what is needed to find the target again (never a token).

        Raises:
            JournalNotWritable: it cannot be written, or is there already.
        """
        with _told():
            if self.path is not None:
                os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            self._write({"journal": VERSION, **facts})

    def close(self) -> None:
        """Close the file, which tells that nothing is going on; it is opened again when there is something to write."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def intend(self, kind: str, name: str, by: str = "") -> Item:
        """Note that an object is about to be created; `JournalNotWritable` means that it must not be."""
        with self._lock:
            item = Item(f"{self.worker}-{len(self.items)}", kind, name, by)
            self.items[item.entry] = item
        with _told():
            self._write({"intend": item.entry, "kind": kind, "name": self.redact(name), **({"by": by} if by else {})})
        with self._lock:
            self._open[item.entry] = item
        return item

    def made(self, item: Item, id_: str) -> None:
        """Note the id that the target gave; with a secret in it it is not written down, and is found by name again."""
        item.id, item.unanswered = id_, False
        self._by_id[id_] = item
        if self.redact(id_) == id_:
            self._append({"made": item.entry, "id": id_})

    def unsure(self, item: Item) -> None:
        """Note that an answer came that does not tell what was made, if anything was."""
        item.unanswered = False
        self._append({"unsure": item.entry})

    def refused(self, item: Item) -> None:
        """Note that nothing was created."""
        self._close(item)
        self._append({"refused": item.entry})

    def gone(self, item: Item) -> None:
        """Note that an object has been put away."""
        if item.open:
            self._close(item)
            self._append({"gone": item.entry})

    def find(self, id_: str) -> Item | None:
        """The item with this id, if this run made it."""
        return self._by_id.get(id_)

    def ids(self) -> Iterable[str]:
        """The ids of everything that was made, oldest first."""
        return self._by_id.keys()

    def unfinished(self) -> list[Item]:
        """Everything that is still there, or may be: newest first, what others depend on last."""
        last = {"deployment": 0, "environment": 1, "agent": 2}
        with self._lock:
            newest_first = [*self._open.values()][::-1]
        return sorted(newest_first, key=lambda item: last.get(item.kind, 0))

    def deployments(self, after: int) -> list[Item]:
        """The deployments among them that were made after so many objects had been; newest first."""
        with self._lock:
            newest = [*islice(reversed(self.items.values()), len(self.items) - after)]
        return [item for item in newest if item.open and item.kind == "deployment"]

    def _close(self, item: Item) -> None:
        with self._lock:
            item.open = False
            self._open.pop(item.entry, None)

    def _append(self, line: dict[str, object]) -> None:
        """Write what may be lost: without this line there is more to look for later, and nothing is missed."""
        try:
            self._write(line)
        except OSError as error:
            self.problem = _why(error)

    def copy(self, line: Mapping[str, object]) -> str:
        """Write down a line of a worker that has no file; returns why that cannot be, or ""."""
        try:
            self._write(line)
        except OSError as error:
            return _why(error)
        return ""

    def _write(self, line: Mapping[str, object]) -> None:
        if self.elsewhere is not None:
            self.elsewhere(line)
        if self.path is None:
            return
        file = self._opened(self.path)
        if not os.fstat(file).st_nlink:
            raise OSError(0, GONE)
        data = b"\n" * self._torn + json.dumps(line).encode() + b"\n"
        if os.write(file, data) != len(data):
            self._torn = True  # whoever reads it skips half a line, but not the next one behind it
            raise OSError(0, "there was room for half a line only")
        self._torn = False

    def _opened(self, path: Path) -> int:
        with self._lock:
            if self._file is None:
                self._file = os.open(path, os.O_WRONLY | os.O_APPEND | _BINARY)
                if not self.alone:
                    file_lock.share(self._file)
            return self._file


_BINARY = getattr(os, "O_BINARY", 0)


def _why(error: OSError) -> str:
    return error.strerror or str(error)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalNotWritable(f"the journal cannot be written ({_why(error)}), so nothing is created") from None


def read(path: Path) -> tuple[dict[str, str], Journal]:
    """The facts on the first line, and a journal that appends to the same file; `JournalUnreadable` otherwise."""
    try:
        if path.exists() and not path.is_file():
            raise JournalUnreadable(f"{path}: not a file")
        data = path.read_bytes()
    except OSError as error:
        raise JournalUnreadable(f"{path}: cannot be read ({error.strerror})") from None
    entries = list(_entries(path, data))
    if not entries or entries[0].get("journal") != VERSION:
        raise JournalUnreadable(f"{path}: not a journal of deployments-conformance (its first line does not say so)")
    journal = Journal(path=path, worker="clean", alone=True)
    journal._torn = not data.endswith(b"\n")  # noqa: SLF001 - the same class, read back
    _replay(journal, entries[1:])
    return {key: str(value) for key, value in entries[0].items()}, journal


def _entries(path: Path, data: bytes) -> Iterable[dict[str, object]]:
    for number, line in enumerate(data.split(b"\n"), 1):
        entry = _whole(line)
        if entry is not None:
            yield entry
        elif not _BEGINNING.startswith(line[: len(_BEGINNING)]):
            raise JournalUnreadable(f"{path}: line {number} is no entry of a journal")


_BEGINNING = b'{"'
"""How each entry begins: also the half of one, which a process that was killed or a full disk left."""


def _whole(line: bytes) -> dict[str, object] | None:
    """The entry on a line; behind half of one there may be that of another process."""
    start = 0
    while start >= 0:
        with contextlib.suppress(ValueError, RecursionError):
            entry = json.loads(line[start:])
            return entry if isinstance(entry, dict) else None
        start = line.find(_BEGINNING, start + 1)
    return None


def _replay(journal: Journal, entries: list[dict[str, object]]) -> None:
    for entry in entries:
        if "intend" in entry:
            entry_id, kind, name, by = (str(entry.get(key, "")) for key in ("intend", "kind", "name", "by"))
            item = Item(entry_id, kind, name, by)
            journal.items[item.entry] = journal._open[item.entry] = item  # noqa: SLF001 - the same class, read back
        elif "made" in entry and (made := journal.items.get(str(entry["made"]))):
            made.id, made.unanswered = str(entry.get("id")), False
            journal._by_id[made.id] = made  # noqa: SLF001 - the same
        elif "unsure" in entry and (unsure := journal.items.get(str(entry["unsure"]))):
            unsure.unanswered = False
        elif done := journal.items.get(str(entry.get("gone", entry.get("refused")))):
            journal._close(done)  # noqa: SLF001 - the same
