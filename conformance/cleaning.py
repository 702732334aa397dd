"""Putting away what an earlier run left behind, by its journal: nothing else is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance import journal
from conformance.model import Options, Target
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.model import Leftover, Tokens


@dataclass(frozen=True)
class Cleaned:
    """How many objects were put away, what could not be, and how many requests that took, by status."""

    archived: int
    leftovers: tuple[Leftover, ...]
    by_status: Mapping[str, int]


def sweep(path: Path, tokens: Tokens, ca_file: str | None = None, har: str | None = None) -> Cleaned:
    """Archive what the journal says is still there, for whoever knows that its run has ended; twice is harmless.

    Raises:
        journal.JournalUnreadable: the file is not a journal, or cannot be read.
    """
    suite = _suite(path, tokens, ca_file, har)
    read = suite.client.session.journal
    done = {entry for entry, item in read.items.items() if not item.open}
    leftovers = tuple(suite.finish_all())
    archived = [item for entry, item in read.items.items() if item.id and not item.open and entry not in done]
    return Cleaned(len(archived), leftovers, suite.by_status)


def leftovers(path: Path, tokens: Tokens) -> tuple[Leftover, ...]:
    """What is still there by the journal, without doing anything about it."""
    return tuple(_suite(path, tokens).leftovers())


def _suite(path: Path, tokens: Tokens, ca_file: str | None = None, har: str | None = None) -> Suite:
    facts, read = journal.read(path)
    if missing := {"base_url", "revision", "run_id"} - facts.keys():
        raise journal.JournalUnreadable(f"{path}: its first line lacks {', '.join(sorted(missing))}")
    target = Target(facts["base_url"], *tokens, revision=facts["revision"], ca_file=ca_file, allow_writes=True)
    settings = Settings(target, Options(har=har), facts["run_id"], begun_at=facts.get("begun_at", ""))
    return Suite(settings, worker="clean", journal=read)
