"""By each requirement the faults of the reference server that it has been seen to catch: the kill matrix, as data."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.model import Skip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Report

PATH = Path(__file__).parent / "kill_matrix.json"
"""Written by `tests/matrix/write.py`, checked by the self-tests."""


@functools.cache
def kills() -> Mapping[str, tuple[str, ...]]:
    """Names of faults, by requirement id."""
    return {id_: tuple(names) for id_, names in json.loads(PATH.read_text(encoding="utf-8")).items()}


def missed(report: Report) -> tuple[int, int]:
    """How many known faults would have been found by nothing but what a bound has cut off, and how many are known."""
    cut_off = {result.id for result in report.results if result.skip is Skip.BOUND_REACHED}
    asked = {name for result in report.results if result.skip is None for name in kills().get(result.id, ())}
    known = {name for result in report.results for name in kills().get(result.id, ())}
    return len({name for id_ in cut_off for name in kills().get(id_, ())} - asked), len(known)
