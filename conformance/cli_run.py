"""`run`: what the arguments and the environment say becomes a target, and what was found becomes files."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from conformance import garbage
from conformance.arguments import PROG
from conformance.cli_files import prepare, read_report, show
from conformance.cli_headers import headers, secret_headers
from conformance.cli_values import InputError, ca_file, tokens_given
from conformance.cli_waivers import read_draft, read_waivers, write_draft
from conformance.model import DEFAULT_REVISION, Options, Target
from conformance.redaction import PIECE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from conformance.model import Report, Tokens
    from conformance.report.progress import Waiving
    from conformance.report.waiver_file import WaiverFile

IDS = ("agent_id", "environment_id", "second_agent_id", "archived_agent_id", "archived_environment_id")
REPORT_FILES = (
    *("report.json", "report.html", "junit.xml", "summary.md", "badge.json", "exchanges.har"),
    *("cases.html", "journal.jsonl", "soak.json"),
)
CONSENTS = ("allow_writes", "allow_runs", "allow_schedules")


@garbage.seldom()
def run(arguments: argparse.Namespace, argv: list[str]) -> int:
    """Examine a service, write the reports, show the summary, and return what the exit status says."""
    target, options = asked(arguments, argv)
    options = replace(
        options,
        fail_fast=arguments.fail_fast,
        time_budget_s=arguments.time_budget,
        shard=arguments.shard,
        remote=tuple(arguments.remote),
    )
    baseline = read_report(arguments.baseline) if arguments.baseline else None
    waivers = read_waivers(arguments.waivers, arguments.revision) if arguments.waivers else None
    earlier = read_draft(arguments.write_waivers) if arguments.write_waivers else None
    prepare(arguments.report_dir)
    report = examine(target, options, waivers, (*_not_read(arguments), *arguments.notes))
    status = show(report, arguments.report_dir, baseline)
    if earlier is not None:
        write_draft(report, arguments.write_waivers, earlier, waivers)
    return status


def _not_read(arguments: argparse.Namespace) -> list[str]:
    """What a shell in which `serve` was begun suggests, and does not do."""
    if arguments.base_url or not os.environ.get("DEPLOYMENTS_BASE_URL"):
        return []
    return ['The embedded server was examined. For that of your shell give --base-url "$DEPLOYMENTS_BASE_URL".']


def asked(
    arguments: argparse.Namespace, argv: list[str], tokens: Callable[[], Tokens] = tokens_given
) -> tuple[Target, Options]:
    """What is to be examined, and how, once it is known to make sense; `tokens` finds those of another address."""
    check_together(arguments)
    target, options = target_of(arguments, tokens), options_of(arguments, argv)
    _check_consents(target, options)
    return target, options


def examine(target: Target, options: Options, waivers: WaiverFile | None = None, notes: tuple[str, ...] = ()) -> Report:
    """Run, and put what is to be told first before what the run tells."""
    from conformance import runner

    with watching(waivers) as shown:
        report = runner.run(target, options, shown, tolerated=shown.tolerated)
    report = replace(report, notes=(*report.notes, *_cut_off(report)))
    return completed(report, waivers, notes)


def completed(report: Report, waivers: WaiverFile | None, notes: tuple[str, ...]) -> Report:
    """The report with what is to be told first, held against the waivers."""
    from conformance.report.waiving import waive

    report = replace(report, notes=(*notes, *report.notes))
    return waive(report, waivers.waivers) if waivers else report


@contextmanager
def watching(waivers: WaiverFile | None = None) -> Iterator[Waiving]:
    """Show how it goes on until the block ends; what ends it early is told in one line, or lets all be put away."""
    from conformance.report.progress import Waiving, progress
    from conformance.surroundings import UsageError

    shown = Waiving(progress(sys.stderr), waivers.waivers if waivers else ())
    try:
        with _signals_as_interrupts():
            yield shown
    except UsageError as error:
        raise InputError(str(error)) from None
    finally:
        shown.close()


def _cut_off(report: Report) -> list[str]:
    """What a run did not look for, because a bound of its time or its writes was met."""
    from conformance.report import kills

    missed, known = kills.missed(report)
    if not missed:
        return []
    return [f"What was not asked would have found {missed:,} more of the {known:,} known faults of the reference."]


def check_together(arguments: argparse.Namespace) -> None:
    """Refuse what is right alone but not in this company."""
    given = [f"--{name.replace('_', '-')}" for name in (*IDS, *CONSENTS) if getattr(arguments, name)]
    if arguments.read_only and (writing := [name for name in given if name.startswith("--allow")]):
        raise InputError(f"{writing[0]} and --read-only exclude each other; leave one of them out")
    if not arguments.base_url and (ids := [name for name in given if name.endswith("-id")]):
        raise InputError(f"{ids[0]} names something of a service, but no --base-url says of which")


def _check_consents(target: Target, options: Options) -> None:
    """Refuse a consent that would do nothing, because the consent to write is lacking."""
    from conformance.settings import Settings

    lost = target.base_url and not Settings(target, options, run_id="").consent.writes
    if lost and (target.allow_runs or target.allow_schedules):
        name = "--allow-runs" if target.allow_runs else "--allow-schedules"
        raise InputError(f"{name} does nothing without the consent to write; add --allow-writes")


def target_of(arguments: argparse.Namespace, tokens: Callable[[], Tokens] = tokens_given) -> Target:
    """The service that the arguments and the environment describe; the embedded one brings its own ids and tokens."""
    given = tokens() if arguments.base_url else (None, None, None, None)
    check_address(arguments.base_url or "", given)
    return Target(
        arguments.base_url,
        *given,
        revision=arguments.revision,
        deviations=_deviations(arguments.deviation),
        headers=headers(arguments.header),
        secret_headers=secret_headers(arguments.header_from_env),
        agent_id=arguments.agent_id,
        environment_id=arguments.environment_id,
        second_agent_id=arguments.second_agent_id,
        archived_agent_id=arguments.archived_agent_id,
        archived_environment_id=arguments.archived_environment_id,
        allow_writes=_consent(arguments, "allow_writes"),
        allow_runs=_consent(arguments, "allow_runs"),
        allow_schedules=_consent(arguments, "allow_schedules"),
        ca_file=ca_file(arguments.ca_file),
        timeout_s=arguments.timeout,
        max_rate=arguments.max_rate,
        max_writes=arguments.max_writes,
        max_duration_s=arguments.max_duration,
    )


def _deviations(texts: list[str]) -> tuple[tuple[str, str], ...]:
    """Values in which the service is known to differ from its revision, each checked."""
    from conformance import deviations, revisions

    pairs = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise InputError(f"--deviation {text}: expected NAME=VALUE, such as name_max=200")
        try:
            deviations.deviating(revisions.get(DEFAULT_REVISION), name.strip(), value.strip())
        except deviations.UnknownValue as error:
            raise InputError(f"--deviation {text}: {error}") from None
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def check_address(url: str, tokens: Tokens) -> None:
    """Refuse an address that everybody would have to be shown without a part of it."""
    if any(value and len(value) >= PIECE and value in url for value in tokens):
        raise InputError("--base-url holds a token, and would stand in every report; leave it out of the address")


def _consent(arguments: argparse.Namespace, name: str) -> bool | None:
    """Given, withheld, or (None) left to what is usual for the place of the service."""
    said: bool | None = getattr(arguments, name)
    return False if arguments.read_only else said


def options_of(arguments: argparse.Namespace, argv: list[str]) -> Options:
    """How the run is to be carried out; the command is kept so that the report can tell how to repeat it."""
    return Options(
        only=tuple(arguments.only),
        workers=arguments.workers,
        seed=arguments.seed,
        examples=arguments.examples,
        slow=arguments.slow,
        strict=arguments.strict,
        allow_partial=arguments.allow_partial,
        shuffle=arguments.shuffle,
        report_dir=str(arguments.report_dir),
        command=shlex.join([PROG, *argv]),
        har=_har(arguments),
        evidence=arguments.evidence,
    )


def _har(arguments: argparse.Namespace) -> str | None:
    """The file of `--har`, which must be none of those that the report writes."""
    path: Path | None = arguments.har
    if path is not None and path.resolve().parent == arguments.report_dir.resolve() and path.name in REPORT_FILES:
        raise InputError(f"--har {path}: the report itself is written there; name another file")
    return str(path) if path is not None else None


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """End on SIGTERM as on Ctrl-C: put away what was made, and write the report.

    Supervisors send one signal after the other, which must not stop the putting away; only a second Ctrl-C does.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    signal.signal(signal.SIGTERM, interrupt)
    if before[signal.SIGINT] is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
