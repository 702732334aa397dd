"""The parser of the command line: what may be asked, and nothing of what is then done."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from conformance.cli_values import (
    InputError,
    base_url,
    identifier,
    port,
    positive,
    remote,
    revision,
    revision_or_auto,
    shard,
    whole,
    zero_or_more,
)
from conformance.epilogs import EPILOGS, STATUSES
from conformance.model import DEFAULT_REVISION, EVIDENCE_OF_ALL, Options, Target
from conformance.of_two import OfTwo
from conformance.soak.asked import MASTER_PORT, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    Commands = argparse._SubParsersAction["Parser"]  # noqa: SLF001 - argparse has no public name for it

PROG = "deployments-conformance"
DESCRIPTION = """\
Tell whether a service keeps the contract of the Deployments API.

Tokens are read from the environment: DEPLOYMENTS_TOKEN, and optionally
DEPLOYMENTS_OTHER_TOKEN (another account), DEPLOYMENTS_EXPIRED_TOKEN and
DEPLOYMENTS_UNSCOPED_TOKEN. Without --base-url an embedded server is examined."""


class Parser(argparse.ArgumentParser):
    """An argument parser that says in one line what is wrong."""

    commands: Commands | None = None

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print together with the whole usage."""
        raise InputError(f"{message} (see `{self.prog} --help`)")


def parser() -> Parser:
    """The whole command line."""
    root = Parser(prog=PROG, description=DESCRIPTION, epilog=STATUSES, formatter_class=_layout, allow_abbrev=False)
    root.add_argument("--version", action="store_true", help="print the version")
    commands = root.add_subparsers(dest="command", metavar="COMMAND")
    for add in (_add_run, _add_compare, _add_soak, _add_serve, _add_list, _add_diff, _add_merge, _add_clean):
        add(commands)
    for command in commands.choices.values():
        _add_settings(command)
    root.commands = commands
    return root


def options_of(command: Parser) -> dict[str, argparse.Action]:
    """What a settings file may say for a command: its options, by their names without the dashes."""
    actions = command._actions  # noqa: SLF001 - argparse has no public name for it
    options = [action for action in actions if action.option_strings and action.dest not in NOT_SETTINGS]
    return {action.option_strings[0].removeprefix("--"): action for action in options}


def _layout(prog: str) -> argparse.HelpFormatter:
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=32)


def _command(commands: Commands, name: str, text: str) -> Parser:
    """A command with its own help; abbreviated options are refused, so that a new one never changes an old script."""
    return commands.add_parser(
        name,
        help=text,
        description=f"{text[0].upper()}{text[1:]}.",
        epilog=EPILOGS.get(name),
        formatter_class=_layout,
        allow_abbrev=False,
    )


NOT_SETTINGS = {"help", "settings", "no_settings", "without"}
NUMBER = "N"
"""Stands in the help for a number, which a settings file writes without quotes."""


def _add_settings(command: Parser) -> None:
    group = command.add_argument_group("settings", "what a file says for this command; options given here win over it")
    choice = group.add_mutually_exclusive_group()
    text = "default: deployments-conformance.toml, or the table in pyproject.toml, in this folder"
    choice.add_argument("--settings", type=Path, metavar="FILE", help=text)
    choice.add_argument("--no-settings", action="store_true", help="read no such file")
    text = "leave out what the file says of this option; may be repeated"
    group.add_argument("--without", action="append", default=[], metavar="OPTION", help=text)


def _flag(group: argparse._ActionsContainer, name: str, text: str, default: bool | None = False) -> None:  # noqa: FBT001, FBT002 - as argparse has it
    """An option that is on or off, so that what a settings file turns on can be turned off."""
    group.add_argument(name, action=argparse.BooleanOptionalAction, help=text).default = default


def _add_run(commands: Commands) -> None:
    run = _command(commands, "run", "examine a service and write the reports")
    _add_target(run)
    _add_consents(run)
    selection = _add_selection(run)
    _flag(selection, "--allow-partial", "exit 0 when all that was selected passed")
    text = "only this part of it, such as 1/3; `merge` joins all of them"
    selection.add_argument("--shard", type=shard, metavar="I/N", help=text)
    _add_remote(_add_limits(run))
    _add_stops(run)
    run.add_argument("--baseline", type=Path, metavar="REPORT", help="a report.json to compare with")
    _add_waivers(run)
    text = "propose such a file, with a waiver for each failure"
    run.add_argument("--write-waivers", type=Path, metavar="FILE", help=text)
    _add_evidence(run)
    run.add_argument("--har", type=Path, metavar="FILE", help="record every request and answer there (HAR 1.2)")
    _add_report_dir(run)


def _add_compare(commands: Commands) -> None:
    compare = _command(commands, "compare", "ask two services the same, and show where their answers differ")
    _add_target(compare, OfTwo)
    _add_consents(compare)
    _add_selection(compare)
    _add_limits(compare)
    _add_evidence(compare)
    text = "the difference as a page; default: comparison.html in DIR"
    compare.add_argument("--html", type=Path, metavar="FILE", help=text)
    _add_report_dir(compare)


