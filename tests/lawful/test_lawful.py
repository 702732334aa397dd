"""No correct service is accused, however it differs from the reference."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from lawful import further, later, later_bodies, later_lists, variations
from lawful.further import GivesUp, HasHardlyAnyRoom
from lawful.variations import ClosesConnections, ManyHeaders, NoAgentsToMake, SlowAnswers, Variation
from matrix.kill import Carrier
from matrix.kill import target as in_process
from safety.population import in_process as read_only
from targets import Neighbour, with_tokens

from conformance.model import Blame, Options, Outcome, Report, Target, Verdict
from conformance.reference.editions import service_of
from conformance.reference.problem import Problem
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.revisions import ALL, NEWER, QODER_JUNE
from conformance.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference import Running
    from conformance.reference.records import Deployment

pytestmark = pytest.mark.matrix

ON_THE_WIRE = {ClosesConnections, ManyHeaders, SlowAnswers}
"""What cannot be seen without a network; all others are examined in process, which is faster."""

EVERY = [
    each
    for module in (variations, further, later, later_bodies, later_lists)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, Variation) and each not in {Variation, GivesUp, HasHardlyAnyRoom}
    if each.__name__[0] != "_" and each.__module__ == module.__name__
]
VARIATIONS = [each for each in EVERY if QODER_JUNE in each.revisions]
LATER = [(each, revision) for each in EVERY for revision in NEWER if revision in each.revisions]

MIXTURES = [(revision, seed) for revision in ALL for seed in range(1, 11)]
SAMPLE = [(QODER_JUNE, 1), (QODER_JUNE, 2), *((revision, 1) for revision in NEWER)]
"""The mixtures of freedoms that plain tox has the time for, however many freedoms there are."""

AT_ONCE = 12
FEW = 3
"""So many generated examples have to be enough there."""

SHARED = ("list", "page", "runs", "sequence", "concurrent")
"""Areas whose answers show what others do in an account."""


def _target(running: Running, *, with_ids: bool = False) -> Target:
    target = with_tokens(running.base_url, running.tokens, timeout_s=20)
    return _with_ids(target, running) if with_ids else target


def _with_ids(target: Target, running: Running) -> Target:
    return replace(
        target,
        agent_id=running.agent_id,
        environment_id=running.environment_id,
        second_agent_id=running.second_agent_id,
        archived_agent_id=running.archived_agent_id,
        archived_environment_id=running.archived_environment_id,
    )


def _accused(report: Report) -> list[str]:
    """What was held against the service, and what went wrong on our side; a control may lawfully be refused."""
    bad = [r for r in report.results if r.verdict in {Verdict.FAILED, Verdict.WARNED} or r.blame is Blame.SUITE]
    return [f"{r.verdict} {r.id}: {r.reason}" for r in bad]


def _expect_accepted(report: Report) -> None:
    assert report.invalid is None
    assert _accused(report) == []
    assert report.outcome is Outcome.CONFORMANT
    assert report.leftovers == ()


def _varied(variation: type[Variation], revision: str) -> Service:
    """The service of an edition with this variation."""
    edition = service_of(revision)
    both: type[Service] = variation if edition is Service else type(variation.__name__, (variation, edition), {})
    return both()


def _expect_not_accused(report: Report) -> None:
    assert report.invalid is None
    assert _accused(report) == []
    # a create that was answered with 503 may have been carried out: that nobody knows is told, and is nobody's fault
    assert [each for each in report.leftovers if not each.id.startswith("(no id came")] == []


def _run(variation: type[Variation], options: Options, revision: str = QODER_JUNE) -> Report:
    service = _varied(variation, revision)
    if variation in ON_THE_WIRE:
        with serve_in_thread(service) as running:
            return run(replace(_target(running), revision=revision), options)
    target = replace(in_process(service), revision=revision)
    if variation is NoAgentsToMake:
        target = _with_seeded(target, service)
    return run(target, options, carrier=Carrier(service))


def _with_seeded(target: Target, service: Service) -> Target:
    """The target with what `seed` put into the first account, in its order."""
    agent, second, old_agent = service.accounts[0].agents
    environment, old_environment = service.accounts[0].environments
    return replace(
        target,
        agent_id=agent,
        second_agent_id=second,
        archived_agent_id=old_agent,
        environment_id=environment,
        archived_environment_id=old_environment,
    )


def test_a_service_that_closes_each_connection_is_not_accused() -> None:
    """Which cannot be had together with others; the next test, in `tox -e full`, takes each by itself."""
    report = _run(ClosesConnections, Options(only=("create", "page", "concurrent"), examples=FEW))

    _expect_not_accused(report)
    assert sum(r.verdict is Verdict.PASSED for r in report.results) > 50


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda each: each.__name__)
def test_a_lawful_variation_is_not_accused_whatever_the_seed(variation: type[Variation], seed: int) -> None:
    _expect_accepted(_run(variation, Options(seed=seed)))


@pytest.mark.full
@pytest.mark.parametrize(("variation", "revision"), LATER)
def test_a_lawful_variation_of_a_later_edition_is_not_accused(variation: type[Variation], revision: str) -> None:
    _expect_not_accused(_run(variation, Options(examples=FEW), revision))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_service_that_pauses_what_fails_is_not_accused(seed: int) -> None:
    """What then cannot be asked is inconclusive: a list of runs needs runs."""
    service = GivesUp()

    report = run(in_process(service), Options(seed=seed, only=("run", "sequence")), carrier=Carrier(service))

    assert report.invalid is None
    assert _accused(report) == []
    assert [r.id for r in report.results if r.verdict is Verdict.PASSED and r.id.startswith("sequence")]


def test_a_service_with_hardly_any_room_is_not_accused() -> None:
    """What then cannot be asked is inconclusive."""
    report = _run(HasHardlyAnyRoom, Options())

    _expect_not_accused(report)
    assert [r.id for r in report.results if "takes no more deployments" in r.reason]


def _with_room(room: int, *only: str) -> Report:
    return _run(type("HasSoMuchRoom", (HasHardlyAnyRoom,), {"ROOM": room}), Options(only=only, examples=FEW))


@pytest.mark.parametrize(("area", "room"), [("sequence", 3), ("concurrent", 5)])
def test_a_service_is_not_accused_where_its_room_ends_among_many_creates(area: str, room: int) -> None:
    """There may be room again when a sequence was put away; and it may be the first in a run that makes anything."""
    report = _with_room(room, area)

    _expect_not_accused(report)
    assert [r.id for r in report.results if "takes no more deployments" in r.reason]


@pytest.mark.full
@pytest.mark.parametrize("room", [1, 20, 130])
def test_a_service_is_not_accused_wherever_its_room_ends(room: int) -> None:
    """Which is in another case for each of these."""
    _expect_not_accused(_with_room(room))


class TiresOfCreates(Variation):
    """Takes forty creates and no more, whatever is archived: no want of room."""

    def build(self, values: dict[str, Any]) -> Deployment:
        if len(self.account.deployments) >= 40:
            raise Problem("room", "permission_error", "Archive a deployment first.")
        return super().build(values)


def test_what_no_want_of_room_explains_is_accused() -> None:
    """The control of what is not held against a full account."""
    report = _run(TiresOfCreates, Options(only=("create",)))

    assert {r.id for r in report.results if r.verdict is Verdict.FAILED} > {"create-valid-body-is-accepted"}
    assert not [r for r in report.results if "takes no more deployments" in r.reason]


def _together(revision: str, seed: int) -> type[Variation]:
    """A service that has a dozen of these freedoms at once; of a later edition, of those that are new with it."""
    apart = {*ON_THE_WIRE, NoAgentsToMake, SlowAnswers}
    there = [each for each in EVERY if revision in each.revisions and each not in apart]
    new = [each for each in there if revision == QODER_JUNE or QODER_JUNE not in each.revisions]
    edition = service_of(revision)
    chosen: tuple[type[Variation], ...] = ()
    for each in random.Random(seed).sample(new, len(new)):  # noqa: S311
        if len(chosen) < AT_ONCE and _agree(*chosen, each, edition):
            chosen = (*chosen, each)
    assert len(chosen) == AT_ONCE
    return type(" + ".join(each.__name__ for each in chosen), (*chosen, edition), {})


def _agree(*bases: type) -> bool:
    """Whether there is an order in which all of these can be inherited, and no two of them make ids of their own."""
    try:
        return bool(type("", bases, {})) and sum("new_id" in vars(each) for each in bases) < 2
    except TypeError:
        return False


@pytest.mark.parametrize(
    ("revision", "seed"), [pytest.param(*pair, marks=() if pair in SAMPLE else pytest.mark.full) for pair in MIXTURES]
)
def test_lawful_variations_are_not_accused_together(revision: str, seed: int) -> None:
    options = Options(seed=seed, examples=FEW) if (revision, seed) in SAMPLE else Options(seed=seed)
    report = _run(_together(revision, seed), options, revision)

    _expect_not_accused(report)
    assert report.outcome is Outcome.CONFORMANT or revision in NEWER  # where some of it need not be there at all


# --- an account that is not ours alone --------------------------------------------------------------------------


@contextlib.contextmanager
def _at_work(neighbour: Neighbour) -> Iterator[None]:
    """Let it create, update, pause, archive and run its own in a thread until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(neighbour, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


def _work(neighbour: Neighbour, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        id_ = neighbour.make(number)
        neighbour.describe(id_, "changed")
        neighbour.act(id_, "pause" if number % 3 else "archive")
        neighbour.act(id_, "run")
        time.sleep(0.02)


@pytest.mark.parametrize(
    "only", [pytest.param(SHARED, id="what they show in"), pytest.param((), id="everywhere", marks=pytest.mark.full)]
)
@pytest.mark.parametrize(
    "same_agent",
    [pytest.param(False, id="own agents", marks=pytest.mark.full), pytest.param(True, id="the same agent")],
)
def test_other_clients_at_work_do_not_matter(only: tuple[str, ...], *, same_agent: bool) -> None:
    with serve_in_thread(Service()) as running, contextlib.closing(Neighbour(running, running.agent_id)) as neighbour:
        with _at_work(neighbour):
            _expect_not_accused(run(_target(running, with_ids=same_agent), Options(only=only, examples=FEW)))
        assert len(neighbour.made) > 20


@pytest.mark.parametrize(
    "only",
    [
        pytest.param((*SHARED, "archive"), id="what it shows in"),
        pytest.param((), id="everywhere", marks=pytest.mark.full),
    ],
)
@pytest.mark.parametrize(
    "endpoints",
    [
        pytest.param(Service, id="agents can be made", marks=pytest.mark.full),
        pytest.param(NoAgentsToMake, id="agents are given"),
    ],
)
def test_a_full_account_does_not_matter_and_is_not_touched(endpoints: type[Service], only: tuple[str, ...]) -> None:
    service = endpoints()
    _, running, carrier = read_only(service)
    with contextlib.closing(Neighbour(running, running.agent_id, carrier)) as neighbour:
        theirs = [neighbour.make(number) for number in range(120)]  # more than a page
    stored = {id_: service.accounts[0].deployments[id_] for id_ in theirs}
    _expect_not_accused(run(_target(running, with_ids=True), Options(only=only, examples=FEW), carrier=carrier))
    assert {id_: service.accounts[0].deployments[id_] for id_ in theirs} == stored
