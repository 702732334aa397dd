"""Eight clients who ask at the same moment, amid the load of all others: the cases of concurrent clients, once more."""

from __future__ import annotations

import dataclasses
import inspect
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from conformance.cases import concurrency, test_concurrent, test_concurrent_lists
from conformance.cases.conftest import Deployments
from conformance.failures import Inconclusive, NotApplicable
from conformance.requirement import declared_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from conformance.cases.conftest import Bodies
    from conformance.exchange import Exchange
    from conformance.soak.guest import Guest

MODULES: tuple[ModuleType, ...] = (test_concurrent, test_concurrent_lists)


@dataclass
class Held(concurrency.Held):
    """Knows how long it was held back, which is no time of the service's."""

    waited_ms: float = 0.0

    def _wait(self) -> None:
        began = time.perf_counter()
        super()._wait()
        self.waited_ms = (time.perf_counter() - began) * 1000


@cache
def cases(revision: str) -> Mapping[str, Callable[..., None]]:
    """The cases of concurrent clients that the edition has, by the ids of their requirements."""
    found = [each for module in MODULES for each in vars(module).values() if declared_by(each) is not None]
    declared = {each: declared_by(each) for each in found}
    return {one.id: case for case, one in declared.items() if one is not None and revision in one.revisions}


@dataclass
class Gang:
    """One user who brings seven friends."""

    guest: Guest
    bodies: Bodies | None = None
    alone: bool = False
    _left: list[str] = field(default_factory=list)

    def step(self) -> None:
        """Do one of the cases; each has its turn."""
        known = cases(self.guest.house.settings.target.revision)
        if not self._left:
            self._left = [id_ for id_ in known if id_ in self.guest.house.declared]
            self.guest.dice.shuffle(self._left)
        self._do(self._left.pop(), known)

    def _do(self, id_: str, known: Mapping[str, Callable[..., None]]) -> None:
        guest, ledger = self.guest, self.guest.house.ledger
        values = _Values(self)
        _ = self.crew  # its agent is none of what the case sends
        guest.begin(id_)
        try:
            known[id_](**{name: getattr(values, name) for name in inspect.signature(known[id_]).parameters})
            ledger.asked(id_)
        except AssertionError as failure:
            ledger.accuse(id_, failure, guest.session)
        except NotApplicable as lack:
            ledger.lacking[id_] = ledger.redact(str(lack))
        except Inconclusive:
            ledger.dropped += 1
        finally:
            made = [e.shown_id for e in guest.session.sent if e.ok and e.method == "POST" and e.path == "/deployments"]
        guest.begin("soak-gang")
        guest.put_away([id_ for id_ in made if id_])

    @cached_property
    def crew(self) -> concurrency.Crew:
        """Eight clients with a connection each."""
        guest, finished = self.guest, list["Exchange"]()
        clients = []
        for _ in range(concurrency.CLIENTS):
            transport = Held(guest.suite.settings.target, guest.house.pace)
            transport.health = guest.house.health
            guest.house.exits.callback(transport.close)
            transport.witness = lambda sent, began, why, held=transport: guest.witness(held.waited_ms, sent, began, why)
            session = dataclasses.replace(guest.session, transport=transport, on_sent=finished.append)
            clients.append(dataclasses.replace(guest.client, session=session))
        pool = ThreadPoolExecutor(concurrency.CLIENTS)
        guest.house.exits.callback(pool.shutdown)
        own = guest.own_bodies()
        self.alone, self.bodies = own is not None, own or guest.house.bodies(guest)
        return concurrency.Crew(guest.client, self.bodies, tuple(clients), finished, pool)


class _Values:
    """What the cases ask for by the names of pytest's fixtures, made anew for each of them."""

    def __init__(self, gang: Gang) -> None:
        """Nothing is made before it is asked for."""
        self.guest, self.crew, self.gang = gang.guest, gang.crew, gang
        self.api, self.suite, self.revision = self.guest.client, self.guest.suite, self.guest.suite.revision
        self.bodies = self.crew.bodies
        self.deployments = Deployments(self.api, self.bodies)

    @cached_property
    def deployment(self) -> dict[str, Any]:
        """A deployment that the case may change."""
        return self.deployments()

    @property
    def walked_agent_id(self) -> str:
        """The agent whose deployments are walked through: nobody else's, or a walk might come to no end."""
        if not self.gang.alone:
            raise NotApplicable("no agent of its own could be made")
        return self.bodies.agent_id

    @cached_property
    def runs_at_once(self) -> tuple[dict[str, Any], list[Exchange], list[Exchange]]:
        """Runs at once, as the fixture of this name makes them."""
        made = self.deployments()
        begun, later = concurrency.runs_of(self.crew, made)
        if not begun:
            raise NotApplicable("one of four runs at once had to be accepted")
        return made, begun, later
