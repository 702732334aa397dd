"""Runs for the cases of run and runs, found in the account instead of begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from conformance.cases.found import Holdings, Nothing, is_archived, lacking
from conformance.cases.histories import Begun, History, triggered
from conformance.expect import need_page, resolve

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.client import Client
    from conformance.expect import Object, Page

LIVE, ARCHIVED, WITHOUT = 8, 3, 3
"""So many deployments are asked for their runs: that live, that are archived, of which the account shows no run."""

ENOUGH, FEW = 5, 90
"""What has fewer runs shows less; what has more takes too long to walk through."""

NEAR = 6
"""So many runs on each side of the moment between the two lots are looked at one by one, and of other deployments."""

GAP = timedelta(seconds=2)
"""Between two lots: lists may cut times to whole seconds."""


@dataclass(frozen=True)
class FoundRun(Begun):
    """A run that somebody else or a schedule began, as a list shows it."""

    shown: Object

    ours: ClassVar[bool] = False

    @property
    def run(self) -> Object:
        """The run."""
        return self.shown

    @property
    def trigger(self) -> str:
        """What it says that it was triggered by."""
        return str(resolve(self.shown, "/trigger_context/type"))


@dataclass(frozen=True)
class Runner:
    """A deployment of anybody with the first page of its runs, newest first."""

    deployment: Object
    page: Page

    @property
    def count(self) -> int:
        """How many runs the page shows."""
        return len(self.page.items)


def found_history(holdings: Holdings) -> History:
    """Two lots of runs of one deployment, and what else there is: other deployments with runs, and one without."""
    runners = holdings.kept("runners", lambda: _runners(holdings))
    few = sorted((each for each in runners if 0 < each.count <= FEW), key=lambda each: _worth(each.count))
    if not few:
        lacking(f"no deployment with 1 to {FEW} runs")
    busy, others = few[0], few[1:]
    archived = next((each for each in others if is_archived(each.deployment)), None)
    scheduled = next((each for each in others if each is not archived), None)
    idle = next(
        (each for each in sorted(runners, key=lambda it: not is_archived(it.deployment)) if not each.count), None
    )
    for each in (busy, archived, scheduled, idle):
        if each is not None:
            holdings.watch_runs(each.deployment["id"], each.page.ids)
    return History(
        busy.deployment,
        scheduled.deployment if scheduled else Nothing("no second deployment with runs"),
        archived.deployment if archived else Nothing("no archived deployment with runs beside another with runs"),
        idle.deployment if idle else Nothing("no deployment without runs"),
        _in_lots(busy, [each for each in (scheduled, archived) if each]),
        later=(),
    )


def found_crowded(holdings: Holdings, least: int) -> tuple[Object, list[str]]:
    """A deployment with more runs than a page holds by default, and the ids of the newest of them."""
    runners = holdings.kept("runners", lambda: _runners(holdings))
    for each in runners:
        if each.count >= least:
            holdings.watch_runs(each.deployment["id"], each.page.ids)
            return each.deployment, each.page.ids
    return lacking(f"no deployment with {least} runs")


def _runners(holdings: Holdings) -> list[Runner]:
    """Deployments with their runs: those with enough, if not too many, some of them archived, and a few others."""
    counts = holdings.run_counts
    by_count = sorted(holdings.deployments, key=lambda each: _worth(counts[each["id"]]))
    archived = [each for each in by_count if is_archived(each)]
    live = [each for each in by_count if not is_archived(each)]
    without = [each for each in archived + live if each["id"] not in counts]
    chosen = {each["id"]: each for each in [*live[:LIVE], *archived[:ARCHIVED], *without[:WITHOUT]]}
    return [_runner(holdings.api, each) for each in chosen.values()]


def _worth(count: int) -> tuple[bool, int]:
    """For sorting: just enough runs first, then more, then fewer, none and too many last."""
    return not ENOUGH <= count <= FEW, count if count >= ENOUGH else -count


def _runner(api: Client, deployment: Object) -> Runner:
    page = need_page(api.its_runs(deployment["id"], {"limit": 100}))
    api.session.shown_ids += page.ids
    return Runner(deployment, page)


def _in_lots(busy: Runner, others: list[Runner]) -> list[Begun]:
    """The runs around the widest gap of time between those of `busy`, oldest first; lot 2 is what came after it."""
    times = sorted(triggered(run) for run in busy.page.items)
    gaps = [(later - earlier, earlier, later) for earlier, later in list(pairwise(times))[1:-1]]
    _, last, first = max((gap for gap in gaps if gap[0] >= GAP), default=(GAP, times[-1], None))
    found = [_found(busy, run, last) for run in busy.page.items]
    kept = [lot[:NEAR] for lot in ([f for f in found[::-1] if f.lot == 2], [f for f in found if f.lot == 1])]
    strangers = [
        _found(each, run, last)
        for each in others
        for run in each.page.items[:NEAR]
        if first is None or not last < triggered(run) < first
    ]
    return sorted([*kept[0], *kept[1], *strangers], key=lambda each: triggered(each.run))


def _found(runner: Runner, run: Object, last: datetime) -> FoundRun:
    return FoundRun(runner.deployment, 1 if triggered(run) <= last else 2, runner.page.exchange, run)