def _add_target(command: Parser, action: str | type[OfTwo] = "store") -> None:
    """What is to be examined; with `OfTwo` this is two services."""
    title, text = (
        ("the service", None)
        if action == "store"
        else ("the services", "given twice, A's and then B's; --header and --deviation: both's")
    )
    group = command.add_argument_group(title, text)
    text = "address before /deployments; default: embedded"
    group.add_argument("--base-url", action=action, type=base_url, metavar="URL", help=text)
    _add_revision(group, revision_or_auto, action)
    for name in ("agent", "environment", "second-agent", "archived-agent", "archived-environment"):
        article = "an" if name[0] in "ae" else "a"
        text = f"{article} {name.replace('-', ' ')} to use; default: made, where the service can"
        group.add_argument(f"--{name}-id", action=action, type=identifier, metavar="ID", help=text)
    _add_access(group, action)
    text = "a value in which the service is known to differ from the edition; may be repeated"
    group.add_argument("--deviation", action="append", default=[], metavar="NAME=VALUE", help=text)
    _number(group, "--timeout", positive, Target.timeout_s, "seconds to wait for an answer")


def _add_consents(run: Parser, *, may_only_read: bool = True) -> None:
    group = run.add_argument_group("consents", "all are given on loopback and on the embedded server")
    choice = group.add_mutually_exclusive_group()
    _flag(choice, "--allow-writes", "make, change and archive deployments", None)
    if may_only_read:
        _flag(choice, "--read-only", "only read, on loopback too")
    _flag(group, "--allow-runs", "start runs, which the owner may have to pay for", None)
    _flag(group, "--allow-schedules", "send schedules that may fire within a day", None)


def _add_selection(command: Parser) -> argparse._ArgumentGroup:
    group = command.add_argument_group("what is asked, and how it is judged")
    text = "only this requirement or area; may be repeated"
    group.add_argument("--only", action="append", default=[], metavar="ID-OR-AREA", help=text)
    _flag(group, "--slow", "also wait for schedules to fire, which takes minutes")
    _flag(group, "--strict", "count a SHOULD that is not kept as a failure")
    _number(group, "--seed", whole(0), Options.seed, "seed of the generated data")
    _number(group, "--examples", whole(1), Options.examples, "generated examples a requirement")
    _number(group, "--shuffle", whole(0), None, "put the cases into an order drawn from this number")
    return group


def _add_remote(group: argparse._ArgumentGroup) -> None:
    text = "one worker more, on a machine that execnet leads to, such as ssh=HOST//python=PATH; may be repeated"
    group.add_argument("--remote", action="append", default=[], metavar="SPEC", type=remote, help=text)


def _add_limits(run: Parser) -> argparse._ArgumentGroup:
    group = run.add_argument_group("load")
    text = "processes that ask at once; default: 1 on loopback, 4 elsewhere, and fewer if the target answers 429"
    _number(group, "--workers", whole(1), None, text)
    text = "requests a second; default elsewhere than on loopback: 20 writes, 50 reads"
    _number(group, "--max-rate", positive, None, text)
    _number(group, "--max-writes", whole(0), None, "requests that write, at most; putting away is not counted")
    text = "seconds after which no further case is begun, and all is put away"
    _number(group, "--max-duration", positive, None, text)
    return group


def _add_stops(run: Parser) -> None:
    group = run.add_argument_group("how soon it is told")
    _flag(group, "--fail-fast", "ask nothing more after the first failure that is not waived")
    text = "seconds that the run may take: asks what finds most in that time, and tells what it leaves out"
    _number(group, "--time-budget", positive, None, text)


def _add_soak(commands: Commands) -> None:
    soak = _command(commands, "soak", "keep a service under load, and see that nothing is lost or mixed up")
    soak.set_defaults(read_only=False, max_duration=None)
    _add_target(soak)
    _add_consents(soak, may_only_read=False)
    group = soak.add_argument_group("load")
    _number(group, "--users", whole(1), Asked.users, "users at once")
    _number(group, "--duration", positive, Asked.seconds, "seconds")
    _number(group, "--processes", whole(1), Asked.processes, "processes that the users are shared out to")
    text = "requests a second, in all; default elsewhere than on loopback: 20 writes, 50 reads"
    _number(group, "--max-rate", positive, None, text)
    _number(group, "--max-writes", whole(0), None, "requests that write, at most; putting away is not counted")
    _number(group, "--seed", whole(0), Options.seed, "seed of what is sent")
    _add_machines(soak)
    group = soak.add_argument_group("how it is judged")
    _flag(group, "--fail-fast", "end with the first that is found")
    _flag(group, "--strict", "count a SHOULD that is not kept as a failure")
    group.add_argument("--baseline", type=Path, metavar="REPORT", help="a report.json to compare with")
    _add_waivers(soak)
    _add_report_dir(soak)


