"""Ids that name nothing, in the form of those that a target makes: one that is malformed may be refused as such."""

from __future__ import annotations

import string
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

FORGED = 12
"""So many characters are drawn: enough that what they make is nobody's, and few, so that the form of an id is kept."""

DIGITS = "".join(sorted({*string.digits} - {*"0189"}))
"""Those that base 32 and base 58 have, too."""

LETTERS = "".join(sorted({*string.ascii_lowercase} - {*"ilou"}))
"""Those that every alphabet for ids has, Crockford's too."""

KINDS = (string.digits, "abcdef", "ABCDEF", string.ascii_lowercase, string.ascii_uppercase)
DRAWN = (DIGITS, "abcdef", "ABCDEF", LETTERS, LETTERS.upper())


def forge(prefix: str, known: str | None, dice: random.Random) -> str:
    """An id with this prefix; like `known`, an id of the target with the same prefix, if there is one."""
    if known is None or known == prefix:
        return f"{prefix}{uuid.UUID(int=dice.getrandbits(128), version=4).hex}"
    tail = known.removeprefix(prefix)
    kept, changed = tail[:-FORGED], tail[-FORGED:]
    pattern = (changed * FORGED)[: max(FORGED, len(changed))]
    return prefix + kept + "".join(_like(character, dice) for character in pattern)


def _like(character: str, dice: random.Random) -> str:
    """Another character of the same kind."""
    drawn = (choice for kind, choice in zip(KINDS, DRAWN, strict=True) if character in kind)
    return dice.choice(next(drawn, character))
