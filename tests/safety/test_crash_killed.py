"""Killed at any moment, a run leaves nothing that `clean` does not put away, and `clean` touches nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from safety.accounts import populated
from safety.killed import SLOW_MS, clean, kill, moments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from safety.accounts import Account
    from safety.killed import Moment

pytestmark = pytest.mark.matrix

ALL = moments()
SAMPLE = [moment for moment in ALL if moment.number in {1, 4, 10, 15}]
"""Some that are over soon: one in the midst of a create, one with two workers, one that is killed with its workers."""


@pytest.fixture(scope="module")
def fast() -> Iterator[Account]:
    with populated() as account:
        yield account


@pytest.fixture(scope="module")
def slow() -> Iterator[Account]:
    with populated(SLOW_MS) as account:
        yield account


def _expect_clean(account: Account, folder: Path, moment: Moment) -> None:
    left = kill(account, folder, moment)
    status, said = clean(account, folder)

    assert left.killed
    assert (status, account.unarchived()) == (0, []), said
    assert account.foreign() == account.stored
    assert clean(account, folder) == (0, "Nothing to put away: all that this run made is gone.\n")


@pytest.mark.parametrize("moment", SAMPLE, ids=str)
def test_what_a_killed_run_left_is_put_away_and_nothing_else(
    moment: Moment, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Some of the next test, which `tox -e full` runs."""
    _expect_clean(request.getfixturevalue("slow" if moment.slow else "fast"), tmp_path, moment)


@pytest.mark.full
@pytest.mark.parametrize("moment", ALL, ids=str)
def test_whenever_it_was_killed(moment: Moment, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    _expect_clean(request.getfixturevalue("slow" if moment.slow else "fast"), tmp_path, moment)
