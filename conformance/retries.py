"""Sending again what may be sent again: within bounds, and never twice what may have been carried out.

Imported when a request met trouble: what goes well pays nothing for it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import tenacity

from conformance.failures import HungUp, Inconclusive, ProxyFailed, Throttled, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.exchange import Exchange


@dataclass(frozen=True)
class Patience:
    """How often and how long one kind of trouble is waited for: the first wait doubles each time, in seconds."""

    tries: int
    first_s: float
    longest_s: float
    in_all_s: float


PATIENCE: dict[type[Inconclusive], Patience] = {
    Throttled: Patience(tries=12, first_s=1.0, longest_s=16.0, in_all_s=60.0),
    Unreachable: Patience(tries=6, first_s=0.25, longest_s=4.0, in_all_s=5.0),
    ProxyFailed: Patience(tries=4, first_s=0.25, longest_s=4.0, in_all_s=8.0),
    HungUp: Patience(tries=4, first_s=0.1, longest_s=1.0, in_all_s=8.0),
}
"""What passes by itself; what is not here is not tried again."""

SPREAD = 0.5
"""Waits are up to so much longer, so that clients that were turned away together do not come back together."""

SPREAD_S = 2.0
"""By no more than this, in seconds: who was told when to come back need not wait long after it."""

_DICE = random.Random()  # noqa: S311 - of its own: drawing from another would change what is sent


def again(
    attempt: Callable[[], Exchange],
    first: Inconclusive,
    *,
    repeatable: Callable[[Inconclusive], bool],
    sleep: Callable[[float], None],
    left_s: Callable[[Inconclusive], float],
) -> Exchange:
    """Make further attempts after the first has failed; raises what the last one raised.

    `repeatable` tells after which failures, and `left_s` how long the run as a whole may still wait for such a one.
    """
    met: list[Inconclusive] = []

    def attempt_or_first() -> Exchange:
        if not met:
            raise first
        return attempt()

    def wait(state: tenacity.RetryCallState) -> float:
        met.append(_failure(state))
        return _wait(met[-1], sum(type(each) is type(met[-1]) for each in met))

    def stop(state: tenacity.RetryCallState) -> bool:
        patience = PATIENCE[type(met[-1])]
        waited = state.idle_for + state.upcoming_sleep
        enough = len(met) >= patience.tries or waited > patience.in_all_s
        return enough or state.upcoming_sleep > left_s(met[-1])

    retrying = tenacity.Retrying(
        wait=wait,
        stop=stop,
        sleep=sleep,
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, Inconclusive) and repeatable(error)),
        reraise=True,
    )
    return retrying(attempt_or_first)


def _failure(state: tenacity.RetryCallState) -> Inconclusive:
    failure = state.outcome.exception() if state.outcome else None
    if not isinstance(failure, Inconclusive):
        raise TypeError(f"expected a failed attempt, got {failure!r}")
    return failure


def _wait(failure: Inconclusive, time: int) -> float:
    """How many seconds to wait the so many-th time: what the target says, or twice as long as before, and a bit."""
    patience = PATIENCE[type(failure)]
    said = failure.after_s if isinstance(failure, Throttled) else None
    least = min(patience.first_s * 2.0 ** (time - 1), patience.longest_s) if said is None else said
    return least + _DICE.uniform(0.0, min(least * SPREAD, SPREAD_S))
