"""In which order cases are run: first those that find most for what they cost.

What each finds was seen on the faults of the reference server; `tests/matrix/order.py` weighs it and writes the file.
Reports keep the order of the documents, whatever was run first.
"""

from __future__ import annotations

import functools
import json
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


def cost(id_: str) -> int:
    """About how many requests a case sends in the default settings, those included that put away what it made."""
    row = plan.recorded().get(id_, {})
    return sum(row.get(key, (0, 0))[1] for key in ("reads", "writes"))


def arranged(items: Iterable[T], id_of: Callable[[T], str], stride: int) -> list[T]:
    """The items by rank, but what needs something ripe not before so many `steps`, of `stride` requests each.

    Where nothing else is left to be done, the first of those comes, and will have to wait.
    """
    left = sorted(((id_of(each), each) for each in items), key=lambda pair: rank(pair[0]))
    order: list[T] = []
    counted: set[str] = set()
    sent = 0
    while left:
        ready = (place for place, (id_, _) in enumerate(left) if steps(id_) * stride <= sent)
        id_, item = left.pop(next(ready, 0))
        sent += 0 if id_ in counted else cost(id_)  # all items of a case together send that
        counted.add(id_)
        order.append(item)
    return order
