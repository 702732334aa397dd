"""Any order of calls: what only a sequence of them shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from conformance.cases.sequence_machine import Calls
from conformance.cases.sequence_reduction import reduce
from conformance.cases.sequences import World
from conformance.expect import need
from conformance.failures import NotApplicable
from conformance.far_schedules import far_month
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.server_time import server_now

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.suite import Suite

STEPS = 24


@dataclass(frozen=True)
class Exploration:
    """What the calls at random came upon: what ended them, and what was mentioned on the way."""

    world: World

    def judge(self, aspect: str) -> None:
        """Accuse if this aspect differed; it is unknown if another one ended the exploration."""
        ended, found = self.world.ended, self.world.found.get(aspect)
        if found is not None:
            raise found
        need(ended is None, f"the exploration ended early: {ended}")


@pytest.fixture(scope="session")
def two_agents(suite: Suite, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Two agents of the exploration's own where they can be made: the lists of them show little besides."""
    try:
        return suite.provision_agent(), suite.provision_agent()
    except NotApplicable:
        return request.getfixturevalue("agent_id"), request.getfixturevalue("second_agent_id")


@pytest.fixture(scope="session")
def exploration(
    suite: Suite, api: Client, bodies: Bodies, two_agents: tuple[str, str], accepted: Object
) -> Exploration:
    """Random sequences of calls, each compared with the model after every step; made once for all aspects."""
    assert accepted  # without which nobody could tell whether the account is full
    options = suite.settings.options
    month = far_month(server_now(api))
    expressions = (f"0 6 2 {month} *", f"*/20 9 12 {month} *")
    schedules = tuple({"type": "cron", "expression": each, "timezone": "Asia/Tokyo"} for each in expressions)
    world = World(api, replace(bodies, agent_id=two_agents[0]), suite, two_agents, schedules)
    settings = hypothesis.settings(
        max_examples=options.examples + options.examples // 2,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        derandomize=False,  # hypothesis would ignore the seed where CI is set
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.generate,),
    )
    try:
        begin: Any = hypothesis.seed(options.seed)(lambda: Calls(world))  # the class would be kept for ever
        run_state_machine_as_test(begin, settings=settings)
    except Exception:
        if world.ended is None and world.lost is None:
            raise
    if world.lost is not None:
        raise world.lost
    world.found = {aspect: reduce(world, broken) for aspect, broken in world.found.items()}
    return Exploration(world)


@requirement("sequence-answers", MUST, source="pause#errors", covers="PAU-002 UNP-002 ARC-008 RUN-003 RUN-004")
def test_every_call_is_answered_as_its_state_says(exploration: Exploration) -> None:
    """In any order of calls each is accepted or refused as the state of its deployment says."""
    exploration.judge("status")


@requirement("sequence-objects", MUST, source="update#request-body", covers="UPD-002 OBJ-015")
def test_every_object_is_as_it_was_last_written(exploration: Exploration) -> None:
    """In any order of calls each deployment shows what was last written to it, and a call changes nothing else."""
    exploration.judge("object")


@requirement("sequence-lists", MUST, source="list#query-parameters", covers="LST-004 LST-005 LST-006 LST-009")
def test_every_list_shows_what_there_is(exploration: Exploration) -> None:
    """In any order of calls a list shows every deployment that its filters ask for once, as it is now, and no other."""
    exploration.judge("list")


@requirement("sequence-archived-is-locked", SHOULD, source="archive#errors", covers="UPD-022 PAU-008 UNP-008")
def test_what_is_archived_stays_as_it_is(exploration: Exploration) -> None:
    """In any order of calls an archived deployment refuses to be updated, paused and unpaused."""
    exploration.judge("locked")


@requirement("sequence-updated-at-never-goes-back", SHOULD, source="update#response", covers="UPD-003 OBJ-011")
def test_updated_at_never_goes_back(exploration: Exploration) -> None:
    """In any order of calls updated_at of a deployment never goes back."""
    exploration.judge("clock")
