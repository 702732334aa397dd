"""PAGE: what goes on with `page` and an opaque `next_page`, as the newer editions have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.ends import expect_has_more
from conformance.cases.pages import (
    Params,
    expect_each_once,
    expect_items,
    onward,
    order_of,
    ours,
    pages,
    small_pages,
)
from conformance.cases.test_page import FILTERS
from conformance.expect import expect_equal, expect_error, expect_status, expect_true, need, need_page
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, NEWER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.crowds import Crowd
    from conformance.client import Client

SOURCE = "conventions/pagination#"


# --- on -------------------------------------------------------------------------------------------------------


@requirement("page-next-page-is-a-cursor", MUST, source="list#response-fields", covers="PAG-011", revisions=NEWER)
@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        *[({}, limit) for limit in (None, 1, 5, 20, 22)],
        *[({"status": "active"}, 20), ({"status": "paused"}, 1), ({"include_archived": True}, 24)],
    ],
)
def test_next_page_is_a_cursor_while_more_follow(api: Client, crowd: Crowd, asked: Params, limit: int | None) -> None:
    """next_page is a text that is not empty on every page that is followed by more items."""
    params = {"agent_id": crowd.agent_id, **asked}
    every = order_of(api, params, ours(crowd, asked))

    page = need_page(api.list({**params, "limit": limit}))

    need(bool(set(every) - set(page.ids)), "more have to follow the page")
    is_cursor = isinstance(page.next_page, str) and page.next_page != ""
    message, at = "more follow, and next_page is no cursor", page.exchange
    expect_true(is_cursor, message, expected="a text", actual=page.next_page, at=at, pointer="/next_page")


@requirement("page-cursor-continues", MUST, source=f"{SOURCE}parameters", covers="PAG-020", revisions=NEWER)
@pytest.mark.parametrize("limit", [2, 7, 22, None])
@pytest.mark.parametrize("filters", [{}, {"include_archived": True}], ids=["live", "with-archived"])
def test_next_page_sent_as_page_goes_on(api: Client, crowd: Crowd, filters: Params, limit: int | None) -> None:
    """Each next_page sent as page gives what follows: such a walk shows each deployment once."""
    params = {"agent_id": crowd.agent_id, **filters, "limit": limit}
    on = onward(need_page(api.list(params)), by_next_page=True)
    need(on is not None, "the list has to have more than one page")

    expect_items(api.list({**params, **(on or {})}))
    walked, wanted = small_pages(api, params, ours(crowd, filters), alone=crowd.exclusive, by_next_page=True)

    expect_each_once(walked, wanted)


# --- the end --------------------------------------------------------------------------------------------------


@requirement("page-walk-ends", MUST, source="list#response-fields", covers="PAG-012 PAG-015", revisions=NEWER)
@pytest.mark.parametrize("limit", [1, 4, 20, 100])
@pytest.mark.parametrize("filters", FILTERS)
def test_a_walk_comes_to_an_end(api: Client, crowd: Crowd, filters: str, limit: int) -> None:
    """A walk with next_page comes to a page that tells that nothing follows: next_page is null there."""
    if not crowd.near:
        raise NotApplicable("the account has too many deployments for a look at the end of their list")
    params = {"agent_id": crowd.agent_id, **FILTERS[filters], "limit": limit}

    walked = pages(api, params, by_next_page=True)

    last = walked[-1]
    for page in (page for page in walked if page.has_more is False):
        expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")
    expect_equal(last.next_page, None, "next_page of the last page", at=last.exchange, pointer="/next_page")
    expect_has_more(last, more=False)


@requirement(
    "page-of-nothing-has-no-next", MUST, source=f"{SOURCE}response-envelope", covers="PAG-010", revisions=(CMA,)
)
@pytest.mark.parametrize("asked", [{}, {"limit": 1}, {"status": "paused"}, {"include_archived": True}])
def test_a_list_of_nothing_has_no_next_page(api: Client, versioned_agent_id: str, asked: Params) -> None:
    """A list in which nothing is has null for next_page."""
    page = expect_items(api.list({"agent_id": versioned_agent_id, **asked}))

    need(not page.items, "an agent that is new must not have deployments")
    expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")


@observation("page-full-last-page", source="list#response-fields", covers="PAG-026 PAG-027", revisions=NEWER)
def observe_a_full_last_page(api: Client, crowd: Crowd) -> str:
    """Whether a last page that is full tells that nothing follows, or is followed by an empty one."""
    params = {"agent_id": crowd.agent_id}
    size = len(order_of(api, params, crowd.live_ids))
    need(crowd.exclusive and size <= 100, "the agent has to have so many deployments and no others")
    on = onward(need_page(api.list({**params, "limit": size})), by_next_page=True)
    if on is None:
        return "tells-the-end"
    return "not-the-last" if need_page(api.list({**params, "limit": size, **on})).items else "an-empty-page-follows"


# --- cursors that are none ------------------------------------------------------------------------------------


def _page(api: Client, asked: Params) -> Params:
    """What goes on behind a first page, as a control that it does."""
    on = onward(need_page(api.list(asked)), by_next_page=True) or {}
    need(bool(on), "the list has to have a second page")
    need(bool(need_page(api.list({**asked, **on})).items), "a second page has to hold something")
    return on


@requirement(
    "page-beside-another-cursor-is-refused",
    MUST,
    source=f"{SOURCE}mutual-exclusion",
    covers="PAG-019",
    revisions=(QODER_SEPTEMBER,),
)
@pytest.mark.parametrize("beside", [("after_id",), ("before_id",), ("after_id", "before_id")], ids="-".join)
@pytest.mark.parametrize("place", [4, 8])
def test_page_beside_another_cursor_is_refused(
    api: Client, crowd: Crowd, order: list[str], beside: tuple[str, ...], place: int
) -> None:
    """A request with page and with after_id or before_id is refused with 400 invalid_request_error."""
    asked: Params = {"agent_id": crowd.agent_id, "limit": 5}
    on, others = _page(api, asked), dict.fromkeys(beside, order[place])
    for key, id_ in others.items():
        need_page(api.list({**asked, key: id_}))

    exchange = api.list({**asked, **on, **others})

    expect_error(exchange, 400)


MALFORMED = ("not-a-cursor", "###", "\u00fcnknown")


@requirement("page-malformed-page-is-400", MUST, source=f"{SOURCE}cursors", covers="PAG-022", revisions=(CMA,))
@pytest.mark.parametrize("cursor", MALFORMED)
@pytest.mark.parametrize("filtered", [True, False], ids=["filtered", "all"])
def test_a_malformed_page_is_400(api: Client, crowd: Crowd, cursor: str, filtered: bool) -> None:  # noqa: FBT001 - a parameter
    """A page that no next_page can be is refused with 400 invalid_request_error."""
    asked: Params = {"agent_id": crowd.agent_id if filtered else None, "limit": 5}
    _page(api, asked)

    exchange = api.list({**asked, "page": cursor})

    expect_error(exchange, 400)


@requirement(
    "page-malformed-page-starts-no-list",
    SHOULD,
    source=f"{SOURCE}cursors",
    covers="PAG-022",
    revisions=(QODER_SEPTEMBER,),
)
@pytest.mark.parametrize("cursor", MALFORMED)
@pytest.mark.parametrize("filtered", [True, False], ids=["filtered", "all"])
def test_a_malformed_page_starts_no_list(api: Client, crowd: Crowd, cursor: str, filtered: bool) -> None:  # noqa: FBT001 - a parameter
    """A page that no next_page can be is refused with 400 or 404, or gives an empty page: never the first page."""
    asked: Params = {"agent_id": crowd.agent_id if filtered else None, "limit": 5}
    _page(api, asked)

    exchange = api.list({**asked, "page": cursor})

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        expect_equal(expect_items(exchange).ids, [], "data", at=exchange, pointer="/data")
