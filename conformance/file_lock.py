"""Who is still at work on a file: a lock that the system gives back when a process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING

if sys.platform != "win32":  # there a run and a cleaning can only be kept apart by whoever starts them
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POLL_S = 0.1


class InUse(OSError):
    """Another process is at work on the file."""


def share(file: int) -> None:
    """Be at work on a file, beside others, until it is closed; `InUse` if somebody has it alone."""
    if sys.platform != "win32":
        _lock(file, fcntl.LOCK_SH)


@contextlib.contextmanager
def alone(path: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Have a file alone, once all others have ended; `InUse` if they have not after so many seconds."""
    if sys.platform == "win32" or not path.is_file():
        yield
        return
    file, end = os.open(path, os.O_RDONLY), time.monotonic() + patience_s
    try:
        while True:
            try:
                _lock(file, fcntl.LOCK_EX)
                break
            except InUse:
                if time.monotonic() > end:
                    raise
            time.sleep(POLL_S)
        yield
    finally:
        os.close(file)


if sys.platform != "win32":

    def _lock(file: int, how: int) -> None:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(0, "another process is at work on it") from None
        except OSError:  # a file system without locks: as on Windows
            return
