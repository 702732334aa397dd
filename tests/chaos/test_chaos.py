"""On a way that loses, cuts, delays and refuses, a run accuses nobody, leaves nothing behind, and ends in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from chaos.table import HEAD, row
from chaos.trial import Figures, Trial, carry_out
from chaos.trials import SAMPLE, TRIALS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.matrix


def _carried_out(trial: Trial, folder: Path) -> Figures:
    figures = carry_out(trial, folder)
    print(f"\n{HEAD}\n{row(figures)}")  # seen with -s; `bench/chaos_table.py` prints the whole table
    assert figures.wrong == []
    assert figures.injected.total() > 0
    return figures


@pytest.mark.parametrize("trial", SAMPLE, ids=str)
def test_a_disturbed_run_accuses_nobody_and_leaves_nothing(trial: Trial, tmp_path: Path) -> None:
    """Five kinds of disturbance, with few areas; what is not disturbed is found out all the same."""
    assert _carried_out(trial, tmp_path).verdicts["passed"] > 0


@pytest.mark.full
@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_sixty_disturbed_runs_accuse_nobody_and_leave_nothing(trial: Trial, tmp_path: Path) -> None:
    _carried_out(trial, tmp_path)
