"""Sending one request: bounded in time and size, patient with 429 and 503, and deaf to redirects and cookies."""

from __future__ import annotations

import email.utils
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import httpx

from conformance import answer
from conformance.exchange import Exchange, Headers
from conformance.failures import NoAnswer, TargetLost, Throttled, Unreachable
from conformance.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Target

PATIENCE_S = 60.0
"""How long one request may be put off by 429 and 503, in seconds, when the target does not say for how long."""

ENDING = 3
"""So many times the timeout an answer may take from the first byte sent to its last; the timeout bounds a silence."""

BACKOFF_S = (1.0, 2.0, 4.0)
LOST_AFTER = 3
"""So many requests in a row without an answer, and the target counts as lost."""

Witness: TypeAlias = "Callable[[Exchange, datetime, str | None], None]"
"""Who is told of every single request: what was sent and came, when it began, and why no answer came (status 0)."""


@dataclass
class Pace:
    """How fast requests may follow one another: reads and writes a second, None for no bound."""

    reads: float | None = None
    writes: float | None = None
    _free_at: dict[bool, float] = field(default_factory=dict)

    def wait(self, method: str, sleep: Callable[[float], None]) -> None:
        """Wait for the next turn of this kind of request."""
        reading = method in {"GET", "HEAD", "OPTIONS"}
        rate = self.reads if reading else self.writes
        if rate is None:
            return
        now = time.monotonic()
        turn = max(now, self._free_at.get(reading, now))
        self._free_at[reading] = turn + 1 / rate
        if turn > now:
            sleep(turn - now)


@dataclass
class Transport:
    """One kept-alive connection to the target. `sleep` is replaced by tests.

    `carrier` takes the place of the network: an `httpx.WSGITransport` around an application, say.
    """

    target: Target
    pace: Pace = field(default_factory=Pace)
    carrier: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    unanswered: int = 0
    witness: Witness | None = None
    _http: httpx.BaseTransport = field(init=False)
    _timeout: dict[str, float | None] = field(init=False)

    def __post_init__(self) -> None:
        """Open the connection pool; nothing is sent yet."""
        # httpx's client would add headers, cookies and redirects, none of which is wanted, at a fifth of the time
        self._http = self.carrier or Wire(ENDING * self.target.timeout_s, _context(self.target))
        self._timeout = httpx.Timeout(self.target.timeout_s).as_dict()

    def close(self) -> None:
        """Close the connection pool."""
        self._http.close()

    def send(self, method: str, url: str, path: str, headers: Headers, body: bytes | None) -> Exchange:
        """Send, and again after 429 or 503 as long as patience lasts; `Inconclusive` when no answer can be had."""
        for wait in (*BACKOFF_S, None):
            exchange = self._once(method, url, path, headers, body)
            if exchange.status not in {429, 503}:
                return exchange
            if wait is not None:
                self.sleep(_wait(exchange, wait))
        raise Throttled(f"{method} {path} was answered with {exchange.status} {len(BACKOFF_S) + 1} times")

    def _once(self, method: str, url: str, path: str, headers: Headers, body: bytes | None) -> Exchange:
        if self.unanswered >= LOST_AFTER:
            raise TargetLost(f"the target left {LOST_AFTER} requests in a row unanswered; nothing more was sent")
        self.pace.wait(method, self.sleep)
        try:
            exchange = self._witnessed(method, url, path, headers, body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            self.unanswered += 1
            raise Unreachable(f"no connection for {method} {path}: {_said(error)}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            self.unanswered += 1
            raise NoAnswer(f"no usable answer to {method} {path}: {_said(error)}") from error
        except NoAnswer:
            self.unanswered += 1
            raise
        self.unanswered = 0
        return exchange

    def _witnessed(self, method: str, url: str, path: str, headers: Headers, body: bytes | None) -> Exchange:
        """One exchange, of which the witness is told, if there is one, and also that no answer came."""
        if self.witness is None:
            return self._exchange(method, url, path, headers, body)
        began, started = datetime.now(UTC), time.perf_counter()
        try:
            exchange = self._exchange(method, url, path, headers, body)
        except BaseException as error:
            elapsed = (time.perf_counter() - started) * 1000
            self.witness(Exchange(method, url, path, headers, body, 0, (), b"", elapsed), began, _said(error))
            raise
        self.witness(exchange, began, None)
        return exchange

    def _exchange(self, method: str, url: str, path: str, headers: Headers, body: bytes | None) -> Exchange:
        request = self.build(method, url, headers, body)
        started, longest_s = time.perf_counter(), ENDING * self.target.timeout_s
        response = self._http.handle_request(request)
        until = time.monotonic() + longest_s
        try:
            content = answer.read(response, f"{method} {path}", until, longest_s)
        finally:
            response.close()
        return Exchange(
            method=method,
            url=str(request.url),
            path=path,
            request_headers=headers,
            request_body=body,
            status=response.status_code,
            headers=tuple((name.lower(), value) for name, value in response.headers.multi_items()),
            body=content,
            elapsed_ms=(time.perf_counter() - started) * 1000,
        )

    def build(self, method: str, url: str, headers: Headers, body: bytes | None) -> httpx.Request:
        """The request as it goes out; a connection that holds requests back for a while adds to it."""
        return httpx.Request(method, url, headers=list(headers), content=body, extensions={"timeout": self._timeout})


def _context(target: Target) -> ssl.SSLContext | None:
    """Whom to trust; none for plain HTTP: loading the system's authorities would cost 20 ms for nothing."""
    if target.ca_file:
        return ssl.create_default_context(cafile=target.ca_file)
    return None if (target.base_url or "").startswith("http://") else httpx.create_ssl_context(trust_env=False)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _wait(exchange: Exchange, default: float) -> float:
    """How many seconds to wait: what `Retry-After` says (seconds or an HTTP date), within bounds, or the default."""
    said = exchange.header("retry-after")
    if not said:
        return default
    if said.strip().isdigit():
        return min(float(said), PATIENCE_S)
    try:
        date = email.utils.parsedate_to_datetime(said)
        now = email.utils.parsedate_to_datetime(exchange.header("date") or email.utils.formatdate())
        return min(max((date - now).total_seconds(), 0.0), PATIENCE_S)
    except (TypeError, ValueError):
        return default
