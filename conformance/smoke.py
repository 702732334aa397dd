"""A look at the target before anything else is sent: is it there, is the token good, is it a Deployments API at all."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.exchange import NO_JSON, Exchange
from conformance.failures import Inconclusive, NoAnswer, ProxyFailed, Throttled, Unreachable
from conformance.guards import REFUSED
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import BaseTransport

    from conformance.settings import Settings

ASKED = 5
"""So often a target is asked how long it takes to answer."""


def round_trip_s(settings: Settings, carrier: BaseTransport | None = None) -> float:
    """About how many seconds a request takes, all in all, over a connection that is there already."""
    suite = Suite(settings, carrier=carrier)
    try:
        suite.client.list({"limit": 1})
        began = time.monotonic()
        for _ in range(ASKED):
            suite.client.list({"limit": 1})
        return (time.monotonic() - began) / ASKED
    except Inconclusive:
        return settings.target.timeout_s
    finally:
        suite.client.session.transport.close()


@dataclass(frozen=True)
class Look:
    """What a first look shows: why the target cannot be examined, if so, and whether it limits requests already."""

    trouble: str | None
    limited: bool


def look(settings: Settings, carrier: BaseTransport | None = None) -> Look:
    """Whether the target can be examined; if not, with advice.

    A list that is broken is no reason: that is for the cases to say. Only where nothing is answered in a way that a
    Deployments API could answer, there is nothing to examine.
    """
    suite = Suite(settings, carrier=carrier)
    suite.client.session.trusted = {}  # whether the token is good is the question here
    try:
        found = _look(suite)
    except Inconclusive as failure:
        found = _told(failure)
    finally:
        suite.client.session.transport.close()
    return Look(None if found is None else suite.redact(found), bool(suite.limited))


def _look(suite: Suite) -> str | None:
    listed = _asked(lambda: suite.client.list({"limit": 1}))
    if isinstance(listed, Exchange) and _is_one(listed):
        return None
    unknown = suite.client.get(suite.client.unknown_deployment_id())
    if not isinstance(listed, Exchange):
        return _told(listed) if unknown.json is NO_JSON or unknown.status in REFUSED else None
    return _verdict(listed, unknown, suite.settings) or _nowhere(suite, listed, unknown)


def _asked(ask: Callable[[], Exchange]) -> Exchange | Inconclusive:
    """The answer, or why there is none: another question may have one, unless there is no connection at all."""
    try:
        return ask()
    except Unreachable:
        raise
    except Inconclusive as failure:
        return failure


def _is_one(exchange: Exchange) -> bool:
    """Whether a Deployments API may answer so, to whom it knows."""
    return isinstance(exchange.json, (dict, list)) and exchange.status not in {*REFUSED, 404}


def _told(failure: Inconclusive) -> str:
    return f"{failure}. {_advice(failure)}".rstrip()


def _verdict(listed: Exchange, unknown: Exchange, settings: Settings) -> str | None:
    if {listed.status, unknown.status} <= REFUSED:
        advice = f"Set DEPLOYMENTS_TOKEN to one that may use {settings.base_url}"
        return f"the token was refused with {listed.status}. {advice}"
    if listed.json is NO_JSON and unknown.json is NO_JSON:
        came = listed.header("content-type") or "no content type"
        return f"{settings.base_url}/deployments answered {listed.status} without JSON ({came}). {_PREFIX}"
    return None


def _nowhere(suite: Suite, listed: Exchange, unknown: Exchange) -> str | None:
    """Whether all is 404, the other list too: a service whose one list is broken is there."""
    if {listed.status, unknown.status, suite.client.runs({"limit": 1}).status} == {404}:
        return f"{suite.settings.base_url}/deployments answered 404, and so did all else. {_PREFIX}"
    return None


_PREFIX = "Is this a Deployments API? --base-url ends before /deployments, as in https://api.qoder.com/api/v1/cloud"


ADVICE: dict[type[Inconclusive], str] = {
    Unreachable: "Check --base-url, that the service is up, and for a private certificate give --ca-file",
    Throttled: "The target is limiting requests: wait, or lower --max-rate",
    ProxyFailed: "Look whether the service behind the proxy is up, and whether --base-url leads to it",
    NoAnswer: "The service took the connection but did not answer properly: look into its log, or raise --timeout",
}


def _advice(failure: Inconclusive) -> str:
    return next((advice for kind, advice in ADVICE.items() if isinstance(failure, kind)), "")
