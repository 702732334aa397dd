"""A request as a shell line that sends it again."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.model import ExchangeRecord

_UNINTERESTING = {
    "accept": re.compile(r"application/json"),
    "accept-encoding": re.compile(r"identity"),
    "user-agent": re.compile(r"deployments-conformance/.*"),
    "x-request-id": re.compile(r"[0-9a-f-]{36}"),
}
"""Headers that need not be sent again, as long as they say what they always say."""


def curl(record: ExchangeRecord) -> str:
    """A shell line that sends the request again; the token is read from `$TOKEN`."""
    words = ["curl", "-sS", "-i", "-w", r"'\n'"]
    if record.method != "GET":
        words += ["-X", shlex.quote(record.method)]
    words.append(shlex.quote(record.url))
    words += headers(record)
    if record.request_body is not None and "content-type" not in dict(record.request_headers):
        words += ["-H", "content-type:"]  # curl would add one
    if written := _written(record):
        return f"{written} | {' '.join(words)} --data-binary @-"
    if record.request_body is not None:
        words += ["--data-binary", shlex.quote(record.request_body)]
    return " ".join(words)


def headers(record: ExchangeRecord, *, but: str = "") -> list[str]:
    """The options of curl that send its headers again, as far as they matter."""
    words = []
    for name, value in record.request_headers:
        usual = _UNINTERESTING.get(name.lower())
        if name != but and not (usual and usual.fullmatch(value)):
            words += ["-H", shell_header(f"{name}: {value}")]
    return words


_ARGUMENT = 30_000
"""So many characters fit into one argument of a command, whatever they are: Linux takes 128 KiB."""


_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
"""What cannot be pasted into a shell: control characters, and bytes that are not UTF-8 (as Python escapes them)."""


def _written(record: ExchangeRecord) -> str:
    """What writes a body that no argument can hold; "" for any other."""
    body = record.request_body or ""
    if record.request_whole:
        return f"{{ {'; '.join(_again(text, times) for text, times in record.request_whole)}; }}"
    return _printf(body) if len(body) > _ARGUMENT or _UNSPEAKABLE.search(body) else ""


def _again(text: str, times: int) -> str:
    return _printf(text) if times == 1 else f"yes {shlex.quote(text)} | head -n {times} | tr -d '\\n'"


def _printf(text: str) -> str:
    """A `printf` that writes the text byte by byte where it has to be."""
    octal = _UNSPEAKABLE.sub(_octal, text.replace("\\", "\\\\").replace("%", "%%"))
    octal = f"\\055{octal[1:]}" if octal.startswith("-") else octal  # which would be an option
    return f"printf {shlex.quote(octal)}"


def _octal(match: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in match[0].encode("utf-8", "surrogateescape"))


def shell_header(header: str) -> str:
    """Quoted so that the shell fills in `$TOKEN` and nothing else."""
    name, dollar, variable = header.rpartition("$")
    secret = variable.endswith("TOKEN") or name.endswith(": ")
    if dollar and secret and variable.isupper() and variable.replace("_", "").isalpha():
        return f'{shlex.quote(name)}"${variable}"'
    return shlex.quote(header)
