"""A look at the target before anything else is sent: is it there, is the token good, is it a Deployments API at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.exchange import NO_JSON
from conformance.failures import Inconclusive, NoAnswer, Throttled, Unreachable
from conformance.suite import Suite

if TYPE_CHECKING:
    from httpx import BaseTransport

    from conformance.exchange import Exchange
    from conformance.settings import Settings


def trouble(settings: Settings, carrier: BaseTransport | None = None) -> str | None:
    """Why the target cannot be examined, with advice; None when it can.

    A list that is broken is no reason: that is for the cases to say. Only where nothing is answered in a way that a
    Deployments API could answer, there is nothing to examine.
    """
    suite = Suite(settings, carrier=carrier)
    try:
        found = _look(suite)
    except Inconclusive as failure:
        found = f"{failure}. {_advice(failure)}"
    finally:
        suite.client.session.transport.close()
    return None if found is None else suite.redact(found)


def _look(suite: Suite) -> str | None:
    listed = suite.client.list({"limit": 1})
    if isinstance(listed.json, (dict, list)) and listed.status not in {401, 403, 404}:
        return None
    unknown = suite.client.get(suite.client.unknown_id("dep_"))
    return _verdict(listed, unknown, suite.settings) or _nowhere(suite, listed, unknown)


def _verdict(listed: Exchange, unknown: Exchange, settings: Settings) -> str | None:
    if {listed.status, unknown.status} <= {401, 403}:
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


def _advice(failure: Inconclusive) -> str:
    if isinstance(failure, Unreachable):
        return "Check --base-url, that the service is up, and for a private certificate give --ca-file"
    if isinstance(failure, Throttled):
        return "The target is limiting requests: wait, or lower --max-rate"
    if isinstance(failure, NoAnswer):
        return "The service took the connection but did not answer properly: look into its log, or raise --timeout"
    return ""
