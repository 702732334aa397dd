"""Sending one request: bounded in time and size, patient with what passes, and deaf to redirects and cookies."""

from __future__ import annotations

import email.utils
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import httpx

from conformance import answer
from conformance.exchange import NO_JSON, Exchange, Headers
from conformance.failures import HungUp, Inconclusive, NoAnswer, ProxyFailed, Throttled, Unreachable, said
from conformance.health import Health
from conformance.pace import READING, Pace
from conformance.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Target

ENDING = 3
"""So many times the timeout an answer may take from the first byte sent to its last; the timeout bounds a silence."""

BUSY = frozenset({429, 503})
"""Come back later: the request was not carried out."""

PROXY = frozenset({502, 504, *range(520, 528), 530})
"""What a proxy answers, with a page of its own, when the service behind it does not; from 520 on Cloudflare's."""

BROKE = (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
"""The connection ended on the way, or what came over it was cut."""

Witness: TypeAlias = "Callable[[Exchange, datetime, BaseException | None], None]"
"""Who is told of every single request: what was sent and came, when it began, and why no answer came (status 0)."""


@dataclass
class Transport:
    """One kept-alive connection to the target. `sleep` is replaced by tests.

    `carrier` takes the place of the network: an `httpx.WSGITransport` around an application, say.
    """

    target: Target
    pace: Pace = field(default_factory=Pace)
    carrier: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    health: Health = field(default_factory=Health)
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
        """Send, and again what may be sent again while patience lasts; `Inconclusive` when no answer can be had."""
        self.health.check()
        began, attempt = time.monotonic(), partial(self._once, method, url, path, headers, body)
        try:
            try:
                exchange = attempt()
            except (Throttled, Unreachable, ProxyFailed, HungUp) as failure:
                exchange = self._again(attempt, failure, method)
        except Inconclusive as failure:
            self.health.failed(failure, began)
            raise
        self.health.answered()
        return exchange

    def _again(self, attempt: Callable[[], Exchange], first: Inconclusive, method: str) -> Exchange:
        """Try again after what may pass, but never a write that may have been carried out."""
        from conformance import retries

        def repeatable(failure: Inconclusive) -> bool:
            untouched = isinstance(failure, Throttled) or (isinstance(failure, Unreachable) and self.health.met)
            unharmed = method in READING and isinstance(failure, (HungUp, ProxyFailed))
            return self.health.patient and (untouched or unharmed)

        def sleep(seconds: float) -> None:
            self.health.waited_s += seconds
            self.sleep(seconds)

        return retries.again(attempt, first, repeatable=repeatable, sleep=sleep, left_s=self.health.left_s)

    def _once(self, method: str, url: str, path: str, headers: Headers, body: bytes | None) -> Exchange:
        self.pace.wait(method, self.sleep)
        try:
            exchange = self._witnessed(method, url, path, headers, body)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"no connection for {method} {path}: {said(error)}") from error
        except BROKE as error:
            raise HungUp(f"no usable answer to {method} {path}: {said(error)}") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise NoAnswer(f"no usable answer to {method} {path}: {said(error)}") from error
        if exchange.status in BUSY:
            raise Throttled(f"{method} {path} was answered with {exchange.status}", _put_off_s(exchange))
        if exchange.status in PROXY and exchange.json is NO_JSON:
            raise ProxyFailed(f"{method} {path} was answered by a proxy with {exchange.status}, not by the service")
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
            self.witness(Exchange(method, url, path, headers, body, 0, (), b"", elapsed), began, error)
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


def _put_off_s(exchange: Exchange) -> float | None:
    """How many seconds `Retry-After` says (a number, or an HTTP date); None where it says nothing that can be read."""
    said = (exchange.header("retry-after") or "").strip()
    if said.isascii() and said.isdecimal():
        return float(said[:12])
    try:
        date = email.utils.parsedate_to_datetime(said)
        now = email.utils.parsedate_to_datetime(exchange.header("date") or email.utils.formatdate(usegmt=True))
        return max((date - now).total_seconds(), 0.0)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
