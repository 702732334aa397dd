"""How a target has answered of late: whether it is still there, and how long a run may go on waiting for it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.failures import TargetLost, Throttled

if TYPE_CHECKING:
    from conformance.failures import Inconclusive

LOST_AFTER = 3
LOST_S = 4.0
LOST_AT_ONCE = 20
"""So many requests in a row without a usable answer, and the target is lost: the second number within any time."""

WAITING_S = 900.0
"""So long, in seconds, a process waits for 429 and 503 in all of a run, even if each request is answered in the end."""

FRUITLESS_S = 300.0
FRUITLESS = 12
"""So long, in seconds, and on so many requests that come to nothing, even where others are answered in between."""


@dataclass
class Health:
    """What the connections of one process know together. Nothing more is sent to a target that is `lost`."""

    met: bool = False
    barren: int = 0
    waited_s: float = 0.0
    fruitless: int = 0
    fruitless_s: float = 0.0
    deadline: float = float("inf")
    _since: float = 0.0
    _last: Inconclusive | None = None

    def check(self) -> None:
        """Raise `TargetLost` if there is no more use in sending."""
        if self._last is None or not self._lost():
            return
        said = "answered no request any more" if self.barren >= LOST_AFTER else "left too many requests unanswered"
        raise TargetLost(f"the target {said} ({self._last}); nothing more was sent", self._last.blame)

    def _lost(self) -> bool:
        in_a_row = self.barren >= LOST_AFTER and time.monotonic() - self._since >= LOST_S
        too_long = self.fruitless_s > FRUITLESS_S and self.fruitless > FRUITLESS
        return in_a_row or self.barren >= LOST_AT_ONCE or too_long

    @property
    def patient(self) -> bool:
        """Whether there is still use in trying again."""
        return self.barren < LOST_AFTER

    def answered(self) -> None:
        """Note that a request was answered."""
        self.met = True
        self.barren = 0

    def failed(self, failure: Inconclusive, began: float) -> None:
        """Note that a request came to nothing; it began at that time of the monotonic clock."""
        if not self.barren:
            self._since = began
        self.barren += 1
        self.fruitless += 1
        self.fruitless_s += time.monotonic() - began
        self._last = failure

    def left_s(self, failure: Inconclusive) -> float:
        """How long may still be waited after such a failure, in seconds."""
        throttled = WAITING_S - self.waited_s if isinstance(failure, Throttled) else float("inf")
        return min(throttled, self.deadline - time.monotonic())

    def revive(self) -> None:
        """Forget what was, so that what is left behind can be put away after all: the target may be back."""
        self.barren, self.fruitless, self.fruitless_s = 0, 0, 0.0
        self.waited_s, self.deadline = 0.0, float("inf")
