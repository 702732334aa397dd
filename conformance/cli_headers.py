"""Headers that the owner of a target adds to each request: `--header`, and `--header-from-env` for secret ones."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from conformance.cli_values import SECRET, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OURS = frozenset(
    {
        *("accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length"),
        *("content-type", "cookie", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"),
        "x-request-id",
    }
)
"""Headers that a run sends by itself, or that would change what a request is."""

_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


def headers(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The names, in lower case, and values of `--header`."""
    found = []
    for name, value in _parts(texts, "--header", "VALUE"):
        if SECRET.search(name):
            raise InputError(f"--header {name}: this looks like a secret; give --header-from-env {name!r}: VARIABLE")
        if not _VALUE.fullmatch(value):
            raise InputError(f"--header {name}: a value is printable ASCII, and not empty")
        found.append((name, value))
    return tuple(found)


def secret_headers(texts: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """The names, values and variables of `--header-from-env`; a value is never repeated in a message."""
    found = []
    for name, variable in _parts(texts, "--header-from-env", "VARIABLE"):
        if not re.fullmatch(r"[A-Z][A-Z_]*", variable):
            raise InputError(f"--header-from-env {name}: {variable!r} is no name of capital letters and _")
        value = os.environ.get(variable, "")
        if not _VALUE.fullmatch(value):
            wrong = "holds what no header may" if value else "is not set"
            raise InputError(f"--header-from-env {name}: {variable} {wrong}; set it: export {variable}=...")
        found.append((name, value, variable))
    return tuple(found)


def _parts(texts: Iterable[str], option: str, what: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, sign, rest = text.partition(":")
        name = name.strip().lower()
        if not sign or not re.fullmatch(r"[a-z0-9!#$%&'*+.^_`|~-]+", name):
            raise InputError(f'{option} {name}: expected "NAME: {what}"')
        if name in OURS:
            told = "put the token into DEPLOYMENTS_TOKEN" if name == "authorization" else "leave it out"
            raise InputError(f"{option} {name}: the suite sends this header itself; {told}")
        yield name, rest.strip()
