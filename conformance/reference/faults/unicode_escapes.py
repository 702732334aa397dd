"""Faults in reading the escapes of JSON."""

from __future__ import annotations

import re

from conformance.reference.faults import Fault

_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")


class ReadsNoSurrogatePairs(Fault):
    """Reads the two escapes of a character beyond the basic plane as a replacement character."""

    breaks = frozenset({"base-escapes-are-read"})

    def decode(self, raw: bytes) -> object:
        """Replace them."""
        return super().decode(_PAIR.sub(rb"\\ufffd", raw))


class KeepsEscapedSlashes(Fault):
    """Keeps the backslash of an escaped slash."""

    breaks = frozenset({"base-escapes-are-read"})

    def decode(self, raw: bytes) -> object:
        """Double it, unless it is one of a pair."""
        return super().decode(re.sub(rb"(?<!\\)\\/", rb"\\\\/", raw))
