"""Interrupted, or with a worker that dies: a run puts everything away itself, and says what became of it."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from safety.accounts import populated
from safety.killed import clean, start, wait_for_creates

from conformance import cli_clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from safety.accounts import Account

pytestmark = pytest.mark.matrix

NOTHING = (0, "Nothing to put away: all that this run made is gone.\n")
PATIENCE_S = 120


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with populated(latency_ms=5) as made:
        yield made


def _started(account: Account, folder: Path, creates: int, *options: str) -> Popen[bytes]:
    """A run that has made so much, and is still at it."""
    process = start(account, folder, *options)
    wait_for_creates(process, folder / "reports" / "journal.jsonl", creates)
    assert process.poll() is None
    return process


def _report(folder: Path) -> Any:
    return json.loads((folder / "reports" / "report.json").read_text(encoding="utf-8"))


def _expect_all_put_away(account: Account, folder: Path) -> None:
    assert account.unarchived() == []
    assert _report(folder)["leftovers"] == []
    assert clean(account, folder) == NOTHING
    assert account.foreign() == account.stored


INTERRUPTS = [
    pytest.param(signal.SIGINT, 1, marks=pytest.mark.full),
    pytest.param(signal.SIGINT, 2),
    pytest.param(signal.SIGTERM, 1),
    pytest.param(signal.SIGTERM, 2, marks=pytest.mark.full),
]


@pytest.mark.parametrize(("number", "workers"), INTERRUPTS)
def test_an_interrupted_run_puts_everything_away(
    account: Account, tmp_path: Path, number: signal.Signals, workers: int
) -> None:
    process = _started(account, tmp_path, 60, "--only", "page", "--workers", str(workers))
    # Ctrl-C in a terminal reaches the workers, too; what a supervisor sends does not
    (os.killpg if number is signal.SIGINT else os.kill)(process.pid, number)

    assert process.wait(PATIENCE_S) == 130
    assert _report(tmp_path)["interrupted"] is True
    _expect_all_put_away(account, tmp_path)


def test_signals_that_follow_do_not_stop_the_putting_away(account: Account, tmp_path: Path) -> None:
    """As a supervisor does that loses patience: Ctrl-C, then SIGTERM again and again."""
    process = _started(account, tmp_path, 60, "--only", "page")
    process.send_signal(signal.SIGINT)
    for _ in range(5):
        time.sleep(0.02)
        process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE_S) == 130
    _expect_all_put_away(account, tmp_path)


def test_whoever_insists_is_told_what_is_left(account: Account, tmp_path: Path) -> None:
    """A second Ctrl-C ends the putting away; the report lists what is left, and `clean` finishes it."""
    process = _started(account, tmp_path, 60, "--only", "page")
    journal = tmp_path / "reports" / "journal.jsonl"
    process.send_signal(signal.SIGINT)
    gone = journal.read_bytes().count(b'{"gone"')
    while journal.read_bytes().count(b'{"gone"') == gone:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)

    assert process.wait(PATIENCE_S) == 130
    left = _report(tmp_path)["leftovers"]
    assert {each["id"] for each in left} >= set(account.unarchived())
    assert account.unarchived()
    assert clean(account, tmp_path)[0] == 0
    _expect_clean_twice(account, tmp_path)


def _expect_clean_twice(account: Account, folder: Path) -> None:
    assert account.unarchived() == []
    assert clean(account, folder) == NOTHING
    assert account.foreign() == account.stored


def _workers(process: Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(word) for word in children.read_text(encoding="ascii").split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the workers are found by way of /proc")
def test_what_a_worker_left_that_died_is_put_away(account: Account, tmp_path: Path) -> None:
    """The case that it was at has no verdict, so the run is invalid; what it made is gone all the same."""
    process = _started(account, tmp_path, 60, "--only", "page", "--workers", "2")
    os.kill(_workers(process)[0], signal.SIGKILL)

    assert process.wait(PATIENCE_S) == 70
    assert any("crashed" in note or "died" in note for note in _report(tmp_path)["notes"])
    _expect_all_put_away(account, tmp_path)


def test_a_run_that_goes_on_is_not_cleaned_up_and_not_written_over(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its objects are in use: to archive them would make it accuse the service."""
    process = _started(account, tmp_path, 20, "--only", "page")
    monkeypatch.setattr(cli_clean, "PATIENCE_S", 0)
    cleaning, said = clean(account, tmp_path)
    other = start(account, tmp_path, "--only", "get").wait(PATIENCE_S)
    going_on = process.poll() is None
    process.send_signal(signal.SIGINT)

    assert process.wait(PATIENCE_S) == 130
    assert (cleaning, other, going_on) == (2, 2, True)
    assert "has not ended" in said
    _expect_all_put_away(account, tmp_path)
