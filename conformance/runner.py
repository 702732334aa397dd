"""The one entry: `run(target) -> Report`, and `catalogue()`. Nothing else calls pytest."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import __version__, garbage, revisions
from conformance.exchange import Redactor
from conformance.model import Options, Report, Requirement, Result, Target
from conformance.surroundings import (
    UsageError,
    elsewhere,
    halting,
    journalled,
    one_budget,
    reachable,
    recording,
    settings_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from httpx import BaseTransport

    from conformance.collector import Collector
    from conformance.machines import Machines
    from conformance.report.progress import Progress
    from conformance.settings import Settings

OK, TESTS_FAILED, INTERRUPTED, NOTHING_COLLECTED = 0, 1, 2, 5


def catalogue(revision: str) -> tuple[Requirement, ...]:
    """Everything that is declared for a revision, in the order of the documents."""
    revisions.get(revision)
    from conformance import cases

    return tuple(declared.of(revision) for declared in cases.load() if revision in declared.revisions)


def select(declared: Mapping[str, Requirement], only: tuple[str, ...]) -> frozenset[str] | None:
    """The ids that `--only` names, by id or by area; None for all. `UsageError` names what does not exist."""
    if not only:
        return None
    areas = {each.area for each in declared.values()}
    for wanted in only:
        if wanted not in declared and wanted not in areas:
            raise UsageError(f"--only {wanted}: no such requirement or area; `list` shows them all")
    return frozenset(id_ for id_, each in declared.items() if {id_, each.area} & set(only))


@garbage.seldom()
def run(
    target: Target,
    options: Options = Options(),  # noqa: B008 - frozen
    progress: Progress | None = None,
    carrier: BaseTransport | None = None,
    tolerated: Callable[[Result], bool] = lambda _: False,
) -> Report:
    """Examine a target and report. Never raises for what the target does; `UsageError` for what the caller asked.

    `carrier` takes the place of the network, so that an application can be examined inside the process that tests it:
    an `httpx.WSGITransport(app)`, say. It cannot be shared with workers. `tolerated` tells of a failure whether it is
    accepted, so that `Options.fail_fast` does not end a run for it.
    """
    if carrier is not None:
        options = _alone(options)
    choice = cache(lambda: None if target.revision == revisions.AUTO else _chosen(target.revision, options))
    with (
        elsewhere(target, options) as machines,
        reachable(target, meanwhile=choice) as reached,
        recording(options.har) as record,
        one_budget(reached, options) as budget,
        halting(options) as halt,
    ):
        chosen = choice()
        settled, why = (reached, ()) if chosen else _proposed(reached, options, progress, carrier)
        everything, selected = chosen or _chosen(settled.revision, options)
        settings = _sharded(settings_of(settled, options, selected), everything)
        settings = dataclasses.replace(settings, budget_path=budget, halt_path=halt)
        with journalled(settings) as told:
            if progress is not None:
                _tell_plan(settings, progress, everything, embedded=target.base_url is None)
            report = _run(settings, progress, everything, carrier, tolerated, machines)
    return dataclasses.replace(report, notes=(*why, *report.notes, *told, *record.shortfall(report.requests_total)))


def _alone(options: Options) -> Options:
    """The options of a run in this process, which a carrier cannot leave."""
    if options.workers not in {None, 1} or options.remote:
        raise UsageError("a carrier cannot be shared between workers: leave workers at 1, and remote empty")
    return dataclasses.replace(options, workers=1)


def _chosen(revision: str, options: Options) -> tuple[tuple[Requirement, ...], frozenset[str] | None]:
    """Everything that an edition declares, and the ids of what was selected of it; None for all."""
    try:
        everything = catalogue(revision)
    except revisions.UnknownRevision as error:
        raise UsageError(str(error)) from None
    return everything, select({each.id: each for each in everything if not each.unobservable}, options.only)


def _sharded(settings: Settings, everything: tuple[Requirement, ...]) -> Settings:
    """The settings with no more selected than belongs to this shard, if it is one."""
    if settings.options.shard is None:
        return settings
    from conformance import partition

    ids = settings.selected or frozenset(each.id for each in everything if not each.unobservable)
    mine, shard = partition.of(settings, ids, settings.options.shard)
    options = dataclasses.replace(settings.options, shard=shard)
    return dataclasses.replace(settings, options=options, selected=mine, elsewhere=ids - mine)


def _proposed(
    target: Target, options: Options, progress: Progress | None, carrier: BaseTransport | None
) -> tuple[Target, tuple[str, ...]]:
    """The target with the edition that its answers fit best, and what speaks for that one."""
    from conformance import detection

    proposed = detection.propose(settings_of(target, options, None), carrier)
    if progress is not None:
        progress.note(f"{proposed.sentence}.")
    return dataclasses.replace(target, revision=proposed.revision), (f"Examined by {proposed.sentence}.",)


def _tell_plan(settings: Settings, progress: Progress, everything: tuple[Requirement, ...], *, embedded: bool) -> None:
    """Say what is about to be done, before anything is sent."""
    from conformance import plan

    every = [each.id for each in everything if not each.unobservable]
    ids = every if settings.selected is None else settings.selected
    for line in plan.lines(settings, ids, embedded=embedded):
        progress.note(line)


def _run(  # noqa: PLR0913, PLR0917 - what one run stands in
    settings: Settings,
    progress: Progress | None,
    everything: tuple[Requirement, ...],
    carrier: BaseTransport | None,
    tolerated: Callable[[Result], bool],
    machines: Machines,
) -> Report:
    from conformance.collector import Collector
    from conformance.smoke import look, round_trip_s
    from conformance.time_budget import fitted

    declared = {each.id: each for each in everything if not each.unobservable}
    started, clock = datetime.now(UTC), time.monotonic()
    seen = look(settings, carrier)
    unreachable, fewer = seen.trouble, _fewer(settings) if seen.limited else settings
    careful = fewer.processes < settings.processes and not unreachable
    told = [LIMITED.format(_workers(fewer), settings.processes)] if careful else []
    settings = fewer
    if unreachable is None and settings.options.time_budget_s is not None:
        settings = fitted(settings, declared, round_trip_s(settings, carrier))
    collector = Collector(settings, declared, progress)
    collector.carrier, collector.tolerated = carrier, tolerated
    collector.problems += told
    status = INTERRUPTED
    if unreachable is None:
        if progress is not None:
            selected = declared if settings.selected is None else settings.selected
            progress.start(len(selected) - len(settings.left_out))
        status = _pytest(collector, machines)
        _sweep(collector)
    return _report(collector, everything, status, started, time.monotonic() - clock, unreachable)


def _fewer(settings: Settings) -> Settings:
    """The settings with one worker, where nobody asked for more and the target limits requests already."""
    workers = settings.options.workers or 1
    return dataclasses.replace(settings, options=dataclasses.replace(settings.options, workers=workers))


def _workers(settings: Settings) -> str:
    return "one worker" if settings.processes == 1 else f"{settings.processes} workers"


def _sweep(collector: Collector) -> None:
    """Put away, by the journal, what a process that died or was interrupted left behind; or tell what that is."""
    settings = collector.settings
    if settings.journal_path is None or (settings.processes == 1 and collector.summaries):
        return
    from conformance.cleaning import leftovers, sweep
    from conformance.journal import JournalUnreadable

    target, path = settings.target, Path(settings.journal_path)
    with contextlib.suppress(KeyboardInterrupt, JournalUnreadable):
        collector.leftovers = list(leftovers(path, target))
        if collector.leftovers and collector.carrier is None and not collector.hurried:
            swept = sweep(path, target, settings.options.har)
            collector.leftovers = list(swept.leftovers)
            collector.by_status.update(swept.by_status)


def _pytest(collector: Collector, machines: Machines) -> int:
    import pytest

    from conformance.pytest_arguments import arguments

    plugins: list[object] = [collector]
    if machines.each:
        from conformance.remote_workers import Beginning

        plugins.append(Beginning(collector.settings, machines))
    with _own_environment():
        try:
            return int(pytest.main(arguments(collector.settings), plugins=plugins))
        except KeyboardInterrupt:  # pytest answers for the first that comes while it runs cases, not for others
            collector.hurried = True
            return INTERRUPTED
        except OSError as error:  # pytest-html writes its page when all else is done; who gave no result is found out
            collector.problems.append(f"cases.html could not be written: {error.strerror or error}")
            return TESTS_FAILED


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """Keep the caller's settings of pytest from reaching ours."""
    hidden = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    path = list(sys.path)
    try:
        yield
    finally:
        os.environ.update(hidden)
        sys.path[:] = path


