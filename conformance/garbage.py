"""Garbage is collected seldom during a run: the evidence that it keeps makes each collection long."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

THRESHOLD = 50_000
"""New objects between two collections."""


@contextlib.contextmanager
def seldom() -> Iterator[None]:
    """Collect garbage seldom, and afterwards as often as before."""
    before = gc.get_threshold()
    gc.set_threshold(THRESHOLD, 20, *before[2:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
