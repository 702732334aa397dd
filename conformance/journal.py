"""What a run creates, written down before it is created, so that all of it can be put away afterwards."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

VERSION = 1


class JournalUnreadable(ValueError):
    """A file is not a journal of this suite; the message says where it breaks off."""


@dataclass
class Item:
    """One object that the run made or was about to make; `id` is None until the answer came."""

    entry: str
    kind: str
    name: str
    id: str | None = None
    open: bool = True


@dataclass
class Journal:
    """The list of what a run created: kept in memory, and line by line in a file when there is one.

    Every line is one JSON object, written with a single `write` and flushed, so that several processes can append to
    the same file and a killed run leaves at most one broken last line.
    """

    path: Path | None = None
    worker: str = "main"
    redact: Callable[[str], str] = str
    items: dict[str, Item] = field(default_factory=dict)
    _open: dict[str, Item] = field(default_factory=dict)
    _by_id: dict[str, Item] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, **facts: str) -> None:
        """Write the first line: what is needed to find the target again (never a token)."""
        self._write({"journal": VERSION, **facts})

    def intend(self, kind: str, name: str) -> Item:
        """Note that an object is about to be created."""
        with self._lock:
            item = Item(f"{self.worker}-{len(self.items)}", kind, name)
            self.items[item.entry] = self._open[item.entry] = item
        self._write({"intend": item.entry, "kind": kind, "name": self.redact(name)})
        return item

    def made(self, item: Item, id_: str) -> None:
        """Note the id that the target gave; with a secret in it it is not written down, and is found by name again."""
        item.id = id_
        self._by_id[id_] = item
        if self.redact(id_) == id_:
            self._write({"made": item.entry, "id": id_})

    def refused(self, item: Item) -> None:
        """Note that nothing was created."""
        self._close(item)
        self._write({"refused": item.entry})

    def gone(self, item: Item) -> None:
        """Note that an object has been put away."""
        if item.open:
            self._close(item)
            self._write({"gone": item.entry})

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

    def _close(self, item: Item) -> None:
        with self._lock:
            item.open = False
            self._open.pop(item.entry, None)

    def _write(self, line: dict[str, object]) -> None:
        if self.path is None:
            return
        data = (json.dumps(line) + "\n").encode()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, data)
        finally:
            os.close(handle)


def read(path: Path) -> tuple[dict[str, str], Journal]:
    """The facts on the first line, and a journal that appends to the same file; `JournalUnreadable` otherwise."""
    try:
        data = path.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if whole and whole != data:  # a run that was killed while writing leaves half a line
            os.truncate(path, len(whole))
    except OSError as error:
        raise JournalUnreadable(f"{path}: cannot be read ({error.strerror})") from None
    entries = list(_entries(path, whole.splitlines()))
    if not entries or entries[0].get("journal") != VERSION:
        raise JournalUnreadable(f"{path}: not a journal of deployments-conformance (its first line does not say so)")
    journal = Journal(path=path, worker="clean")
    _replay(journal, entries[1:])
    return {key: str(value) for key, value in entries[0].items()}, journal


def _entries(path: Path, lines: list[bytes]) -> Iterable[dict[str, object]]:
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
        except ValueError:
            raise JournalUnreadable(f"{path}: line {number} is not JSON") from None
        if not isinstance(entry, dict):
            raise JournalUnreadable(f"{path}: line {number} is not a JSON object")
        yield entry


def _replay(journal: Journal, entries: list[dict[str, object]]) -> None:
    for entry in entries:
        if "intend" in entry:
            item = Item(str(entry["intend"]), str(entry.get("kind")), str(entry.get("name")))
            journal.items[item.entry] = journal._open[item.entry] = item  # noqa: SLF001 - the same class, read back
        elif "made" in entry and (made := journal.items.get(str(entry["made"]))):
            made.id = str(entry.get("id"))
            journal._by_id[made.id] = made  # noqa: SLF001 - the same
        elif done := journal.items.get(str(entry.get("gone", entry.get("refused")))):
            journal._close(done)  # noqa: SLF001 - the same
