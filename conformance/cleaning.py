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

    from conformance.model import Leftover


@dataclass(frozen=True)
class Cleaned:
    """How many objects were put away, what could not be, and how many requests that took, by status."""

    archived: int
    leftovers: tuple[Leftover, ...]
    by_status: Mapping[str, int]


def sweep(path: Path, access: Target, har: str | None = None) -> Cleaned:
    """Archive what the journal says is still there, for whoever knows that its run has ended; twice is harmless.

    `access` says how the target lets us in (tokens, headers, authorities); where it is, the journal says.

    Raises:
        journal.JournalUnreadable: the file is not a journal, or cannot be read.
    """
    suite = _suite(path, access, har)
    read = suite.client.session.journal
    done = {entry for entry, item in read.items.items() if not item.open}
    leftovers = tuple(suite.finish_all())
    archived = [item for entry, item in read.items.items() if item.id and not item.open and entry not in done]
    return Cleaned(len(archived), leftovers, suite.by_status)


def leftovers(path: Path, access: Target) -> tuple[Leftover, ...]:
    """What is still there by the journal, without doing anything about it."""
    return tuple(_suite(path, access).leftovers())


def _suite(path: Path, access: Target, har: str | None = None) -> Suite:
    facts, read = journal.read(path)
    if missing := {"base_url", "revision", "run_id"} - facts.keys():
        raise journal.JournalUnreadable(f"{path}: its first line lacks {', '.join(sorted(missing))}")
    target = Target(
        facts["base_url"],
        *access.tokens,
        revision=facts["revision"],
        headers=access.headers,
        secret_headers=access.secret_headers,
        ca_file=access.ca_file,
        allow_writes=True,
    )
    settings = Settings(target, Options(har=har), facts["run_id"], begun_at=facts.get("begun_at", ""))
    return Suite(settings, worker="clean", journal=read)
