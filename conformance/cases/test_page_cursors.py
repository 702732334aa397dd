"""PAG: walking through a list, on and back, while it stays as it is and while it changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.found import Scarce
from conformance.cases.pages import (
    Params,
    by_ids,
    expect_each_once,
    expect_items,
    onward,
    order_of,
    ours,
    pages,
    shown,
    small_pages,
)
from conformance.expect import (
    expect_equal,
    expect_error,
    expect_status,
    expect_true,
    need,
    need_page,
    need_success,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.suite import Suite


# --- on -------------------------------------------------------------------------------------------------------


@requirement("page-after-id-continues", MUST, source="list#query-parameters", covers="PAG-013", revisions=QODER)
@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize("place", [0, 3, 4, 11, -6, -2])
def test_after_id_gives_what_follows(api: Client, crowd: Crowd, ranks: dict[str, int], place: int, limit: int) -> None:
    """With after_id a page begins with the item that stands next in the list, without the cursor's item."""
    order = Scarce(ranks)

    page = expect_items(api.list({"agent_id": crowd.agent_id, "after_id": order[place], "limit": limit}))

    at, here, seen = page.exchange, ranks[order[place]], shown([page], order)
    repeated = [id_ for id_ in seen if ranks[id_] < here or id_ == order[place]]
    expect_equal(repeated, [], "the cursor and what stands before it", at=at)
    come = [id_ for id_ in order if ranks[id_] > here]
    expect_true(bool(page.items) or not come, "nothing came", expected=come, actual=[], at=at, pointer="/data")
    farthest = max((ranks[id_] for id_ in seen), default=here)
    skipped = [id_ for id_ in order if here < ranks[id_] < farthest and id_ not in seen]
    expect_equal(skipped, [], "deployments of ours that were left out", at=at)


@requirement("page-walk-gives-each-once", MUST, source="list#query-parameters", covers="PAG-014")
@pytest.mark.parametrize("limit", [2, 7, 22, None])
@pytest.mark.parametrize("filters", [{}, {"include_archived": True}], ids=["live", "with-archived"])
def test_a_walk_gives_each_item_once(api: Client, crowd: Crowd, filters: Params, limit: int | None) -> None:
    """A walk to the end of the list shows each deployment once, whatever the size of the pages."""
    params = {"agent_id": crowd.agent_id, **filters, "limit": limit}

    walked, wanted = small_pages(api, params, ours(crowd, filters), alone=crowd.exclusive)

    expect_each_once(walked, wanted)


@requirement("page-next-page-advances", SHOULD, source="list#response-fields", covers="PAG-025")
@pytest.mark.parametrize("limit", [1, 20])
@pytest.mark.parametrize("filters", [{}, {"include_archived": True}], ids=["live", "with-archived"])
def test_next_page_leads_on(api: Client, crowd: Crowd, filters: Params, limit: int) -> None:
    """A walk that goes on with each next_page never meets a next_page again."""
    params = {"agent_id": crowd.agent_id, **filters, "limit": limit}

    walked, _ = small_pages(api, params, ours(crowd, filters), alone=crowd.exclusive, by_next_page=True)

    met = [page.next_page for page in walked if page.next_page]
    need(bool(met), "the list has to have more than one page")
    repeated = sorted({str(cursor) for cursor in met if met.count(cursor) > 1})
    at = next((page.exchange for page in reversed(walked) if str(page.next_page) in repeated), walked[-1].exchange)
    expect_true(not repeated, "a next_page came again", expected="another each time", actual=repeated, at=at)


# --- back -----------------------------------------------------------------------------------------------------


@requirement(
    "page-before-id-gives-what-precedes", MUST, source="list#query-parameters", covers="PAG-016", revisions=QODER
)
@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("place", [1, 4, 5, 18, -1])  # that in the place 18 was paused after all were made
def test_before_id_gives_what_precedes(
    api: Client, crowd: Crowd, ranks: dict[str, int], place: int, limit: int
) -> None:
    """With before_id a page holds items that stand before the cursor's in the list, without the cursor's item."""
    order = Scarce(ranks)

    page = expect_items(api.list({"agent_id": crowd.agent_id, "before_id": order[place], "limit": limit}))

    at, here, seen = page.exchange, ranks[order[place]], shown([page], order)
    behind = [id_ for id_ in seen if ranks[id_] > here or id_ == order[place]]
    expect_equal(behind, [], "the cursor and what stands behind it", at=at)
    come = [id_ for id_ in order if ranks[id_] < here]
    expect_true(bool(page.items) or not come, "nothing came", expected=come, actual=[], at=at, pointer="/data")
    if len(page.items) < limit:
        missing = [id_ for id_ in come if id_ not in seen]
        expect_equal(missing, [], "deployments of ours that are missing", at=at)


