"""What the users of one process share: the journal, the pace, the budget, the agents, and where findings go."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from conformance import far_schedules
from conformance.cases.conftest import Bodies
from conformance.exchange import Redactor
from conformance.health import Health
from conformance.journal import Journal
from conformance.ownership import BEFORE, Ownership
from conformance.pace import Budget
from conformance.server_time import server_now
from conformance.soak.clock import Clock
from conformance.soak.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.model import Requirement
    from conformance.pace import Pace
    from conformance.settings import Settings
    from conformance.soak.commons import Commons
    from conformance.soak.guest import Guest
    from conformance.soak.standing import Standing
    from conformance.verdicts import Part


@dataclass
class House:
    """One process full of users; `name` tells it from others, and `heard` is told of each request."""

    settings: Settings
    name: str
    declared: Mapping[str, Requirement]
    tell: Callable[[Part], None]
    clock: Clock = field(default_factory=Clock)
    heard: Callable[[Exchange, float, BaseException | None], None] = lambda *_: None
    journal: Journal = field(init=False)
    pace: Pace = field(init=False)
    budget: Budget = field(init=False)
    ownership: Ownership = field(init=False)
    ledger: Ledger = field(init=False)
    health: Health = field(default_factory=Health)
    exits: ExitStack = field(default_factory=ExitStack)
    """What is closed when the last user has gone."""
    commons: list[Commons] = field(default_factory=list)
    standing: Standing | None = None
    _kept: dict[str, str] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _schedules: tuple[Object, ...] = ()

    def __post_init__(self) -> None:
        """Open the journal; nothing is sent yet."""
        settings, target = self.settings, self.settings.target
        redact = Redactor(settings.secrets)
        path = Path(settings.journal_path) if settings.journal_path else None
        self.journal = Journal(path, self.name, redact)
        self.pace = settings.pace
        self.budget = Budget(target.max_writes, settings.budget_path)
        self.ownership = Ownership(dict.fromkeys(settings.ids, BEFORE))
        self.health.deadline = settings.deadline
        self.exits.callback(self.journal.close)
        self.ledger = Ledger(self.declared, redact, self.tell)

    def revive(self) -> None:
        """Try the target again, but no longer than the time of the soak."""
        self.health.revive()
        self.health.deadline = self.settings.deadline

    def sent(self, exchange: Exchange, elapsed_ms: float, why: BaseException | None) -> None:
        """Count a request; `why` says why it was not answered."""
        self.clock.note(exchange.operation, elapsed_ms, exchange.status)
        self.heard(exchange, elapsed_ms, why)

    def bodies(self, guest: Guest, agent_id: str | None = None) -> Bodies:
        """Makes bodies for a user, with this agent, or with the one for those who need none of their own."""
        target, suite = self.settings.target, guest.suite
        agent_id = agent_id or target.agent_id or self._once("agent", suite.provision_agent)
        environment_id = target.environment_id or self._once("environment", suite.provision_environment)
        return Bodies(suite, agent_id, environment_id)

    def schedules(self, guest: Guest) -> tuple[Object, ...]:
        """Two schedules that are far away by the clock of the target."""
        if not self._schedules:
            month = far_schedules.far_month(server_now(guest.client))
            expressions = (f"0 6 2 {month} *", f"*/20 9 12 {month} *")
            self._schedules = tuple({"type": "cron", "expression": e, "timezone": "Asia/Tokyo"} for e in expressions)
        return self._schedules

    def _once(self, kind: str, make: Callable[[], str]) -> str:
        with self._lock:  # all users come at once
            if kind not in self._kept:
                self._kept[kind] = make()
            return self._kept[kind]
