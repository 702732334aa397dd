"""By each requirement the faults of the reference server that it has been seen to catch: the kill matrix, as data."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = Path(__file__).parent / "kill_matrix.json"
"""Written by `tests/matrix/write.py`, checked by the self-tests."""


@functools.cache
def kills() -> Mapping[str, tuple[str, ...]]:
    """Names of faults, by requirement id."""
    return {id_: tuple(names) for id_, names in json.loads(PATH.read_text(encoding="utf-8")).items()}
