"""The steps that users of a soak take, without Locust: what holds is counted, what does not is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from soak.visits import house

from conformance.failures import BoundReached, ControlFailed, HungUp
from conformance.reference.editions import EDITIONS, service_of
from conformance.reference.faults import combine
from conformance.soak.commons import KEYS, Sharer
from conformance.soak.gang import Gang, cases
from conformance.soak.guest import Guest
from conformance.soak.owner import Owner
from conformance.soak.standing import MANY, Walker, last_walk

if TYPE_CHECKING:
    from conformance.exchange import Exchange

    User = Owner | Sharer | Walker

FIRST, *LATER = EDITIONS
ALL = [FIRST, *(pytest.param(edition, marks=pytest.mark.full) for edition in LATER)]


@pytest.mark.parametrize("revision", ALL)
def test_a_correct_server_is_accused_of_nothing(revision: str) -> None:
    with house(service_of(revision)(), revision) as (home, told):
        guests = [Guest(home, number) for number in range(3)]
        steps: list[User] = [kind(guest) for guest in guests for kind in (Owner, Sharer, Walker)]
        _steps(*steps, times=18)
        last_walk(guests[0])

    assert (told, home.ledger.dropped) == ([], 0)
    assert {*home.ledger.checks} >= {"sequence-objects", "sequence-lists", "concurrent-metadata-patches-add-up"}
    assert home.clock.statuses.keys() <= {"200", "400", "409"}


@pytest.mark.parametrize("revision", ALL)
def test_a_gang_does_every_case(revision: str) -> None:
    with house(service_of(revision)(), revision) as (home, told):
        gang = Gang(Guest(home, 0))
        for _ in cases(revision):
            gang.step()

    assert (told, home.ledger.dropped) == ([], 0)
    asked = {*home.ledger.checks} | {*home.ledger.lacking}
    assert {*cases(revision)} & {*home.declared} <= asked


FOUND = [
    ("ReplacesMetadata", "sequence-objects"),
    pytest.param("WakesOnUpdate", "sequence-objects", marks=pytest.mark.full),
    pytest.param("IgnoresTheAgentFilter", "sequence-lists", marks=pytest.mark.full),
]


@pytest.mark.parametrize(("fault", "id_"), FOUND)
def test_what_does_not_hold_is_told_once_with_the_calls_that_show_it(fault: str, id_: str) -> None:
    with house(combine([fault])()) as (home, told):
        others, guest = Walker(Guest(home, 0)), Guest(home, 1)
        _steps(Owner(guest), Sharer(guest), Walker(guest), others, times=60)

    parts = {part.id: part for part in told}
    assert len(parts) == len(told)
    assert id_ in parts
    assert home.ledger.found[id_] >= 1
    assert len(parts[id_].exchanges) >= 1
    assert parts[id_].differing is not None


def test_an_edit_that_somebody_else_undoes_is_seen() -> None:
    """As a lost update leaves it: the other user's part of the deployment is gone."""
    with house() as (home, told):
        one, other = Sharer(Guest(home, 0)), Sharer(Guest(home, 1))
        one.step()
        while other.slot.name[:3] != "key":
            other.commons = None  # and take another part
            other.step()
        commons = other.commons
        assert commons is not None
        other.slot.wanted = "what was never stored"
        one.guest.begin("test")
        one.compare(commons)

    assert [part.id for part in told] == ["concurrent-metadata-patches-add-up"]
    assert commons.spoilt


def test_a_lost_answer_spoils_what_was_shared_and_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with house() as (home, told):
        sharer = Sharer(Guest(home, 0))
        sharer.step()
        commons = sharer.commons
        assert commons is not None
        monkeypatch.setattr(sharer, "_send", _lost)
        sharer.guest.dice.seed(1)
        with pytest.raises(HungUp):
            _steps(sharer)
        monkeypatch.undo()
        assert commons.spoilt
        sharer.step()
        assert sharer.commons is not commons
        assert home.journal.find(commons.id).open is False  # type: ignore[union-attr]

    assert told == []


def _steps(*users: User, times: int = 400) -> None:
    for _ in range(times):
        for user in users:
            user.step()


def _lost(*_: object) -> Exchange:
    raise HungUp("the connection broke")


def test_a_walk_that_overlaps_with_archiving_is_no_must() -> None:
    with house() as (home, _):
        walker = Walker(Guest(home, 0))
        walker.step()
        standing = home.standing
        assert standing is not None
        while len(standing.ids) < MANY:
            walker._add(standing)  # noqa: SLF001 - what a step does when the dice say so
        standing.thinning = True
        before = home.ledger.checks["concurrent-walk-survives-archiving"]
        walker.guest.begin("test")
        walker.walk(standing)

    assert home.ledger.checks["concurrent-walk-survives-archiving"] == before + 1


def test_a_budget_bounds_all_users_together() -> None:
    with house(max_writes=25) as (home, _):
        guests = [Guest(home, number) for number in range(3)]
        with pytest.raises(BoundReached):
            _steps(*(Owner(guest) for guest in guests))
        written = sum(home.clock.statuses.values())

    assert home.budget.spent == 25
    assert written > 25


def test_what_is_shared_has_room_for_many() -> None:
    with house() as (home, _):
        sharers = [Sharer(Guest(home, number)) for number in range(KEYS + 6)]
        for each in sharers:
            each.step()

    assert len(home.commons) == 2
    taken = [(id(each.commons), each.slot.name) for each in sharers]
    assert len({*taken}) == len(taken)


@pytest.mark.full
def test_a_target_without_agents_to_make_is_used_with_the_given_one() -> None:
    from lawful.variations import NoAgentsToMake

    service = NoAgentsToMake()
    with house(service) as (home, told):
        agent, environment = next(iter(service.accounts[0].agents)), next(iter(service.accounts[0].environments))
        target = home.settings.target
        object.__setattr__(target, "agent_id", agent)
        object.__setattr__(target, "environment_id", environment)
        owner, gang = Owner(Guest(home, 0)), Gang(Guest(home, 1))
        for _ in range(20):
            owner.step()
        for _ in range(len(cases("qoder-2026-06"))):
            gang.step()

    assert told == []
    assert home.ledger.checks["sequence-objects"]
    assert not home.ledger.checks["sequence-lists"]
    assert "concurrent-walk-is-complete" in home.ledger.lacking


def test_what_no_answer_can_be_had_for_is_not_judged() -> None:
    """As a server that answers lists with something else than a page."""
    with house() as (home, told):
        walker = Walker(Guest(home, 0))
        walker.step()
        standing = home.standing
        assert standing is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("conformance.soak.standing.need_page", _no_page)
            with pytest.raises(ControlFailed):
                walker.walk(standing)

    assert told == []


def _no_page(_: object) -> None:
    raise ControlFailed("no page")
