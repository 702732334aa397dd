"""What trials came to, as a table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chaos.weather import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

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
