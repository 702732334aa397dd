"""What needs the contract's clock to go on is begun early and grows between the cases, so that nobody waits for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")

A_SECOND = 1.05
"""So long, in seconds, until the clock of the contract, whole seconds, is sure to have gone on."""


class Ripening(Generic[T]):
    """Work in steps with time between them: `steps` yields for how many seconds to wait, and returns what it made.

    The first step is done at once, the others when `go_on` is called, or `ripe` waits for them. What a
    step raises comes out of `ripe`, so that only those hear of it who need what could not be made. Nothing is waited
    for beyond the `deadline` (monotonic clock): then `late` comes out.
    """

    def __init__(
        self, steps: Generator[float, None, T], deadline: float = float("inf"), late: Exception | None = None
    ) -> None:
        """Do the first step."""
        self._steps = steps
        self._deadline = deadline
        self._late = late
        self._made: list[T] = []
        self._failure: Exception | None = None
        self._due = 0.0
        self._step()

    def go_on(self) -> None:
        """Do the next step, after waiting until it is time for it."""
        if self._done:
            return
        if self._due > self._deadline:
            self._failure = self._late or TimeoutError("there is no time left to wait for it")
            return
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._step()

    def ripe(self) -> T:
        """What was made, after waiting for what is still to be done."""
        while not self._done:
            self.go_on()
        if self._failure is not None:
            raise self._failure
        return self._made[0]

    @property
    def _done(self) -> bool:
        return bool(self._made) or self._failure is not None

    def _step(self) -> None:
        try:
            self._due = next(self._steps) + time.monotonic()
        except StopIteration as end:
            self._made.append(end.value)
        except Exception as failure:  # noqa: BLE001 - kept for whoever asks
            self._failure = failure
