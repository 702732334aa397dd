"""Deployments of every kind for the filters of the list, made or found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.found import agent_of, is_archived, lacking, while_it_holds
from conformance.expect import need, need_object, need_success
from conformance.failures import NotApplicable

if TYPE_CHECKING:
    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.suite import Suite

Params = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """One of the deployments to be filtered, in the state it was brought to."""

    id: str
    agent_id: str
    status: str
    archived: bool


@dataclass(frozen=True)
class Mixture:
    """Deployments of one or two agents, alternately, in every state, each kind several times; newest first."""

    agent_ids: tuple[str, ...]
    exclusive: bool
    members: tuple[Member, ...]

    def ids(self, params: Params, *, archived: bool = False) -> list[str]:
        """The ids of those that pass `agent_id` and `status`: the live ones, or those archived."""
        agent_id, status = params.get("agent_id"), params.get("status")
        return [
            each.id
            for each in self.members
            if each.archived == archived and agent_id in {None, each.agent_id} and status in {None, each.status}
        ]


@pytest.fixture(scope=while_it_holds)
def mixture(suite: Suite, api: Client, agent_id: str, environment_id: str, holdings: Holdings | None) -> Mixture:
    """Active and paused, archived and live deployments of two agents; of one where there is no second."""
    if holdings is not None:
        return holdings.kept("mixture", lambda: _found_mixture(holdings))
    from conformance.cases.conftest import Bodies

    agent_ids, exclusive = _agents(suite, agent_id)
    makers = {id_: Bodies(suite, id_, environment_id) for id_ in agent_ids}
    states = list(product(("active", "paused"), (False, True)))
    members = []
    for (status, archived), id_ in product([*states, *states[::-1], *states], agent_ids):
        made = need_object(api.create(makers[id_]()))["id"]
        suite.shared.add(made)
        if status == "paused":
            need(need_object(api.pause(made)).get("status") == status, "a pause has to pause")
        if archived:
            need_success(api.archive(made))
        members.append(Member(made, id_, status, archived))
    return Mixture(agent_ids, exclusive, tuple(reversed(members)))


def _found_mixture(holdings: Holdings) -> Mixture:
    """The newest few of each kind that the account holds, of the two agents that have most."""
    counts = Counter(agent_of(each) for each in holdings.deployments)
    agent_ids = tuple(id_ for id_, _ in counts.most_common() if id_)[:2] or lacking("no deployment")
    found = [
        Member(each["id"], agent_of(each), str(each.get("status")), is_archived(each)) for each in holdings.deployments
    ]
    kinds = {(each.agent_id, each.status, each.archived) for each in found if each.agent_id in agent_ids}
    chosen = {
        each.id
        for kind in kinds
        for each in [it for it in found if (it.agent_id, it.status, it.archived) == kind][:OF_A_KIND]
    }
    return Mixture(agent_ids, exclusive=False, members=tuple(each for each in found if each.id in chosen))


OF_A_KIND = 3
"""So many deployments of each agent, status and fate are looked at."""


def _agents(suite: Suite, agent_id: str) -> tuple[tuple[str, ...], bool]:
    try:
        return (suite.provision_agent(), suite.provision_agent()), True
    except NotApplicable:
        other = suite.settings.target.second_agent_id
        return (agent_id, other) if other else (agent_id,), False
