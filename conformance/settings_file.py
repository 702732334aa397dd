"""A settings file: where it is, what it says, and on which line it says so."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.cli_values import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = Path("deployments-conformance.toml")
SHARED = Path("pyproject.toml")
TABLE = "deployments-conformance"
HEADER = f"tool.{TABLE}"
LIMIT = 1024 * 1024
"""A settings file of more bytes is none."""


@dataclass(frozen=True)
class SettingsFile:
    """What one file says. `table` holds it by key, `header` is the table of the file that it stands in ("" for all).

    `named` tells whether the user named the file, or it was only found. `passed_over` is another file with settings.
    """

    path: Path
    table: dict[str, Any]
    text: str
    header: str = ""
    named: bool = False
    passed_over: Path | None = None

    def place(self, key: str, section: str = "") -> str:
        """Where a key stands, for people: the file, and the line where that can be told."""
        header = ".".join(part for part in (self.header, section) if part)
        found = (number for number, table, name in _keys(self.text) if (table, name) == (header, key))
        number = next(found, None)
        return f"{self.path}, line {number}" if number else f"{self.path}"


def _keys(text: str) -> Iterator[tuple[int, str, str]]:
    """The number, table and key of each line that begins with one; what stands in one line only is not looked for."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = ".".join(part.strip(" \t\"'") for part in header[1].split("."))
        elif key := re.match(r"""\s*["']?([^"'=\s]+)["']?\s*(?:=|\.)""", line):
            yield number, table, key[1]


def find(named: Path | None) -> SettingsFile | None:
    """The file that the user named; else our own in this folder; else the table in its pyproject.toml."""
    if named is not None:
        return _named(named)
    shared = _shared(SHARED) if SHARED.is_file() else None
    if not OWN.is_file():
        return shared
    text, document = _read(OWN)
    return SettingsFile(OWN, document, text, passed_over=SHARED if shared else None)


def _named(path: Path) -> SettingsFile:
    if path.name != SHARED.name:
        text, document = _read(path)
        return SettingsFile(path, document, text, named=True)
    found = _shared(path, named=True)
    if found is None:
        raise InputError(f"--settings {path}: it has no table [{HEADER}]; name another file")
    return found


def _shared(path: Path, *, named: bool = False) -> SettingsFile | None:
    """The table in a file that is mostly about other things: None where it is not about us at all."""
    if not named and TABLE.encode() not in _bytes(path):
        return None
    text, document = _read(path)
    tool = document.get("tool")
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise InputError(f"{path}: tool.{TABLE} is no table; write [{HEADER}], and the options below it")
    return SettingsFile(path, table, text, HEADER, named)


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = _bytes(path).decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8, which TOML has to be; mend it, or give --no-settings") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not TOML: {error}; mend it, or give --no-settings") from None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise InputError(f"cannot read the settings in {path}: {error.strerror or error}") from None
    if len(content) > LIMIT:
        raise InputError(f"{path}: more than {LIMIT // 1024**2} MiB, which no settings need; name another file")
    return content