@observation("page-before-id-side", source="list#query-parameters", covers="PAG-017", revisions=QODER)
def observe_which_items_come_before_a_cursor(api: Client, crowd: Crowd, order: list[str]) -> str:
    """Which items before_id gives where there are more than its limit, and in which order."""
    page = expect_items(api.list({"agent_id": crowd.agent_id, "before_id": order[12], "limit": 3}))
    seen = shown([page], order)
    places = [order.index(id_) for id_ in seen]
    side = {9: "nearest", 0: "first-of-the-list"}.get(min(places, default=-1), "others")
    return f"{side}-{'newest-first' if places == sorted(places) else 'oldest-first'}"


@observation("page-before-id-has-more", source="list#response-fields", covers="PAG-017", revisions=QODER)
def observe_what_has_more_means_before_a_cursor(api: Client, crowd: Crowd, order: list[str]) -> str:
    """What has_more tells of on a page before a cursor: newer items or older ones."""
    none_newer = expect_items(api.list({"agent_id": crowd.agent_id, "before_id": order[3], "limit": 100})).has_more
    some_newer = expect_items(api.list({"agent_id": crowd.agent_id, "before_id": order[12], "limit": 3})).has_more
    tells = {(False, True): "of-newer-ones", (True, True): "of-older-ones", (False, False): "always-false"}
    return tells.get((none_newer, some_newer), "otherwise")


# --- cursors that are none ------------------------------------------------------------------------------------


@requirement(
    "page-two-cursors-are-refused",
    MUST,
    source="conventions/pagination#mutual-exclusion",
    covers="PAG-018",
    revisions=QODER,
)
@pytest.mark.parametrize(("after", "before"), [(8, 2), (2, 8), (5, 5)])
def test_two_cursors_are_refused(api: Client, crowd: Crowd, order: list[str], after: int, before: int) -> None:
    """after_id together with before_id is refused with 400 invalid_request_error."""
    asked: Params = {"agent_id": crowd.agent_id, "limit": 3}
    need_page(api.list({**asked, "after_id": order[after]}))
    need_page(api.list({**asked, "before_id": order[before]}))

    exchange = api.list({**asked, "after_id": order[after], "before_id": order[before]})

    expect_error(exchange, 400)


@requirement(
    "page-bad-cursor-starts-no-list", SHOULD, source="conventions/pagination#cursors", covers="PAG-022", revisions=QODER
)
@pytest.mark.parametrize("parameter", ["after_id", "before_id"])
@pytest.mark.parametrize("kind", ["unknown", "malformed", "agent"])
@pytest.mark.parametrize("filtered", [True, False], ids=["filtered", "all"])
def test_a_bad_cursor_starts_no_list(  # noqa: PLR0913, PLR0917 - a parameter each
    api: Client,
    crowd: Crowd,
    order: list[str],
    agent_id: str,
    parameter: str,
    kind: str,
    filtered: bool,  # noqa: FBT001 - a parameter
) -> None:
    """A cursor that names no deployment is refused with 400 or 404, or gives an empty page: never the first page."""
    cursor = {"unknown": api.unknown_deployment_id(), "malformed": "not-an-id", "agent": crowd.agent_id or agent_id}[
        kind
    ]
    asked: Params = {"agent_id": crowd.agent_id} if filtered else {}
    need_page(api.list({**asked, parameter: order[5]}))

    exchange = api.list({**asked, parameter: cursor})

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        expect_equal(expect_items(exchange).ids, [], "data", at=exchange, pointer="/data")


@observation("page-bad-cursor", source="conventions/pagination#cursors", covers="PAG-022", revisions=QODER)
def observe_a_bad_cursor(api: Client, crowd: Crowd) -> str:
    """What a cursor gives that names no deployment."""
    exchange = api.list({"agent_id": crowd.agent_id, "after_id": api.unknown_deployment_id()})
    return f"refused-{exchange.status}" if not exchange.ok else "a-page" if expect_items(exchange).items else "empty"


@observation("page-empty-cursor", source="list#query-parameters", covers="PAG-028", revisions=QODER)
def observe_an_empty_cursor(api: Client, crowd: Crowd, order: list[str]) -> str:
    """What an after_id that is an empty string gives."""
    exchange = api.list({"agent_id": crowd.agent_id, "after_id": ""})
    if not exchange.ok:
        return "refused"
    return "as-omitted" if shown([expect_items(exchange)], order)[:1] == order[:1] else "otherwise"


