"""A sequence of requests as one shell script in which later requests use the ids that earlier ones made."""

from __future__ import annotations

import dataclasses
import json
import re
import shlex
from typing import TYPE_CHECKING

from conformance.curl import curl, headers
from conformance.exchange import EVIDENCE_LIMIT
from conformance.report.moments import SHIFTED, moments, pauses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.model import ExchangeRecord

_COLLECTIONS = ("/deployments", "/environments", "/agents")
"""What can be made: what depends on others first."""

_BEGINS = re.compile(r'\s*\{\s*"id"\s*:\s*"([\w-]+)"')
_ID = re.compile("[0-9A-Za-z]+_[0-9A-Za-z_-]+")
_VARIABLE = re.compile(r'"\$([A-Z_]+)"')


def script(records: Sequence[ExchangeRecord], title: str, versus: str = "") -> str:
    """The requests as a script to paste; what an answer made is carried on by a shell variable, not by its old id.

    `versus` says what was expected of the last answer and what came. At the end everything made is archived.
    """
    variables: dict[str, str] = {}
    asked_for = moments(records)
    waits = pauses(records, asked_for)
    parts = [SHIFTED] if any(each.seconds for each in asked_for) else []
    for number, record in enumerate(records, 1):
        line = _line(record, variables)
        made = _made(record)
        kept: list[str] = []
        if made and made not in variables and (_makes(record) or _used_later(made, records[number:])):
            variables[made] = f"ID{number}"
            kept.append(_id(made, number))
        written = [each for each in asked_for if each.written.number == number]
        variables |= {each.text: each.variable for each in written}
        kept += [each.line for each in written]
        if kept:
            line = "\n".join([f"ANSWER{number}=$({line} | tee /dev/stderr)", *kept])
        if number in waits:
            line = f"sleep {waits[number]}  # as time went by in the run\n{line}"
        last = f"; {_comment(versus)}" if versus and number == len(records) else ""
        parts.append(f"# {number}: {_comment(_came(record))}{last}\n{line}")
    parts += _archive(records, variables)
    return "\n\n".join([_head(title, parts), *parts]) + "\n"


def _head(title: str, parts: Sequence[str]) -> str:
    """What the script is, and the tokens that it needs."""
    needed = dict.fromkeys(["TOKEN", *_VARIABLE.findall("\n".join(parts))])
    wanted = [f': "${{{name}:?set it to what the service gave you}}"' for name in needed]
    return "\n".join(["#!/bin/sh", f"# {_comment(title)}", *wanted])


def _makes(record: ExchangeRecord) -> bool:
    """Whether this request, if it succeeds, makes something that has to be put away."""
    return record.method == "POST" and record.path.partition("?")[0] in _COLLECTIONS


def _archive(records: Sequence[ExchangeRecord], variables: dict[str, str]) -> list[str]:
    """The lines that put away what the others have made, what depends on it first."""
    lines = []
    for record in sorted(filter(_makes, records), key=lambda record: _COLLECTIONS.index(record.path.partition("?")[0])):
        variable = variables.get(_made(record) or "")
        if variable:
            url = shlex.quote(record.url.partition("?")[0])
            access = " ".join(headers(record, but="content-type"))
            archive = f'curl -sS -o /dev/null -X POST {url}/"${variable}"/archive {access}'
            lines.append(f'[ -z "${variable}" ] || {archive}')
    return ["# put away what this has made\n" + "\n".join(lines)] if lines else []


def _came(record: ExchangeRecord) -> str:
    answer = f"answered {record.status}" if record.status is not None else f"got no answer ({record.problem})"
    cut = len(record.request_body or "") > EVIDENCE_LIMIT and not record.request_whole
    return f"{record.method} {record.path} {answer}{'; the body was too long to be kept, and is cut' * cut}"


def _comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _made(record: ExchangeRecord) -> str | None:
    """The id of what a successful POST returned, if it is one that a shell line may hold as it is."""
    body = record.response_body or ""
    try:
        made = json.loads(body)["id"]
    except ValueError:  # it may be too long to be whole
        begins = _BEGINS.match(body)
        made = begins and begins[1]
    except (KeyError, TypeError, RecursionError):
        return None
    fit = isinstance(made, str) and _ID.fullmatch(made)
    return made if fit and record.method == "POST" else None


def _used_later(made: str, records: Sequence[ExchangeRecord]) -> bool:
    return any(made in record.url or any(made in text for text in _texts(record)) for record in records)


def _texts(record: ExchangeRecord) -> list[str]:
    """The text of a body, all of it."""
    return [text for text, _ in record.request_whole] or [record.request_body or ""]


def _id(made: str, number: int) -> str:
    prefix = made.partition("_")[0]
    return f"ID{number}=$(printf '%s' \"$ANSWER{number}\" | grep -o '{prefix}_[0-9A-Za-z_-]*' | head -n 1)"


def _line(record: ExchangeRecord, variables: dict[str, str]) -> str:
    text = curl(_with(record, {made: _marker(name) for made, name in variables.items()}))
    for name in variables.values():
        text = _fill(text, _marker(name), name)
    return text


def _marker(name: str) -> str:
    return f"conformance_{name}_marker"


def _with(record: ExchangeRecord, replacements: dict[str, str]) -> ExchangeRecord:
    url, body, whole = record.url, record.request_body, record.request_whole
    for old, new in replacements.items():
        url = url.replace(old, new)
        body = None if body is None else body.replace(old, new)
        whole = tuple((text.replace(old, new), times) for text, times in whole)
    return dataclasses.replace(record, url=url, request_body=body, request_whole=whole)


def _fill(line: str, marker: str, variable: str) -> str:
    """The line with the marker replaced by the variable, in the way that the quotes around it ask for."""
    first, *others = line.split(marker)
    filled = first
    for part in others:
        filled += {"": f'"${variable}"', "'": f"'\"${variable}\"'", '"': f"${{{variable}}}"}[_open_quote(filled)]
        filled += part
    return filled


def _open_quote(text: str) -> str:
    """Which quote is still open at the end of a shell text without backslashes outside of quotes."""
    quote = ""
    for character in text:
        if not quote and character in "'\"":
            quote = character
        elif character == quote:
            quote = ""
    return quote
