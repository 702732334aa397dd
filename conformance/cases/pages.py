"""What the cases of list and page share: walks through a list, what of it is ours, and where it ends."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.found import Scarce, once, while_it_holds
from conformance.expect import (
    Object,
    Page,
    expect_equal,
    expect_status,
    expect_true,
    instant,
    need,
    need_page,
    show,
)
from conformance.failures import ControlFailed, NotApplicable, Unmet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from conformance.cases.crowds import Crowd
    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision

Params = dict[str, Any]

PAGES = 400
"""No walk takes more pages than this."""


def pages(
    api: Client,
    params: Params,
    wanted: Collection[str] | None = None,
    *,
    by_next_page: bool = False,
    until: Callable[[Page], bool] = lambda _: False,
) -> list[Page]:
    """The pages of a list, as a control: by `after_id` with the id of the last item, or with `next_page`.

    The walk ends with a page that brings nothing new; where ids are wanted, it ends with the page that shows the
    last of them, so that other deployments in the account cost nothing; and with one `until` which it was to go.
    """
    found: list[Page] = []
    seen: set[str] = set()
    while len(found) < PAGES:
        page = need_page(api.list(params))
        found.append(page)
        nothing_new = seen.issuperset(page.ids) and (bool(page.items) or api.session.revision.exact_pages)
        seen.update(page.ids)
        all_seen = wanted is not None and seen.issuperset(wanted)
        on = onward(page, by_next_page=by_next_page)
        if nothing_new or all_seen or on is None or on.items() <= params.items() or until(page):
            break
        params = continued(params, on)
    need(len(found) < PAGES, f"a walk has to end within {PAGES} pages")
    return found


def continued(params: Params, on: Params) -> Params:
    """Parameters that ask for what follows a page, in the place of another cursor if they had one."""
    return {key: value for key, value in params.items() if key not in {"after_id", "before_id"}} | on


def onward(page: Page, *, by_next_page: bool = False) -> Params | None:
    """What asks for what follows a page: the id of its last item where a list goes on behind any, else `next_page`."""
    shown = {"data": page.items, "next_page": page.next_page}
    return page.exchange.revision.onward(shown, by_next_page=by_next_page)


def small_pages(
    api: Client, params: Params, wanted: Collection[str], *, alone: bool, by_next_page: bool = False
) -> tuple[list[Page], list[str]]:
    """A walk that may take many pages, and which of the wanted ids it has to show.

    Where we are not alone with the agent it begins behind the first of ours, if it can: what others make meanwhile
    comes before. If it cannot, its pages are larger.
    """
    if alone:
        return pages(api, params, by_next_page=by_next_page), list(wanted)
    if not api.session.revision.walks_by_id:
        return pages(api, {**params, "limit": max(params.get("limit") or 0, 20)}, wanted), list(wanted)
    first, *rest = order_of(api, {**params, "limit": 100}, wanted)
    return pages(api, {**params, "after_id": first}, rest, by_next_page=by_next_page), rest


def shown(walked: list[Page], wanted: Collection[str]) -> list[str]:
    """Those of the wanted ids that the pages show, as often and in the order in which they show them."""
    return [id_ for page in walked for id_ in page.ids if id_ in wanted]


def showing(walked: list[Page], ids: Collection[str], *, again: bool = False) -> Exchange:
    """The page that shows one of these ids first, or for the second time; the last page where none does."""
    met: set[str] = set()
    for page in walked:
        for id_ in page.ids:
            if id_ in ids and (not again or id_ in met):
                return page.exchange
            met.add(id_)
    return walked[-1].exchange


def passing(walked: list[Page], order: Sequence[str], missing: Collection[str]) -> Exchange:
    """The page that passes over one of the missing ids: the first to show what stands behind it in this order."""
    first = min((order.index(id_) for id_ in missing if id_ in order), default=len(order))
    return showing(walked, order[first + 1 :])


def ours(crowd: Crowd, filters: Params) -> list[str]:
    """The ids of a crowd that pass `status` or `include_archived`, newest first."""
    ids = crowd.ids if filters.get("include_archived") else crowd.live_ids
    if "status" not in filters:
        return ids
    return [id_ for id_ in ids if (id_ in crowd.paused_ids) == (filters["status"] == "paused")]


def order_of(api: Client, params: Params, wanted: Collection[str]) -> list[str]:
    """The wanted ids in the order of the list, as a control: all are there."""
    listed = list(dict.fromkeys(shown(pages(api, {"limit": 100, **params}, wanted), wanted)))
    need(sorted(listed) == sorted(wanted), "the list has to show each of our deployments")
    return listed


@pytest.fixture(scope=while_it_holds)
def order(api: Client, crowd: Crowd, holdings: Holdings | None) -> list[str]:
    """The ids of the crowd that are not archived, in the order of the list; for all modules through conftest.py."""
    return once(holdings, "order", lambda: Scarce(order_of(api, {"agent_id": crowd.agent_id}, crowd.live_ids)))


@pytest.fixture(scope=while_it_holds)
def ranks(api: Client, crowd: Crowd, order: list[str], holdings: Holdings | None) -> dict[str, int]:
    """Where each of `order` stands, in that order; all of a second at one place, if the service has no order there."""
    return once(holdings, "ranks", lambda: _ranks(api, crowd, order))


def _ranks(api: Client, crowd: Crowd, order: list[str]) -> dict[str, int]:
    asked = {"agent_id": crowd.agent_id}
    again = [shown(pages(api, {**asked, "limit": limit}, order), order) for limit in (100, 4)]
    if all(seen == order for seen in again if sorted(seen) == sorted(order)):
        return {id_: place for place, id_ in enumerate(order)}
    made = {each["id"]: second(each) for each in crowd.created}
    return {id_: sum(made[other] > made[id_] for other in order) for id_ in order}


def find(api: Client, deployment_id: str, **params: Any) -> tuple[Object, Exchange]:
    """A deployment as the list shows it, with the exchange that shows it; as a control."""
    for page in pages(api, {"limit": 100, **params}, {deployment_id}):
        for item in page.items:
            if item.get("id") == deployment_id:
                return item, page.exchange
    raise Unmet("the list had to show the deployment first")


def second(deployment: Object, member: str = "created_at") -> datetime:
    """When a deployment was made, or what else a member tells, in whole seconds, as a control."""
    moment = instant(deployment.get(member))
    if moment is None:
        raise ControlFailed(f"{member} has to be a timestamp")
    return moment.replace(microsecond=0)


def expect_items(exchange: Exchange) -> Page:
    """A list was answered with 200; of the page only `data` is looked at."""
    __tracebackhide__ = True
    return need_page(expect_status(exchange, 200))


def by_ids(revision: Revision) -> None:
    """The edition has after_id and before_id, so that there is something to ask."""
    if not revision.walks_by_id:
        raise NotApplicable("this edition has no cursor but page")


def expect_each_once(walked: list[Page], wanted: Sequence[str]) -> None:
    """The pages of a walk show each of the wanted ids, given in the order of the list, and none twice."""
    __tracebackhide__ = True
    counts = Counter(shown(walked, wanted))
    repeated = sorted(id_ for id_, count in counts.items() if count > 1)
    missing = sorted(set(wanted) - set(counts))
    message, at = f"{len(repeated)} of {len(wanted)} came more than once", showing(walked, repeated, again=True)
    expect_true(not repeated, message, expected="each of ours once", actual=repeated, at=at, pointer="/data")
    message, at = f"{len(missing)} of {len(wanted)} never came", passing(walked, wanted, missing)
    expected = f"all {len(wanted)} of ours, on this page or an earlier one: {show(missing, 80)}"
    expect_true(not missing, message, expected=expected, actual=_page_ids(at), at=at, pointer="/data")


def _page_ids(exchange: Exchange) -> list[str]:
    return need_page(exchange).ids


def expect_only(walked: list[Page], every: Collection[str], wanted: Collection[str], what: str = "deployment") -> None:
    """Of every deployment (or run) of ours the pages show those wanted, and no other."""
    __tracebackhide__ = True
    seen = set(shown(walked, every))
    strangers, missing = sorted(seen - set(wanted)), sorted(set(wanted) - seen)
    message, at = f"{counted(strangers, what)} that the filters leave out", showing(walked, strangers)
    expect_true(not strangers, message, expected=sorted(wanted), actual=strangers, at=at, pointer="/data")
    message, at = f"{counted(missing, what)} missing that should pass the filters", walked[-1].exchange
    expect_true(not missing, message, expected=sorted(wanted), actual=sorted(seen), at=at, pointer="/data")


def counted(ids: Collection[str], what: str = "deployment") -> str:
    """So many deployments, or runs, in words."""
    return f"{len(ids)} {what}{'s' * (len(ids) != 1)}"


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
