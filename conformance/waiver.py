"""An accepted failure as a value, and what has become of one that does not hold any more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Waiver:
    """One failure that somebody answers for: of this requirement, with this fingerprint, up to and including a day.

    `expires` is that day in ISO 8601. `file`, `line` and `lines` are where it is written, so that whoever has to
    change it can be told which lines; `line` is the number of the first.
    """

    id: str
    fingerprint: str
    owner: str
    link: str
    reason: str
    expires: str
    file: str = ""
    line: int = 0
    lines: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """Until when, by whom, why, and where it is followed, in one sentence."""
        return f"waived until {self.expires} by {self.owner}: {self.reason} ({self.link})"


class Staleness(StrEnum):
    """Why a waiver does not hold."""

    PASSES = "passes"
    DIFFERS = "fails differently"
    EXPIRED = "expired"
    UNMATCHED = "matches nothing"


@dataclass(frozen=True)
class Edit:
    """One line of the file as it is, and as it has to become; None where it has to go."""

    line: int
    old: str
    new: str | None = None


@dataclass(frozen=True)
class StaleWaiver:
    """A waiver that does not hold, why in one sentence, and the lines of its file to change."""

    id: str
    kind: Staleness
    why: str
    file: str
    edits: tuple[Edit, ...]
