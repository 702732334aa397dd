"""What the cases of list and page share: walks through a list, what of it is ours, and where it ends."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conformance.expect import Object, Page, expect_equal, expect_status, expect_true, instant, need, need_page
from conformance.failures import ControlFailed, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from conformance.cases.conftest import Crowd
    from conformance.client import Client
    from conformance.exchange import Exchange

Params = dict[str, Any]

PAGES = 400
"""No walk takes more pages than this."""


def pages(
    api: Client, params: Params, wanted: Collection[str] | None = None, *, by_next_page: bool = False
) -> list[Page]:
    """The pages of a list, as a control: by `after_id` with the id of the last item, or with `next_page`.

    The walk ends with a page that brings nothing new; where ids are wanted, it ends once all of them have been seen
    and a page has brought none, so that other deployments in the account cost nothing.
    """
    found: list[Page] = []
    seen: set[str] = set()
    while len(found) < PAGES:
        page = need_page(api.list(params))
        found.append(page)
        all_seen = wanted is not None and seen.issuperset(wanted) and not set(wanted) & set(page.ids)
        if all_seen or seen.issuperset(page.ids) or (by_next_page and not page.next_page):
            break
        seen.update(page.ids)
        params = {**params, "after_id": page.next_page if by_next_page else page.ids[-1]}
    need(len(found) < PAGES, f"a walk has to end within {PAGES} pages")
    return found


def small_pages(
    api: Client, params: Params, wanted: Collection[str], *, alone: bool, by_next_page: bool = False
) -> tuple[list[Page], list[str]]:
    """A walk that may take many pages, and which of the wanted ids it has to show.

    Where we are not alone with the agent it begins behind the first of ours: what others make meanwhile comes before.
    """
    rest, start = list(wanted), {}
    if not alone:
        first, *rest = order_of(api, {**params, "limit": 100}, wanted)
        start = {"after_id": first}
    return pages(api, {**params, **start}, rest, by_next_page=by_next_page), rest


def shown(walked: list[Page], wanted: Collection[str]) -> list[str]:
    """Those of the wanted ids that the pages show, as often and in the order in which they show them."""
    return [id_ for page in walked for id_ in page.ids if id_ in wanted]


def ours(crowd: Crowd, filters: Params) -> list[str]:
    """The ids of a crowd that pass `status` or `include_archived`, newest first."""
    ids = crowd.ids if filters.get("include_archived") else crowd.live_ids
    if "status" not in filters:
        return ids
    return [id_ for id_ in ids if (id_ in crowd.paused_ids) == (filters["status"] == "paused")]


def order_of(api: Client, params: Params, wanted: Collection[str]) -> list[str]:
    """The wanted ids in the order of the list, as a control: each is there once, and a second look shows the same."""
    first, second = (shown(pages(api, {"limit": 100, **params}, wanted), wanted) for _ in range(2))
    need(first == second, "the list has to show the same order twice")
    need(sorted(first) == sorted(wanted), "the list has to show each of our deployments once")
    return first


@pytest.fixture(scope="session")
def order(api: Client, crowd: Crowd) -> list[str]:
    """The ids of the crowd that are not archived, in the order of the list; for all modules through conftest.py."""
    return order_of(api, {"agent_id": crowd.agent_id}, crowd.live_ids)


def find(api: Client, deployment_id: str, **params: Any) -> tuple[Object, Exchange]:
    """A deployment as the list shows it, with the exchange that shows it; as a control."""
    for page in pages(api, {"limit": 100, **params}, {deployment_id}):
        for item in page.items:
            if item.get("id") == deployment_id:
                return item, page.exchange
    raise ControlFailed("the list had to show a deployment of ours first")


def ending(api: Client, params: Params, size: int | None, spare: int) -> Page:
    """The page of the last `size` items of a list, or of all, with a limit of so many and `spare` more.

    Nothing can follow it, for what is newer comes before it. The end of the list is looked up before and after, and
    has to be the same: others may archive theirs meanwhile.
    """
    for _ in range(3):
        ids = _all_ids(api, params)
        need(len(ids) > (size or 0), f"the list has to hold more than {size or 0} items")
        tail = ids if size is None else ids[-size - 1 :]
        if size is None and len(ids) + spare > 100:
            raise NotApplicable("the agent has too many deployments of others: give --agent-id of one that has few")
        asked: Params = {"limit": len(ids) + spare}
        if size is not None:
            asked = {"after_id": tail[0], "limit": max(1, size + spare)}
        page = need_page(api.list({**params, **asked}))
        if _all_ids(api, params)[-len(tail) :] == tail and (size is not None or not set(page.ids) - set(tail)):
            return page
    raise ControlFailed("the list changes faster than it can be read: give --agent-id of one that nobody else uses")


def _all_ids(api: Client, params: Params) -> list[str]:
    return list(dict.fromkeys(id_ for page in pages(api, {"limit": 100, **params}) for id_ in page.ids))


def second(deployment: Object) -> datetime:
    """When a deployment was made, in whole seconds, as a control."""
    made = instant(deployment.get("created_at"))
    if made is None:
        raise ControlFailed("created_at has to be a timestamp")
    return made.replace(microsecond=0)


def expect_items(exchange: Exchange) -> Page:
    """A list was answered with 200; of the page only `data` is looked at."""
    __tracebackhide__ = True
    return need_page(expect_status(exchange, 200))


def expect_has_more(page: Page, *, more: bool) -> None:
    """has_more is true, or false."""
    __tracebackhide__ = True
    expect_equal(page.has_more, more, "has_more", at=page.exchange, pointer="/has_more")


def expect_each_once(walked: list[Page], wanted: Collection[str]) -> None:
    """The pages of a walk show each of the wanted ids, and none twice."""
    __tracebackhide__ = True
    counts = Counter(shown(walked, wanted))
    repeated = sorted(id_ for id_, count in counts.items() if count > 1)
    missing = sorted(set(wanted) - set(counts))
    at = walked[-1].exchange
    expect_true(
        not repeated, f"{len(repeated)} items came more than once", expected="each once", actual=repeated, at=at
    )
    message = f"{len(missing)} of {len(wanted)} items never came"
    expect_true(not missing, message, expected="all of ours", actual=missing, at=at)


def expect_matches(page: Page, params: Params) -> None:
    """Every item of a page, ours or not, passes the filters `status`, `agent_id` and `include_archived`."""
    __tracebackhide__ = True
    for place, item in enumerate(page.items):
        agent = item.get("agent")
        told = {
            "/status": (item.get("status"), params.get("status")),
            "/agent/id": (agent.get("id") if isinstance(agent, dict) else agent, params.get("agent_id")),
        }
        for pointer, (actual, wanted) in told.items():
            if wanted is not None:
                expect_equal(actual, wanted, pointer, at=page.exchange, pointer=f"/data/{place}{pointer}")
        if not params.get("include_archived"):
            where = f"/data/{place}/archived_at"
            expect_equal(item.get("archived_at"), None, "archived_at", at=page.exchange, pointer=where)
