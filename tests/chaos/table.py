"""What the trials came to, as a table. By hand: `python tests/chaos/table.py [TRIAL]...` carries them out and prints it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parents[1])]

from chaos.trial import Figures, Trial, carry_out
from chaos.trials import TRIALS
from chaos.weather import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

VERDICTS = ("passed", "failed", "warned", "inconclusive")
HEAD = f"{'trial':<24}{'requests':>9}{'faults':>7}" + "".join(f"{each:>13}" for each in VERDICTS)
HEAD += f"{'exit':>5}{'seconds':>9}{'bound':>6}"


def row(figures: Figures) -> str:
    """One trial in a line."""
    counts = "".join(f"{figures.verdicts[each]:>13}" for each in VERDICTS)
    status = "-" if figures.status is None else str(figures.status)
    so_far = f"{figures.trial!s:<24}{figures.requests:>9}{figures.injected.total():>7}{counts}"
    return f"{so_far}{status:>5}{figures.seconds:>9.1f}{figures.trial.bound_s:>6}"


def totals(every: Iterable[Figures]) -> str:
    """All trials together: the faults by kind, and whose move what is inconclusive is."""
    every = list(every)
    injected = sum((each.injected for each in every), Counter[Fault]())
    verdicts = sum((each.verdicts for each in every), Counter[str]())
    blames = sum((each.blames for each in every), Counter[str]())
    lines = [f"{count:>7} x {fault}" for fault, count in injected.most_common()]
    lines.append(f"{len(every)} runs, {sum(each.requests for each in every)} requests, {injected.total()} faults")
    lines.append(f"{', '.join(f'{verdicts[each]} {each}' for each in VERDICTS)}; {dict(blames)}")
    return "\n".join(lines)


def _carry_out(trial: Trial, keep: Path | None) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) if keep is None else keep / str(trial).replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        figures = carry_out(trial, place)
    print(row(figures), *figures.wrong, sep="\n    ", flush=True)
    return figures


def main() -> int:
    """Carry out those that were named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trial", nargs="*", help="such as resets-0; default: all")
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder for the reports")
    given = parser.parse_args()
    chosen = [each for each in TRIALS if not given.trial or str(each) in given.trial]
    print(HEAD, flush=True)
    with ThreadPoolExecutor(given.at_once) as pool:
        every = list(pool.map(lambda trial: _carry_out(trial, given.keep), chosen))
    print(totals(every))
    return int(any(each.wrong for each in every))


if __name__ == "__main__":
    sys.exit(main())
