"""The two runs that a `compare` stands for: each as if `run` had been asked for it alone."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from conformance import cli_run
from conformance.arguments import options_of, parser
from conformance.cli_settings import spelled
from conformance.cli_values import OF_B, TOKENS, InputError, tokens_given, tokens_given_to_b
from conformance.of_two import OfTwo
from conformance.revisions import AUTO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.model import Options, Target, Tokens

NAMES = ("A", "B")
NO_TOKENS: Tokens = (None, None, None, None)
OWN_TOKEN = f"{TOKENS['token']}{OF_B}"


@dataclass(frozen=True)
class Side:
    """One of two runs: what it is called, where its report goes, what is examined and how."""

    name: str
    folder: Path
    target: Target
    options: Options

    @property
    def where(self) -> str:
        """What is examined, for people."""
        return f"{self.target.base_url or 'the embedded server'}, revision {self.target.revision}"

    @property
    def has_own_token(self) -> bool:
        """Whether its token is not that of `DEPLOYMENTS_TOKEN`, in which `clean` and the scripts look for it."""
        return self.name == "B" and bool(self.target.base_url) and bool(os.environ.get(OWN_TOKEN))


def both(arguments: argparse.Namespace) -> tuple[Side, Side]:
    """A and B, once it is known that there are two, and that all that was asked of them makes sense."""
    _check_number(arguments)
    _withhold(arguments)
    only = _only(arguments.only, [_of(arguments, "revision", index) for index in range(2)])
    sides = [_side(arguments, index, only[index]) for index in range(2)]
    a, b = _apart(sides)
    return a, b


def _check_number(arguments: argparse.Namespace) -> None:
    urls, revisions = arguments.base_url, arguments.revision
    if len(urls) == 1:
        advice = "give that of the other, too, or the same once more to hold one service against two --revision"
        raise InputError(f"one --base-url is one service, and compare needs two; {advice}")
    if not urls and len(revisions) < 2:
        advice = "give two --base-url, or two --revision to compare the embedded server in two editions"
        raise InputError(f"there is nothing to compare; {advice}")
    if not urls and AUTO in revisions:
        raise InputError("--revision auto: the embedded server speaks the edition that it is told; name two editions")


def _withhold(arguments: argparse.Namespace) -> None:
    """Take back what only one of them would be sent for being on this machine: they could not be compared."""
    from conformance.model import Options, Target
    from conformance.settings import Settings

    places = {Settings(Target(url), Options(), run_id="").loopback for url in arguments.base_url}
    if len(places) > 1:
        for name in cli_run.CONSENTS:
            setattr(arguments, name, bool(getattr(arguments, name)))


def _only(wanted: list[str], revisions: Sequence[str]) -> list[list[str]]:
    """What of a selection each edition has; a name that neither has is refused, and so is one without any."""
    if not wanted:
        return [[] for _ in revisions]
    known = [_names(revision) for revision in revisions]
    for name in wanted:
        if not any(name in names for names in known):
            editions = " and ".join(dict.fromkeys(revisions))
            raise InputError(f"--only {name}: no such requirement or area in {editions}; `list` shows them all")
    kept = [[name for name in wanted if name in names] for names in known]
    for revision, names in zip(revisions, kept, strict=True):
        if not names:
            raise InputError(f"--only {wanted[0]}: {revision} has nothing of it, so that nothing can be compared")
    return kept


def _names(revision: str) -> frozenset[str]:
    from conformance import revisions, runner

    editions = revisions.REVISIONS if revision == AUTO else [revision]
    declared = [each for edition in editions for each in runner.catalogue(edition) if not each.unobservable]
    return frozenset(name for each in declared for name in (each.id, each.area))


def _side(arguments: argparse.Namespace, index: int, only: list[str]) -> Side:
    """One run, with the command that would start it alone."""
    run = _options("run")
    folder = arguments.report_dir / NAMES[index].lower()
    values = {name: _of(arguments, name, index) for name in run}
    values |= {"report-dir": folder, "only": only}
    said = {name: value for name, value in values.items() if value != run[name].default}
    chosen = argparse.Namespace(**{run[name].dest: value for name, value in values.items()})
    tokens = (tokens_given, tokens_given_to_b)[index]
    target, options = cli_run.asked(chosen, ["run", "--no-settings", *spelled(said, run)], tokens)
    return Side(NAMES[index], folder, target, options)


def _of(arguments: argparse.Namespace, name: str, index: int) -> Any:
    """What an option of `run` says for one of them; its default where nothing was said, or nobody can say it."""
    default = _options("run")[name].default
    option = _options("compare").get(name)
    if isinstance(option, OfTwo):
        value = option.of(arguments, index)
        return default if value is None else value
    return default if option is None else getattr(arguments, option.dest)


@cache
def _options(command: str) -> dict[str, argparse.Action]:
    commands = parser().commands
    assert commands is not None
    return options_of(commands.choices[command])


def _apart(sides: Sequence[Side]) -> list[Side]:
    """Both, with the tokens of the other as further secrets: one account may be behind two addresses."""
    for side in sides:
        for other in sides:
            cli_run.check_address(side.target.base_url or "", other.target.tokens)
    endings = ("", OF_B)
    secrets = [_named(side.target, ending) for side, ending in zip(sides, endings, strict=True)]
    return [
        replace(side, target=replace(side.target, hidden=theirs))
        for side, theirs in zip(sides, reversed(secrets), strict=True)
    ]


def _named(target: Target, ending: str) -> tuple[tuple[str, str], ...]:
    variables = (f"${variable}{ending}" for variable in TOKENS.values())
    return tuple((token, variable) for token, variable in zip(target.tokens, variables, strict=True) if token)