def _deviating(target: Target) -> list[str]:
    said = ", ".join(f"{name}={value}" for name, value in target.deviations)
    return [f"The owner of the service says that it differs from {target.revision}: {said}."] if said else []


def _limited(settings: Settings, unreachable: str | None) -> list[str]:
    return [READ_ONLY] if not settings.consent.writes and not unreachable else []


LIMITED = "The target limits requests (429) from the start: {} asked instead of {}."
"""What is said where a run was careful because of it."""

READ_ONLY = (
    "Nothing was written: reading, lists, paging, filters and runs were asked of what the account holds already, "
    "and what others changed meanwhile was not judged. Give --allow-writes for the rest."
)
"""What a run without the consent to write says of itself."""


def _report(  # noqa: PLR0913, PLR0917 - the facts of one run
    collector: Collector,
    everything: tuple[Requirement, ...],
    status: int,
    started: datetime,
    seconds: float,
    unreachable: str | None,
) -> Report:
    settings = collector.settings
    interrupted = status == INTERRUPTED and unreachable is None
    redact = Redactor(settings.secrets)
    results, observations, silent = collector.results(interrupted=interrupted)
    invalid = None
    if status not in {OK, TESTS_FAILED, INTERRUPTED, NOTHING_COLLECTED}:
        invalid = f"pytest ended with status {status}"
    elif collector.defects:
        invalid = "; ".join(collector.defects)
    elif silent and unreachable is None:
        invalid = f"{len(silent)} cases gave no result: {', '.join(silent[:5])}"
    return Report(
        suite_version=__version__,
        base_url=settings.base_url,
        revision=settings.target.revision,
        started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration_s=round(seconds, 3),
        seed=settings.options.seed,
        shard=settings.options.shard,
        results=() if unreachable else tuple(results),
        observations=() if unreachable else tuple(observations),
        unobservable=tuple(each for each in everything if each.unobservable),
        requests_by_status=collector.requests_by_status(),
        seen=collector.seen,
        leftovers=tuple(collector.leftovers),
        notes=(*_deviating(settings.target), *collector.fewer, *collector.problems, *_limited(settings, unreachable)),
        command=redact(settings.options.command),
        strict=settings.options.strict,
        allow_partial=settings.options.allow_partial,
        interrupted=interrupted,
        unreachable=unreachable,
        invalid=invalid,
    )
