"""Checks on the single values of a command line: numbers, ids, addresses, tokens."""

from __future__ import annotations

import argparse
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from conformance import revisions
from conformance import shard as shards
from conformance.redaction import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.model import Tokens


TOKENS = {
    "token": "DEPLOYMENTS_TOKEN",
    "other_token": "DEPLOYMENTS_OTHER_TOKEN",
    "expired_token": "DEPLOYMENTS_EXPIRED_TOKEN",
    "unscoped_token": "DEPLOYMENTS_UNSCOPED_TOKEN",
}
"""The variable that holds each token of a target."""

OF_B = "_B"
"""At the end of such a name: of the second of two targets."""


SECRET = re.compile("token|auth|secret|passw|api[-_]?key|credential|bearer", re.IGNORECASE)
"""What names of secrets are made of."""


class InputError(Exception):
    """Something the user gave cannot be used; the message is one line: what is wrong, where, what to do."""


def printable(text: str) -> str:
    """The text on one line, with neither a token of the environment nor anything that a terminal would obey."""
    secrets = Secrets()
    for name, value in os.environ.items():
        if re.fullmatch(rf"DEPLOYMENTS_(.*_)?TOKEN({OF_B})?", name):
            secrets.add(value, f"${name}")
    line = " ".join(secrets.removed_from(text).split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def whole(minimum: int) -> Callable[[str], int]:
    """A converter to whole numbers not below a minimum."""

    def convert(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
        if int(text) < minimum:
            raise argparse.ArgumentTypeError(f"{text} is below {minimum}, the least that makes sense")
        return int(text)

    return convert


def positive(text: str) -> float:
    """A number above 0; neither infinite nor NaN."""
    number = zero_or_more(text)
    if not number:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def zero_or_more(text: str) -> float:
    """A number not below 0; neither infinite nor NaN."""
    if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,18})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more, such as 2 or 0.5")
    return float(text)


def shard(text: str) -> shards.Shard:
    """A part of a run, such as 1/3."""
    try:
        return shards.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def remote(text: str) -> str:
    """A machine that execnet can lead to."""
    from conformance import machines

    try:
        machines.parse(text)
    except machines.NotUsable as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def port(text: str) -> int:
    """A TCP port; 0 lets the system choose."""
    number = whole(0)(text)
    if number > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: they end at 65535")
    return number


def revision(text: str) -> str:
    """The name of an edition that the suite knows."""
    try:
        return revisions.get(text).name
    except revisions.UnknownRevision as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def revision_or_auto(text: str) -> str:
    """The same, or the word for having one proposed."""
    return text if text == revisions.AUTO else revision(text)


def identifier(text: str) -> str:
    """The id of something on the target: printable ASCII that fits into a path."""
    if not re.fullmatch(r"[A-Za-z0-9._:~-]{1,256}", text) or not text.strip("."):
        raise argparse.ArgumentTypeError(f"{text!r} is not an id: letters, digits and ._:~- are allowed")
    return text


def base_url(text: str) -> str:
    """The address that everything is asked below, without a closing slash."""
    url = text.rstrip("/")
    problem = _url_problem(url)
    if problem:
        raise argparse.ArgumentTypeError(problem)
    return url


def _url_problem(url: str) -> str | None:
    if not url.isprintable() or " " in url or not url.isascii():
        return f"{url!a} holds a space or a character outside ASCII; write it percent-encoded"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        return f"{url!r} is not a URL: {error}"
    return _part_problem(parts, url)


def _part_problem(parts: SplitResult, url: str) -> str | None:
    """What is wrong with a URL that could be split; an embedded password is never repeated."""
    if "@" in parts.netloc:
        return "a user or password inside the URL is refused; put the token into DEPLOYMENTS_TOKEN"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return f"{url!r} has no http:// or https:// before its host, e.g. https://api.example.com/api/v1/cloud"
    if parts.query or parts.fragment or "?" in url or "#" in url:
        return f"{url!r} has a query or a fragment; the base URL is only the address before /deployments"
    if parts.path.endswith("/deployments"):
        return f"{url!r} ends in /deployments; the base URL ends before it: {url.removesuffix('/deployments')}"
    return None


def token(variable: str, value: str | None) -> str | None:
    """A token that fits into a header, or None if the variable is unset or empty; it is never repeated in a message."""
    if not value:
        return None
    if not value.isascii() or not value.isprintable() or " " in value:
        wrong = "a line break or another space" if any(c.isspace() for c in value) else "a character outside ASCII"
        raise InputError(f"{variable} holds {wrong}, which no token may; set it again: export {variable}=...")
    return value


def tokens_given() -> Tokens:
    """The tokens that the environment holds; the first of them has to be there."""
    used, other, expired, unscoped = _tokens()
    if used is None:
        raise InputError("DEPLOYMENTS_TOKEN is not set; the service needs it: export DEPLOYMENTS_TOKEN=...")
    return used, other, expired, unscoped


def tokens_given_to_b() -> Tokens:
    """Those of the second of two targets: each its own, or the first one's, which none gets that has a main one."""
    usual, own = tokens_given(), _tokens(OF_B)
    if own[0] is not None:
        return own
    used, other, expired, unscoped = (mine or both for mine, both in zip(own, usual, strict=True))
    return used, other, expired, unscoped


def _tokens(ending: str = "") -> Tokens:
    names = (f"{variable}{ending}" for variable in TOKENS.values())
    used, other, expired, unscoped = (token(name, os.environ.get(name)) for name in names)
    return used, other, expired, unscoped


def ca_file(path: Path | None) -> str | None:
    """The path of a `--ca-file`, once it is known to hold certificates."""
    if path is None:
        return None
    import ssl

    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:  # SSLError is one
        raise InputError(f"--ca-file {path}: no certificates in PEM form there ({error.strerror or error})") from None
    return str(path)
