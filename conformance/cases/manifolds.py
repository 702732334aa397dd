"""Deployments with several of all that they can have, of an agent of their own: what joins and copies may spoil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.cas_config import cas
from conformance.cases.crowds import own_agent
from conformance.cases.pages import order_of
from conformance.cases.states import far_schedule
from conformance.expect import need_object
from conformance.server_time import server_now

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.revisions import Revision
    from conformance.suite import Suite


@dataclass(frozen=True)
class Manifold:
    """Three deployments in the order of their list, of which the last was run twice; they are only to be read.

    `exclusive` tells whether no other deployment has their agent.
    """

    agent_id: str
    exclusive: bool
    ids: list[str]
    run_ids: list[str]


@pytest.fixture(scope="session")
def manifold(api: Client, suite: Suite, deployments: Deployments, attachments: Object) -> Manifold:
    """Three deployments with two or three of each: vaults and resources that the target takes, events and keys."""
    agent_id, exclusive = own_agent(suite, deployments.bodies.agent_id)
    body = peculiar(suite.revision) | {"schedule": far_schedule(server_now(api))}
    turned = {field: values[::-1] for field, values in attachments.items()}
    made = [deployments(agent=agent_id, **body, **turned)["id"] for _ in range(3)]
    suite.shared.update(made)
    ids = order_of(api, {"agent_id": agent_id}, made)
    runs = [need_object(api.run(ids[-1]))["id"] for _ in range(2)] if suite.settings.consent.runs else []
    return Manifold(agent_id, exclusive, ids, runs)


def peculiar(revision: Revision) -> dict[str, Any]:
    """Values of which a list might make others: long and marked-up text, keys with dots, figures as text, settings."""
    own = cas(max_retries=2, timeout_ms=120_000) if revision.reserved_metadata else {}
    events = [revision.message(f"{number} < 3 & <b>more</b>") for number in ("Two", "One")]
    return {
        "description": 'Tom & Jerry\'s <b>"best"</b>: 100 % of it\n' + "long " * 300 + "end",
        "initial_events": events,
        "metadata": {"a.b": "dotted", "A.b": "other case", "figure": "007", "truth": "true", "empty": "", **own},
    }
