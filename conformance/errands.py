"""What a worker that has none of our files asks of the process that has them, over a channel of execnet.

There are the journal, the budget of writes, the word that nothing more is to be asked, and the record of all requests.
A create waits until its line in the journal is written here: so `clean` knows of it, whatever becomes of the worker.
"""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from conformance import recording
from conformance.journal import Journal
from conformance.pace import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from execnet import Channel

    from conformance.settings import Settings

INTEND, NOTE, WRITE, HALTED, RECORD = "intend", "note", "write", "halted", "record"
PATIENCE_S = 60.0
"""So many seconds an answer may take, before nobody is thought to be there."""


class Errands:
    """The worker's end: what it asks, and waits for, and what it only tells."""

    def __init__(self, channel: Channel) -> None:
        """The channel came with the settings."""
        self._channel = channel
        self._lock = Lock()

    def write_down(self, line: Mapping[str, object]) -> None:
        """Have a line put into the journal; for what is about to be made, know that it is there, or raise `OSError`."""
        text = json.dumps(line)
        if INTEND not in line:
            self._channel.send((NOTE, text))
        elif problem := self._ask(INTEND, text):
            raise OSError(0, problem)

    def count_write(self) -> int:
        """Which number among the writes of all workers the next one has."""
        return int(self._ask(WRITE))

    def halted(self) -> str:
        """After whose failure nothing more is to be asked; "" if there is none."""
        return str(self._ask(HALTED))

    def record(self, line: bytes) -> None:
        """Have an exchange put into the record of all requests, if that can still be."""
        if not self._channel.isclosed():
            self._channel.send((RECORD, line))

    def _ask(self, what: str, content: str = "") -> Any:
        with self._lock:
            try:
                self._channel.send((what, content))
                return self._channel.receive(PATIENCE_S)
            except (OSError, EOFError):
                self._channel.close()  # a late answer would be taken for that to the next question
                raise OSError(0, "the machine that keeps it cannot be reached any more") from None


class Desk:
    """The end where the files are: does what one worker asks for."""

    def __init__(self, settings: Settings, worker: str, channel: Channel) -> None:
        """Answers go back over the same channel."""
        self._settings = settings
        self._channel = channel
        self._journal = Journal(Path(settings.journal_path) if settings.journal_path else None, worker)
        har = settings.options.har
        self._part = recording.Part(recording.part(Path(har), worker)) if har is not None else None
        channel.setcallback(self._heard, endmarker=None)

    def _heard(self, message: tuple[str, Any] | None) -> None:
        if message is None:  # nobody is there any more
            self._journal.close()
            return
        what, content = message
        if what == RECORD:
            if self._part is not None:
                self._part.add(content)
            return
        answer = self._answer(what, content)
        if what != NOTE:
            self._channel.send(answer)

    def _answer(self, what: str, content: str) -> str | int:
        settings = self._settings
        if what in {INTEND, NOTE}:
            return self._journal.copy(json.loads(content))
        if what == WRITE:
            return counted(str(settings.budget_path))
        return Path(settings.halt_path).read_text(encoding="utf-8") if settings.halt_path else ""
