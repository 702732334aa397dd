"""The trials of tests/chaos: runs of the suite through a proxy that disturbs, and what they came to, as a table.

`python bench/chaos_table.py` carries out all of them, in half an hour; with names, such as resets-1, only those.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chaos.table import HEAD, row, totals
from chaos.trial import Figures, Trial, carry_out
from chaos.trials import TRIALS


def tried(trial: Trial, keep: Path | None) -> Figures:
    """Carry a trial out and print its line, and what went wrong under it."""
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing) if keep is None else keep / str(trial).replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        figures = carry_out(trial, folder)
    print(row(figures), *figures.wrong, sep="\n    ", flush=True)
    return figures


def main() -> int:
    """Carry out those that were named, or all; 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trial", nargs="*", help="such as resets-0; default: all")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder for the reports")
    given = parser.parse_args()
    chosen = [each for each in TRIALS if not given.trial or str(each) in given.trial]
    print(HEAD, flush=True)
    with ThreadPoolExecutor(given.at_once) as pool:
        every = list(pool.map(lambda trial: tried(trial, given.keep), chosen))
    together = totals(every)
    print(together, json.dumps(vars(together)), sep="\n")
    return int(any(each.wrong for each in every))


if __name__ == "__main__":
    sys.exit(main())
