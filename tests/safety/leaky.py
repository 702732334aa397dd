"""A service that gives away what it was told in confidence, wherever it can, and however it may be written."""

from __future__ import annotations

import base64
import html
import json
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from conformance.reference.call import Reply
    from conformance.reference.problem import Problem

TOKENS = {
    "full": "cA+7/nA=%9\"y'2&<T0k\\eN>4.~{f}",
    "other": "OtherCanary0123456789abcdefABCDEF",
    "expired": 'eX/+p1r3d=="&%2F<c4N4rY>??~~77',
    "unscoped": "un5c0ped-Canary_fedcba9876543210",
}
"""Characters that are escaped in URLs, JSON, HTML and shells; two that fit into ids and names of headers."""

TAME = (TOKENS["other"], TOKENS["unscoped"])


def written(token: str) -> Iterator[str]:
    """A token in every form that a reader could undo."""
    yield from (token, token.lower(), token.upper())
    yield from (json.dumps(token)[1:-1], json.dumps(token)[1:-1].replace("/", "\\/"), json.dumps(json.dumps(token)))
    yield from ("".join(form % ord(c) for c in token) for form in ("\\u%04x", "\\u%04X", "%%%02x", "%%%02X", "&#%d;"))
    yield from (quote(token, safe=""), quote(token), quote(token, safe="").lower(), quote(quote(token, safe="")))
    yield from (html.escape(token), html.escape(html.escape(token)), repr(token), repr(token.encode()))
    for before in ("", "u:", "user:", "users:"):
        encoded = base64.b64encode(f"{before}{token}".encode()).decode()
        yield from (encoded, quote(encoded, safe=""), encoded.replace("+", "-").replace("/", "_").rstrip("="))


def halves(token: str) -> list[str]:
    """Every piece of a token that is half of it: so much must not be left of it either."""
    half = (len(token) + 1) // 2
    return [token[at : at + half] for at in range(len(token) - half + 1)]


ALL = [form for token in TOKENS.values() for form in written(token)]
ROW = "".join(TOKENS.values()) * 4
"""Wherever this is cut, a token is cut."""


class Leaky(Service):
    """Answers as the reference does, and tells secrets besides, in values that are compared, too."""

    def __init__(self) -> None:
        super().__init__()
        self._forms = cycle(ALL)
        self.tokens = dict(TOKENS)
        self.credentials = self.issue()

    def new_id(self, prefix: str) -> str:
        """Put a token into every id."""
        return f"{super().new_id(prefix)}{TAME[0]}"

    def render_deployment(self, deployment: Any) -> dict[str, Any]:
        """Change values that will be compared with what was sent."""
        shown: dict[str, Any] = super().render_deployment(deployment)
        said = {"name": f"{shown['name']} {ROW}", "description": next(self._forms)}
        return shown | said | {TOKENS["full"]: next(self._forms), TAME[1]: "a member"}

    def render_time(self, moment: datetime) -> str:
        """Write something behind each time."""
        return f"{super().render_time(moment)}{TOKENS['full']}"

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Explain errors with the token that was sent, and with all others."""
        wrong = super().envelope(problem)
        wrong["error"] |= {"type": TOKENS["full"], "message": f"{' '.join(islice(self._forms, 5))} {ROW}"}
        return wrong

    def finish(self, reply: Reply) -> Reply:
        """Give the tokens back in headers and in the names of headers."""
        leaks = {"x-token": TOKENS["full"], "x-expired": quote(TOKENS["expired"], safe=""), f"x-{TAME[0]}": "1"}
        leaks |= {"set-cookie": "session=0123456789", "content-type": f"application/json; x={TAME[1]}; y={'z' * 20}"}
        reply.headers |= leaks | {TAME[1]: base64.b64encode(f"user:{TOKENS['full']}".encode()).decode()}
        return super().finish(reply)
