"""What the page shows of a soak: plots of throughput and response times over time, and a table of operations."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.load import Drift, Load

WIDTH, HEIGHT = 1000, 300
"""The inner measures of a plot, which is stretched to where it stands; its words are no part of the picture."""

STEPS = 4
"""So many equal parts both axes have."""

NICE = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Line:
    """A line of a plot: `style` says how it is drawn, `area` is what is below it."""

    name: str
    style: str
    path: str
    area: str


@dataclass(frozen=True)
class Plot:
    """Lines over time; `told` says in words what they show. Labels stand at equal distances, the highest first."""

    title: str
    told: str
    lines: tuple[Line, ...]
    grid: str
    heights: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """All that the page shows of it."""

    load: Load
    plots: tuple[Plot, ...]
    slower: tuple[Drift, ...]


def shown(load: Load) -> Shown:
    """The measurements, drawn."""
    plots = (_throughput(load), _times(load)) if len(load.windows) > 1 else ()
    slower = tuple(sorted(load.drifts, key=lambda each: each.median_before - each.median_after))
    return Shown(load, plots, slower)


def _throughput(load: Load) -> Plot:
    rates = [window.rate for window in load.windows]
    told = f"Between {min(rates):,.0f} and {max(rates):,.0f} requests a second."
    return _plot(load, "Requests a second", told, {"requests": ("first", rates)}, "")


def _times(load: Load) -> Plot:
    medians, highs = [w.p50 for w in load.windows], [w.p95 for w in load.windows]
    told = f"The median lay between {min(medians):g} and {max(medians):g} ms, 95 % came within {max(highs):g} ms."
    lines = {"median": ("first", medians), "95 % within": ("second", highs)}
    return _plot(load, "Response times", told, lines, " ms")


def _plot(load: Load, title: str, told: str, lines: dict[str, tuple[str, list[float]]], unit: str) -> Plot:
    top = _nice(max(value for _, values in lines.values() for value in values))
    end = max(load.lasted_s, load.windows[-1].at_s + load.windows[-1].seconds)
    middles = [(window.at_s + window.seconds / 2) / end * WIDTH for window in load.windows]
    drawn = tuple(
        _line(name, style, [*zip(middles, (HEIGHT - value / top * HEIGHT for value in values), strict=True)])
        for name, (style, values) in lines.items()
    )
    heights = tuple(f"{top * part / STEPS:,g}{unit}" for part in range(STEPS, -1, -1))
    times = tuple(_time(end * part / STEPS) for part in range(STEPS + 1))
    grid = "".join(f"M0 {HEIGHT * part / STEPS:g}H{WIDTH}" for part in range(STEPS + 1))
    return Plot(title, told, drawn, grid, heights, times)


def _line(name: str, style: str, points: Sequence[tuple[float, float]]) -> Line:
    path = "".join(f"{'ML'[number > 0]}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(points))
    return Line(name, style, path, f"{path}L{points[-1][0]:.1f} {HEIGHT}L{points[0][0]:.1f} {HEIGHT}Z")


def _nice(value: float) -> float:
    """A round number not below this one."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next((part * power for part in NICE if part * power >= value), ceil(value))


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
