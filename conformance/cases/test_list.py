"""LIST: the page, its order, what stands in it, and archived deployments."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from conformance.cases.pages import (
    Params,
    expect_items,
    expect_matches,
    find,
    order_of,
    ours,
    pages,
    second,
    showing,
    shown,
)
from conformance.cases.updates import DOCUMENTED, UPDATABLE, documented, expect_shows, taken
from conformance.expect import (
    Object,
    expect_equal,
    expect_page,
    expect_schema,
    expect_true,
    need,
    need_object,
    need_success,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.exchange import Exchange

LOOKS: dict[str, Params] = {
    "one-page": {"limit": 100},
    "small-pages": {"limit": 3},
    "default-pages": {},
    "all-agents": {"limit": 100, "agent_id": None},
    "all-agents-smaller-pages": {"limit": 20, "agent_id": None},
}
"""Ways to look at the crowd in the list."""


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest, crowd: Crowd) -> Params:
    """Parameters that show the crowd in one of several ways."""
    return {"agent_id": crowd.agent_id, **LOOKS[request.param]}


# --- the page -------------------------------------------------------------------------------------------------


@requirement("list-answers-a-page", MUST, source="list#response-fields", covers="LST-001", revisions=QODER)
@pytest.mark.parametrize(
    ("asked", "after"),
    [({}, None), ({"limit": 2}, 0), ({"status": "paused"}, None), ({"include_archived": True}, 3), ({}, -1)],
    ids=["everything", "middle", "filtered", "archived", "behind-the-last"],
)
def test_a_list_is_answered_with_a_page(api: Client, crowd: Crowd, asked: Params, after: int | None) -> None:
    """A list is answered with 200 and an object of data, first_id, last_id, has_more, next_page, each of its type."""
    cursor = None if after is None else crowd.live_ids[after]

    exchange = api.list({"agent_id": crowd.agent_id, **asked, "after_id": cursor})

    expect_envelope_of_a_list(exchange)


@requirement("list-answers-data-and-next-page", MUST, source="list#response", covers="LST-001", revisions=(CMA,))
@pytest.mark.parametrize(
    "asked",
    [{}, {"limit": 2}, {"status": "paused"}, {"include_archived": True}, {"created_at[gte]": "2100-01-01T00:00:00Z"}],
    ids=["everything", "limit", "filtered", "archived", "nothing"],
)
def test_a_list_is_answered_with_data_and_next_page(api: Client, crowd: Crowd, asked: Params) -> None:
    """A list is answered with 200 and an object of data and next_page, each of its type."""
    exchange = api.list({"agent_id": crowd.agent_id, **asked})

    expect_envelope_of_a_list(exchange)


def expect_envelope_of_a_list(exchange: Exchange) -> None:
    """A list was answered with 200 and a page whose members are each of their type; the elements are not looked at."""
    __tracebackhide__ = True
    page = expect_page(exchange)
    envelope = {**vars(page), "data": []}
    members = {key: envelope[key] for key in exchange.revision.page_members}
    expect_schema(members, "deployment-list", at=exchange)


# --- order ----------------------------------------------------------------------------------------------------


@requirement("list-newest-first", MUST, source="list#get-v1deployments", covers="LST-002", revisions=QODER)
@pytest.mark.parametrize(
    "beside",
    [{}, {"include_archived": True}, {"status": "paused"}],
    ids=["live", "with-archived", "paused"],
)
def test_the_newest_comes_first(api: Client, crowd: Crowd, look: Params, beside: Params) -> None:
    """A list shows deployments by the time of their creation, the newest first, on a page and from page to page."""
    made = {each["id"]: second(each) for each in crowd.created}
    need(len(set(made.values())) > 1, "our deployments have to be made in different seconds")

    walked = pages(api, {**look, **beside}, ours(crowd, beside))

    for earlier, later in pairwise(shown(walked, made)):
        message = f"{later} was made after {earlier} and stands behind it"
        pair = [f"{made[id_]:%H:%M:%S}" for id_ in (earlier, later)]
        at = showing(walked, {later})
        expect_true(made[earlier] >= made[later], message, expected="the newest first", actual=pair, at=at)


@requirement("list-order-is-by-creation", MUST, source="list#get-v1deployments", covers="LST-002", revisions=QODER)
@pytest.mark.parametrize("action", ["update", "pause"])
@pytest.mark.parametrize("filtered", [False, True], ids=["all", "of-its-status"])
def test_a_change_moves_a_deployment_nowhere(
    api: Client,
    crowd: Crowd,
    elder: Object,
    action: str,
    filtered: bool,  # noqa: FBT001 - a parameter
) -> None:
    """A deployment keeps its place in the list, behind all that were made later, when it is updated or paused."""
    oldest = min(second(each) for each in crowd.created)
    need(second(elder) < oldest, "one deployment has to be made a second before the others")
    update = {"description": "Changed after younger ones were made"}
    if action == "update":
        api.unpause(elder["id"])  # if the other parameter has paused it
        status = need_object(api.update(elder["id"], update))["status"]
    else:
        status = "paused"
        exchange = api.pause(elder["id"])
        need(exchange.ok or exchange.status == 409, "the deployment has to be paused")  # by the other parameter already
    asked: Params = {"status": status} if filtered else {}
    others = [id_ for id_ in crowd.live_ids if not filtered or (id_ in crowd.paused_ids) == (status == "paused")]

    walked = pages(api, {**asked, "limit": 100}, [*others, elder["id"]])

    seen = shown(walked, {*others, elder["id"]})
    need(elder["id"] in seen, "the list has to show the changed deployment")
    younger = [id_ for id_ in seen[seen.index(elder["id"]) :] if id_ != elder["id"]]
    message = f"an older deployment stands before {len(younger)} younger ones"
    at = showing(walked, {elder["id"]})
    expect_true(not younger, message, expected="no younger one behind it", actual=younger, at=at)


@requirement(
    "list-ties-are-stable",
    SHOULD,
    source="conventions/pagination#cursor-stability",
    covers="LST-003",
    revisions=QODER,
)
@pytest.mark.parametrize("again", [{"limit": 100}, {"limit": 4}, {"limit": 21}])
def test_deployments_of_one_second_keep_their_order(api: Client, crowd: Crowd, again: Params) -> None:
    """Deployments made in the same second stand in the same order each time, whatever the size of the pages."""
    asked = {"agent_id": crowd.agent_id}
    first = shown(pages(api, {**asked, "limit": 100}, crowd.live_ids), crowd.live_ids)
    need(len(first) > 1, "the list has to show our deployments")

    walked = pages(api, {**asked, **again}, first)

    seen = shown(walked, first)
    need(sorted(seen) == sorted(first), "a walk has to show each of our deployments once")
    expect_equal(seen, first, "the order of our deployments", at=walked[-1].exchange)


@observation("list-order-within-a-second", source="list#get-v1deployments", covers="LST-003", revisions=QODER)
def observe_the_order_within_a_second(api: Client, crowd: Crowd) -> str:
    """How deployments that were made in the same second are ordered."""
    made = {each["id"]: second(each) for each in crowd.created}
    listed = order_of(api, {"agent_id": crowd.agent_id}, crowd.live_ids)
    ties = [pair for pair in pairwise(listed) if made[pair[0]] == made[pair[1]]]
    descending = {earlier > later for earlier, later in ties}
    created = {crowd.ids.index(earlier) < crowd.ids.index(later) for earlier, later in ties}
    by_id = {frozenset({True}): "id-descending", frozenset({False}): "id-ascending"}.get(frozenset(descending))
    by_time = {frozenset({True}): "newest-first", frozenset({False}): "oldest-first"}.get(frozenset(created))
    return by_id or by_time or "otherwise"


@observation("list-order", source="list#", covers="LST-002", revisions=(CMA,))
def observe_the_order(api: Client, crowd: Crowd) -> str:
    """In which order a list shows deployments by the time of their creation."""
    made = {each["id"]: second(each) for each in crowd.created}
    times = [made[id_] for id_ in order_of(api, {"agent_id": crowd.agent_id}, crowd.live_ids)]
    newest = times == sorted(times, reverse=True)
    return "newest-first" if newest else "oldest-first" if times == sorted(times) else "otherwise"


# --- elements -------------------------------------------------------------------------------------------------


@requirement("list-element-is-whole", MUST, source="list#response-fields", covers="LST-016")
@pytest.mark.parametrize("kind", ["full", "minimal", "paused", "archived"])
def test_an_element_is_a_whole_deployment(
    api: Client, crowd: Crowd, known: Object, archived: Object, kind: str
) -> None:
    """Each element of a list is a whole deployment: it has every member that a GET of it shows."""
    id_ = known["id"] if kind == "full" else crowd.live_ids[-1]
    if kind == "archived":
        id_ = archived["id"]
    if kind == "paused":
        need(bool(crowd.paused_ids), "there has to be a paused deployment")
        id_ = min(crowd.paused_ids)
    got = need_object(api.get(id_))

    element, exchange = find(api, id_, include_archived=kind == "archived" or None)

    missing = [member for member in (*DOCUMENTED, "updated_at") if member in got and member not in element]
    message = f"an element lacks {', '.join(missing)}"
    expect_true(not missing, message, expected="every member that a GET shows", actual=sorted(element), at=exchange)


@pytest.fixture
def patch(request: pytest.FixtureRequest, edits: Object, action: str) -> Object:
    """What an update sends: all that needs nothing but itself, other references, or other attachments."""
    if action == "refer":
        fixtures = {"agent": "second_agent_id", "environment_id": "second_environment_id"}
        return {field: request.getfixturevalue(name) for field, name in fixtures.items()}
    if action == "attach":
        attachments: Object = request.getfixturevalue("attachments")
        return {field: taken(attachments, field)[1:] for field in attachments or ("vault_ids",)}
    return edits


@requirement("list-shows-changes", MUST, source="list#response-fields", covers="LST-016 OBJ-015")
@pytest.mark.parametrize("action", ["update", "refer", "attach", "pause", "unpause"])
def test_a_list_shows_what_was_changed(
    api: Client, deployments: Deployments, complete: Object, patch: Object, action: str
) -> None:
    """After an update, a pause or an unpause the list shows the deployment as a GET does, not as it was."""
    before = need_object(api.pause(complete["id"])) if action == "unpause" else complete
    find(api, complete["id"])
    act = {"pause": api.pause, "unpause": api.unpause}.get(action)
    need_success(act(complete["id"]) if act else api.update(complete["id"], patch))
    now = documented(deployments.fresh(complete))
    need(now != documented(before), f"the {action} has to show in a GET")

    element, exchange = find(api, complete["id"])

    present = [member for member in (*UPDATABLE, "status", "paused_reason") if member in element]
    expect_shows(element, now, at=exchange, of=present, what="the element")


@requirement("list-shows-when-it-was-changed", SHOULD, source="list#response-fields", covers="LST-016 OBJ-015")
@pytest.mark.parametrize("action", ["update", "pause", "unpause", "archive"])
def test_a_list_shows_when_it_was_changed(api: Client, aged: Object, action: str) -> None:
    """A list shows the updated_at and the archived_at of a read when a deployment was changed after it was made."""
    if action == "unpause":
        need_object(api.pause(aged["id"]))
    acts = {"pause": api.pause, "unpause": api.unpause, "archive": api.archive}
    need_object(acts[action](aged["id"]) if action in acts else api.update(aged["id"], {"description": "Changed"}))
    read = need_object(api.get(aged["id"]))

    element, exchange = find(api, aged["id"], include_archived=action == "archive" or None)

    for member in ("updated_at", "archived_at"):
        expect_equal(_to_the_second(element, member), _to_the_second(read, member), member, at=exchange)


def _to_the_second(deployment: Object, member: str) -> str | None:
    """A time that may be missing; a list may show it less precisely."""
    return None if deployment.get(member) is None else second(deployment, member).isoformat()


# --- archived deployments -------------------------------------------------------------------------------------


@requirement("list-archived-are-left-out", MUST, source="list#get-v1deployments", covers="LST-004")
def test_archived_deployments_are_left_out(api: Client, crowd: Crowd, look: Params) -> None:
    """A list leaves archived deployments out, on its first page and on later ones."""
    need(bool(crowd.archived_ids), "there has to be an archived deployment")

    walked = pages(api, look, crowd.live_ids)

    need(bool(shown(walked, crowd.live_ids)), "the list has to show our deployments that are not archived")
    for page in walked:
        expect_equal(shown([page], crowd.archived_ids), [], "archived deployments of ours", at=page.exchange)
        expect_matches(page, {})


@requirement("list-include-archived-adds-them", MUST, source="list#query-parameters", covers="LST-005")
def test_include_archived_adds_archived_deployments(api: Client, crowd: Crowd, look: Params) -> None:
    """With include_archived=true a list shows archived deployments among the others."""
    need(bool(crowd.archived_ids), "there has to be an archived deployment")
    order_of(api, look, crowd.live_ids)

    walked = pages(api, {**look, "include_archived": True}, crowd.ids)

    seen = shown(walked, crowd.ids)
    missing = sorted(set(crowd.ids) - set(seen))
    message, at = f"{len(missing)} of our {len(crowd.ids)} deployments are not shown", walked[0].exchange
    expect_true(not missing, message, expected="the archived ones and the others", actual=seen, at=at)


@requirement("list-include-archived-false-is-default", MUST, source="list#query-parameters", covers="LST-005")
def test_include_archived_false_changes_nothing(api: Client, crowd: Crowd, look: Params) -> None:
    """With include_archived=false a list shows what it shows without that parameter."""
    plain = shown(pages(api, look, crowd.live_ids), crowd.ids)
    need(bool(plain), "the list has to show our deployments")

    walked = pages(api, {**look, "include_archived": False}, crowd.live_ids)

    seen = shown(walked, crowd.ids)
    expect_equal(sorted(seen), sorted(plain), "our deployments in the list", at=walked[-1].exchange)


@requirement("list-include-archived-garbage-is-not-true", SHOULD, source="list#query-parameters", covers="LST-014")
def test_include_archived_is_not_true_for_any_word(api: Client, crowd: Crowd) -> None:
    """An include_archived that is no boolean is refused with 400 or taken for false, never for true."""
    asked: Params = {"agent_id": crowd.agent_id, "limit": 100}
    need(bool(crowd.archived_ids), "there has to be an archived deployment")
    order_of(api, {**asked, "include_archived": True}, crowd.ids)

    exchange = api.list({**asked, "include_archived": "banana"})

    if exchange.status != 400:
        page = expect_items(exchange)
        expect_equal(shown([page], crowd.archived_ids), [], "archived deployments of ours", at=exchange)