@observation("page-cursor-outside-the-filter", source="list#query-parameters", covers="PAG-021", revisions=QODER)
def observe_a_cursor_that_the_filter_leaves_out(api: Client, crowd: Crowd, order: list[str]) -> str:
    """Whether a deployment that a filter leaves out can be its cursor: here an active one for the paused ones."""
    paused = [id_ for id_ in order if id_ in crowd.paused_ids]
    need(bool(paused), "there has to be a paused deployment")
    behind = [id_ for id_ in order[order.index(paused[0]) :] if id_ not in paused]
    need(bool(behind), "there has to be an active deployment behind it")
    exchange = api.list({"agent_id": crowd.agent_id, "status": "paused", "after_id": behind[0]})
    if not exchange.ok:
        return "refused"
    seen = shown([expect_items(exchange)], paused)
    return "starts-anew" if paused[0] in seen else "goes-on-from-its-place" if seen else "gives-nothing"


# --- a list that changes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """Deployments that the case may change, in the order in which they stand in the list of their agent."""

    api: Client
    agent_id: str
    ids: list[str]

    def behind(self, place: int, limit: int, **filters: Any) -> Params:
        """What asks for what follows the item at a place, as a control; where `page` alone goes on, by its limit."""
        asked: Params = {"agent_id": self.agent_id, **filters}
        if self.api.session.revision.walks_by_id:
            pages(self.api, {**asked, "limit": 1}, self.ids[: place + 1])
            return {**asked, "limit": limit, "after_id": self.ids[place]}
        asked["limit"] = place + 1
        page = need_page(self.api.list(asked))
        need(sorted(page.ids) == sorted(self.ids[: place + 1]), "the first page has to hold the first of them")
        return {**asked, **(onward(page) or {})}


@pytest.fixture
def row(api: Client, deployments: Deployments, suite: Suite, agent_id: str) -> Row:
    """Six deployments in a list; where that cannot be entered at any place, of an agent that has no others."""
    agent_id = agent_id if suite.revision.walks_by_id else suite.provision_agent()
    made = [deployments(agent=agent_id)["id"] for _ in range(6)]
    first, second = (order_of(api, {"agent_id": agent_id}, made) for _ in range(2))
    need(first == second, "the list has to show the same order twice")
    return Row(api, agent_id, first)


@requirement("page-new-items-disturb-no-walk", MUST, source="conventions/pagination#cursor-stability", covers="PAG-023")
@pytest.mark.parametrize(("limit", "count"), [(1, 1), (2, 3)])
def test_new_items_disturb_no_walk(api: Client, deployments: Deployments, row: Row, limit: int, count: int) -> None:
    """Deployments that are made during a walk neither repeat nor hide those that were there before."""
    asked: Params = {"agent_id": row.agent_id, "limit": limit}
    begun = pages(api, asked, row.ids[:1])
    on = onward(begun[-1])
    need(on is not None, "the list has to go on")
    for _ in range(count):
        deployments(agent=row.agent_id)

    walked = pages(api, {**asked, **(on or {})}, set(row.ids) - set(shown(begun, row.ids)))

    expect_each_once([*begun, *walked], row.ids)


@requirement(
    "page-archiving-disturbs-no-walk", SHOULD, source="conventions/pagination#cursor-stability", covers="PAG-024"
)
@pytest.mark.parametrize(("gone", "limit"), [("cursor", 2), ("before-it", 2), ("both", 20)])
def test_archiving_disturbs_no_walk(api: Client, row: Row, gone: str, limit: int) -> None:
    """A walk goes on rightly after a deployment that it has met was archived, the cursor's own item included."""
    asked, rest = row.behind(2, limit), row.ids[3:]
    for id_ in {"cursor": row.ids[2:3], "before-it": row.ids[:1], "both": row.ids[:3]}[gone]:
        need_success(api.archive(id_))

    page = expect_items(api.list(asked))

    seen = shown(pages(api, asked, rest), row.ids)
    as_listed = seen if api.session.revision.newest_first else sorted(seen, key=row.ids.index)
    expect_equal(as_listed, rest, "our deployments", at=page.exchange)


@requirement(
    "page-cursor-may-leave-the-filter", SHOULD, source="conventions/pagination#cursor-stability", covers="PAG-024"
)
@pytest.mark.parametrize("parameter", ["after_id", "before_id"])
def test_a_cursor_may_leave_the_filter(api: Client, row: Row, parameter: str) -> None:
    """A walk goes on rightly after the cursor's item stopped to pass the filter."""
    asked: Params = {"agent_id": row.agent_id, "status": "active", "limit": 100, "before_id": row.ids[2]}
    if parameter == "before_id":
        by_ids(api.session.revision)
    else:
        asked = row.behind(2, 100, status="active")
    before = shown([need_page(api.list(asked))], row.ids)
    need(bool(before), "the list has to show deployments of ours")
    need_success(api.pause(row.ids[2]))

    exchange = api.list(asked)

    expect_equal(shown([expect_items(exchange)], row.ids), before, "our deployments", at=exchange)
