"""What the cases of create share: what it means that a create was accepted, kept what was sent, or was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.pages import pages
from conformance.cases.updates import expect_accepted
from conformance.expect import Json, Object, expect_equal, expect_refusal, need, need_object
from conformance.failures import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Page
    from conformance.suite import Suite

NEWEST = 100
"""How many of the newest deployments are looked at: a page that no service may cut."""

ABSENT = "no such member"


def expect_kept(api: Client, exchange: Exchange, field: str, sent: Json) -> None:
    """A create was accepted, and both its answer and a GET show a field as it was sent."""
    __tracebackhide__ = True
    for answer in both(api, exchange):
        shown = need_object(answer).get(field, ABSENT)
        expect_equal(as_sent(shown, sent), sent, field, at=answer, pointer=f"/{field}")


def expect_kept_or_refused(api: Client, exchange: Exchange, field: str, sent: Json) -> None:
    """A create was refused (4xx), or a field is shown as it was sent: nothing was changed silently."""
    __tracebackhide__ = True
    if exchange.ok:
        expect_kept(api, exchange, field, sent)
    else:
        expect_refusal(exchange)


def both(api: Client, exchange: Exchange) -> tuple[Exchange, Exchange]:
    """The answer to a create, which has to be a success, and a GET of what was made."""
    __tracebackhide__ = True
    return exchange, api.get(expect_accepted(exchange)["id"])


def as_sent(shown: Json, sent: Json) -> Json:
    """What is shown, without members that nobody sent: a service may add some to what it keeps."""
    if isinstance(shown, dict) and isinstance(sent, dict):
        return {key: as_sent(shown[key], sent[key]) for key in sent if key in shown}
    if isinstance(shown, list) and isinstance(sent, list) and len(shown) == len(sent):
        return [as_sent(each, other) for each, other in zip(shown, sent, strict=True)]
    return shown


def up_to(api: Client, id_: str) -> list[Page]:
    """The list from its beginning to this deployment, archived ones among them, as a control: it shows it.

    What was made just before is there, too, whether the newest come first or the oldest.
    """
    walked = pages(api, {"limit": NEWEST, "include_archived": True}, {id_})
    need(id_ in walked[-1].ids, "what is made afterwards has to be found in the list")
    return walked


def padded(name: str, length: int, filler: str = "x") -> str:
    """A name of its own, filled up to so many characters."""
    return name + filler * (length - len(name))


def fate(api: Client, body: Object, field: str, sent: Json) -> str:
    """What becomes of a field of which nothing is said: "kept", "changed" or "refused-<status>"."""
    exchange = api.create(body | {field: sent})
    if not exchange.ok:
        return f"refused-{exchange.status}"
    shown = need_object(api.get(need_object(exchange)["id"])).get(field, ABSENT)
    return "kept" if as_sent(shown, sent) == sent else "changed"


def complaint(exchange: Exchange, name: str) -> str:
    """What a refusal says, with a name that the request held taken out."""
    error = exchange.json.get("error") if isinstance(exchange.json, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return message.replace(name, "*") if isinstance(message, str) else ""


def blames_the_type(known: str, unknown: str, other: str) -> bool:
    """Whether a service says of a documented type what it says of one that is made up, and not of other mistakes."""
    return known == unknown != other and ("type" in known.lower() or "*" in known)


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture(params=["minimal", "full"])
def complete_body(request: pytest.FixtureRequest, full: Object, full_body: Object, bodies: Bodies) -> Object:
    """A body like one that was accepted in this run, with the required fields only or with all, for one edit."""
    need(isinstance(full, dict), "a body with all fields has to be accepted")
    return (full_body if request.param == "full" else {}) | bodies()


@pytest.fixture(scope="session")
def foreign(other_api: Client, suite: Suite) -> Iterator[Object]:
    """An agent and an environment of another account, which may use them itself."""
    named = {"name": next(suite.names)}
    agent = other_api.create_agent(named | {"model": "auto"})
    environment = other_api.create_environment(named | {"config": {"type": "cloud"}})
    if not (agent.ok and environment.ok):
        raise NotApplicable(
            f"the other account makes no agents and environments ({agent.status}, {environment.status})"
        )
    ids = {"agent": need_object(agent)["id"], "environment_id": need_object(environment)["id"]}
    yield ids
    other_api.archive_agent(ids["agent"])
    other_api.archive_environment(ids["environment_id"])
