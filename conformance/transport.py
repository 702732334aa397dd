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

from conformance import answer, deviations
from conformance.address import Addresses
from conformance.exchange import NO_JSON, Exchange, Headers
from conformance.failures import HungUp, Inconclusive, NoAnswer, ProxyFailed, Throttled, Unreachable, said
from conformance.health import Health
from conformance.message import Incoming, Outgoing
from conformance.pace import READING, Pace
from conformance.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.model import Target
    from conformance.revisions import Revision

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
    hold: Callable[[], None] | None = None
    """Called before the last step of each request, so that several can be made to leave at the same moment."""
    _wire: Wire = field(init=False)
    _addresses: Addresses = field(init=False)
    _revision: Revision = field(init=False)

    def __post_init__(self) -> None:
        """Make the connection ready; nothing is sent yet."""
        self._revision = deviations.of(self.target)
        silence_s = self.target.timeout_s
        self._wire = Wire(silence_s, ENDING * silence_s, _context(self.target) if self.carrier is None else None)
        self._addresses = Addresses(self.target.base_url or "http://127.0.0.1")

    def close(self) -> None:
        """Hang up."""
        (self.carrier or self._wire).close()

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
        started, longest_s = time.perf_counter(), ENDING * self.target.timeout_s
        to = self._addresses(url)
        asked = Outgoing(method, to.origin, to.host, to.target, headers, body)
        came = self._wire.ask(asked, self.hold) if self.carrier is None else self._carried(asked, to.url)
        try:
            content = answer.read(came, f"{method} {path}", time.monotonic() + longest_s, longest_s)
        finally:
            came.close()
        elapsed_ms = (time.perf_counter() - started) * 1000
        told = came.status, came.headers, content, elapsed_ms
        return Exchange(method, to.url, path, headers, body, *told, revision=self._revision)

    def _carried(self, asked: Outgoing, url: str) -> Incoming:
        """What the carrier brings in place of the network."""
        if self.hold is not None:
            self.hold()
        carrier = self.carrier or httpx.BaseTransport()
        timeout = httpx.Timeout(self.target.timeout_s).as_dict()
        headers = list(asked.headers)
        request = httpx.Request(asked.method, url, headers=headers, content=asked.body, extensions={"timeout": timeout})
        response = carrier.handle_request(request)
        if not isinstance(response.stream, httpx.SyncByteStream):
            raise TypeError(f"expected an answer to iterate over, got {type(response.stream).__name__}")
        shown = tuple((name.lower(), value) for name, value in response.headers.multi_items())
        return Incoming(response.status_code, shown, response.stream, response.close)


PEM = "-----BEGIN "
"""In certificates themselves, which take the place of their file on a machine that does not have it."""


def _context(target: Target) -> ssl.SSLContext | None:
    """Whom to trust; none for plain HTTP: loading the system's authorities would cost 20 ms for nothing."""
    if target.ca_file and PEM in target.ca_file:
        return ssl.create_default_context(cadata=target.ca_file)
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
