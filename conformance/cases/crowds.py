"""Many deployments at once, and some that have been there for a while: both need the contract's clock to go on."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conformance import parameters
from conformance.cases.found import while_it_holds
from conformance.expect import Object, instant, need, need_object
from conformance.failures import NotApplicable
from conformance.ripening import A_SECOND

if TYPE_CHECKING:
    from collections.abc import Generator

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.ripening import Ripening
    from conformance.suite import Suite

CROWD = 25
"""More than a default page."""


@dataclass(frozen=True)
class Crowd:
    """Deployments of one agent of our own, as the create answers showed them, newest first.

    `exclusive` tells whether nobody else can know the agent, so that a list of it holds these and nothing more.
    Several share a second of `created_at`, and not all do. Two are archived and two are paused, see `archived_ids`
    and `paused_ids`; the others are `live_ids` minus the paused ones. The end of their list is `near` where no great
    number of others stands behind them.
    """

    agent_id: str | None
    exclusive: bool
    created: list[Object]
    archived_ids: frozenset[str]
    paused_ids: frozenset[str]
    near: bool = True

    @property
    def ids(self) -> list[str]:
        """All ids, newest first."""
        return [deployment["id"] for deployment in self.created]

    @property
    def live_ids(self) -> list[str]:
        """The ids of those not archived, newest first."""
        return [id_ for id_ in self.ids if id_ not in self.archived_ids]


def own_agent(suite: Suite, otherwise: str) -> tuple[str, bool]:
    """An agent that nothing else uses, and that it is one; or the other, where none can be made."""
    try:
        return suite.provision_agent(), True
    except NotApplicable:
        return otherwise, False


@pytest.fixture(scope="session")
def young_crowd(
    suite: Suite,
    api: Client,
    bodies: Bodies,
    young_nursery: Ripening[list[Object]],  # noqa: ARG001 - made before the crowd
) -> Ripening[Crowd]:
    """The crowd as far as it has come."""
    own, exclusive = own_agent(suite, bodies.agent_id)
    return suite.grow(_crowd(suite, api, dataclasses.replace(bodies, agent_id=own), exclusive=exclusive))


def _crowd(suite: Suite, api: Client, make: Bodies, *, exclusive: bool) -> Generator[float, None, Crowd]:
    names = [next(suite.names) for _ in range(CROWD)]
    mixed = [names[7 * place % CROWD] for place in range(CROWD)]  # so that the order of names is not that of time
    yield A_SECOND
    created: list[Object] = []
    for name in mixed:
        if len(created) == CROWD - 5:
            yield A_SECOND
        created.append(need_object(api.create(make(name=name))))
        suite.shared.add(created[-1]["id"])
    need(len({each["id"] for each in created}) == CROWD, "each create has to give an id of its own")
    archived_ids = {created[0]["id"], created[-2]["id"]}
    older, newer = created[5]["id"], created[-4]["id"]
    yield A_SECOND
    for id_ in archived_ids:
        need_object(api.archive(id_))
    need_object(api.pause(newer))
    yield A_SECOND  # so that the order of their changes is not that in which they were made
    need_object(api.pause(older))
    return Crowd(make.agent_id, exclusive, created[::-1], frozenset(archived_ids), frozenset({older, newer}))


@pytest.fixture(scope=while_it_holds)
def crowd(request: pytest.FixtureRequest, holdings: Holdings | None) -> Crowd:
    """Twenty-five deployments under one agent of our own, made in at least two different seconds; or what is there."""
    if holdings is not None:
        from conformance.cases.found_crowds import found_crowd

        return holdings.kept("crowd", lambda: found_crowd(holdings))
    young: Ripening[Crowd] = request.getfixturevalue("young_crowd")
    return young.ripe()


@pytest.fixture(scope="session")
def young_nursery(deployments: Deployments, suite: Suite, request: pytest.FixtureRequest) -> Ripening[list[Object]]:
    """Deployments that may be too young yet: one for each time that a case asks for it, and one that stays."""
    asking = [item for item in request.session.items if "aged" in getattr(item, "fixturenames", ())]
    return suite.grow(_nursery(deployments, suite, 1 + sum(len(parameters.of(item)) for item in asking)))


def _nursery(deployments: Deployments, suite: Suite, number: int) -> Generator[float, None, list[Object]]:
    young: list[Object] = []
    for _ in range(number):
        young.append(deployments())
        suite.shared.add(young[-1]["id"])
    need(instant(young[-1].get("updated_at")) is not None, "updated_at has to be a timestamp")
    yield A_SECOND
    return young


@pytest.fixture(scope="session")
def nursery(young_nursery: Ripening[list[Object]]) -> list[Object]:
    """Deployments that have been there for more than a second of the contract's clock; `aged` hands them out."""
    return young_nursery.ripe()


@pytest.fixture(scope="session")
def elder(nursery: list[Object]) -> Object:
    """A deployment made more than a second before the crowd; cases may change it, but not put it away."""
    return nursery[0]


@pytest.fixture
def aged(nursery: list[Object], deployments: Deployments) -> Object:
    """A deployment made more than a second ago, for the case alone: what its clock says can be seen to move."""
    if len(nursery) > 1:
        return nursery.pop()
    late = deployments()
    time.sleep(A_SECOND)
    return late
