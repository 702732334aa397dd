"""One user with deployments of its own: calls in any order, each compared with the model that `run` has, too."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from conformance.cases.sequence_player import Player
from conformance.cases.sequences import Broken, Call, Ended, World
from conformance.failures import Inconclusive

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from conformance.cases.conftest import Bodies
    from conformance.expect import Object
    from conformance.soak.guest import Guest

ALIVE = 4
STEPS = 24
"""So many deployments and calls a sequence has; then another begins, so that its story can be read."""

OLD_LISTS = 8
"""So many sequences list what is archived, where a list does not begin with the newest: later it would be long."""

SIGNS = "abcXYZ019 -_.äß€語🙂"
ASPECTS = {
    "status": "sequence-answers",
    "object": "sequence-objects",
    "list": "sequence-lists",
    "locked": "sequence-archived-is-locked",
    "clock": "sequence-updated-at-never-goes-back",
}
"""The requirement that each aspect of the model is about."""

OFTEN = {"create": 1, "update": 6, "change_state": 6, "archive": 1, "run": 1, "list_some": 2}


@dataclass
class Owner:
    """Plays one sequence after the other on deployments that nobody else writes to."""

    guest: Guest
    bodies: Bodies | None = None
    alone: bool = False
    """Whether nobody else uses its agent, so that a list of that holds what it made and nothing more."""
    player: Player | None = None
    sequences: int = 0
    _labels: Iterator[int] = field(default_factory=count)

    def step(self) -> None:
        """Make the next call, and compare what it shows; an answer that was lost ends the sequence unjudged."""
        guest = self.guest
        guest.begin("soak-owner")
        player = self.player = self.player or self._begin()
        call = self._draw(player, guest.dice)
        subject = None if call.subject is None else player.model[player.labels[call.subject]]
        locked = subject is not None and subject.archived
        known = {*player.found}
        over = True
        try:
            player.play(call)
            over = len(player.played) >= STEPS
            self._count(call, locked=locked)
        except Broken:
            pass  # it is in `found`
        except Ended:
            pass
        finally:
            found = [player.found[aspect] for aspect in player.found if aspect not in known]
            self._close(player, found, over=over or guest.disturbed)

    def _close(self, player: Player, found: list[Broken], *, over: bool) -> None:
        for broken in found:
            self.guest.house.ledger.accuse(ASPECTS[broken.aspect], broken, self.guest.session)
        if over:
            self.player = None
            self._put_away(player)

    def _put_away(self, player: Player) -> None:
        ids = [id_ for id_, expected in player.model.items() if not expected.archived]
        with contextlib.suppress(Inconclusive):  # it is in the journal
            self.guest.put_away(ids)

    def _begin(self) -> Player:
        guest = self.guest
        self.sequences += 1
        if self.bodies is None:
            own = guest.own_bodies()
            self.alone, self.bodies = own is not None, own or guest.house.bodies(guest)
        agents = (self.bodies.agent_id,) * 2 if self.alone else ()
        return Player(World(guest.client, self.bodies, guest.suite, agents, guest.house.schedules(guest)))

    def _count(self, call: Call, *, locked: bool) -> None:
        asked = {"status", "object"} if call.name != "list_some" else set()
        asked |= {"list"} if self.alone else set()
        asked |= {"locked"} if locked and call.name in {"update", "change_state"} else set()
        asked |= {"clock"} if call.name in {"update", "change_state", "archive"} and not locked else set()
        self.guest.house.ledger.asked(*(ASPECTS[aspect] for aspect in asked))

    # --- drawing --------------------------------------------------------------------------------------------

    def _draw(self, player: Player, dice: random.Random) -> Call:
        """Any call that the state allows to ask for."""
        kind = dice.choices([*OFTEN], [*OFTEN.values()])[0]
        alive = [label for label, id_ in player.labels.items() if not player.model[id_].archived]
        full, few = len(player.labels) >= ALIVE, len(alive) < 2
        if not player.labels or (kind == "create" and not full):
            return Call("create", self._fields(dice), label=next(self._labels))
        no_runs = not self.guest.session.consent.runs
        if kind == "create" or (kind, True) in {("archive", few), ("run", no_runs), ("list_some", not self.alone)}:
            kind = "update"
        if kind == "list_some":
            return Call(kind, self._parameters(dice))
        label = dice.choice([*player.labels])
        paused = player.model[player.labels[label]].paused
        other = "unpause" if paused else "pause"
        action = dice.choice([other, other, "pause", "unpause"])
        values = {"update": self._fields(dice), "change_state": {"action": action}}.get(kind, {})
        return Call(kind, values, label)

    def _fields(self, dice: random.Random) -> Object:
        """Any subset of the fields of an update, as `sequence_machine` draws them."""
        fields: Object = {
            "name": _text(dice),
            "description": _text(dice),
            "schedule": dice.randrange(2),
            "initial_events": [_text(dice) for _ in range(dice.randint(1, 3))],
            "metadata": {f"k{dice.randrange(16)}": dice.choice([None, _text(dice)]) for _ in range(dice.randint(0, 4))},
        }
        return {name: value for name, value in fields.items() if dice.random() < 0.4}

    def _parameters(self, dice: random.Random) -> Object:
        newest_first = self.guest.suite.revision.newest_first
        archived = dice.random() < 0.5 and (newest_first or self.sequences < OLD_LISTS)
        status = dice.choice([None, "active", "paused"])
        return {"agent": 0, "status": status, "archived": archived, "limit": dice.choice([1, 2, 3, 20])}


def _text(dice: random.Random) -> str:
    return "".join(dice.choices(SIGNS, k=dice.randint(1, 12))).strip() or "x"
