"""Any order of calls: a hypothesis state machine that calls at random, until something differs from the model."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from conformance.cases.sequence_player import Player
from conformance.cases.sequences import Broken, Call, Ended, World
from conformance.failures import Inconclusive

if TYPE_CHECKING:
    from conformance.expect import Object

ALIVE = 5
"""So many deployments of one sequence at most."""

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
KEYS = st.integers(0, 15).map("k{}".format)
VALUES = st.one_of(TEXT, st.just("x" * 512))

FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "description": TEXT,
        "agent": st.integers(0, 1),
        "schedule": st.integers(0, 1),
        "initial_events": st.lists(TEXT, min_size=1, max_size=3),
        "metadata": st.dictionaries(KEYS, st.one_of(st.none(), VALUES), max_size=16),
    },
)
"""Any subset of the fields of an update: metadata is a patch, events are texts, agent and schedule numbers of the
world's."""

ANY_OF_THEM = st.sampled_from([0, 0, 0, 1, 1, *range(2, ALIVE)])
"""The place of a deployment among those that the sequence has made, to be counted on from the first after the last.

Often the same: what a long history of one deployment shows is seldom shown by short ones of many.
"""

OTHER = "to the other state"
"""Pause what is active, and unpause what is paused."""

NOTHING: st.SearchStrategy[Object] = st.just({})
ACTIONS = st.sampled_from([{"action": "pause"}, {"action": "unpause"}, {"action": OTHER}, {"action": OTHER}])
PARAMETERS = st.fixed_dictionaries(
    {
        "agent": st.integers(0, 1),
        "status": st.sampled_from([None, "active", "paused"]),
        "archived": st.booleans(),
        "limit": st.sampled_from([1, 2, 3, 20]),
    }
)
KINDS = {
    "create": st.builds(Call, st.just("create"), FIELDS),
    "update": st.builds(Call, st.just("update"), FIELDS, ANY_OF_THEM),
    "change_state": st.builds(Call, st.just("change_state"), ACTIONS, ANY_OF_THEM),
    "archive": st.builds(Call, st.just("archive"), NOTHING, ANY_OF_THEM),
    "run": st.builds(Call, st.just("run"), NOTHING, ANY_OF_THEM),
    "list_some": st.builds(Call, st.just("list_some"), PARAMETERS),
}
OFTEN = {"create": 1, "update": 5, "change_state": 6, "archive": 2, "run": 2, "list_some": 2}
"""How often each kind of call is drawn. One rule for all: hypothesis would leave most rules out of most sequences."""

CALLS = st.sampled_from([kind for kind, times in OFTEN.items() for _ in range(times)]).flatmap(KINDS.__getitem__)


class Calls(RuleBasedStateMachine):
    """One sequence of calls on a world, which keeps what it comes upon."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.player = Player(world)
        self.numbers = count()

    @initialize(values=FIELDS, others=FIELDS)
    def begin(self, values: Object, others: Object) -> None:
        """Begin with two deployments."""
        self.create(values)
        self.create(others)

    @rule(call=CALLS)
    def call(self, call: Call) -> None:
        """Make any call that the state allows to ask for; what it does not is an update instead."""
        full = len(self.player.labels) >= ALIVE
        last = sum(not each.archived for each in self.player.model.values()) < 2
        no_runs = not self.world.api.session.consent.runs
        impossible = {"create": full, "archive": last, "run": no_runs}
        if impossible.get(call.name):
            call = Call("update", {}, call.subject or 0)
        if call.subject is not None:
            label, id_ = list(self.player.labels.items())[call.subject % len(self.player.labels)]
            call = replace(call, subject=label)
            if call.values.get("action") == OTHER:
                paused = self.player.model[id_].paused
                call = replace(call, values={"action": "unpause" if paused else "pause"})
        self._play(call)

    def create(self, values: Object) -> None:
        """Create one more."""
        self._play(Call("create", values))

    def _play(self, call: Call) -> None:
        if self.world.ended is not None or self.world.lost is not None:
            reject()  # hypothesis would play what failed once more
        if call.name == "create":
            call = replace(call, label=next(self.numbers))
        try:
            self.player.play(call)
        except Ended:
            reject()
        except Broken as broken:
            self.world.ended = broken
            raise
        except Inconclusive as failure:
            self.world.lost = failure
            raise
        finally:
            for aspect, found in self.player.found.items():
                self.world.found.setdefault(aspect, found)

    def teardown(self) -> None:
        """Leave nothing that later lists would have to walk past."""
        with contextlib.suppress(Inconclusive):  # it is in the journal
            self.player.put_away()
