"""What the cases of one process share: the client, what was provisioned for them, and the clearing away."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from conformance import deviations, recording, revisions
from conformance.clearing import Clearing
from conformance.client import Client
from conformance.exchange import Redactor
from conformance.expect import need_object
from conformance.failures import BoundReached, NotApplicable
from conformance.journal import Journal
from conformance.lost_create import anew
from conformance.ownership import BEFORE, Ownership, mark_of
from conformance.pace import Budget
from conformance.ripening import Ripening
from conformance.session import Session
from conformance.shape_book import ShapeBook
from conformance.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from datetime import datetime

    from httpx import BaseTransport

    from conformance.errands import Errands
    from conformance.exchange import Exchange
    from conformance.failures import Violation
    from conformance.model import Leftover
    from conformance.room import Room
    from conformance.settings import Settings

T = TypeVar("T")

TOO_MANY = 429

STRIDE = 1350
"""So many requests take about as long as a step of what takes time, and equal runs do it in the same place."""


@dataclass
class Suite:
    """One process's share of a run."""

    settings: Settings
    worker: str = "main"
    carrier: BaseTransport | None = None
    journal: Journal | None = None
    errands: Errands | None = None
    client: Client = field(init=False)
    redact: Redactor = field(init=False)
    by_status: Counter[str] = field(default_factory=Counter)
    shapes: ShapeBook = field(default_factory=ShapeBook)
    names: Iterator[str] = field(init=False)
    shared: set[str] = field(default_factory=set)
    record: recording.Recorder | None = None
    limited: int = 0
    look_again: Callable[[str | None], bool] = lambda _: False
    room: Room | None = None
    _growing: list[Ripening[Any]] = field(default_factory=list)
    _put_away: int = 0
    _stepped_at: int = 0

    def __post_init__(self) -> None:
        """Set up the client; nothing is sent yet."""
        settings, target = self.settings, self.settings.target
        path = Path(settings.journal_path) if settings.journal_path else None
        self.redact = Redactor(settings.secrets)
        journal = self.journal or Journal(path, self.worker)
        journal.redact = self.redact
        journal.elsewhere = self.errands.write_down if self.errands else None
        session = Session(
            transport=Transport(target, settings.pace, self.carrier),
            base_url=settings.base_url,
            journal=journal,
            consent=settings.consent,
            run_id=settings.run_id,
            revision=deviations.of(target),
            headers=settings.headers,
            seed=settings.options.seed,
            budget=Budget(target.max_writes, settings.budget_path, self.errands.count_write if self.errands else None),
            trusted=settings.trusted,
            careful=not settings.loopback,
            ownership=Ownership(dict.fromkeys(settings.ids, BEFORE)),
            on_sent=self._count,
            shown_ids=[id_ for id_ in (target.agent_id, target.environment_id) if id_],
        )
        session.transport.health.deadline = settings.deadline
        self.client = Client(session, f"Bearer {target.token}" if target.token else None)
        if settings.options.har is not None:
            self.record = recording.Recorder(self._add(Path(settings.options.har)), self.redact, lambda: session.caller)
        session.transport.witness = self._witness
        self.names = self._names()

    def _add(self, har: Path) -> Callable[[bytes], None]:
        """How an exchange comes into the record of all."""
        return self.errands.record if self.errands else recording.Part(recording.part(har, self.worker)).add

    @property
    def revision(self) -> revisions.Revision:
        """The edition of the contract that the target is held against."""
        return self.client.session.revision

    def _count(self, exchange: Exchange) -> None:
        self.by_status[str(exchange.status)] += 1
        self.shapes.note(exchange)

    def _witness(self, exchange: Exchange, began: datetime, why: BaseException | None) -> None:
        """Look at every single request, also at those that are sent again."""
        self.client.session.disturbances.note(exchange, why)
        self.limited += exchange.status == TOO_MANY
        if self.record is not None:
            self.record(exchange, began, why)

    def _names(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"{mark_of(self.settings.run_id)}-{self.worker}-{number}"

    def check_bounds(self) -> None:
        """Raise `BoundReached` once nothing more is to be asked: the time is over, or what was looked for is found."""
        settings = self.settings
        if time.monotonic() > settings.deadline:
            raise BoundReached(settings.out_of_time)
        if settings.options.fail_fast and (id_ := self._halted()):
            raise BoundReached(f"--fail-fast: {id_} had failed")

    def _halted(self) -> str:
        """After whose failure nothing more is to be asked; "" if there is none."""
        if self.errands is not None:
            return self.errands.halted()
        path = self.settings.halt_path
        return "" if path is None else Path(path).read_text(encoding="utf-8")

    # --- what takes time ---------------------------------------------------------------------------------------

    def grow(self, steps: Generator[float, None, T]) -> Ripening[T]:
        """Begin what needs time between its steps; it goes on between the cases."""
        settings = self.settings
        late = BoundReached(settings.out_of_time) if settings.deadline < float("inf") else None
        growing = Ripening(steps, settings.deadline, late)
        self._growing.append(growing)
        return growing

    def go_on(self) -> None:
        """Do the next steps of what takes time, by requests sent: by the clock it would be elsewhere in each run."""
        sent = self.by_status.total()
        if sent < self._stepped_at + STRIDE:
            return
        self._stepped_at = sent
        with self.aside():
            for each in self._growing:
                each.go_on()

    def disturbed(self, why: str | None = None) -> bool:
        """Whether others changed what was found in the account; asked once only for each reason, if one is given."""
        with self.aside():
            return self.look_again(why)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Send for the suite as a whole: it shall not be shown as done by the case that comes next."""
        session = self.client.session
        caller, number = session.caller, len(session.sent)
        session.caller = "suite"
        try:
            yield
        finally:
            session.caller = caller
            del session.sent[number:]

    def lacks_room(self, failure: Violation) -> bool:
        """Whether the account is full, and a create that the case rests on was refused for that."""
        sent = [*self.client.session.sent, *failure.sequence, *([failure.exchange] if failure.exchange else [])]
        with self.aside():
            return self.room is not None and self.room.lacking(sent)

    # --- provisioning -----------------------------------------------------------------------------------------

    def provision_agent(self) -> str:
        """Create an agent; `NotApplicable` where the target has no endpoint for that."""
        return self._provision("agent", self.client.create_agent, {"model": "auto"}, "model")

    def provision_environment(self) -> str:
        """Create an environment; `NotApplicable` where the target has no endpoint for that."""
        body = {"config": {"type": "cloud"}}
        return self._provision("environment", self.client.create_environment, body, "config")

    def _provision(self, kind: str, create: Callable[[Any], Exchange], body: dict[str, Any], borrowed: str) -> str:
        exchange = anew(lambda: create({"name": next(self.names)} | body))
        if exchange.status in {400, 422} and (example := self._existing(kind)):
            # our guess at a valid one was wrong: take over what an existing one says
            exchange = anew(lambda: create({"name": next(self.names), borrowed: example.get(borrowed)}))
        if exchange.status in {400, 403, 404, 405, 422, 501}:
            raise NotApplicable(f"no {kind} could be made ({exchange.status}): give --{kind}-id")
        id_: str = need_object(exchange)["id"]
        self.shared.add(id_)
        return id_

    def _existing(self, kind: str) -> dict[str, Any] | None:
        answer: Any = self.client.send("GET", f"/{kind}s", params={"limit": 1}).json
        data = answer.get("data") if isinstance(answer, dict) else None
        return data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else None

    # --- clearing away ----------------------------------------------------------------------------------------

    def put_away_after_case(self) -> None:
        """Archive what the last case made for itself alone, once: what is refused is tried again at the end."""
        made = self.client.session.journal.deployments(after=self._put_away)
        self._put_away = len(self.client.session.journal.items)
        mine = [item for item in made if item.id not in self.shared]
        if mine:
            self._clearing.put_away(mine)

    def put_away(self, shared: Iterable[dict[str, Any]]) -> None:
        """Archive what several cases have shared, and no other will ask for."""
        items = [self.client.session.journal.find(each["id"]) for each in shared]
        with self.aside():
            self._clearing.put_away(item for item in items if item is not None)

    def finish(self) -> list[Leftover]:
        """Archive everything and close the connection; returns what is left behind."""
        return self._clearing.finish(f"{mark_of(self.settings.run_id)}-{self.worker}-")

    def finish_all(self) -> list[Leftover]:
        """The same for all processes of a run, when they have ended."""
        return self._clearing.finish(f"{mark_of(self.settings.run_id)}-")

    def leftovers(self) -> list[Leftover]:
        """What is still there, or may be."""
        return self._clearing.leftovers()

    @property
    def _clearing(self) -> Clearing:
        return Clearing(self.client, self.settings, self.redact)
