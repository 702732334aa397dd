"""`soak`: load for as long as asked, what does not hold under it, and the same report as `run` writes."""

from __future__ import annotations

import importlib.util
import shlex
from typing import TYPE_CHECKING

from conformance.arguments import PROG
from conformance.cli_files import prepare, read_report, say, show
from conformance.cli_run import check_together, completed, target_of, watching
from conformance.cli_values import InputError
from conformance.cli_waivers import read_waivers
from conformance.model import Options, Target
from conformance.revisions import AUTO
from conformance.soak.asked import Asked

if TYPE_CHECKING:
    import argparse

    from conformance.load import Load
    from conformance.model import Report
    from conformance.report.waiver_file import WaiverFile

LEFT_BEHIND = 6


def soak(arguments: argparse.Namespace, argv: list[str]) -> int:
    """Keep a service under load, write the reports, show the summary, and return what the exit status says."""
    target, options, asked = _asked(arguments, argv)
    baseline = read_report(arguments.baseline) if arguments.baseline else None
    waivers = read_waivers(arguments.waivers, arguments.revision) if arguments.waivers else None
    prepare(arguments.report_dir)
    if arguments.worker:
        return _help_out(target, options, asked)
    report, load = _soak(target, options, asked, waivers, tuple(arguments.notes))
    if load.timings:
        from conformance.report import load_text

        say(load_text.table(load))
    return show(report, arguments.report_dir, baseline, load)


def _asked(arguments: argparse.Namespace, argv: list[str]) -> tuple[Target, Options, Asked]:
    """What is to be done, once it is known to make sense and to be possible."""
    if importlib.util.find_spec("locust") is None:
        raise InputError("soak needs Locust, which is not installed: pip install 'deployments-conformance[soak]'")
    if arguments.revision == AUTO:
        raise InputError("--revision auto: a soak wants an edition by its name; `run --revision auto` proposes one")
    if arguments.worker and not arguments.base_url:
        raise InputError("--worker holds users of a service that others examine, too: name it with --base-url")
    check_together(arguments)
    target = target_of(arguments)
    options = Options(
        workers=arguments.processes + arguments.expect_workers,
        seed=arguments.seed,
        strict=arguments.strict,
        report_dir=str(arguments.report_dir),
        command=shlex.join([PROG, *argv]),
    )
    _check_consents(target, options)
    return target, options, _load_asked(arguments)


def _load_asked(arguments: argparse.Namespace) -> Asked:
    others = arguments.worker or arguments.expect_workers
    return Asked(
        users=arguments.users,
        seconds=arguments.duration,
        processes=arguments.processes,
        fail_fast=arguments.fail_fast,
        host=arguments.master_host if arguments.worker else arguments.bind_host,
        port=arguments.master_port if others else 0,
        workers=arguments.expect_workers,
    )


def _check_consents(target: Target, options: Options) -> None:
    from conformance.settings import Settings

    if target.base_url and not Settings(target, options, run_id="").consent.writes:
        raise InputError("a soak writes all the time: give --allow-writes where the service is not on this machine")


def _soak(
    target: Target, options: Options, asked: Asked, waivers: WaiverFile | None, notes: tuple[str, ...]
) -> tuple[Report, Load]:
    from conformance.soak import campaign

    with watching(waivers) as shown:
        report, load = campaign.soak(target, options, asked, shown)
    return completed(report, waivers, notes), load


def _help_out(target: Target, options: Options, asked: Asked) -> int:
    from conformance.report.visible import one_line
    from conformance.soak import campaign

    with watching() as shown:
        leftovers = campaign.help_out(target, options, asked, shown)
    for left in leftovers:
        print(one_line(f"left behind: {left.kind} {left.id}: {left.command}", limit=2000))
    return LEFT_BEHIND if leftovers else 0
