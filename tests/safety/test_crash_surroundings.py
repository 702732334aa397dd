"""The target dies half-way, or the disk is full: what was made is put away, at the latest by `clean`."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from safety.accounts import populated
from safety.gate import Gate
from safety.killed import arguments, clean, environment, start, wait_for_creates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from safety.accounts import Account

pytestmark = pytest.mark.matrix

NOTHING = (0, "Nothing to put away: all that this run made is gone.\n")
PATIENCE_S = 180


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with populated() as made:
        yield made


def _report(folder: Path) -> Any:
    return json.loads((folder / "reports" / "report.json").read_text(encoding="utf-8"))


def _expect_clean(account: Account, folder: Path) -> None:
    """`clean` finishes what is left, and has nothing to do the next time."""
    status, said = clean(account, folder)
    assert (status, account.unarchived()) == (0, []), said
    assert clean(account, folder) == NOTHING
    assert account.foreign() == account.stored


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.full)])
def test_what_could_not_be_put_away_is_listed_and_found_again(account: Account, tmp_path: Path, workers: int) -> None:
    """The run ends by itself, with 6 and a command for each; so does a `clean` that comes too early."""
    options = ("--only", "page", "--workers", str(workers))
    with Gate(account.running.base_url) as gate:
        process = start(account, tmp_path, *options, base_url=gate.base_url)
        wait_for_creates(process, tmp_path / "reports" / "journal.jsonl", 60)
        gate.shut()
        assert process.wait(PATIENCE_S) == 6
        left = _report(tmp_path)["leftovers"]
        too_early, said = clean(account, tmp_path)
        there = account.unarchived()

        assert there
        nameless = [each for each in left if each["id"].startswith("(no id came")]  # on the way when the gate fell
        known = set(there) & {each["id"] for each in left}
        assert len(there) - len(known) <= len(nameless)
        assert too_early == 6
        assert all(f"/deployments/{id_}/archive -H" in said for id_ in known if id_.startswith("dep_"))
        gate.open()
        _expect_clean(account, tmp_path)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from conformance.cli import main
sys.exit(main())
"""


ROOMS = [
    pytest.param(0, 1, id="none"),
    pytest.param(60, 2, id="for half a line, 2 workers", marks=pytest.mark.full),
    pytest.param(20_000, 1, id="for some creates"),
    pytest.param(20_000, 2, id="for some creates, 2 workers", marks=pytest.mark.full),
]


@pytest.mark.parametrize(("room", "workers"), ROOMS)
def test_a_full_disk_ends_with_one_line_and_nothing_left(
    account: Account, tmp_path: Path, room: int, workers: int
) -> None:
    """Nothing is made that cannot be written down; what was made before is put away, though that cannot be noted."""
    command = [sys.executable, "-c", LIMITED, str(room), *arguments(account, tmp_path, "--only", "page")]
    command += ["--workers", str(workers)]
    done = subprocess.run(
        command, env=environment(account), cwd=tmp_path, text=True, capture_output=True, check=False, timeout=PATIENCE_S
    )

    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("deployments-conformance: ")]
    assert ["--report-dir" in line for line in told] == [True]
    assert account.unarchived() == []
    assert account.foreign() == account.stored
    if room > 60:
        _expect_clean(account, tmp_path)
