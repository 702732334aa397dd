"""A request and its response: as a case reads them, and as a report may show them, with the secrets removed."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.failures import ControlFailed
from conformance.model import DEFAULT_REVISION, ExchangeRecord
from conformance.redaction import Secrets
from conformance.repeats import repeats
from conformance.revisions import REVISIONS, Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.model import Repeats

EVIDENCE_LIMIT = 65_536
"""How many characters of a body a report keeps."""


ID_LIMIT = 1_000
"""So many characters an id may have: what a run keeps of it, it keeps for each create."""

DIGITS_LIMIT = 4_000
"""Integers of more digits are not read exactly: it takes long, and Python refuses those of more than 4,300."""


class _NoJson:
    """Stands for a body that is not JSON, which no JSON value can be mistaken for."""

    def __repr__(self) -> str:
        return "no JSON"


NO_JSON = _NoJson()


class Members(dict[str, Any]):
    """A JSON object that a target sent: that it lacks a member is no defect of the case that reads it."""

    def __missing__(self, key: str) -> NoReturn:
        """Make the case inconclusive, which needed the member to go on."""
        raise ControlFailed(f"an object in an answer has no {key!r}, which had to be there first")


_READ = json.JSONDecoder(object_hook=Members).decode
"""As json.loads() reads it, which would make a new decoder for each answer."""


def _with_huge_numbers(body: bytes) -> Any:
    """JSON with integers of more digits than Python reads, which it is for all that: they become what 1e999 is."""
    try:
        return json.loads(body, object_hook=Members, parse_int=_number)
    except (ValueError, RecursionError):
        return NO_JSON


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= DIGITS_LIMIT else float(digits)


Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """One request and the answer that came. Header names are lower case; `elapsed_ms` is wall time."""

    method: str
    url: str
    path: str
    request_headers: Headers
    request_body: bytes | None
    status: int
    headers: Headers
    body: bytes
    elapsed_ms: float
    revision: Revision = REVISIONS[DEFAULT_REVISION]
    """The edition of the contract by which the answer is read."""

    def __repr__(self) -> str:
        """What was asked and how it ended: all else may hold secrets."""
        return f"<{self.operation}: {self.status}>"

    @cached_property
    def json(self) -> Any:
        """The body as JSON, or `NO_JSON`; a member that an object in it lacks cannot be read (`Members`)."""
        try:
            return _READ(self.body.decode(json.detect_encoding(self.body), "surrogatepass"))
        except RecursionError:
            return NO_JSON
        except ValueError:
            return _with_huge_numbers(self.body)

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    @property
    def shown_id(self) -> str | None:
        """The id of the object that the answer shows; None where it shows none that could be one."""
        id_ = self.json.get("id") if isinstance(self.json, dict) else None
        return id_ if isinstance(id_, str) and 0 < len(id_) <= ID_LIMIT else None

    def header(self, name: str) -> str | None:
        """The first value of a response header, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def operation(self) -> str:
        """What was asked, in a few words: the method and the path with ids taken out."""
        return f"{self.method} {template(self.path)}"


OPERATIONS = {
    "create": ("POST", "/deployments"),
    "list": ("GET", "/deployments"),
    "get": ("GET", "/deployments/{id}"),
    "update": ("POST", "/deployments/{id}"),
    "pause": ("POST", "/deployments/{id}/pause"),
    "unpause": ("POST", "/deployments/{id}/unpause"),
    "archive": ("POST", "/deployments/{id}/archive"),
    "run": ("POST", "/deployments/{id}/run"),
    "list-runs": ("GET", "/deployments/{id}/runs"),
    "get-run": ("GET", "/deployments/{id}/runs/{run_id}"),
    "list-all-runs": ("GET", "/deployment_runs"),
    "get-run-global": ("GET", "/deployment_runs/{run_id}"),
    "search": ("POST", "/deployments/search"),
}
"""The operations by the name of their documentation page, with method and path."""

_COLLECTIONS = {"deployments": "{id}", "runs": "{run_id}", "deployment_runs": "{run_id}"}
_COLLECTIONS |= {"agents": "{id}", "environments": "{id}"}
_WITHOUT_IDS = frozenset(path for _, path in OPERATIONS.values() if "{" not in path)


def template(path: str) -> str:
    """A path with the ids in it replaced: `/deployments/dep_1/pause` is `/deployments/{id}/pause`."""
    bare = path.partition("?")[0]
    if bare in _WITHOUT_IDS:
        return bare
    parts = bare.split("/")
    named = [_COLLECTIONS.get(before, part) if part else part for before, part in itertools.pairwise(parts)]
    return "/".join([parts[0], *named])


class Redactor:
    """Replaces every secret, in each form that it may come back in, by the name of its shell variable."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """`secrets` maps a secret to the name that stands for it, such as `$TOKEN`."""
        self._secrets = Secrets()
        for secret, name in secrets.items():
            self.hide(secret, name)

    def hide(self, secret: str, name: str) -> None:
        """Remove one more secret, such as a token that a case has altered and that still tells most of the true one."""
        self._secrets.add(secret, name)

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        return self._secrets.removed_from(text)

    def record(self, exchange: Exchange, limit: int = EVIDENCE_LIMIT) -> ExchangeRecord:
        """An exchange as evidence, with so many characters of the answer at most."""
        return ExchangeRecord(
            method=exchange.method,
            url=self(exchange.url),
            path=self(exchange.path),
            status=exchange.status,
            elapsed_ms=round(exchange.elapsed_ms, 2),
            request_headers=self._headers(exchange.request_headers),
            request_body=None
            if exchange.request_body is None
            else self._body(exchange.request_body, EVIDENCE_LIMIT, "surrogateescape"),
            request_whole=self._whole(exchange.request_body or b""),
            response_headers=tuple(_discreet(header) for header in self._headers(exchange.headers)),
            response_body=self._body(exchange.body, limit),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((self(name), self(value)[:EVIDENCE_LIMIT]) for name, value in headers[:200])

    def _body(self, body: bytes, limit: int, errors: str = "replace") -> str:
        text = self(body[: EVIDENCE_LIMIT * 4].decode("utf-8", errors))
        return text if len(text) <= limit else f"{text[:limit]}… (cut: {len(body)} bytes in all)"

    def _whole(self, body: bytes) -> Repeats:
        """All of a body that is too long to be shown, if few characters tell it."""
        if len(body) <= EVIDENCE_LIMIT:
            return ()
        return tuple(
            (self(text), times) for text, times in repeats(body.decode("utf-8", "surrogateescape"), EVIDENCE_LIMIT)
        )


CONFIDENTIAL = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})
"""Headers that are nobody's business when a service sends them: what is in them may open its doors, too."""


def _discreet(header: tuple[str, str]) -> tuple[str, str]:
    return (header[0], "(removed)") if header[0] in CONFIDENTIAL else header
