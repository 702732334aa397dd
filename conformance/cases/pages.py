"""What the cases of list and page share: walks through a list, what of it is ours, and where it ends."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from conformance.expect import Object, Page, expect_equal, expect_true, instant, need, need_page
from conformance.failures import ControlFailed

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from conformance.cases.conftest import Crowd
    from conformance.client import Client
    from conformance.exchange import Exchange

Params = dict[str, Any]

PAGES = 400
"""No walk takes more pages than this."""


def pages(api: Client, params: Params, wanted: Collection[str] | None = None) -> list[Page]:
    """The pages of a list by `after_id`, as a control.

    The walk ends with a page that brings nothing new; where ids are wanted, it ends once all of them have been seen
    and a page has brought none, so that other deployments in the account cost nothing.
    """
    found: list[Page] = []
    seen: set[str] = set()
    while len(found) < PAGES:
        page = need_page(api.list(params))
        found.append(page)
        all_seen = wanted is not None and seen.issuperset(wanted) and not set(wanted) & set(page.ids)
        if all_seen or seen.issuperset(page.ids):
            break
        seen.update(page.ids)
        params = {**params, "after_id": page.ids[-1]}
    return found


def shown(walked: list[Page], wanted: Collection[str]) -> list[str]:
    """Those of the wanted ids that the pages show, as often and in the order in which they show them."""
    return [id_ for page in walked for id_ in page.ids if id_ in wanted]


def ours(crowd: Crowd, filters: Params) -> list[str]:
    """The ids of a crowd that pass `status` and `include_archived`, newest first (status is not asked of archived ones)."""
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


def find(api: Client, deployment_id: str, **params: Any) -> tuple[Object, Exchange]:
    """A deployment as the list shows it, with the exchange that shows it; as a control."""
    for page in pages(api, {"limit": 100, **params}, {deployment_id}):
        for item in page.items:
            if item.get("id") == deployment_id:
                return item, page.exchange
    raise ControlFailed("the list had to show a deployment of ours first")


def ending(api: Client, params: Params, size: int, limit: int) -> Page:
    """The page of the last `size` items of a list: nothing can follow it, for what is newer comes before it.

    The end of the list is looked up before and after, and has to be the same: others may archive theirs meanwhile.
    """
    for _ in range(3):
        before = _all_ids(api, params)
        need(len(before) > size, f"the list has to have more than {size} items")
        page = need_page(api.list({**params, "after_id": before[-size - 1], "limit": limit}))
        if _all_ids(api, params)[-size - 1 :] == before[-size - 1 :]:
            return page
    raise ControlFailed("the end of the list changes faster than it can be read")


def _all_ids(api: Client, params: Params) -> list[str]:
    return list(dict.fromkeys(id_ for page in pages(api, {"limit": 100, **params}) for id_ in page.ids))


def second(deployment: Object) -> datetime:
    """When a deployment was made, in whole seconds, as a control."""
    made = instant(deployment.get("created_at"))
    if made is None:
        raise ControlFailed("created_at has to be a timestamp")
    return made.replace(microsecond=0)


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
