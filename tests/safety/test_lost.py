"""A create whose answer was lost is found again: by its name, or among what is under our own agent."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from matrix.kill import target as in_process
from safety.listening import Listening, settle, unarchived

from conformance.failures import Inconclusive
from conformance.journal import Journal
from conformance.model import Options
from conformance.ownership import OTHER_TOKEN
from conformance.reference.service import Service
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.client import Client
    from conformance.model import Target

EVENTS = [{"type": "user.message", "content": "x"}]


class Losing(Listening):
    """Loses the answers to creates as long as `loses` says how, and to everything while it is `dead`."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.loses: Callable[[httpx.Response], httpx.Response] | None = None
        self.dead = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.dead:
            raise httpx.ConnectError("nobody is there")
        answer = super().handle_request(request)
        creates = request.method == "POST" and request.url.path.endswith(("/deployments", "/agents", "/environments"))
        return self.loses(answer) if creates and self.loses else answer


def _no_answer(_: httpx.Response) -> httpx.Response:
    raise httpx.ReadError("reset")


LOSSES: dict[str, Callable[[httpx.Response], httpx.Response]] = {
    "a reset": _no_answer,
    "a gateway's 502": lambda _: httpx.Response(502, text="<html>Bad gateway</html>"),
    "a gateway's 408": lambda _: httpx.Response(408),
    "a redirect": lambda _: httpx.Response(303, headers={"location": "/x"}),
    "a success without a body": lambda _: httpx.Response(204),
    "a success without an id": lambda answer: httpx.Response(200, json={"name": json.loads(answer.content)["name"]}),
    "half of it": lambda answer: httpx.Response(200, content=answer.content[:-9]),
}


def _suite(target: Target, carrier: Losing, journal: Journal | None = None) -> Suite:
    suite = Suite(Settings(target, Options(), "abc"), carrier=carrier, journal=journal)
    suite.client.session.transport.sleep = lambda _: None
    return suite


class Renaming(Service):
    """Gives everything a name of its own choice."""

    def act_create(self) -> dict[str, Any]:
        """Create under a name that is not the one that was sent."""
        made = super().act_create()
        known = self.account.deployments
        known[made["id"]] = replace(known[made["id"]], name="UNTITLED")
        return self.render_deployment(known[made["id"]])


@pytest.mark.parametrize("how", LOSSES)
def test_what_was_made_without_a_usable_answer_is_put_away(how: str) -> None:
    service = Service()
    target, theirs = in_process(service), settle(service, 5)
    there = unarchived(service)
    carrier = Losing(service)
    suite = _suite(target, carrier)
    agent, environment = suite.provision_agent(), suite.provision_environment()
    carrier.loses = LOSSES[how]
    body = {"name": next(suite.names), "agent": agent, "environment_id": environment, "initial_events": EVENTS}
    with contextlib.suppress(Inconclusive):
        suite.client.create(body)
    with contextlib.suppress(Inconclusive):
        suite.client.create_agent({"name": next(suite.names), "model": "auto"})
    with contextlib.suppress(Inconclusive):
        suite.client.create_environment({"name": next(suite.names), "config": {"type": "cloud"}})
    assert len(unarchived(service)) == len(there) + 5

    assert suite.finish() == []
    assert unarchived(service) == there
    assert not [path for path in carrier.written if any(id_ in path for id_ in theirs)]


@pytest.mark.parametrize("name", ["x", "", None, 5])
def test_what_has_no_name_of_ours_is_found_by_its_agent(name: Any) -> None:
    """Somebody else's that was made at the same moment is left alone."""
    service = Renaming()
    target = in_process(service)
    there = [*unarchived(service), *settle(service, 5)]
    carrier = Losing(service)
    suite = _suite(target, carrier)
    body = {"name": "y", "agent": suite.provision_agent(), "initial_events": EVENTS}
    body["environment_id"] = next(iter(service.accounts[0].environments))
    carrier.loses = _no_answer
    with pytest.raises(Inconclusive):
        suite.client.create(body)
    item = suite.client.session.journal.unfinished()[0]
    item.name = name if isinstance(name, str) else ""

    assert suite.finish() == []
    assert sorted(unarchived(service)) == sorted(there)


def test_what_was_never_made_is_no_leftover() -> None:
    service = Service()
    carrier = Losing(service)
    suite = _suite(in_process(service), carrier)
    there = unarchived(service)
    carrier.loses = _no_answer
    with pytest.raises(Inconclusive):
        suite.client.create({"name": "conformance-abc-1"})

    assert suite.finish() == []
    assert unarchived(service) == there


def test_what_cannot_be_looked_for_is_a_leftover_with_a_command() -> None:
    """A target that is down at the end: nobody knows, so it is told, and a later cleaning finds out."""
    service = Service()
    target = in_process(service)
    there = unarchived(service)
    carrier, journal = Losing(service), Journal()
    suite = _suite(target, carrier, journal)

    def die(_: httpx.Response) -> httpx.Response:
        carrier.dead = True
        raise httpx.ReadError("reset")

    carrier.loses = die
    with pytest.raises(Inconclusive):
        suite.client.create_agent({"name": "conformance-abc-main-1", "model": "auto"})

    left = suite.finish()
    assert [(each.kind, each.id) for each in left] == [("agent", "(no id came; its name is conformance-abc-main-1)")]
    assert "/agents?limit=100" in left[0].command
    carrier.dead = False
    assert _suite(target, carrier, journal).finish_all() == []
    assert unarchived(service) == there


def test_a_target_that_came_back_is_tried_again_at_the_end() -> None:
    service = Service()
    target = in_process(service)
    there = unarchived(service)
    carrier = Losing(service)
    suite = _suite(target, carrier)
    suite.provision_agent()
    carrier.dead = True
    for _ in range(5):
        with pytest.raises(Inconclusive):
            suite.client.list()
    carrier.dead = False

    assert suite.finish() == []
    assert unarchived(service) == there


def test_what_another_token_made_is_put_away_with_that_token() -> None:
    """Where that token is not given, it is left behind, and a command names the variable."""
    service = Service()
    target = in_process(service)
    there = unarchived(service)
    carrier, journal = Losing(service), Journal()
    suite = _suite(target, carrier, journal)
    other = suite.client.with_token(target.other_token or "")
    other.create_agent({"name": next(suite.names), "model": "auto"})
    carrier.loses = _no_answer
    with pytest.raises(Inconclusive):
        other.create_environment({"name": next(suite.names), "config": {"type": "cloud"}})
    assert len(service.accounts[1].agents) == len(service.accounts[1].environments) == 1

    left = _suite(replace(target, other_token=None), carrier, journal).finish_all()
    assert [OTHER_TOKEN in each.command for each in left] == [True, True]
    assert _suite(target, carrier, journal).finish_all() == []
    assert unarchived(service) == there


class Reluctant(Service):
    """Answers an archive with success, and does nothing."""

    def act_archive(self) -> dict[str, Any]:
        """Show it as it is."""
        return self.render_deployment(self.find())


def _one(client: Client, suite: Suite, service: Service) -> str:
    body = {"name": next(suite.names), "agent": suite.provision_agent(), "initial_events": EVENTS}
    environment = next(iter(service.accounts[0].environments))
    return str(client.create(body | {"environment_id": environment}).shown_id)


def test_what_is_still_there_after_an_archive_is_a_leftover() -> None:
    service = Reluctant()
    suite = _suite(in_process(service), Losing(service))
    id_ = _one(suite.client, suite, service)

    [left] = suite.finish()
    assert (left.kind, left.id) == ("deployment", id_)
    assert f"/deployments/{id_}/archive" in left.command
