"""Where hypothesis keeps its tables of Unicode: a folder for temporary things, not the caller's working directory."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def settle() -> Callable[[], None]:
    """Use one folder of this user for all runs, because the tables take seconds to make; returns the way back."""
    from hypothesis import configuration

    before = vars(configuration).get("__hypothesis_home_directory")
    user = getattr(os, "getuid", lambda: 0)()
    folder = Path(tempfile.gettempdir()) / f"deployments-conformance-{user}"
    chosen = folder if _is_own(folder, user) else tempfile.mkdtemp(prefix="deployments-conformance-")
    configuration.set_hypothesis_home_dir(chosen)
    return lambda: configuration.set_hypothesis_home_dir(before)


def _is_own(folder: Path, user: int) -> bool:
    """Whether the folder is there, and nobody else has laid it out."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == user
