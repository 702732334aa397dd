"""Ids of the service: a prefix and a UUIDv7 in hexadecimal, each greater than the one before."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_RANDOM_BITS = 74
_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62


class Ids:
    """Makes ids that sort as they were made, also within one millisecond."""

    def __init__(self) -> None:
        self._last = 0

    def make(self, prefix: str, moment: datetime) -> str:
        """Make the next id of a kind."""
        milliseconds = int(moment.timestamp() * 1000)
        drawn = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
        # A step of random size keeps the order without making the next id guessable.
        self._last = drawn if drawn > self._last else self._last + 1 + secrets.randbits(32)
        return f"{prefix}_{_uuid7(self._last):032x}"


def _uuid7(number: int) -> int:
    """Spread a time and 74 random bits over the layout of RFC 9562."""
    milliseconds, random = number >> _RANDOM_BITS, number & ((1 << _RANDOM_BITS) - 1)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return (milliseconds << 80) | _VERSION | (high << 64) | _VARIANT | low
