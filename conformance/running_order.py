"""In which order cases are run: first those that find most for what they cost.

What each finds was seen on the faults of the reference server; `tests/matrix/order.py` weighs it and writes the file.
Reports keep the order of the documents, whatever was run first.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from conformance import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PATH = Path(__file__).parent / "running_order.json"

T = TypeVar("T")


@functools.cache
def recorded() -> Mapping[str, int]:
    """The requirements in their order, and how many steps of `Suite.go_on` it takes until what they need is ripe."""
    steps: dict[str, int] = json.loads(PATH.read_text(encoding="utf-8"))
    return steps


@functools.cache
def _ranks() -> Mapping[str, int]:
    return {id_: place for place, id_ in enumerate(recorded())}


def rank(id_: str) -> int:
    """Where a requirement stands; one that was not weighed yet comes after all that were."""
    return _ranks().get(id_, len(_ranks()))


def steps(id_: str) -> int:
    """How many steps it takes until nothing that a case needs has to be waited for."""
    return recorded().get(id_, 0)


@dataclass(frozen=True)
class Sent:
    """About how many requests of each kind a case sends, those included that put away what it made."""

    reads: float = 0.0
    writes: float = 0.0


def sent(id_: str, *, writing: bool = True) -> Sent:
    """What a case sends in the default settings, with the consent to write or without."""
    row = plan.recorded().get(id_, {})
    if not writing:
        return Sent(row.get("read_only", (0, 0))[1])
    return Sent(row.get("reads", (0, 0))[1], row.get("writes", (0, 0))[1] + row.get("deployments", 0))


def cost(id_: str) -> float:
    """All requests of a case that may write."""
    both = sent(id_)
    return both.reads + both.writes


def arranged(items: Iterable[T], id_of: Callable[[T], str], stride: int) -> list[T]:
    """The items by rank, but what needs something ripe not before so many `steps`, of `stride` requests each.

    Where nothing else is left to be done, the first of those comes, and will have to wait.
    """
    left = sorted(items, key=lambda each: rank(id_of(each)))
    order: list[T] = []
    costs: dict[str, float] = {}
    while left:
        so_far = sum(costs.values())
        ready = (place for place, each in enumerate(left) if steps(id_of(each)) * stride <= so_far)
        item = left.pop(next(ready, 0))
        costs[id_of(item)] = cost(id_of(item))
        order.append(item)
    return order
