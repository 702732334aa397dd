"""LIST and RUNS: one item for each deployment and run, and the same one however it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.ends import expect_has_more
from conformance.cases.histories import RunList, expect_runs
from conformance.cases.pages import Params, find, pages, shown
from conformance.expect import expect_equal, expect_same, need, need_object, need_page
from conformance.failures import NotApplicable, NotPermitted
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.manifolds import Manifold
    from conformance.client import Client

WAYS: dict[str, dict[str, Any]] = {
    "of all": {"agent_id": None},
    "of its agent": {},
    "of its status": {"status": "active"},
    "with archived": {"include_archived": True},
    "behind a cursor": {"after_id": 0},
    "before a cursor": {"before_id": 2},
    "on a later page": {"limit": 1},
    "since a time": {"created_at[gte]": "2000-01-01T00:00:00Z"},
}
"""Ways to ask for a list; a cursor is the place of one of three deployments."""


@requirement("list-shows-each-once", MUST, source="list#response-fields", covers="LST-016 PAG-014")
def test_a_deployment_is_listed_once(api: Client, manifold: Manifold) -> None:
    """A list shows a deployment once, also one with several vaults, resources, events, metadata keys and runs."""
    walked = pages(api, {"agent_id": manifold.agent_id, "limit": 100}, manifold.ids)

    seen = shown(walked, manifold.ids)
    need(set(seen) == {*manifold.ids}, "the list has to show the deployments")
    expect_equal(seen, manifold.ids, "the deployments in the list", at=walked[-1].exchange, pointer="/data")


@requirement("list-shows-the-same-however-asked", MUST, source="list#response-fields", covers="LST-016 OBJ-015")
@pytest.mark.parametrize("way", WAYS)
def test_a_list_shows_the_same_however_it_is_asked(api: Client, manifold: Manifold, way: str) -> None:
    """An element of a list is the deployment that a GET shows, whatever filters, cursor or limit it is asked with."""
    if not manifold.exclusive and way in {"before a cursor", "on a later page"}:
        raise NotApplicable("no agent of its own could be made")
    if way == "since a time" and api.session.revision.next_page_as != "page":
        raise NotApplicable("this edition has no created_at[gte]")
    asked: Params = {"agent_id": manifold.agent_id, **WAYS[way]}
    for cursor in {"after_id", "before_id"} & {*asked}:
        if cursor not in api.session.revision.cursors:
            raise NotApplicable(f"this edition has no {cursor}")
        asked[cursor] = manifold.ids[asked[cursor]]
    read = need_object(api.get(manifold.ids[1]))

    element, exchange = find(api, manifold.ids[1], **asked)

    where = f"/data/{need_page(exchange).ids.index(element['id'])}"
    expect_same(element, read, "the element against a GET", at=exchange, pointer=where)


@requirement(
    "page-has-more-counts-deployments",
    SHOULD,
    source="list#response-fields",
    covers="PAG-015 PAG-027",
    revisions=(QODER_JUNE,),
)
def test_has_more_counts_deployments(api: Client, manifold: Manifold) -> None:
    """Nothing follows the last deployment of an agent, however many vaults, events or runs it has."""
    if not manifold.exclusive:
        raise NotApplicable("no agent of its own could be made")
    page = need_page(api.list({"agent_id": manifold.agent_id, "after_id": manifold.ids[1], "limit": 1}))
    need(page.ids == manifold.ids[2:], "the page has to hold the last deployment")

    expect_has_more(page, more=False)


@requirement("runs-are-listed-once", MUST, source="list-all-runs#response-fields", covers="RNS-007 RNS-014 PAG-014")
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_a_run_is_listed_once(api: Client, manifold: Manifold, *, nested: bool) -> None:
    """Lists of runs show each run once, also those of a deployment with several vaults, resources and events."""
    if not manifold.run_ids:
        raise NotPermitted("starts runs: give --allow-runs")

    page = expect_runs(RunList(api, manifold.ids[-1], nested=nested)(limit=100))

    seen = sorted(page.ids)
    need(set(seen) >= {*manifold.run_ids}, "the list has to show the runs")
    expect_equal(seen, sorted({*seen}), "the runs in the list", at=page.exchange, pointer="/data")
