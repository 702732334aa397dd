"""PAGE: over a hundred deployments at once, more than a page holds; put away at once, since an account may be full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.conftest import Bodies
from conformance.cases.crowds import Crowd, own_agent
from conformance.cases.ends import expect_end, expect_filled, expect_has_more
from conformance.cases.found import once_for
from conformance.cases.found_crowds import found_many
from conformance.cases.pages import expect_each_once, expect_items, pages
from conformance.expect import Object, expect_error, expect_true, need_object, need_page
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.suite import Suite

MANY = 102
"""Two more than the smaller of the two documented greatest page sizes."""


@pytest.fixture(scope=once_for("module"))
def many(suite: Suite, api: Client, agent_id: str, environment_id: str, holdings: Holdings | None) -> Iterator[Crowd]:
    """Over a hundred deployments of one agent: on loopback, and where the budget of writes allows it by far."""
    if holdings is not None:
        yield holdings.kept("many", lambda: found_many(holdings, MANY))
        return
    budget = api.session.budget
    enough = suite.settings.loopback if budget.limit is None else budget.left > 6 * MANY
    if not enough:
        raise NotApplicable(f"needs over 100 deployments: made on loopback, or with --max-writes {8 * MANY} or more")
    own, exclusive = own_agent(suite, agent_id)
    created = _made(suite, Bodies(suite, own, environment_id))
    yield Crowd(own, exclusive, created[::-1], frozenset(), frozenset())
    suite.put_away(created)


def _made(suite: Suite, make: Bodies) -> list[Object]:
    created: list[Object] = []
    while len(created) < MANY:
        exchange = suite.client.create(make())
        if created and 400 <= exchange.status < 500:  # so many may be had, and no more: the pages name no number
            suite.put_away(created)
            raise NotApplicable(f"no more than {len(created)} deployments could be made ({exchange.status})")
        created.append(need_object(exchange))
        suite.shared.add(created[-1]["id"])
    return created


@requirement("page-limit-of-100-is-filled", SHOULD, source="list#query-parameters", covers="PAG-006", revisions=QODER)
def test_a_limit_of_100_gives_100(api: Client, many: Crowd) -> None:
    """With limit=100 a page holds 100 items where there are more."""
    page = need_page(api.list({"agent_id": many.agent_id, "limit": 100}))

    expect_filled(page, 100)


@requirement("page-limit-above-100-is-coherent", MUST, source="list#query-parameters", covers="PAG-007")
@pytest.mark.parametrize("limit", [100, 101, MANY, MANY + 1, 1000])
def test_a_limit_above_100_tells_the_truth(api: Client, many: Crowd, limit: int) -> None:
    """A limit above 100 is taken, cut or refused with 400; a page keeps to it and says rightly if more follow."""
    need_page(api.list({"agent_id": many.agent_id, "limit": 99}))

    exchange = api.list({"agent_id": many.agent_id, "limit": limit})

    if limit > 100 and not exchange.ok:
        expect_error(exchange, 400)
        return
    page = expect_items(exchange)
    count, rest = len(page.items), set(many.ids) - set(page.ids)
    expect_true(count <= limit, f"{count} items", expected=f"up to {limit} items", actual=count, at=exchange)
    if rest:
        expect_has_more(page, more=True)
    elif many.exclusive and set(page.ids) <= set(many.ids):
        expect_end(page, lambda on: api.list({"agent_id": many.agent_id, "limit": limit, **on}))


@observation("page-limit-above-100", source="list#query-parameters", covers="PAG-007")
def observe_a_limit_above_100(api: Client, many: Crowd) -> str:
    """What becomes of a limit above 100: some pages end at 100, others at 1,000."""
    exchange = api.list({"agent_id": many.agent_id, "limit": 101})
    if not exchange.ok:
        return "refused"
    count = len(expect_items(exchange).items)
    return "honoured" if count == 101 else f"cut-to-{count}"


@requirement("page-walk-goes-far", MUST, source="list#query-parameters", covers="PAG-014")
@pytest.mark.parametrize("limit", [40, 100])
def test_a_walk_gives_over_a_hundred_items(api: Client, many: Crowd, limit: int) -> None:
    """A walk through the list shows each deployment once where there are over a hundred."""
    walked = pages(api, {"agent_id": many.agent_id, "limit": limit}, many.ids)

    expect_each_once(walked, many.ids)
