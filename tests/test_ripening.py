"""Work in steps with time between them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from conformance.ripening import Ripening

if TYPE_CHECKING:
    from collections.abc import Generator

SOON = 0.02


def steps(done: list[str], failing: str = "") -> Generator[float, None, str]:
    """Three steps, one of which may fail."""
    for name in ("first", "second", "third"):
        if name == failing:
            raise LookupError(name)
        done.append(name)
        yield SOON
    return "ripe"


def test_the_first_step_is_done_at_once_and_the_others_in_time() -> None:
    """Each going on does one, after its time, and asking does the rest."""
    done: list[str] = []
    begun = time.monotonic()
    growing = Ripening(steps(done))
    assert done == ["first"]
    growing.go_on()
    assert done == ["first", "second"]
    assert time.monotonic() - begun >= SOON

    assert growing.ripe() == growing.ripe() == "ripe"
    assert done == ["first", "second", "third"]
    growing.go_on()


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_failure_is_told_to_whoever_asks(failing: str) -> None:
    """Every time, and to nobody else."""
    growing = Ripening(steps([], failing))
    growing.go_on()

    for _ in range(2):
        with pytest.raises(LookupError, match=failing):
            growing.ripe()
