"""The command: arguments in, files and exit status out; only the modules named cli print or read the environment."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import __version__
from conformance.arguments import PROG, parser
from conformance.cli_github import inert_log
from conformance.cli_values import InputError, printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

USAGE, INVALID, INTERRUPTED, PIPE_CLOSED = 2, 70, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit status; nothing but `--help` raises."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    _accept_any_encoding()
    with inert_log():
        return _status(arguments)


def _status(arguments: list[str]) -> int:
    try:
        status = _do(arguments)
        sys.stdout.flush()
    except InputError as error:
        return _complain(str(error), USAGE)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: `list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - the last resort: one line for people instead of a traceback
        return _complain(_defect(error), INVALID)
    return status


def _accept_any_encoding() -> None:
    """Spell out what the encoding of a terminal or pipe cannot show, instead of failing over it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _do(arguments: list[str]) -> int:
    chosen = parser().parse_args(arguments)
    if chosen.version:
        print(f"{PROG} {__version__}")
        return 0
    if chosen.command is None:
        raise InputError(f"no command given; `{PROG} run` examines the embedded server, `{PROG} --help` tells the rest")
    from conformance import cli_settings

    arguments = cli_settings.apply(chosen, arguments)
    with cli_settings.placing(chosen):
        return _command(chosen, arguments)


def _command(chosen: argparse.Namespace, arguments: list[str]) -> int:
    """Import no more than the command needs: `--help` and `list` are instant."""
    from conformance import cli_clean, cli_compare, cli_files, cli_list, cli_run, cli_serve, cli_soak

    commands = {
        "run": lambda: cli_run.run(chosen, arguments),
        "compare": lambda: cli_compare.compare(chosen),
        "soak": lambda: cli_soak.soak(chosen, arguments),
        "serve": lambda: cli_serve.serve(chosen),
        "list": lambda: cli_list.catalogue(chosen),
        "diff": lambda: cli_files.diff(chosen),
        "merge": lambda: cli_files.merge(chosen),
        "clean": lambda: cli_clean.clean(chosen),
    }
    return commands[chosen.command]()


def _complain(message: str, status: int) -> int:
    """Print what is wrong, in one line."""
    print(f"{PROG}: {printable(message)}", file=sys.stderr)
    return status


def _defect(error: Exception) -> str:
    """What whoever mends the suite needs to know, in one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"this is a defect of the suite, not of your service: {type(error).__name__}: {error} ({place}, "
        f"version {__version__}); please report this line to the maintainers, as CONTRIBUTING.md says"
    )


if __name__ == "__main__":
    sys.exit(main())
