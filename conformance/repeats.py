"""Long texts told by what repeats in them, so that a body of megabytes goes into a report and into a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import Repeats

_SPECIAL = "\x00-\x1f\x7f\ud800-\udfff"
_AGAIN = re.compile(rf"([^-{_SPECIAL}][^{_SPECIAL}]{{0,11}}?)\1{{63}}")
"""A few characters that stand 64 times in a row, and that the shell's `yes` writes as they are."""


def repeats(text: str, most: int) -> Repeats:
    """The pieces of a text, each with how often it stands in a row; () where it takes more than `most` characters."""
    pieces: list[tuple[str, int]] = []
    done = 0
    while found := _AGAIN.search(text, done):
        piece, start = found[1], found.start()
        times = _times(text, piece, start)
        pieces += [(text[done:start], 1), (piece, times)]
        done = start + times * len(piece)
    pieces.append((text[done:], 1))
    told = tuple((piece, times) for piece, times in pieces if piece)
    return told if sum(len(piece) for piece, _ in told) <= most else ()


def _times(text: str, piece: str, start: int) -> int:
    """How often a piece stands in a row from there: an expression would take seconds for some megabytes."""
    times, step = 1, 1
    while step:
        if text.startswith(piece * step, start + times * len(piece)):
            times += step
            step *= 2
        else:
            step //= 2
    return times
