"""The parent of a soak: starts the processes, hears what they find, puts everything away, and reports."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import cleaning, garbage, runner, smoke, surroundings
from conformance.exchange import Redactor
from conformance.soak import conclusions
from conformance.soak.asked import LOCAL, MASTER, WORKER, Asked, Job
from conformance.soak.clock import Clock, slice_of
from conformance.soak.gathered import Gathered
from conformance.soak.household import BROKE_OFF, Household

if TYPE_CHECKING:
    from conformance.load import Load
    from conformance.model import Leftover, Options, Report, Target
    from conformance.report.progress import Progress
    from conformance.settings import Settings

LATE_S = 180.0
"""So much later than asked the processes may end, in seconds; the last look at everything takes its time."""


@garbage.seldom()
def soak(target: Target, options: Options, asked: Asked, progress: Progress | None = None) -> tuple[Report, Load]:
    """Keep a target under load and report what did not hold. Never raises for what the target does."""
    everything = runner.catalogue(target.revision)
    with surroundings.reachable(target) as reachable, surroundings.one_budget(reachable, options) as budget:
        settings = _settings(reachable, options, asked, budget)
        with surroundings.journalled(settings) as told:
            began = datetime.now(UTC), time.monotonic()
            declared = {each.id: each for each in everything}
            gathered = Gathered(declared, progress, Clock(slice_of(asked.seconds)), notes=[*told])
            unreachable = smoke.look(settings).trouble
            interrupted, lasted_s = (False, 0.0) if unreachable else _hold(settings, asked, gathered)
            left = () if unreachable else _put_away(settings, gathered)
    facts = conclusions.Facts(settings, asked, everything, gathered, began[0], lasted_s, interrupted, unreachable, left)
    return conclusions.report(facts, time.monotonic() - began[1]), conclusions.load(facts)


def help_out(target: Target, options: Options, asked: Asked, progress: Progress | None = None) -> tuple[Leftover, ...]:
    """Hold users for a master elsewhere, who reports; what they made is put away here. Returns what is left behind."""
    with surroundings.reachable(target) as reachable, surroundings.one_budget(reachable, options) as budget:
        settings = dataclasses.replace(surroundings.settings_of(reachable, options, None), budget_path=budget)
        with surroundings.journalled(settings), Household(Redactor(settings.secrets)) as household:
            for number in range(asked.processes):
                household.start(Job(WORKER, f"w{number}", asked, settings))
            defects = []
            try:
                for kind, value in household.hear(float("inf")):
                    if kind == "connected" and progress is not None:
                        progress.note(f"users are ready for {asked.host}:{asked.port}")
                    defects += [str(value)] if kind == BROKE_OFF else []
            except KeyboardInterrupt:
                household.end()
                for _ in household.hear(time.monotonic() + LATE_S):
                    pass
            if defects:
                raise surroundings.UsageError(f"--worker: {defects[0]}")
            return tuple(cleaning.sweep(Path(str(settings.journal_path)), settings.target).leftovers)


def _settings(target: Target, options: Options, asked: Asked, budget: str | None) -> Settings:
    settings = surroundings.settings_of(target, options, None)
    deadline = time.monotonic() + asked.seconds + asked.rampup_s
    return dataclasses.replace(settings, budget_path=budget, deadline=deadline)


def _hold(settings: Settings, asked: Asked, gathered: Gathered) -> tuple[bool, float]:
    """Hold the target under load; whether that was interrupted, and how many seconds it took."""
    began, interrupted = time.monotonic(), False
    until = began + asked.seconds + LATE_S
    with Household(Redactor(settings.secrets)) as household:
        try:
            _begin(household, settings, asked)
            _listen(household, settings, asked, gathered, until)
        except KeyboardInterrupt:
            interrupted = True
            household.end()
            with contextlib.suppress(KeyboardInterrupt):  # twice: nothing is waited for any more
                _listen(household, settings, asked, gathered, time.monotonic() + LATE_S)
    return interrupted, min(time.monotonic() - began, asked.seconds)


def _begin(household: Household, settings: Settings, asked: Asked) -> None:
    remote = asked.workers or asked.port
    if asked.processes == 1 and not remote:
        household.start(Job(LOCAL, "s0", asked, settings))
        return
    master = dataclasses.replace(asked, workers=asked.processes + asked.workers)
    household.start(Job(MASTER, "m", master, settings))


def _listen(household: Household, settings: Settings, asked: Asked, gathered: Gathered, until: float) -> None:
    for kind, value in household.hear(until):
        if kind == "port":  # the master is there: let the workers of this machine come
            here = dataclasses.replace(asked, port=value)
            for number in range(asked.processes):
                household.start(Job(WORKER, f"s{number}", here, settings))
        else:
            gathered.hear(kind, value)


def _put_away(settings: Settings, gathered: Gathered) -> tuple[Leftover, ...]:
    """Archive, by the journal, what the users left where they stood when the load was over."""
    if settings.journal_path is None:
        return ()
    swept = cleaning.sweep(Path(settings.journal_path), settings.target)
    gathered.clock.statuses.update(swept.by_status)
    return swept.leftovers
