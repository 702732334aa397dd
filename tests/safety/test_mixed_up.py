"""A target that answers a create with what is somebody else's does not make a run write there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from matrix.kill import target as in_process
from safety.listening import Listening, settle, unarchived

from conformance.failures import NotKnownAsOurs
from conformance.model import Blame, Options
from conformance.reference.service import Service
from conformance.runner import run
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.matrix

FAR = "https://api.example.test/api/v1/cloud"
THEIRS = 120

Answer: TypeAlias = dict[str, Any]

MIXED_UP: dict[str, Callable[[Answer, Answer], Answer]] = {
    "all of another's": lambda _, theirs: theirs,
    "another's, made at this moment": lambda ours, theirs: theirs | {"created_at": ours["created_at"]},
    "another's id": lambda ours, theirs: ours | {"id": theirs["id"]},
    "another's id, and no more": lambda _, theirs: {"id": theirs["id"]},
    "a way to another's": lambda ours, theirs: ours | {"id": f"{ours['id']}/../{theirs['id']}"},
    "an escaped way to another's": lambda ours, theirs: ours | {"id": f"{ours['id']}%2F..%2F{theirs['id']}"},
    "an id that no path can hold": lambda ours, theirs: ours | {"id": f"\ud800{theirs['id']}"},
    "dots for an id": lambda ours, _: ours | {"id": ".."},
    "a very long id": lambda ours, theirs: ours | {"id": theirs["id"] * 1000},
}


class Mixing(Service):
    """Makes what it is asked for, and answers with a mixture of that and something that is somebody else's."""

    theirs: list[str]
    mix: Callable[[Answer, Answer], Answer]

    def act_create(self) -> Answer:
        """Create, and take another one of theirs for the answer each time."""
        self.theirs.append(self.theirs.pop(0))
        another = self.accounts[0].deployments[self.theirs[-1]]
        return type(self).mix(super().act_create(), self.render_deployment(another))

    def encode(self, payload: Any) -> bytes:
        """As JSON, also what is no text."""
        return super().encode(payload) if "\ud800" not in str(payload) else json.dumps(payload).encode()


class MixingUpResources(Service):
    """Answers creates of agents and environments with the first one that is there."""

    def act_create_agent(self) -> Answer:
        """Create one and show another."""
        super().act_create_agent()
        return self.render_resource(next(iter(self.account.agents.values())))

    def act_create_environment(self) -> Answer:
        """Create one and show another."""
        super().act_create_environment()
        return self.render_resource(next(iter(self.account.environments.values())))


@pytest.mark.parametrize("far", [False, pytest.param(True, marks=pytest.mark.full)], ids=["on loopback", "elsewhere"])
@pytest.mark.parametrize("how", MIXED_UP)
def test_what_is_somebody_elses_is_not_written_to(how: str, far: bool) -> None:  # noqa: FBT001 - a parameter
    """What was truly made is found and put away, and it is the target that is to blame."""
    service = type("Mixed", (Mixing,), {"mix": MIXED_UP[how]})()
    _expect_theirs_untouched(service, "pause", far=far)


def test_an_id_that_no_list_showed_is_read_before_anything_is_written_there() -> None:
    """Elsewhere than on loopback, where more is at stake than a second: an echo proves nothing."""
    service = type("Mixed", (Mixing,), {"mix": MIXED_UP["another's id"]})()
    _expect_theirs_untouched(service, "pause", far=True)


def test_no_agent_of_somebody_else_is_written_to() -> None:
    _expect_theirs_untouched(MixingUpResources(), "agent", far=False)


def _expect_theirs_untouched(service: Service, area: str, *, far: bool) -> None:
    target = in_process(service)
    if far:
        target = replace(target, base_url=FAR, allow_writes=True, allow_runs=True, max_rate=100_000.0)
    service.theirs = settle(service, THEIRS)  # type: ignore[attr-defined]
    before, there = dict(service.accounts[0].deployments), unarchived(service)
    carrier = Listening(service)
    report = run(target, Options(only=(area,)), carrier=carrier)

    assert {id_: service.accounts[0].deployments[id_] for id_ in before} == before
    assert not [path for path in carrier.written if any(id_ in path for id_ in there)]
    assert len(carrier.written) > 3
    assert unarchived(service) == there
    assert report.leftovers == ()
    assert [result.reason for result in report.results if result.blame is Blame.SUITE] == []
    assert report.invalid is None


def test_what_was_given_to_refer_to_is_not_ours() -> None:
    """Not even where a create of an agent is answered with it."""
    service = MixingUpResources()
    target = in_process(service)
    given = next(iter(service.accounts[0].agents))
    suite = Suite(Settings(replace(target, agent_id=given), Options(), "abc"), carrier=Listening(service))
    suite.provision_agent()

    with pytest.raises(NotKnownAsOurs):
        suite.client.archive_agent(given)
    assert suite.finish() == []
    assert service.accounts[0].agents[given].archived_at is None
