"""What a settings file says, put beneath what the command line says: checked alike, and told."""

from __future__ import annotations

import argparse
import json
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import settings_file
from conformance.arguments import NUMBER, PROG, Parser, options_of, parser
from conformance.cli_values import SECRET, TOKENS, InputError, printable
from conformance.of_two import OfTwo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.settings_file import SettingsFile

VARIABLES = {name.removesuffix("_token"): variable for name, variable in TOKENS.items() if name != "token"}
WRITTEN = ("report-dir", "write-waivers", "har", "html")
CONSENTS = ("allow-writes", "allow-runs", "allow-schedules")
OF_THE_SERVICE = re.compile(r"ca-file|deviation|header(-from-env)?|allow-(writes|runs|schedules)|.*-id")
"""What a file says of one service, and what therefore does not hold for another one."""
NOTE_LIMIT = 4_000


@dataclass(frozen=True)
class Setting:
    """One option as a file has it: as it stands there, as the command takes it, and where it stands."""

    option: str
    raw: Any
    value: Any
    place: str


def apply(chosen: argparse.Namespace, arguments: list[str]) -> list[str]:
    """Put into `chosen` what a settings file says and the command line does not; returns arguments that say both."""
    chosen.notes, chosen.places = [], {}
    found = None if chosen.no_settings else settings_file.find(chosen.settings)
    if found is None:
        _without(chosen.without, {})
        return arguments
    root = parser()
    options = _options(root)
    _check_keys(found, options)
    command = options[chosen.command]
    settings = _without(chosen.without, _settings(found, chosen.command, command))
    given = _given(root, command, arguments)
    settings = {name: each for name, each in settings.items() if _holds(each, given, settings)}
    if not settings:
        return arguments
    for name, setting in settings.items():
        setattr(chosen, command[name].dest, setting.value)
        chosen.places[name] = setting.place
    _tell(chosen, found, settings)
    values = {name: settings[name].value if name in settings else given.get(name) for name in command}
    return [chosen.command, "--no-settings", *spelled(values, command)]


@contextmanager
def placing(chosen: argparse.Namespace) -> Iterator[None]:
    """Let a refusal of an option that came from a file say where it stands."""
    try:
        yield
    except InputError as error:
        options = re.findall(r"--([a-z][a-z-]*)", str(error))
        place = next((f"{name} stands in {chosen.places[name]}" for name in options if name in chosen.places), None)
        raise InputError(f"{error} ({place})" if place else str(error)) from None


# --- what the file says -------------------------------------------------------------------------------------------


def _options(root: Parser) -> dict[str, dict[str, argparse.Action]]:
    assert root.commands is not None
    return {name: options_of(command) for name, command in root.commands.choices.items()}


def _check_keys(found: SettingsFile, options: Mapping[str, Mapping[str, argparse.Action]]) -> None:
    """Refuse what no command knows: a setting that is not applied would be believed to hold."""
    every = {name for command in options.values() for name in command}
    for key, value in found.table.items():
        if key in options and isinstance(value, dict):
            for each in value:
                _check_key(each, options[key], found.place(each, key))
        else:
            _check_key(key, every | options.keys(), found.place(key))


