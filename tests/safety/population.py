"""An account that others have filled, with every kind of deployment and run, over an hour of its clock."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from matrix.kill import Carrier
from targets import Neighbour, with_tokens

from conformance.reference.clock import Clock
from conformance.reference.process import Running
from conformance.reference.seed import seed

if TYPE_CHECKING:
    import httpx

    from conformance.model import Target
    from conformance.reference.service import Service

FOREIGN = 36
RUNS = 7


def populate(service: Service, running: Running, transport: httpx.BaseTransport | None = None) -> None:
    """Deployments of two agents, with and without schedules, paused and archived ones, and runs of some."""
    service.clock = Clock(datetime.now(UTC) - timedelta(hours=1))
    agents = (running.agent_id, running.second_agent_id)
    with contextlib.ExitStack() as stack:
        neighbours = [stack.enter_context(contextlib.closing(Neighbour(running, agent, transport))) for agent in agents]
        made = []
        for number in range(FOREIGN):
            neighbour = neighbours[number % 3 == 0]
            told = {"description": f"{'As its owner has it. ' * 12}{number}  "}
            made.append(neighbour.make(number, **told, **({} if number % 2 else {"schedule": None})))
            service.clock.advance(20 * (number % 4))
        first = neighbours[0]
        for id_ in [*[made[5]] * RUNS, *made[6:12], *made[8:12]]:
            first.act(id_, "run").raise_for_status()
            service.clock.advance(10)
        for action, ids in (("pause", made[::5]), ("archive", made[4:30:6])):
            for id_ in ids:
                first.act(id_, action).raise_for_status()
    service.clock = Clock()


def in_process(service: Service) -> tuple[Target, Running, Carrier]:
    """A service in this process as a target to be read only, who runs it, and the way to it; nothing is in it yet."""
    running = Running(f"http://127.0.0.1{service.BASE_PATH}", service.tokens, **seed(service))
    return with_tokens(running.base_url, running.tokens, allow_writes=False), running, Carrier(service)
