"""PAGE: how many items a page holds, and what it tells of those that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.ends import BY_DEFAULT, ending, expect_filled, expect_has_more, following
from conformance.cases.pages import Params, by_ids, expect_items, order_of, ours
from conformance.expect import (
    expect_equal,
    expect_error,
    expect_refusal,
    expect_status,
    expect_true,
    need,
    need_page,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.expect import Page

FILTERS: dict[str, Params] = {
    "agent": {},
    "active": {"status": "active"},
    "paused": {"status": "paused"},
    "with-archived": {"include_archived": True},
}

NOTHING = ("no-agent", "future")
"""What else is asked for that no deployment is."""


# --- how many -------------------------------------------------------------------------------------------------


@requirement("page-default-is-20", MUST, source="list#query-parameters", covers="PAG-001")
@pytest.mark.parametrize("where", ["first", "later", "back"])
@pytest.mark.parametrize("asked", [{}, {"include_archived": True}, {"agent_id": None}, {"status": "active"}])
def test_a_page_holds_20_by_default(api: Client, crowd: Crowd, order: list[str], asked: Params, where: str) -> None:
    """Without a limit a page holds 20 deployments where there are more, and going back no more than that."""
    if where != "first":
        by_ids(api.session.revision)
    listed = [id_ for id_ in order if id_ in ours(crowd, asked)]
    need(len(listed) > 20, "there have to be more deployments than a page and its cursor hold")
    cursors: Params = {"first": {}, "later": {"after_id": listed[0]}, "back": {"before_id": listed[-1]}}[where]

    page = expect_items(api.list({"agent_id": crowd.agent_id, **asked, **cursors}))

    wanted = min(20, len(page.items)) if where == "back" else 20
    expect_equal(len(page.items), wanted, "the number of items", at=page.exchange, pointer="/data")


@requirement("page-limit-is-never-exceeded", MUST, source="list#query-parameters", covers="PAG-002")
@pytest.mark.parametrize("limit", [1, 7, 21])
@pytest.mark.parametrize(
    "asked",
    [{"agent_id": None}, *FILTERS.values(), {"include_archived": False}, {"after_id": 0}, {"before_id": -1}],
    ids=lambda asked: "-".join(asked) or "agent",
)
def test_a_page_holds_no_more_than_the_limit(
    api: Client, crowd: Crowd, order: list[str], asked: Params, limit: int
) -> None:
    """A page holds no more items than its limit, with any filter and any cursor."""
    cursors = at_cursors(api, order, asked)

    page = need_page(api.list({"agent_id": crowd.agent_id, **asked, **cursors, "limit": limit}))

    message = f"{len(page.items)} items for a limit of {limit}"
    expected = f"no more than {limit} items"
    expect_true(len(page.items) <= limit, message, expected=expected, actual=len(page.items), at=page.exchange)


@requirement("page-limit-of-1-gives-one", MUST, source="conventions/pagination#limit", covers="PAG-003")
@pytest.mark.parametrize("after", [None, 0, 10])
@pytest.mark.parametrize("asked", [{}, {"agent_id": None}, {"status": "active"}], ids=["agent", "all", "active"])
def test_a_limit_of_1_gives_one(api: Client, crowd: Crowd, order: list[str], asked: Params, after: int | None) -> None:
    """With limit=1, the least there is, a page holds one item."""
    listed = [id_ for id_ in order if id_ in ours(crowd, asked)]
    need(len(listed) > (after or 0) + 1, "there have to be more deployments")
    cursor = {} if after is None else at_cursors(api, listed, {"after_id": after})

    page = expect_items(api.list({"agent_id": crowd.agent_id, **asked, **cursor, "limit": 1}))

    expect_equal(len(page.items), 1, "the number of items", at=page.exchange, pointer="/data")


@requirement("page-limit-is-filled", SHOULD, source="list#query-parameters", covers="PAG-002", revisions=QODER)
@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        *[({}, limit) for limit in (2, 19, 20, 21, 23)],
        *[({"status": "active"}, limit) for limit in (2, 5, 21)],
        *[({"status": "paused"}, 2), ({"include_archived": True}, 25), ({"agent_id": None}, 22)],
        ({"after_id": 3}, 10),
    ],
)
def test_a_page_is_as_full_as_it_can_be(api: Client, crowd: Crowd, order: list[str], asked: Params, limit: int) -> None:
    """A page holds as many items as its limit says where there are so many."""
    cursor = at_cursors(api, order, asked)
    wanted = ours(crowd, asked)
    need(len(wanted) - asked.get("after_id", -1) > limit, "there have to be as many deployments as the limit says")
    order_of(api, {"agent_id": crowd.agent_id, **asked, "after_id": None}, wanted)

    page = need_page(api.list({"agent_id": crowd.agent_id, **asked, **cursor, "limit": limit}))

    expect_filled(page, limit)


def at_cursors(api: Client, order: list[str], asked: Params) -> Params:
    """The cursors among what is asked, each by the id that stands at its place in the list."""
    cursors: Params = {key: order[asked[key]] for key in ("after_id", "before_id") if key in asked}
    if cursors:
        by_ids(api.session.revision)
    return cursors


@requirement("page-limit-below-1-is-refused", MUST, source="conventions/pagination#limit", covers="PAG-004")
@pytest.mark.parametrize("limit", [0, -1, -20])
def test_a_limit_below_1_is_refused(api: Client, crowd: Crowd, limit: int) -> None:
    """A limit of 0 or less is refused with 400 invalid_request_error."""
    need_page(api.list({"agent_id": crowd.agent_id, "limit": 1}))

    exchange = api.list({"agent_id": crowd.agent_id, "limit": limit})

    expect_error(exchange, 400)


@requirement("page-limit-no-integer-is-refused", SHOULD, source="conventions/errors#400", covers="PAG-005")
@pytest.mark.parametrize("limit", ["abc", "1.5", "", "2abc"])
def test_a_limit_that_is_no_integer_is_refused(api: Client, crowd: Crowd, limit: str) -> None:
    """A limit that is no integer is refused with 400 invalid_request_error."""
    need_page(api.list({"agent_id": crowd.agent_id, "limit": "2"}))

    exchange = api.list({"agent_id": crowd.agent_id, "limit": limit})

    expect_error(exchange, 400)


# --- large pages ----------------------------------------------------------------------------------------------


@requirement("page-limit-of-100-is-accepted", MUST, source="list#query-parameters", covers="PAG-006")
def test_a_limit_of_100_is_accepted(api: Client, crowd: Crowd) -> None:
    """With limit=100 a page holds up to 100 items: all of two dozen deployments."""
    exchange = api.list({"agent_id": crowd.agent_id, "limit": 100})

    expect_status(exchange, 200)
    count = len(need_page(exchange).items)
    least = len(crowd.live_ids)
    message = f"{count} items, though there are {least} of ours"
    expect_true(least <= count <= 100, message, expected=f"{least} to 100 items", actual=count, at=exchange)


@requirement("page-limit-above-1000-is-bounded", MUST, source="list#query-parameters", covers="PAG-008")
@pytest.mark.parametrize("limit", [1001, 100_000, 10**20])
def test_a_limit_above_1000_is_bounded(api: Client, crowd: Crowd, limit: int) -> None:
    """A limit above 1,000 is refused or cut: a page holds no more than 1,000 items, and there is one."""
    need_page(api.list({"agent_id": crowd.agent_id, "limit": 20}))

    exchange = api.list({"agent_id": crowd.agent_id, "limit": limit})

    if not exchange.ok:
        expect_refusal(exchange)
        return
    count = len(expect_items(exchange).items)
    expect_true(1 <= count <= 1000, f"{count} items", expected="1 to 1000 items", actual=count, at=exchange)


# --- what a page tells ----------------------------------------------------------------------------------------


@requirement("page-first-and-last-id", MUST, source="list#response-fields", covers="PAG-009", revisions=QODER)
@pytest.mark.parametrize(
    ("asked", "cursor"),
    [
        *[({}, {}), ({"limit": 3}, {}), ({"limit": 1}, {}), ({"limit": 3}, {"after_id": 4}), ({}, {"after_id": -4})],
        *[({"limit": 5}, {"before_id": 15}), ({"limit": 100}, {"before_id": 2})],
        *[({"status": "paused"}, {}), ({"include_archived": True, "limit": 2}, {})],  # which ends with an archived one
    ],
)
def test_first_and_last_id_name_the_ends_of_the_page(
    api: Client, crowd: Crowd, order: list[str], asked: Params, cursor: dict[str, int]
) -> None:
    """first_id is the id of the first item on the page, last_id that of the last."""
    at_cursor = {key: order[place] for key, place in cursor.items()}

    page = need_page(api.list({"agent_id": crowd.agent_id, **asked, **at_cursor}))

    need(bool(page.items), "the page has to hold something")
    expect_equal(page.first_id, page.ids[0], "first_id", at=page.exchange, pointer="/first_id")
    expect_equal(page.last_id, page.ids[-1], "last_id", at=page.exchange, pointer="/last_id")


@requirement(
    "page-empty-says-so",
    MUST,
    source="conventions/pagination#response-envelope",
    covers="PAG-010",
    revisions=QODER,
)
@pytest.mark.parametrize("where", [*FILTERS, *NOTHING])
def test_an_empty_page_says_that_it_is_empty(api: Client, crowd: Crowd, where: str) -> None:
    """An empty page has has_more false, next_page null, and no first_id and last_id (null or an empty string)."""
    page = ending(api, crowd, FILTERS[where], size=0, spare=20) if where in FILTERS else _nothing(api, crowd, where)

    need(not page.items, "a page behind the last item has to be empty")
    expect_has_more(page, more=False)
    expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")
    for key, value in (("first_id", page.first_id), ("last_id", page.last_id)):
        message = f"{key} of an empty page is not null"
        expect_true(value in {None, ""}, message, expected=None, actual=value, at=page.exchange, pointer=f"/{key}")


def _nothing(api: Client, crowd: Crowd, what: str) -> Page:
    """The page of a list without items, if the service has one: it may refuse, or not look at, what is asked."""
    future = {"agent_id": crowd.agent_id, "created_at[gte]": "2100-01-01T00:00:00Z"}
    exchange = api.list(future if what == "future" else {"agent_id": api.unknown_id("agent_")})
    if not exchange.ok or expect_items(exchange).items:
        raise NotApplicable(f"no list is empty here for {what}")
    return expect_items(exchange)


BEFORE_THE_END: list[tuple[Params, int | None]] = [
    ({}, None),
    ({}, 1),
    ({}, 5),
    ({}, 20),
    ({}, 22),
    ({"status": "active"}, 20),
    ({"status": "paused"}, 1),
]
BEFORE_THE_END += [({"include_archived": True}, 24), ({"after_id": 5}, 3), ({"after_id": 18}, 3)]


@requirement("page-has-more-while-more-follow", MUST, source="list#response-fields", covers="PAG-001", revisions=QODER)
@pytest.mark.parametrize(("asked", "limit"), BEFORE_THE_END)
def test_has_more_is_true_while_more_follow(
    api: Client, crowd: Crowd, order: list[str], asked: Params, limit: int | None
) -> None:
    """has_more is true on every page that is followed by more items."""
    params = {"agent_id": crowd.agent_id, **asked}

    page = need_page(api.list({**params, **at_cursors(api, order, asked), "limit": limit}))

    need(bool(following(api, params, page)), "more have to follow the page")
    expect_has_more(page, more=True)


@requirement(
    "page-next-page-is-last-id", MUST, source="list#response-fields", covers="PAG-011", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize(("asked", "limit"), BEFORE_THE_END)
def test_next_page_is_the_id_of_the_last_item(
    api: Client, crowd: Crowd, order: list[str], asked: Params, limit: int | None
) -> None:
    """Where has_more is true, next_page is the id of the last item on the page."""
    cursor = at_cursors(api, order, asked)

    page = need_page(api.list({"agent_id": crowd.agent_id, **asked, **cursor, "limit": limit}))

    need(bool(page.items) and page.has_more is True, "more have to follow the page")
    expect_equal(page.next_page, page.ids[-1], "next_page", at=page.exchange, pointer="/next_page")


# --- the last page --------------------------------------------------------------------------------------------

ENDS = [(filters, size) for filters in FILTERS for size in (1, 4, None) if (filters, size) != ("paused", 4)]


@requirement(
    "page-next-page-is-null-at-the-end", MUST, source="list#response-fields", covers="PAG-012", revisions=(QODER_JUNE,)
)
@pytest.mark.parametrize(("filters", "size"), ENDS)
def test_next_page_is_null_on_the_last_page(api: Client, crowd: Crowd, filters: str, size: int | None) -> None:
    """Where has_more is false, next_page is null."""
    page = ending(api, crowd, FILTERS[filters], size, spare=2)

    need(page.has_more is False, "the last page has to say that nothing follows")
    expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")


@requirement("page-last-has-no-more", MUST, source="list#response-fields", covers="PAG-015", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("spare", [1, 19])
@pytest.mark.parametrize(("filters", "size"), ENDS)
def test_the_last_page_has_no_more(api: Client, crowd: Crowd, filters: str, size: int | None, spare: int) -> None:
    """has_more is false on the last page."""
    page = ending(api, crowd, FILTERS[filters], size, spare)

    expect_has_more(page, more=False)


@requirement(
    "page-has-more-is-exact",
    SHOULD,
    source="list#response-fields",
    covers="PAG-026 PAG-027",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize(("filters", "size"), [*ENDS, ("agent", BY_DEFAULT), ("with-archived", BY_DEFAULT)])
def test_has_more_is_false_where_the_last_page_is_full(
    api: Client, crowd: Crowd, filters: str, size: int | None
) -> None:
    """has_more is true only where something follows: not on a last page that holds exactly as many as its limit."""
    page = ending(api, crowd, FILTERS[filters], size, spare=0)

    expect_has_more(page, more=False)
