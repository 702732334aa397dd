"""One user's own way to the target: a connection, a name, and a record of what it has just sent."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from conformance.disturbances import Disturbances
from conformance.expect import fail, need_object
from conformance.failures import NotApplicable, Violation
from conformance.provenance import Provenance
from conformance.soak.ledger import SERVER_ERROR
from conformance.suite import Suite

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.session import Session
    from conformance.soak.house import House

GATEWAY = frozenset({502, 503, 504})
"""Answers that may be those of somebody before the service, whatever their form."""


@dataclass
class Forgetful(Provenance):
    """Keeps nothing of what was sent: a soak may go on for days, and its stories tell their own calls."""

    def note(self, exchange: Exchange) -> None:
        """Forget it."""


@dataclass
class Guest:
    """A user: its client, the bodies that it creates with, and the dice that it throws."""

    house: House
    number: int
    suite: Suite = field(init=False)
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Take a connection, and share with the others what has to be counted together."""
        house = self.house
        self.dice = random.Random(f"{house.settings.options.seed}-{house.name}-{self.number}")  # noqa: S311 - no secrets
        self.suite = Suite(house.settings, f"{house.name}u{self.number}", journal=house.journal)
        session = self.session
        session.transport.pace, session.transport.health = house.pace, house.health
        session.transport.witness = partial(self.witness, 0.0)
        session.ownership, session.budget = house.ownership, house.budget
        session.provenance = Forgetful()
        house.exits.callback(session.transport.close)
        session.on_sent = lambda _: None

    @property
    def client(self) -> Client:
        """The client."""
        return self.suite.client

    @property
    def session(self) -> Session:
        """What the client keeps."""
        return self.suite.client.session

    def own_bodies(self) -> Bodies | None:
        """Makes bodies with an agent that nobody else uses; None where no agent can be made."""
        try:
            return self.house.bodies(self, self.suite.provision_agent())
        except NotApplicable:
            return None

    def begin(self, caller: str) -> None:
        """Begin something that is judged by itself; no attempt of before casts doubt on it."""
        session = self.session
        session.caller = caller
        session.sent.clear()
        self.calm()

    def calm(self) -> None:
        """Forget writes of unknown outcome: what they may have spoilt was given up."""
        disturbances = self.session.disturbances
        for kept in (disturbances.here, disturbances.marks, disturbances.agents):
            kept.clear()

    @property
    def disturbed(self) -> bool:
        """Whether a write since `begin` may or may not have been carried out."""
        return bool(self.session.disturbances.here) or any(each.status >= 500 for each in self.session.sent)

    def witness(self, waited_ms: float, exchange: Exchange, _began: datetime, why: BaseException | None) -> None:
        """Look at every single request: what it may have spoilt, how long it took, and whether the service broke."""
        self.session.disturbances.note(exchange, why)
        self.house.sent(exchange, exchange.elapsed_ms - waited_ms, why)
        if exchange.status:
            self.house.ledger.asked(SERVER_ERROR)
        if exchange.status >= 500 and exchange.status not in GATEWAY and why is None:
            self._tell_crash(exchange)

    def _tell_crash(self, exchange: Exchange) -> None:
        try:
            message = f"{exchange.operation}: a server error while others asked, too"
            actual = f"status {exchange.status}"
            fail(message, expected="a status below 500", actual=actual, at=exchange)
        except Violation as violation:
            alone = Violation(str(violation), violation.difference, exchange, (exchange,))
            self.house.ledger.accuse(SERVER_ERROR, alone, self.quiet)

    @property
    def quiet(self) -> Session:
        """The session without what was disturbed: a server error is one whatever else went wrong."""
        import dataclasses

        return dataclasses.replace(self.session, disturbances=Disturbances(), sent=[])

    def create(self, body: Object) -> Exchange:
        """Create a deployment, as a control."""
        exchange = self.client.create(body)
        need_object(exchange)
        return exchange

    def put_away(self, ids: list[str]) -> None:
        """Archive what is still there of these; what is refused is left to the end."""
        with self.client.clearing():
            for id_ in ids:
                item = self.house.journal.find(id_)
                if item is not None and item.open:
                    self.client.archive(id_)
