"""Concurrent clients that create, list and run: all that was made is there, once, and nothing else is disturbed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from conformance.cases.concurrency import act, create, expect_once, matching, runs_of, series, successes, update
from conformance.cases.pages import onward
from conformance.cases.pages import pages as walk_of
from conformance.expect import (
    Object,
    expect_equal,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.concurrency import Answer, Call, Crew
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.pages import Params
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

PAGES = 60
"""So many pages of one walk are read at most, for the sake of accounts with many foreign deployments."""


# --- creates ----------------------------------------------------------------------------------------------------


def _created(answers: list[Answer]) -> list[Object]:
    created = [need_object(answer) for answer in successes(answers)]
    need(bool(created), f"one of {len(answers)} creates at once had to be accepted")
    return created


def _expect_distinct(answers: list[Answer]) -> None:
    """Each create that was accepted made a deployment of its own."""
    __tracebackhide__ = True
    ids = [deployment["id"] for deployment in _created(answers)]
    at = successes(answers)[-1]
    message = f"{len(ids)} creates at once made {len(set(ids))} ids"
    expect_true(len(set(ids)) == len(ids), message, expected="ids that differ", actual=ids, at=at, pointer="/id")


@requirement("concurrent-creates-all-exist", MUST, source="create#response", covers="CRE-001 GET-001 LST-009")
def test_all_that_is_created_at_once_exists(crew: Crew, api: Client, bodies: Bodies) -> None:
    """Creates at once each make a deployment of their own, with its own id, that can be read and is listed."""
    for _ in crew.rounds(3):
        answers = crew.at_once(*(create(bodies()) for _ in crew.clients))

        _expect_distinct(answers)
        for deployment in _created(answers):
            exchange = expect_status(api.get(deployment["id"]), 200)
            told = need_object(exchange).get("name")
            expect_equal(told, deployment.get("name"), "name in a later GET", at=exchange, pointer="/name")
        wanted = {deployment["id"] for deployment in _created(answers)}
        walked = walk_of(api, {"agent_id": bodies.agent_id, "limit": 100}, wanted)
        missing, at = sorted(wanted.difference(*(page.ids for page in walked))), walked[-1].exchange
        expect_equal(missing, [], "what was created at once and is not listed", at=at, pointer="/data")


@requirement("concurrent-creates-of-one-name", SHOULD, source="create#errors", covers="CRE-021 CRE-022")
def test_creates_of_one_name_at_once_are_like_those_in_turn(crew: Crew, api: Client, bodies: Bodies) -> None:
    """Creates with the same body at once each make a deployment; where names are unique, one of them does."""
    for _ in crew.rounds(3):
        body = bodies()
        answers = crew.at_once(*[create(body)] * 6)
        again = api.create(body)

        _expect_distinct(answers)
        done, most = len(_created(answers)), 1 if again.status == 409 else len(answers)
        message = f"{done} deployments of one name made at once, where a further one is refused"
        expect_true(done <= most, message, expected="one deployment", actual=done, at=again)


# --- walks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walk:
    """A walk through an agent's deployments: each page is asked for while others write.

    `meanwhile` gives the writes to go with a page by the ids that the walk has shown so far.
    """

    crew: Crew
    agent_id: str
    limit: int
    meanwhile: Callable[[list[str]], list[Call]]

    def __call__(self, oldest: Object) -> list[Exchange]:
        """The pages up to the oldest deployment that is asked about, if they begin with the newest; or to a refusal."""
        pages: list[Exchange] = []
        shown: list[str] = []
        on: Params | None = {}
        while on is not None and len(pages) < PAGES:
            pages.append(self._page(shown, on))
            if not pages[-1].ok:
                break
            page = need_page(pages[-1])
            shown += page.ids
            on = onward(page)
            if page.items and pages[-1].revision.newest_first and _is_older(page.items[-1], oldest):
                break
        need(len(pages) < PAGES, f"a walk has to end within {PAGES} pages")
        return pages

    def _page(self, shown: list[str], on: Params) -> Exchange:
        params: Params = {"agent_id": self.agent_id, "limit": self.limit, **on}
        answers = self.crew.at_once(lambda client: client.list(params), *self.meanwhile(shown))
        return answers[0] or self.crew.api.list(params)


@pytest.fixture
def walked_agent_id(suite: Suite, agent_id: str) -> str:
    """The agent whose deployments are walked through; one of our own where a walk has to go to the end of the list."""
    return agent_id if suite.revision.newest_first else suite.provision_agent()


def _is_older(item: Object, than: Object) -> bool:
    one, other = instant(item.get("created_at")), instant(than.get("created_at"))
    return one is not None and other is not None and one < other


def _expect_once(pages: list[Exchange], wanted: list[Object]) -> None:
    """The pages show each of these deployments once."""
    __tracebackhide__ = True
    shown = [id_ for page in pages if page.ok for id_ in need_page(page).ids]
    expect_once(shown, [deployment["id"] for deployment in wanted], pages[-1])


MADE_UNTIL = 30
"""So many items are shown before nothing more is made: what is made in one second may stand behind what is older."""


@requirement("concurrent-walk-is-complete", MUST, source="conventions/pagination#stability", covers="PAG-023")
def test_a_walk_during_writes_shows_all_that_stays_once(
    crew: Crew, deployments: Deployments, walked_agent_id: str
) -> None:
    """A walk while others create, update and pause shows each deployment that was there all the time exactly once."""
    stay = [deployments(agent=walked_agent_id) for _ in range(10)]

    def write(shown: list[str]) -> list[Call]:
        following = [each for each in reversed(stay) if each["id"] not in shown][:3] or stay[:3]
        actions = [act(action, following[-1]) for action in ("pause", "unpause")]
        bodies = [deployments.bodies(agent=walked_agent_id) for _ in range(2)] if len(shown) < MADE_UNTIL else []
        return [*map(create, bodies), *(update(each, {"description": str(len(shown))}) for each in following), *actions]

    for _ in crew.rounds(3):
        pages = Walk(crew, walked_agent_id, 3, write)(stay[0])

        need_page(pages[-1])
        _expect_once(pages, stay)


@requirement("concurrent-walk-survives-archiving", SHOULD, source="conventions/pagination#stability", covers="PAG-024")
def test_a_walk_during_archiving_shows_all_that_stays_once(
    crew: Crew, deployments: Deployments, walked_agent_id: str
) -> None:
    """A walk while others archive what it has just shown goes on, and shows each deployment that stays exactly once."""
    for _ in crew.rounds(2):
        made = [deployments(agent=walked_agent_id) for _ in range(12)]
        leave, stay = made[::2], made[1::2]

        pages = Walk(
            crew,
            walked_agent_id,
            2,
            lambda shown: [act("archive", each) for each in leave if each["id"] in shown[-2:]],  # noqa: B023
        )(stay[0])

        expect_status(pages[-1], 200)
        _expect_once(pages, stay)


# --- runs -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def runs_at_once(crew: Crew, deployments: Deployments, suite: Suite) -> tuple[Object, list[Exchange], list[Exchange]]:
    """A deployment, the answers to four runs of it at once that were accepted, and what GETs then say of them."""
    deployment = deployments()
    suite.shared.add(deployment["id"])
    begun, later = runs_of(crew, deployment)
    need(bool(begun), "one of four runs at once had to be accepted")
    return deployment, begun, later


@requirement("concurrent-runs-are-all-recorded", SHOULD, source="run#response", covers="RNS-013")
def test_runs_at_once_are_all_recorded(
    api: Client, runs_at_once: tuple[Object, list[Exchange], list[Exchange]]
) -> None:
    """Runs of one deployment at once each have an id of their own, and the list of its runs shows all of them."""
    deployment, begun, _ = runs_at_once

    page = need_page(api.its_runs(deployment["id"], {"limit": 100}))

    ids = [need_object(exchange)["id"] for exchange in begun]
    expect_true(len(set(ids)) == len(ids), "runs at once share an id", expected="ids", actual=ids, at=begun[-1])
    missing = sorted({*ids} - {*page.ids})
    expect_equal(missing, [], "the runs that the list does not show", at=page.exchange, pointer="/data")


@requirement(
    "concurrent-runs-keep-to-the-limit", MUST, source="run#response", covers="RUN-010", revisions=(QODER_JUNE,)
)
def test_runs_at_once_keep_to_the_limit(runs_at_once: tuple[Object, list[Exchange], list[Exchange]]) -> None:
    """Of runs at once of a deployment with max_concurrent 1 no two are in progress, and the others are skipped."""
    _, _, later = runs_at_once
    statuses = [need_object(exchange).get("status") for exchange in later]
    running = [exchange for exchange, status in zip(later, statuses, strict=True) if status == "running"]
    if "pending" in statuses and not running:
        raise NotApplicable("the runs are pending still: nobody can say yet what becomes of them")
    if not running:
        raise NotApplicable("runs end at once here: needs a service whose runs take a while")

    message = f"{len(running)} runs are in progress at the same time"
    expect_true(len(running) == 1, message, expected="one run", actual=len(running), at=running[-1], pointer="/status")


# --- everything -------------------------------------------------------------------------------------------------


@requirement("concurrent-requests-cause-no-server-error", SHOULD, source="conventions/errors#", covers="BASE-010")
def test_nothing_at_once_causes_a_server_error(crew: Crew, deployments: Deployments, bodies: Bodies) -> None:
    """Whatever clients ask of one deployment and of the list at the same time, no answer is a server error."""
    it = deployments()
    listed: Call = lambda client: client.list({"agent_id": bodies.agent_id, "limit": 5})  # noqa: E731
    for number in crew.rounds(3):
        writes = [
            update(it, matching(crew.api.session.revision, it["name"], f"{number}-{place}")) for place in range(3)
        ]
        states = [act("pause", it), act("unpause", it)]
        mixed = [[create(bodies()), listed], [listed, create(bodies())], [act("get", it)] * 2]
        answers = crew.at_once(*(series(write, listed) for write in (*writes, *states)), *(series(*m) for m in mixed))

        for exchange in (each for sent in answers for each in sent or ()):
            message = "a server error while others asked, too"
            expect_true(
                exchange.status < 500, message, expected="a status below 500", actual=exchange.status, at=exchange
            )
