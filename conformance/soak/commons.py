"""Deployments that several users change at once, each something else of it: an edit that is lost shows."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.cases.creates import as_sent
from conformance.expect import expect_equal, need_object, user_metadata
from conformance.failures import Inconclusive, Violation

if TYPE_CHECKING:
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.soak.guest import Guest

KEYS = 12
FIELDS = ("name", "description", "initial_events")
REMEMBERED = 24
"""So many of the last writes to a deployment are told where one was lost."""

PATIENCE_S = 5.0
BREATH_S = 0.003
QUIET_ONE_IN = 40
"""How long, and once in how many edits, all others are held up so that all that was written can be compared."""

METADATA, OTHERS, STATUS = (
    "concurrent-metadata-patches-add-up",
    "concurrent-updates-keep-each-other",
    "concurrent-pauses-and-updates-are-kept",
)
UNSET: Any = object()


@dataclass
class Slot:
    """What one user alone changes of a deployment: a key of its metadata, a field, or whether it is paused."""

    name: str
    wanted: Any = UNSET

    @property
    def requirement(self) -> str:
        """What is broken if it is not kept."""
        return {"status": STATUS}.get(self.name, OTHERS if self.name in FIELDS else METADATA)

    def told(self, shown: Object) -> Any:
        """Its value in an answer."""
        if self.name in {*FIELDS, "status"}:
            return as_sent(shown.get(self.name), self.wanted)
        bag = user_metadata(shown)
        return bag.get(self.name) if isinstance(bag, dict) else bag

    @property
    def pointer(self) -> str:
        """Where it stands."""
        return f"/{self.name}" if self.name in {*FIELDS, "status"} else f"/metadata/{self.name}"


def _slots() -> list[Slot]:
    return [Slot(name) for name in ("status", *FIELDS, *(f"key{number}" for number in range(KEYS)))][::-1]


@dataclass
class Commons:
    """One shared deployment. It is `spoilt` by a write of unknown outcome, and `closed` while it is compared."""

    born: Exchange
    free: list[Slot] = field(default_factory=_slots)
    taken: list[Slot] = field(default_factory=list)
    log: deque[Exchange] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    busy: int = 0
    closed: bool = False
    spoilt: bool = False

    @property
    def id(self) -> str:
        """The id of the deployment."""
        return str(need_object(self.born)["id"])

    def story(self, at: Exchange) -> tuple[Exchange, ...]:
        """How it came to be, and what was written last, in the order of the answers."""
        return (self.born, *(each for each in self.log if each is not at), at)


@dataclass
class Sharer:
    """One user's part in a shared deployment."""

    guest: Guest
    commons: Commons | None = None
    slot: Slot = field(default_factory=lambda: Slot(""))
    edits: int = 0

    def step(self) -> None:
        """Change what is ours alone and see that it is kept; now and then see that all of it was."""
        self.guest.begin("soak-commons")
        if self.commons is None or self.commons.spoilt:
            self._join()
        commons = self.commons
        if commons is None or commons.closed:
            return
        self.edits += 1
        if self.guest.dice.randrange(QUIET_ONE_IN):
            self._edit(commons)
        else:
            self.compare(commons)

    def _join(self) -> None:
        """Take what nobody changes of a deployment, or make another one; what is spoilt is given up."""
        left, self.commons, house = self.commons, None, self.guest.house
        if left in house.commons:
            house.commons.remove(left)
            self.guest.put_away([left.id])
            self.guest.begin("soak-commons")
        found = next((each for each in house.commons if each.free and not each.spoilt), None)
        if found is None:
            found = Commons(self.guest.create(house.bodies(self.guest)()))
            house.commons.append(found)
        # others may have joined while it was made, but there is room in it
        self.slot = found.free.pop(self.guest.dice.randrange(len(found.free)))
        found.taken.append(self.slot)
        self.commons = found

    def _edit(self, commons: Commons) -> None:
        value = self._value(commons)
        commons.busy += 1
        done = False
        try:
            answer = self._send(commons, value)
            done = not self.guest.disturbed
        finally:
            commons.busy -= 1
            commons.spoilt |= not done
        if not done:
            return
        commons.log.append(answer)
        if answer.ok:  # what is refused changes nothing; a paused one may refuse
            self.slot.wanted = value
            self._expect(commons, [self.slot], answer)
        self._expect(commons, [self.slot], self.guest.client.get(commons.id))

    def _value(self, commons: Commons) -> Any:
        text = f"{self.guest.suite.worker}-{self.edits}"
        values: dict[str, Any] = {
            "name": f"{need_object(commons.born)['name']} {text}",
            "initial_events": [self.guest.suite.revision.message(text)],
            "description": text,
            "status": "active" if self.slot.wanted == "paused" else "paused",
        }
        set_before = self.slot.wanted is not None and self.slot.wanted is not UNSET
        return values.get(self.slot.name, None if set_before and not self.edits % 4 else text)

    def _send(self, commons: Commons, value: Any) -> Exchange:
        client = self.guest.client
        if self.slot.name == "status":
            return (client.pause if value == "paused" else client.unpause)(commons.id)
        body = {self.slot.name: value} if self.slot.name in FIELDS else {"metadata": {self.slot.name: value}}
        return client.update(commons.id, body)

    def compare(self, commons: Commons) -> None:
        """Wait until nobody writes, and see that all that was accepted is there."""
        commons.closed = True
        try:
            until = time.monotonic() + PATIENCE_S
            while commons.busy and time.monotonic() < until:
                time.sleep(BREATH_S)
            if not commons.busy and not commons.spoilt:
                self._expect(commons, commons.taken, self.guest.client.get(commons.id))
        finally:
            commons.closed = False

    def _expect(self, commons: Commons, slots: list[Slot], at: Exchange) -> None:
        ledger = self.guest.house.ledger
        if commons.spoilt or self.guest.disturbed:
            ledger.dropped += 1
            return
        shown = self._shown(at)
        for slot in slots:
            if slot.wanted is UNSET:
                continue
            ledger.asked(slot.requirement)
            what = f"{slot.name}, which one of several at once had changed,"
            try:
                expect_equal(slot.told(shown), slot.wanted, what, at=at, pointer=slot.pointer)
            except Violation as violation:
                commons.spoilt = True
                told = Violation(str(violation), violation.difference, at, commons.story(at))
                ledger.accuse(slot.requirement, told, self.guest.session)

    def _shown(self, at: Exchange) -> Object:
        try:
            return need_object(at)
        except Inconclusive:
            if self.commons is not None:
                self.commons.spoilt = True
            raise
