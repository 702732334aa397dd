"""Putting away what an earlier run left behind, by its journal: nothing else is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import journal
from conformance.model import Options, Target
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model import Leftover, Tokens


@dataclass(frozen=True)
class Cleaned:
    """How many objects were put away, and what could not be."""

    archived: int
    leftovers: tuple[Leftover, ...]


def clean(path: Path, tokens: Tokens, ca_file: str | None = None, har: str | None = None) -> Cleaned:
    """Archive what the journal says is still there; doing it twice is harmless.

    Raises:
        journal.JournalUnreadable: the file is not a journal, or cannot be read.
    """
    facts, read = journal.read(path)
    if missing := {"base_url", "revision", "run_id"} - facts.keys():
        raise journal.JournalUnreadable(f"{path}: its first line lacks {', '.join(sorted(missing))}")
    target = Target(facts["base_url"], *tokens, revision=facts["revision"], ca_file=ca_file, allow_writes=True)
    suite = Suite(Settings(target, Options(har=har), facts["run_id"]), worker="clean")
    read.redact = suite.redact
    suite.client.session.journal = read
    before = len(read.unfinished())
    leftovers = tuple(suite.finish())
    return Cleaned(before - len(leftovers), leftovers)