def _check_key(key: str, known: Mapping[str, object] | set[str], place: str) -> None:
    if key in known:
        return
    if SECRET.search(key):
        variable = next((name for kind, name in VARIABLES.items() if kind in key.lower()), TOKENS["token"])
        raise InputError(f"{place}: {key} is a secret, which does not belong into a file; set {variable} instead")
    near = get_close_matches(key.replace("_", "-"), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"`{PROG} run --help` shows what there is"
    raise InputError(f"{place}: there is no option {key}; {advice}")


def _settings(found: SettingsFile, name: str, command: Mapping[str, argparse.Action]) -> dict[str, Setting]:
    """What the file says for one command: in its own table, and before that for all."""
    own = found.table.get(name, {})
    if not isinstance(own, dict):
        raise InputError(f"{found.place(name)}: {name} is a command; write [{name}], and its options below")
    merged = {key: ("", value) for key, value in found.table.items() if key in command}
    merged |= {key: (name, value) for key, value in own.items()}
    return {key: _setting(found, key, command[key], *said) for key, said in merged.items()}


def _setting(found: SettingsFile, key: str, option: argparse.Action, section: str, raw: Any) -> Setting:
    place = found.place(key, section)
    try:
        value = _value(option, raw, found.path.parent)
        if key in WRITTEN and not found.named:
            _check_within(value)
    except argparse.ArgumentTypeError as error:
        raise InputError(f"{place}: {key}: {error}") from None
    return Setting(key, raw, value, place)


def _value(option: argparse.Action, raw: Any, folder: Path) -> Any:
    """The value that the command line would have given, by the same checks."""
    if isinstance(option, argparse.BooleanOptionalAction):
        return _of(bool, raw, "true or false")
    if isinstance(option, OfTwo):
        texts = _texts(raw if isinstance(raw, list) else [raw])
        return option.checked([_converted(option, text, folder) for text in texts])
    if isinstance(option.default, list):
        return _texts(_of(list, raw, 'a list of texts, such as ["create"]'))
    if option.metavar == NUMBER:
        raw = f"{_of((int, float), raw, 'a number, without quotes')}"
    return _converted(option, _of(str, raw, "a text, in quotes"), folder)


def _texts(items: list[Any]) -> list[str]:
    return [_of(str, item, "a text, in quotes, in its list") for item in items]


def _of(kind: type | tuple[type, ...], raw: Any, told: str) -> Any:
    if not isinstance(raw, kind) or (isinstance(raw, bool) and kind is not bool):
        raise argparse.ArgumentTypeError(f"it takes {told}")
    return raw


def _converted(option: argparse.Action, text: str, folder: Path) -> Any:
    if re.match(r"(bearer|basic)\s", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError("this looks like a secret; set DEPLOYMENTS_TOKEN instead")
    if option.choices is not None and text not in option.choices:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(option.choices)}")
    if option.type is not Path:
        return option.type(text) if callable(option.type) else text
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no path")
    return folder / text


def _check_within(path: Path) -> None:
    """A file that nobody named may be a stranger's: what it has written stays in its folder."""
    if not path.resolve().is_relative_to(Path.cwd().resolve()):
        advice = "give it on the command line, or name the file with --settings"
        raise argparse.ArgumentTypeError(f"{path} is outside of this folder; {advice}")


# --- what of it holds ---------------------------------------------------------------------------------------------


def _given(root: Parser, command: Mapping[str, argparse.Action], arguments: list[str]) -> dict[str, Any]:
    """What the command line itself says, by option."""
    for option in command.values():
        option.default = argparse.SUPPRESS
    said = vars(root.parse_args(arguments))
    return {name: said[option.dest] for name, option in command.items() if option.dest in said}


def _without(names: list[str], settings: dict[str, Setting]) -> dict[str, Setting]:
    for name in names:
        if name.removeprefix("--") not in settings:
            raise InputError(f"--without {name}: no settings file says anything of it; leave this out")
    left_out = {name.removeprefix("--") for name in names}
    return {name: setting for name, setting in settings.items() if name not in left_out}


def _holds(setting: Setting, given: Mapping[str, Any], settings: Mapping[str, Setting]) -> bool:
    """Whether the command line leaves it at that."""
    option = setting.option
    if option in given or (OF_THE_SERVICE.fullmatch(option) and _is_another(given, settings)):
        return False
    if option in CONSENTS and (given.get("read-only") or given.get("allow-writes") is False):
        return False
    return not (option == "read-only" and given.get("allow-writes"))


def _is_another(given: Mapping[str, Any], settings: Mapping[str, Setting]) -> bool:
    """Whether the command line names another service than the file: a consent is for one, and so are ids."""
    service = settings.get("base-url")
    return service is not None and given.get("base-url", service.value) != service.value


# --- what is told of it -------------------------------------------------------------------------------------------


def _tell(chosen: argparse.Namespace, found: SettingsFile, settings: Mapping[str, Setting]) -> None:
    """Say what is taken from where, the service first: a token is about to be sent there."""
    first = sorted(settings.values(), key=lambda each: each.option != "base-url")
    said = ", ".join(f"{each.option} = {json.dumps(each.raw, ensure_ascii=False)}" for each in first)
    over = f" ({found.passed_over} has settings, too, which are not read)" if found.passed_over else ""
    note = printable(f"settings of {found.path}{over}: {said}")[:NOTE_LIMIT]
    chosen.notes.append(note)
    print(f"{PROG}: {note}", file=sys.stderr, flush=True)


def spelled(values: Mapping[str, Any], command: Mapping[str, argparse.Action]) -> Iterator[str]:
    """Options that say all of it, so that a report tells how to repeat its run without the file."""
    for name, value in values.items():
        if isinstance(command[name], argparse.BooleanOptionalAction):
            yield from [] if value is None else [f"--{'' if value else 'no-'}{name}"]
        elif value is not None:
            for each in value if isinstance(value, list) else [value]:
                yield from (f"--{name}", str(each))
