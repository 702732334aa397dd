"""Any order of calls: plays them, and compares every answer, the objects and the lists with the model after each."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from conformance.cases.creates import as_sent
from conformance.cases.pages import onward
from conformance.cases.sequences import Broken, Call, Ended, Expected, World, lasting
from conformance.expect import (
    Object,
    expect_equal,
    expect_refusal,
    expect_status,
    instant,
    need_object,
    need_page,
    resolve,
    user_metadata,
)
from conformance.failures import NoRoom, Violation
from conformance.model import Difference
from conformance.second_look import FULL

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conformance.exchange import Exchange
    from conformance.revisions import Revision

PAGES = 60
"""So many pages of one list are read at most, for the sake of accounts with many foreign deployments."""


@dataclass
class Player:
    """Plays one sequence of calls on a world. Deployments are known by the number of the call that created them.

    `found` holds, by aspect, what differed: what only a SHOULD forbids is noted there and the sequence goes on, for it
    must not hide what a MUST forbids, which is raised as `Broken`.
    """

    world: World
    model: dict[str, Expected] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    played: list[Call] = field(default_factory=list)
    calls: list[Exchange] = field(default_factory=list)
    found: dict[str, Broken] = field(default_factory=dict)
    was_run: set[str] = field(default_factory=set)
    walk: int = 0

    def play(self, call: Call, *, look: bool = True) -> None:
        """Make a call; `look` at everything afterwards."""
        self.played.append(call)
        subject = None if call.subject is None else self.labels[call.subject]
        agents = {self.model[subject].agent_id} if subject is not None else set()
        touched = getattr(self, call.name)(call, subject)
        if look and touched is not None:
            self._look(touched, agents)

    # --- calls: each returns the id of what has to be looked at -----------------------------------------------------

    def create(self, call: Call, _: None) -> str:
        """Create one more."""
        values = self._real(call.values)
        metadata = {key: text for key, text in values.get("metadata", {}).items() if text is not None}
        exchange = self._send(self.world.api.create, self.world.bodies(**values | {"metadata": metadata}))
        created = need_object(self._status(exchange, 200))
        self._shows(exchange, created, values | {"metadata": metadata, "status": "active"})
        self.model[created["id"]] = Expected(lasting(created), created.get("updated_at"))
        self.labels[call.label] = created["id"]
        return str(created["id"])

    def update(self, call: Call, id_: str) -> str:
        """Update any of them."""
        expected, values = self.model[id_], self._real(call.values)
        exchange = self._send(self.world.api.update, id_, values)
        if expected.archived:
            self._locked(exchange)
        elif not (expected.paused and 400 <= exchange.status < 500):  # to refuse it while paused is no change
            updated = need_object(self._status(exchange, 200))
            self._shows(exchange, updated, self._merged(expected, values))
            self._unchanged(exchange, updated, expected, values)
            self._learn(id_, updated)
        return id_

    def change_state(self, call: Call, id_: str) -> str:
        """Pause or unpause any of them."""
        expected, action = self.model[id_], call.values["action"]
        exchange = self._send(getattr(self.world.api, action), id_)
        wanted, allowed = ("paused", not expected.paused) if action == "pause" else ("active", expected.paused)
        if expected.archived:
            self._locked(exchange)
        elif not allowed:
            self._repeated(exchange, expected)
        else:
            changed = need_object(self._status(exchange, 200))
            self._shows(exchange, changed, {"status": wanted} | ({"paused_reason": None} if wanted == "active" else {}))
            self._unchanged(exchange, changed, expected, {"status": wanted, "paused_reason": None})
            self._learn(id_, changed)
        return id_

    def archive(self, _: Call, id_: str) -> str:
        """Archive any of them."""
        expected = self.model[id_]
        exchange = self._send(self.world.api.archive, id_)
        if expected.archived:
            self._repeated(exchange, expected)
        else:
            archived = need_object(self._status(exchange, 200))
            free = {"status": None, "paused_reason": None, "name": None, "archived_at": None}
            self._unchanged(exchange, archived, expected, free)
            self._learn(id_, archived, archived=True)
        return id_

    def run(self, _: Call, id_: str) -> str:
        """Run any of them."""
        expected = self.model[id_]
        exchange = self._send(self.world.api.run, id_)
        self.was_run.add(id_)
        if expected.archived and not self._revision.repeats_conflict:
            self._as("status", exchange, lambda: expect_refusal(exchange))
        else:
            forbidden = expected.archived or (expected.paused and not self._revision.runs_while_paused)
            self._status(exchange, 409 if forbidden else 200)
        return id_

    def list_some(self, call: Call, _: None) -> None:
        """List them with any filters, in pages of any size."""
        agent_id, archived = self.world.agents[call.values["agent"]], call.values["archived"]
        status = None if archived else call.values["status"]  # together they are open (conflicts C-27)
        limit = call.values["limit"]
        params = {"agent_id": agent_id, "status": status, "include_archived": archived or None, "limit": limit}
        wanted = [id_ for id_, each in self.model.items() if each.listed(agent_id, status, archived=archived)]
        self._compare_list(params, wanted)

    def put_away(self) -> None:
        """Leave nothing that later lists would have to walk past."""
        with self.world.api.clearing():
            for id_, expected in self.model.items():
                if not expected.archived:
                    self.world.api.archive(id_)

    # --- comparing ------------------------------------------------------------------------------------------

    @property
    def _revision(self) -> Revision:
        return self.world.api.session.revision

    def _repeated(self, exchange: Exchange, expected: Expected) -> None:
        """A change of state that was made already is a conflict; or it may go well, if it changes nothing."""
        if self._revision.repeats_conflict:
            self._status(exchange, 409)
        elif exchange.ok:
            self._unchanged(exchange, need_object(exchange), expected, {})
        else:
            self._as("status", exchange, lambda: expect_refusal(exchange))

    def _send(self, call: Callable[..., Exchange], *arguments: Any) -> Exchange:
        if time.monotonic() > self.world.deadline:
            raise Ended
        exchange = call(*arguments)
        self.calls.append(exchange)
        return exchange

    def _real(self, drawn: Object) -> Object:
        """The drawn fields as the world has them: with a name of their own, agents and schedules, and events."""
        values = dict(drawn)
        if "name" in values:
            values["name"] = f"{next(self.world.suite.names)} {values['name']}"
        for key, real in (("agent", self.world.agents), ("schedule", self.world.schedules)):
            if key in values:
                values[key] = real[values[key]]
        if "initial_events" in values:
            values["initial_events"] = [self._revision.message(text) for text in values["initial_events"]]
        return values

    @staticmethod
    def _merged(expected: Expected, values: Object) -> Object:
        if "metadata" not in values:
            return values
        bag = user_metadata(expected.shown) | values["metadata"]
        return values | {"metadata": {key: text for key, text in bag.items() if text is not None}}

    def _learn(self, id_: str, shown: Object, *, archived: bool = False) -> None:
        before = instant(self.model[id_].updated_at)
        after = instant(shown.get("updated_at"))
        if before is not None and after is not None and after < before:
            self._mention_clock(before, after)
        self.model[id_] = Expected(lasting(shown), shown.get("updated_at"), archived)

    def _status(self, exchange: Exchange, *statuses: int) -> Exchange:
        return self._as("status", exchange, lambda: expect_status(exchange, *statuses))

    def _locked(self, exchange: Exchange) -> None:
        try:
            expect_status(exchange, *self._revision.archived_refusals)
        except Violation as violation:
            self._mention(violation, "locked")

    def _shows(self, exchange: Exchange, shown: Object, values: Object) -> None:
        actual = shown | {"metadata": user_metadata(shown), "agent": resolve(shown, "/agent/id")}
        for key, value in values.items():
            wanted = {k: value[k] for k in ("type", "expression", "timezone")} if key == "schedule" else value
            told = actual.get(key)
            if key == "schedule" and isinstance(told, dict):
                told = {k: told.get(k) for k in wanted}
            if key in {"initial_events", "resources"}:
                told = as_sent(told, wanted)
            self._equal(exchange, told, wanted, f"{key} in the answer", f"/{key}")

    def _unchanged(self, exchange: Exchange, shown: Object, expected: Expected, values: Object) -> None:
        kept = [key for key in expected.shown if key not in {*values, "updated_at"}]
        now = lasting(shown)
        for key in kept:
            self._equal(exchange, now.get(key), expected.shown[key], f"{key}, which was not to change,", f"/{key}")

    def _equal(self, at: Exchange, told: Any, wanted: Any, what: str, pointer: str = "") -> None:
        aspect = "list" if at.path.startswith("/deployments?") else "object"
        self._as(aspect, at, lambda: expect_equal(told, wanted, what, at=at, pointer=pointer))

    def _look(self, id_: str, agents: set[Any]) -> None:
        """Read what was touched, and list what its agents have, before and now: nothing else has changed."""
        expected = self.model[id_]
        exchange = self._send(self.world.api.get, id_)
        if exchange.ok or not expected.archived:  # that an archived one can be read is another promise
            self._equal(exchange, lasting(need_object(exchange)), expected.shown, "a later GET")
        for agent_id in sorted({*agents, self.model[id_].agent_id} & {*self.world.agents}):
            wanted = [known for known, each in self.model.items() if each.listed(agent_id, None, archived=False)]
            self._compare_list({"agent_id": agent_id, "limit": 20}, wanted)

    def _compare_list(self, params: dict[str, Any], wanted: list[str]) -> None:
        told: list[str] = []
        self.walk = len(self.calls)
        for _ in range(PAGES):
            page = need_page(self._send(self.world.api.list, params))
            ours = [id_ for id_ in page.ids if id_ in self.model]
            repeated = bool({*ours} & {*told})
            told += ours
            self._check_items(page.items, page.exchange)
            complete = len(told) >= len(wanted) and (not ours or page.has_more is False)
            if repeated or complete or not page.items:
                break
            on = onward(page)
            if on is None:
                break
            params = params | on
        else:
            return  # there is more than can be walked past: nobody can tell
        what = "the ids of our deployments in the list"
        self._equal(self.calls[-1], sorted(told), sorted(wanted), what, "/data")

    def _check_items(self, items: list[Object], at: Exchange) -> None:
        for place, item in enumerate(items):
            expected = self.model.get(str(item.get("id")))
            if expected is not None:
                told = lasting(item)
                self._equal(at, told, expected.shown, "an item of the list", f"/data/{place}")

    def _as(self, aspect: str, exchange: Exchange, check: Callable[[], Any]) -> Exchange:
        try:
            check()
        except Violation as violation:
            self._fail(violation, aspect)
        return exchange

    def _gave_up(self, id_: str) -> bool:
        """Whether the service itself has paused a deployment whose runs fail: it may, and at any time."""
        reason = need_object(self._send(self.world.api.get, id_)).get("paused_reason")
        return isinstance(reason, dict) and reason.get("type") != "manual"

    def _mention_clock(self, before: datetime, after: datetime) -> None:
        difference = Difference(f"a time not before {before}", str(after), "/updated_at")
        at = self.calls[-1]
        self._mention(
            Violation(f"{at.operation}: updated_at went back from {before} to {after}", difference, at), "clock"
        )

    def _needed(self, violation: Violation) -> list[Exchange]:
        """The calls that a reader needs: every write, and the reads that show what is wrong."""
        at = violation.exchange
        listed = at is not None and at.path.startswith("/deployments?")
        shown = self.calls[self.walk :] if listed else [at]
        return [call for call in self.calls if call.method != "GET" or any(call is each for each in shown)]

    def _mention(self, violation: Violation, aspect: str) -> None:
        """Note what only a SHOULD forbids, and go on."""
        self.found.setdefault(aspect, Broken(violation, aspect, self._needed(violation), tuple(self.played)))

    def _fail(self, violation: Violation, aspect: str) -> NoReturn:
        if self.world.suite.lacks_room(violation):  # asked now: there is room again when this sequence is put away
            raise NoRoom(FULL)
        if any(self._gave_up(id_) for id_ in sorted(self.was_run) if not self.model[id_].paused):
            raise Ended
        broken = Broken(violation, aspect, self._needed(violation), tuple(self.played))
        self.found[aspect] = broken
        raise broken from None
