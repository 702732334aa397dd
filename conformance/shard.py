"""One of the parts of a run that is done in several places, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass

ELSEWHERE = "in another shard of the run"
"""Why a shard has nothing to say of a requirement."""


@dataclass(frozen=True)
class Shard:
    """Part `number` of `of`, counted from 1; `ValueError` where there is no such part.

    `cut` is the same for all parts of one division, and another for another one; empty as long as nothing is divided.
    """

    number: int
    of: int
    cut: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no part."""
        if not 1 <= self.number <= self.of:
            last = max(self.of, 1)
            raise ValueError(f"{self} is no shard: those of {last} are 1/{last} to {last}/{last}")

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def parse(text: str) -> Shard:
    """The shard that "2/3" names; `ValueError` says what is wrong."""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    if found is None:
        raise ValueError(f"{text!r} is not I/N, such as 1/3 for the first of three shards")
    return Shard(int(found[1]), int(found[2]))
