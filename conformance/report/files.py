"""Files of a report directory: each is there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class ReportNotWritable(OSError):
    """A report directory or a file in it that cannot be written: which one, and why."""


def ensure_writable(directory: Path) -> None:
    """Make the directory and try it, so that a run does not end in a report that cannot be kept."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise ReportNotWritable(f"cannot write to {directory}: {error.strerror or error}") from error


def write(path: Path, text: str) -> Path:
    """Write a file under another name and then rename it, so that nobody reads half of it."""
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(text.encode("utf-8", "backslashreplace"))
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise ReportNotWritable(f"cannot write {path}: {error.strerror or error}") from error
    return path


def remove(path: Path) -> None:
    """Remove a file of an earlier run."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ReportNotWritable(f"cannot remove {path}: {error.strerror or error}") from error


def _umask() -> int:
    # Temporary files are made for their owner alone; a report is for whoever the umask lets read.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
