"""What trials came to, as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.trial import Figures

VERDICTS = ("passed", "failed", "warned", "inconclusive")
HEAD = f"{'trial':<24}{'requests':>9}{'faults':>7}" + "".join(f"{each:>13}" for each in VERDICTS)
HEAD += f"{'exit':>5}{'seconds':>9}{'bound':>6}"


def row(figures: Figures) -> str:
    """One trial in a line."""
    counts = "".join(f"{figures.verdicts[each]:>13}" for each in VERDICTS)
    status = "-" if figures.status is None else str(figures.status)
    so_far = f"{figures.trial!s:<24}{figures.requests:>9}{figures.injected.total():>7}{counts}"
    return f"{so_far}{status:>5}{figures.seconds:>9.1f}{figures.trial.bound_s:>6}"


@dataclass(frozen=True)
class Totals:
    """All trials together: the faults by kind, the verdicts, and whose move what is inconclusive is."""

    runs: int
    wrong: int
    requests: int
    seconds: float
    faults: dict[str, int]
    verdicts: dict[str, int]
    blames: dict[str, int]

    def __str__(self) -> str:
        lines = [f"{count:>7} x {fault}" for fault, count in self.faults.items()]
        lines.append(
            f"{self.runs} runs, {self.requests} requests, {sum(self.faults.values())} faults; {self.wrong} wrong"
        )
        lines.append(", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.items()))
        lines.append(", ".join(f"{count} inconclusive for {blame}" for blame, count in self.blames.items()))
        return "\n".join(lines)


def totals(every: Sequence[Figures]) -> Totals:
    """Add up."""
    verdicts = sum((each.verdicts for each in every), Counter[str]())
    return Totals(
        runs=len(every),
        wrong=sum(bool(each.wrong) for each in every),
        requests=sum(each.requests for each in every),
        seconds=round(sum(each.seconds for each in every), 1),
        faults=dict(sum((each.injected for each in every), Counter[str]()).most_common()),
        verdicts={each: verdicts[each] for each in VERDICTS},
        blames=dict(sum((each.blames for each in every), Counter[str]()).most_common()),
    )
