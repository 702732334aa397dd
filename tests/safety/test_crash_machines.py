"""Killed while other machines are at work, a run leaves nothing that `clean` does not put away."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest
from safety.accounts import populated
from safety.killed import clean, start, wait_for_creates
from targets import gateway

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.full

SURVIVES_S = 20
"""A worker elsewhere that is cut off has ended by then; it puts away what it can."""


@pytest.mark.parametrize("together", [True, False], ids=["with-its-machine", "alone"])
def test_what_machines_made_for_a_killed_run_is_put_away(tmp_path: Path, *, together: bool) -> None:
    far = ("--only", "update", "--workers", "1", "--remote", gateway(tmp_path / "machine"))
    journal = tmp_path / "reports" / "journal.jsonl"
    with populated() as account:
        process = start(account, tmp_path, *far)
        wait_for_creates(process, journal, 100)
        killed = process.poll() is None
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if together else os.kill)(process.pid, signal.SIGKILL)
        process.wait()
        made = journal.read_text(encoding="utf-8")
        status, said = clean(account, tmp_path)

        assert killed
        assert '"remote0-1"' in made
        assert (status, account.unarchived()) == (0, []), said
        assert account.foreign() == account.stored
        time.sleep(0 if together else SURVIVES_S)
        assert account.unarchived() == []
