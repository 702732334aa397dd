"""`clean`: put away what a killed run left behind."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from conformance.cli_headers import headers, secret_headers
from conformance.cli_values import InputError, base_url, ca_file, revision, tokens_given

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.cleaning import Cleaned

LEFT_BEHIND = 6
PATIENCE_S = 20.0
"""So long the processes of a run that was killed may take to notice, in seconds."""


def clean(arguments: argparse.Namespace) -> int:
    """Archive what the journal says is still there, once its run has ended, and tell what could not be."""
    from conformance import file_lock

    try:
        with file_lock.alone(arguments.journal, PATIENCE_S):
            return _clean(arguments)
    except file_lock.InUse:
        raise InputError(
            f"{arguments.journal}: the run that writes it has not ended; stop it, or wait for it"
        ) from None


def _clean(arguments: argparse.Namespace) -> int:
    if not _unfinished(arguments.journal):
        print("Nothing to put away: all that this run made is gone.")
        return 0
    from conformance.cleaning import sweep
    from conformance.model import Target

    access = Target(
        None,
        *tokens_given(),
        headers=headers(arguments.header),
        secret_headers=secret_headers(arguments.header_from_env),
        ca_file=ca_file(arguments.ca_file),
    )
    return _tell(sweep(arguments.journal, access))


def _unfinished(path: Path) -> int:
    """How much is still there by the journal, once it is known to say where."""
    from conformance import journal

    try:
        facts, read = journal.read(path)
        base_url(facts.get("base_url", ""))
        revision(facts.get("revision", ""))
    except journal.JournalUnreadable as error:
        raise InputError(f"{error}; give the journal.jsonl of a run") from None
    except argparse.ArgumentTypeError as error:
        raise InputError(f"{path}: its first line does not say where the run was: {error}") from None
    return len(read.unfinished())


def _tell(cleaned: Cleaned) -> int:
    from conformance.report.visible import one_line

    print(f"Put away: {cleaned.archived}. Left behind: {len(cleaned.leftovers)}.")
    for left in cleaned.leftovers:
        print(one_line(f"  {left.kind} {left.id}: {left.command}", limit=2000))
    return LEFT_BEHIND if cleaned.leftovers else 0
