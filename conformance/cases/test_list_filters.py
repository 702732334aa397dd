"""LIST: the filters, alone and together, on the first page and on later ones."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from conformance.cases.conftest import new_agent_version
from conformance.cases.found import agent_of, lacking
from conformance.cases.pages import (
    Params,
    expect_each_once,
    expect_items,
    expect_matches,
    expect_only,
    order_of,
    pages,
    shown,
    small_pages,
)
from conformance.cases.updates import listed
from conformance.expect import expect_equal, expect_status, expect_true, need, need_object, need_page, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.crowds import Crowd
    from conformance.cases.found import Holdings
    from conformance.cases.mixtures import Mixture
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json


@pytest.fixture
def asked(request: pytest.FixtureRequest, mixture: Mixture) -> Params:
    """A combination of filters; `agent_id` is 0 or 1 for the first or the second agent."""
    params: Params = dict(request.param)
    if "agent_id" in params:
        if params["agent_id"]:
            request.getfixturevalue("second")
        params["agent_id"] = mixture.agent_ids[params["agent_id"]]
    passing = expected(mixture, params, set())
    need(0 < len(passing) < len(mixture.members), "there have to be deployments that pass the filters, and others")
    return params


STATUSES: tuple[Params, ...] = ({"status": "active"}, {"status": "paused"})
AGENTS: tuple[Params, ...] = ({"agent_id": 0}, {"agent_id": 1})
ARCHIVED: Params = {"include_archived": True}
COMBINATIONS: list[Params] = [
    *({**status, **agent} for status, agent in product(STATUSES, AGENTS)),
    *({**status, **agent, "include_archived": False} for status, agent in product(STATUSES, AGENTS)),
    *({**agent, **ARCHIVED} for agent in AGENTS),
    *({**status, **ARCHIVED} for status in STATUSES),
    *({**status, **agent, **ARCHIVED} for status, agent in product(STATUSES, AGENTS)),
]


def name(params: Params) -> str:
    """A combination as the id of a parameter."""
    return "-".join(f"{key}={value}" for key, value in params.items())


def asking(*combinations: Params) -> pytest.MarkDecorator:
    """Parametrize a case over combinations of filters."""
    return pytest.mark.parametrize("asked", combinations, indirect=True, ids=name)


# --- one filter -----------------------------------------------------------------------------------------------


@requirement("list-status-filter", MUST, source="list#query-parameters", covers="LST-006")
@asking(*STATUSES)
def test_status_gives_those_of_the_status(api: Client, mixture: Mixture, asked: Params) -> None:
    """With status=active a list shows the active deployments, with status=paused the paused ones, and no other."""
    live = mixture.ids({})
    order_of(api, {}, live)

    walked = pages(api, {**asked, "limit": 100}, mixture.ids(asked))

    expect_only(walked, live, mixture.ids(asked))
    for page in walked:
        expect_matches(page, {**asked, **ARCHIVED})


@requirement("list-status-leaves-out-archived", SHOULD, source="list#query-parameters", covers="LST-007")
@asking(*STATUSES)
def test_status_leaves_out_archived_deployments(api: Client, mixture: Mixture, asked: Params) -> None:
    """With a status alone a list leaves archived deployments out, though a status is shown of them too."""
    walked = pages(api, {**asked, "limit": 100}, mixture.ids(asked))

    need(bool(shown(walked, mixture.ids(asked))), "the list has to show deployments of ours that are not archived")
    for page in walked:
        expect_equal(shown([page], mixture.ids({}, archived=True)), [], "archived ones of ours", at=page.exchange)


@requirement("list-agent-filter", MUST, source="list#query-parameters", covers="LST-009")
@asking(*AGENTS)
def test_agent_id_gives_those_of_the_agent(api: Client, mixture: Mixture, second: str, asked: Params) -> None:
    """With agent_id a list shows all deployments of that agent and no other."""
    live = mixture.ids({})
    order_of(api, {}, live)
    need(second in mixture.agent_ids, "there have to be deployments of two agents")

    walked = pages(api, {**asked, "limit": 100}, mixture.ids(asked))

    expect_only(walked, live, mixture.ids(asked))
    for page in walked:
        expect_matches(page, {**asked, **ARCHIVED})


@pytest.fixture
def second(mixture: Mixture, holdings: Holdings | None) -> str:
    """The second agent of the mixture."""
    if len(mixture.agent_ids) < 2 and holdings is not None:
        lacking("deployments of one agent only")
    if len(mixture.agent_ids) < 2:
        raise NotApplicable("no second agent: give --second-agent-id")
    return mixture.agent_ids[1]


@requirement("list-agent-filter-takes-all-versions", MUST, source="list#query-parameters", covers="LST-009")
def test_agent_id_gives_deployments_of_any_version(
    api: Client, deployments: Deployments, versioned_agent_id: str
) -> None:
    """With agent_id a list shows deployments that pin any version of the agent, the latest or another."""
    first = need_object(api.send("GET", f"/agents/{versioned_agent_id}")).get("version")
    pinned = deployments(agent={"id": versioned_agent_id, "type": "agent", "version": first})
    need_success(api.get(pinned["id"]))
    new_agent_version(api, versioned_agent_id)
    latest = deployments(agent=versioned_agent_id)

    for made in (pinned, latest):
        element, exchange = listed(api, made["id"], agent_id=versioned_agent_id)
        expect_true(element is not None, "a deployment is missing", expected=made["id"], actual=None, at=exchange)


@requirement("list-unknown-agent-is-empty", SHOULD, source="list#query-parameters", covers="LST-010")
def test_an_unknown_agent_has_no_deployments(api: Client, mixture: Mixture) -> None:
    """With the agent_id of no agent a list is an empty page."""
    order_of(api, {"agent_id": mixture.agent_ids[0]}, mixture.ids({"agent_id": mixture.agent_ids[0]}))

    exchange = api.list({"agent_id": api.unknown_id("agent_")})

    expect_equal(expect_items(exchange).ids, [], "data", at=exchange, pointer="/data")


@requirement("list-agent-filter-is-exact", MUST, source="list#query-parameters", covers="LST-009 LST-010")
@pytest.mark.parametrize("how", ["beginning", "%", ".*"])
def test_an_agent_filter_is_exact(api: Client, mixture: Mixture, how: str) -> None:
    """With the beginning of an agent's id, or with a pattern that it fits, a list shows nothing, or refuses it."""
    id_ = mixture.agent_ids[0]
    order_of(api, {"agent_id": id_}, mixture.ids({"agent_id": id_}))

    asked = id_[: len(id_) * 5 // 6] if how == "beginning" else how
    exchange = api.list({"agent_id": asked, "limit": 100})

    items = need_page(exchange).items if exchange.ok else []
    strangers = [item.get("id") for item in items if agent_of(item) != asked]
    expect_equal(strangers, [], "deployments of another agent", at=exchange, pointer="/data")


# --- filters together -----------------------------------------------------------------------------------------


@requirement("list-filters-combine", SHOULD, source="list#query-parameters", covers="LST-011")
@asking(*COMBINATIONS)
def test_filters_combine(api: Client, mixture: Mixture, asked: Params) -> None:
    """With several filters a list shows what passes all of them (status with include_archived may be refused)."""
    if refused(api, asked):
        return

    walked = pages(api, {**asked, "limit": 100}, expected(mixture, asked, set()))

    for page in walked:
        expect_matches(page, asked)
    every = [each.id for each in mixture.members]
    expect_only(walked, every, expected(mixture, asked, set(shown(walked, every))))


def refused(api: Client, params: Params) -> bool:
    """Whether the service takes no status with include_archived, whatever it says, as it may (conflicts C-27)."""
    open_to_choice = "status" in params and "include_archived" in params
    return open_to_choice and 400 <= api.list(params).status < 500


def expected(mixture: Mixture, params: Params, seen: set[str]) -> set[str]:
    """What of the mixture passes the filters; what status an archived one counts with is up to the service."""
    archived = set(mixture.ids({"agent_id": params.get("agent_id")}, archived=True))
    if not params.get("include_archived"):
        archived = set()
    elif "status" in params:
        archived &= seen
    return {*mixture.ids(params), *archived}


@requirement("page-keeps-filters", SHOULD, source="list#query-parameters", covers="PAG-021")
@asking(*STATUSES[1:], *AGENTS, *(each for each in COMBINATIONS if each.get("include_archived", True)))
def test_every_page_keeps_the_filters(api: Client, mixture: Mixture, asked: Params) -> None:
    """All pages of a walk obey the filters, and together they show each deployment that passes them once."""
    if refused(api, asked):
        return
    alone = mixture.exclusive and "agent_id" in asked

    walked, wanted = small_pages(api, {**asked, "limit": 2}, expected(mixture, asked, set()), alone=alone)

    for page in walked:
        expect_matches(page, asked)
    expect_each_once(walked, wanted)


@requirement("page-keeps-filters-backwards", SHOULD, source="list#query-parameters", covers="PAG-021", revisions=QODER)
@asking(*AGENTS, *(params for params in COMBINATIONS if "agent_id" in params))
def test_a_page_before_a_cursor_keeps_the_filters(api: Client, mixture: Mixture, asked: Params) -> None:
    """A page before a cursor obeys the filters, and leaves nothing out that passes them where it has room for it."""
    if refused(api, asked):
        return
    wanted = order_of(api, asked, expected(mixture, asked, set()))

    page = expect_items(api.list({**asked, "before_id": wanted[-1], "limit": 20}))

    expect_matches(page, asked)
    missing = [id_ for id_ in wanted[:-1] if id_ not in page.ids]
    if len(page.items) < 20:
        expect_equal(missing, [], "deployments of ours that are missing", at=page.exchange, pointer="/data")
    need(len(missing) < len(wanted) - 1, "the page has to show deployments of ours")


@requirement(
    "page-cursor-outside-filters",
    SHOULD,
    source="list#query-parameters",
    covers="PAG-013 PAG-021 PAG-022",
    revisions=QODER,
)
@pytest.mark.parametrize("by", ["agent_id", "status"])
def test_a_cursor_that_the_filters_leave_out_is_a_place(api: Client, mixture: Mixture, by: str) -> None:
    """Behind the oldest deployment filters give nothing newer, or it is refused, though they leave it out itself."""
    live = order_of(api, {}, mixture.ids({}))
    last = next(each for each in mixture.members if each.id == live[-1])
    others: Params = {"status": "active" if last.status == "paused" else "paused"}
    if by == "agent_id":
        others = {by: next((id_ for id_ in mixture.agent_ids if id_ != last.agent_id), None)}
    if None in others.values():
        raise NotApplicable("no second agent: give --second-agent-id")
    need(bool(mixture.ids(others)), "there have to be deployments that pass the filter")

    exchange = api.list({**others, "after_id": last.id, "limit": 100})

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        seen = shown([expect_items(exchange)], live)
        expect_equal(seen, [], "deployments that stand before the cursor", at=exchange, pointer="/data")


@requirement("list-status-follows-changes", MUST, source="list#query-parameters", covers="LST-006")
@pytest.mark.parametrize("action", ["pause", "unpause"])
def test_a_status_filter_sees_the_status_of_now(api: Client, deployments: Deployments, action: str) -> None:
    """A deployment that was paused or unpaused is listed under its new status, and no longer under the old one."""
    deployment = deployments()
    made, since = deployment["id"], deployment.get("created_at")
    before, after = STATUSES if action == "pause" else STATUSES[::-1]
    if action == "unpause":
        need_success(api.pause(made))
    need(listed(api, made, **before)[0] is not None, "the list has to show the deployment before the change")
    need(listed(api, made, since=since, **after)[0] is None, "the other list must not show it before the change")
    need_success(api.pause(made) if action == "pause" else api.unpause(made))

    expect_moved(api, made, before, after, since=since)


@requirement("list-agent-follows-changes", MUST, source="list#query-parameters", covers="LST-009")
def test_an_agent_filter_sees_the_agent_of_now(
    api: Client, deployments: Deployments, agent_id: str, second_agent_id: str
) -> None:
    """A deployment that was given another agent is listed under that agent, and no longer under the old one."""
    made = deployments()["id"]
    before, after = {"agent_id": agent_id}, {"agent_id": second_agent_id}
    need(listed(api, made, **before)[0] is not None, "the list has to show the deployment before the change")
    need(listed(api, made, **after)[0] is None, "the other list must not show it before the change")
    need_success(api.update(made, {"agent": second_agent_id}))

    expect_moved(api, made, before, after)


def expect_moved(api: Client, deployment_id: str, before: Params, after: Params, since: Json = None) -> None:
    """A deployment, made `since`, is in the list that it belongs to now, and not in the one that it has left."""
    element, exchange = listed(api, deployment_id, **after)
    expect_true(element is not None, "it is missing", expected=deployment_id, actual="no such item", at=exchange)
    left, exchange = listed(api, deployment_id, since=since, **before)
    expect_true(left is None, "it is still shown", expected="no such item", actual=deployment_id, at=exchange)


# --- what nothing is said about -------------------------------------------------------------------------------


@observation("list-status-unknown", source="list#query-parameters", covers="LST-008")
def observe_an_unknown_status(api: Client, crowd: Crowd) -> str:
    """What a status that does not exist gives."""
    return taken_as(api.list({"agent_id": crowd.agent_id, "status": "sleeping"}), crowd)


@observation("list-status-archived", source="list#query-parameters", covers="LST-008")
def observe_the_status_archived(api: Client, crowd: Crowd) -> str:
    """What status=archived gives, which is no status of a deployment."""
    return taken_as(api.list({"agent_id": crowd.agent_id, "status": "archived"}), crowd)


@observation("list-status-with-archived", source="list#query-parameters", covers="LST-012")
def observe_status_with_include_archived(api: Client, mixture: Mixture) -> str:
    """Whether a status can be asked for together with archived deployments, and what that gives."""
    exchange = api.list({"agent_id": mixture.agent_ids[0], "status": "active", "include_archived": True, "limit": 100})
    if not exchange.ok:
        return "refused"
    archived = shown([expect_items(exchange)], mixture.ids({}, archived=True))
    return "with-archived" if archived else "without-archived"


@observation("list-unknown-parameter", source="list#query-parameters", covers="LST-015")
def observe_an_unknown_parameter(api: Client, crowd: Crowd) -> str:
    """Whether a parameter that no page names is ignored."""
    return taken_as(api.list({"agent_id": crowd.agent_id, "colour": "green"}), crowd)


def taken_as(exchange: Exchange, crowd: Crowd) -> str:
    """In a word, what became of a list that was asked for with something that nothing is said about."""
    if not exchange.ok:
        return "refused"
    page = expect_items(exchange)
    if shown([page], crowd.archived_ids):
        return "shows-archived"
    return "ignored" if shown([page], crowd.live_ids) else "matches-nothing"
