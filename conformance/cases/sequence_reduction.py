"""Any order of calls: the fewest and smallest calls that still show what a sequence came upon.

Hypothesis would shrink its draws, which takes thousands of requests; here whole calls are left out, then their fields.
"""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from conformance.cases.sequence_player import Player
from conformance.cases.sequences import Broken, Ended
from conformance.failures import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.cases.sequences import Call, World

    Candidates = Callable[[Sequence[Call]], Iterator[tuple[Call, ...]]]

PATIENCE_S = 5.0
"""How long, in seconds, a failing sequence is made shorter before it is reported as it is."""


def reduce(world: World, broken: Broken) -> Broken:
    """The same failure after as few calls as can be found in time, none of which could be left out."""
    world.deadline = time.monotonic() + PATIENCE_S
    try:
        for smaller in (_fewer, _smaller):
            broken = _repeat(world, broken, smaller)
    except Ended:
        pass
    finally:
        world.deadline = float("inf")
    return broken


def _repeat(world: World, broken: Broken, candidates: Candidates) -> Broken:
    """Take the first candidate that still fails, and begin anew with it, until none does."""
    tried: set[str] = set()
    while True:
        for calls in candidates(broken.played):
            key = repr(calls)
            if key in tried:
                continue
            tried.add(key)
            again = _play(world, calls, broken)
            if again is not None:
                broken = again
                break
        else:
            return broken


def _fewer(calls: Sequence[Call]) -> Iterator[tuple[Call, ...]]:
    """Without a half of the calls, a quarter, …, one; the last shows the failure and stays."""
    size = max(1, (len(calls) - 1) // 2)
    while size:
        for start in range(0, len(calls) - 1, size):
            yield _complete((*calls[:start], *calls[min(start + size, len(calls) - 1) :]))
        size //= 2


def _smaller(calls: Sequence[Call]) -> Iterator[tuple[Call, ...]]:
    """Without one of the fields that a create or an update sends."""
    for place, call in enumerate(calls):
        if call.name in {"create", "update"}:
            for key in call.values:
                values = {other: value for other, value in call.values.items() if other != key}
                yield (*calls[:place], dataclasses.replace(call, values=values), *calls[place + 1 :])


def _complete(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """The calls whose deployment is still created."""
    made = {call.label for call in calls if call.name == "create"}
    return tuple(call for call in calls if call.subject is None or call.subject in made)


def _play(world: World, calls: Sequence[Call], like: Broken) -> Broken | None:
    """Play the calls, with a look at everything after the last one only; what they show if it is the same."""
    if not calls or calls[-1].name != like.played[-1].name:
        return None  # the call that showed the failure is gone, for its deployment is
    player = Player(world)
    try:
        for number, call in enumerate(calls, 1):
            player.play(call, look=number == len(calls))
    except (Broken, Inconclusive):  # whatever it came upon is in `found`; what ended it otherwise shows nothing
        pass
    finally:
        player.put_away()
    found = player.found.get(like.aspect)
    return found if found is not None and found.kind == like.kind else None
