"""Where a list ends: its last page, what follows a page, and what a page tells of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.cases.pages import Params, onward, order_of, ours, pages
from conformance.expect import Page, expect_equal, expect_true, need, need_page
from conformance.failures import NotApplicable, Unmet

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.exchange import Exchange

BY_DEFAULT = 20
"""So many items a page holds without a limit."""


def ending(api: Client, crowd: Crowd, filters: Params, size: int | None, spare: int) -> Page:
    """The page of the last `size` items of a list, or of all, with a limit of so many and `spare` more.

    A page that is as full as it can be without a limit is asked for without one.

    Nothing can follow it, for what is newer comes before it. Where others use the agent too, the end of the list is
    looked up before and after, and has to be the same: they may archive theirs meanwhile.
    """
    params = {"agent_id": crowd.agent_id, **filters}
    if not crowd.near:
        raise NotApplicable("the account has too many deployments for a look at the end of their list")
    if crowd.exclusive:
        return _last_page(api, params, order_of(api, params, ours(crowd, filters)), size, spare)
    for _ in range(3):
        ids = _all_ids(api, params)
        page = _last_page(api, params, ids, size, spare)
        tail = ids if size is None else ids[-size - 1 :]
        if _all_ids(api, params)[-len(tail) :] == tail and (size is not None or set(page.ids) <= set(tail)):
            return page
    raise Unmet("the list changes faster than it can be read: give --agent-id of one that nobody else uses")


def following(api: Client, params: Params, page: Page) -> list[str]:
    """The ids that the list shows behind a page, as a control; none behind an empty page."""
    on = onward(page)
    if on is None:
        return []
    rest = need_page(api.list({**params, **on, "limit": 1}))
    return [id_ for id_ in rest.ids if id_ not in page.ids]


def _all_ids(api: Client, params: Params) -> list[str]:
    return list(dict.fromkeys(id_ for page in pages(api, {"limit": 100, **params}) for id_ in page.ids))


def _last_page(api: Client, params: Params, ids: list[str], size: int | None, spare: int) -> Page:
    need(len(ids) > (size or 0), f"the list has to show more than {size or 0} items")
    if size is None and len(ids) + spare > 100:
        raise NotApplicable("the agent has too many deployments of others: give --agent-id of one that has few")
    asked: Params = {"limit": len(ids) + spare}
    if size is not None:
        limit = None if (size, spare) == (BY_DEFAULT, 0) else max(1, size + spare)
        asked = {"after_id": ids[-size - 1], "limit": limit}
    page = need_page(api.list({**params, **asked}))
    need(not following(api, params, page), "nothing must follow the last page")
    return page


def expect_end(page: Page, ask: Callable[[Params], Exchange]) -> None:
    """A page tells that nothing follows; where an empty page may come behind the last item, that one does."""
    __tracebackhide__ = True
    while not page.exchange.revision.exact_pages and (on := onward(page, by_next_page=True)) is not None:
        behind = need_page(ask(on))
        if behind.items or onward(behind, by_next_page=True) == on:
            break
        page = behind
    expect_has_more(page, more=False)


def expect_has_more(page: Page, *, more: bool) -> None:
    """has_more is true, or false."""
    __tracebackhide__ = True
    expect_equal(page.has_more, more, "has_more", at=page.exchange, pointer="/has_more")


def expect_filled(page: Page, limit: int) -> None:
    """A page holds no fewer items than its limit."""
    __tracebackhide__ = True
    message = f"{len(page.items)} items for a limit of {limit}, and more are there"
    actual = len(page.items)
    expect_true(actual >= limit, message, expected=f"{limit} items", actual=actual, at=page.exchange, pointer="/data")