def _add_machines(soak: Parser) -> None:
    group = soak.add_argument_group("more machines", "a master and its workers trust each other, and their network")
    _number(group, "--expect-workers", whole(0), Asked.workers, "also wait for so many processes of others")
    text = f"default: {Asked.host}"
    group.add_argument("--bind-host", type=identifier, default=Asked.host, metavar="HOST", help=f"ours; {text}")
    _flag(group, "--worker", "hold users for the soak of another machine, with --processes of here")
    group.add_argument("--master-host", type=identifier, default=Asked.host, metavar="HOST", help=f"its own; {text}")
    _number(group, "--master-port", port, MASTER_PORT, "the port of that soak, or of ours with --expect-workers")


def _add_serve(commands: Commands) -> None:
    serve = _command(commands, "serve", "run the reference server as a mock, till Ctrl-C")
    _number(serve, "--port", port, 0, "port on 127.0.0.1; 0: any free one")
    _add_revision(serve)
    serve.add_argument("--fault", action="append", default=[], metavar="NAME", help="plant a defect; may be repeated")
    _number(serve, "--latency", whole(0), 0, "milliseconds to wait before each answer")
    _number(serve, "--run-duration", zero_or_more, 0, "seconds that a run takes")
    outcomes = ("completed", "failed")
    serve.add_argument("--run-outcome", choices=outcomes, default=outcomes[0], help="how runs end; default: completed")


def _add_list(commands: Commands) -> None:
    catalogue = _command(commands, "list", "show every requirement with its level, area and source")
    _add_revision(catalogue)
    text = "show what the second edition asks otherwise than the first"
    catalogue.add_argument("--diff", type=revision, nargs=2, metavar=("A", "B"), help=text)
    _flag(catalogue, "--json", "for programs")


def _add_diff(commands: Commands) -> None:
    diff = _command(commands, "diff", "show what changed between two reports")
    diff.add_argument("before", type=Path, metavar="BEFORE.json")
    diff.add_argument("after", type=Path, metavar="AFTER.json")
    diff.add_argument("--html", type=Path, metavar="FILE", help="write the difference as a page, too")


def _add_merge(commands: Commands) -> None:
    merge = _command(commands, "merge", "join the reports of the shards of one run")
    merge.add_argument("reports", type=Path, nargs="+", metavar="REPORT.json")
    _flag(merge, "--allow-partial", "exit 0 when all that was selected passed; default: as the shards were run", None)
    _add_waivers(merge)
    _add_report_dir(merge)


def _add_clean(commands: Commands) -> None:
    clean = _command(commands, "clean", "archive what a killed run left behind")
    clean.add_argument("journal", type=Path, metavar="JOURNAL", help="the journal.jsonl of that run")
    _add_access(clean)


def _add_revision(
    group: argparse._ActionsContainer, kind: Callable[[str], str] = revision, action: str | type[OfTwo] = "store"
) -> None:
    text = f"edition of the contract; default: {DEFAULT_REVISION}"
    text += "; auto: the one that the answers of the service fit best" if kind is revision_or_auto else ""
    group.add_argument("--revision", action=action, type=kind, default=DEFAULT_REVISION, metavar="R", help=text)


def _add_access(group: argparse._ActionsContainer, action: str | type[OfTwo] = "store") -> None:
    text = "send this header with each request; may be repeated"
    group.add_argument("--header", action="append", default=[], metavar='"NAME: VALUE"', help=text)
    text = "the same for a secret, which the environment holds in this variable"
    group.add_argument("--header-from-env", action="append", default=[], metavar='"NAME: VARIABLE"', help=text)
    text = "certificates of a private authority (PEM)"
    group.add_argument("--ca-file", action=action, type=Path, metavar="FILE", help=text)


def _add_waivers(command: Parser) -> None:
    text = "failures that are accepted (TOML), which do not fail the gate"
    command.add_argument("--waivers", type=Path, metavar="FILE", help=text)


def _add_evidence(command: Parser) -> None:
    text = f"whose whole exchanges the report holds; default: {Options.evidence}"
    choices = (Options.evidence, EVIDENCE_OF_ALL)
    command.add_argument("--evidence", choices=choices, default=Options.evidence, help=text)


def _add_report_dir(group: Parser) -> None:
    default = Path("reports")
    group.add_argument("--report-dir", type=Path, default=default, metavar="DIR", help=f"default: {default}")


def _number(
    group: argparse._ActionsContainer, name: str, convert: Callable[[str], float], default: float | None, text: str
) -> None:
    """An option that takes a number; its default is told in its help."""
    told = text if default is None else f"{text}; default: {default:g}"
    group.add_argument(name, type=convert, default=default, metavar=NUMBER, help=told)
