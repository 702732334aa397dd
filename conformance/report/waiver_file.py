"""The file of waivers: TOML, one `[[waiver]]` table for each failure that is accepted."""

from __future__ import annotations

import contextlib
import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from conformance.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

KEYS: Final = {
    "id": "the requirement's id, as reports and `list` write it",
    "fingerprint": "the fingerprint of the failure, as report.json has it",
    "owner": "who answers for it",
    "link": "where its mending is followed",
    "reason": "why it is accepted",
    "expires": "the last day on which it is accepted, such as 2027-01-31",
}
"""What every waiver has to say. All of them are texts but the last, which may be a date."""

LEFT_TO_PEOPLE: Final = ("owner", "link")
"""What a proposal leaves empty."""

_HEADER = re.compile(r"\s*\[\[\s*(waiver|\"waiver\"|'waiver')\s*\]\]\s*(#.*)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class WaiversUnreadable(ValueError):
    """A file of waivers that cannot be used: which one, which of its entries, what is wrong and what to do."""


@dataclass(frozen=True)
class WaiverFile:
    """The waivers of a file, and the lines that stand above the first of them."""

    waivers: tuple[Waiver, ...] = ()
    preamble: tuple[str, ...] = ()


def read(path: Path, *, draft: bool = False) -> WaiverFile:
    """The waivers in a file. Of a draft, what is left to people may still be empty. Raises `WaiversUnreadable`."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path), draft=draft)
    except OSError as error:
        raise WaiversUnreadable(f"{path}: {error.strerror or error}; name the file that holds the waivers") from error
    except UnicodeDecodeError as error:
        raise WaiversUnreadable(f"{path}: not UTF-8 at byte {error.start}; write it as UTF-8 text") from error


def parse(text: str, file: str, *, draft: bool = False) -> WaiverFile:
    """The waivers in this text; `file` is what it is called in messages."""
    entries = _entries(text, file)
    lines = text.replace("\r\n", "\n").split("\n")
    blocks = list(_blocks(lines))
    if len(blocks) != len(entries):
        raise WaiversUnreadable(f"{file}: begin each waiver with a line [[waiver]], and no other line with one")
    waivers: dict[str, Waiver] = {}
    for number, (entry, (first, last)) in enumerate(zip(entries, blocks, strict=True), 1):
        where = f"{file}, line {first + 1 + header(lines[first:last])}: waiver {number}"
        waiver = _waiver(entry, where, draft=draft)
        if waiver.id in waivers:
            raise WaiversUnreadable(f"{where} is the second of {waiver.id}; keep one waiver a requirement")
        waivers[waiver.id] = replace(waiver, file=file, line=first + 1, lines=tuple(lines[first:last]))
    preamble = lines[: blocks[0][0]] if blocks else lines
    return WaiverFile(tuple(waivers.values()), tuple(preamble))


def _entries(text: str, file: str) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise WaiversUnreadable(f"{file}: not TOML: {error}; mend that place") from error
    strange = next((name for name in document if name != "waiver"), None)
    if strange is not None:
        raise WaiversUnreadable(f"{file}: {strange!r} is unknown at the top; the file holds [[waiver]] tables only")
    entries = document.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WaiversUnreadable(f"{file}: 'waiver' is no list of tables; write each waiver below a line [[waiver]]")
    return entries


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The first line of each waiver and the one after its last, the comments right above it among them."""
    starts = [_with_comments(lines, number) for number, line in enumerate(lines) if _HEADER.fullmatch(line)]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        last = max(number for number in range(start, end) if lines[number].strip())
        yield start, last + 1


def _with_comments(lines: list[str], number: int) -> int:
    while number and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number


def header(lines: Sequence[str]) -> int:
    """The index of the line `[[waiver]]` among the lines of a waiver: comments may stand above it."""
    return next((number for number, line in enumerate(lines) if _HEADER.fullmatch(line)), 0)


def _waiver(entry: Mapping[str, Any], where: str, *, draft: bool) -> Waiver:
    where += f" ({entry['id']})" if entry.get("id") and isinstance(entry["id"], str) else ""
    strange = next((key for key in entry if key not in KEYS), None)
    if strange is not None:
        raise WaiversUnreadable(f"{where}: the key {strange!r} is unknown; known are {', '.join(KEYS)}")
    missing = next((key for key in KEYS if key not in entry), None)
    if missing is not None:
        raise WaiversUnreadable(f"{where}: {missing} is missing; add it: {KEYS[missing]}")
    may_be_empty = LEFT_TO_PEOPLE if draft else ()
    texts = {key: _text(entry[key], key, where, may_be_empty) for key in KEYS if key != "expires"}
    _check_link(texts["link"], where)
    id_, fingerprint, owner, link, reason = texts.values()
    return Waiver(id_, fingerprint, owner, link, reason, _day(entry["expires"], where))


def _text(value: Any, key: str, where: str, may_be_empty: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise WaiversUnreadable(f"{where}: {key} is no text; write between quotes {KEYS[key]}")
    if not value.strip() and key not in may_be_empty:
        raise WaiversUnreadable(f"{where}: {key} is not filled in yet; write {KEYS[key]}")
    return value.strip()


def _check_link(link: str, where: str) -> None:
    if link and not re.fullmatch(r"https?://[!-~]+", link):
        raise WaiversUnreadable(f"{where}: link is {link!r}, no address; write one that begins with https://")


def _day(value: Any, where: str) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WaiversUnreadable(f"{where}: expires is {str(value)[:40]!r}, no day; write {KEYS['expires']}")
    return value.isoformat()
