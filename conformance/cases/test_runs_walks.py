"""RUNS: walking through lists of runs, on and back, with filters, and while more runs are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import RunList, expect_runs
from conformance.cases.pages import expect_each_once, onward, showing, shown
from conformance.cases.test_runs_filters import expect_errors, utc
from conformance.expect import (
    Object,
    expect_equal,
    expect_error,
    expect_status,
    expect_true,
    need,
    need_object,
    need_page,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.histories import History
    from conformance.client import Client

SOURCE = "conventions/pagination#"


@requirement("runs-page-walk-is-complete", MUST, source="list-runs#query-parameters", covers="RNS-014 PAG-013 PAG-014")
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_walk_shows_each_run_once(busy_list: RunList, history: History, busy: Object, limit: int) -> None:
    """A walk shows each run once, and where lists are said to have an order, in that of one large page."""
    wanted = history.ids(busy)
    whole = shown([need_page(busy_list(limit=100))], wanted)

    walked = busy_list.walk(limit=limit)

    expect_each_once(walked, wanted)
    at = walked[-1].exchange
    if at.revision.newest_first:
        expect_equal(shown(walked, wanted), whole, "the order of our runs", at=at, pointer="/data")


@requirement("runs-page-before", MUST, source="list-runs#query-parameters", covers="RNS-014 PAG-016", revisions=QODER)
@pytest.mark.parametrize("limit", [1, 2, 100])
@pytest.mark.parametrize("place", [1, -1])
def test_before_id_gives_what_stands_before(busy_list: RunList, limit: int, place: int) -> None:
    """before_id gives runs that stand before the cursor in the list, and not the cursor itself."""
    everything = need_page(busy_list(limit=100)).ids
    need(len(everything) > 2, "there have to be more runs")
    cursor = everything[place]
    before = everything[: everything.index(cursor)]

    page = expect_runs(busy_list(before_id=cursor, limit=limit))

    strangers = [id_ for id_ in page.ids if id_ not in before]
    expect_equal(strangers, [], "runs that do not stand before the cursor", at=page.exchange, pointer="/data")
    message, at = "no run stands before the cursor", page.exchange
    expect_true(bool(page.items), message, expected="one at least", actual=page.ids, at=at, pointer="/data")


@requirement(
    "runs-page-two-cursors-are-400", MUST, source=f"{SOURCE}mutual-exclusion", covers="RNS-014 PAG-018", revisions=QODER
)
def test_two_cursors_are_400(busy_list: RunList) -> None:
    """after_id together with before_id is answered with 400 invalid_request_error, in both lists of runs."""
    everything = need_page(busy_list(limit=100)).ids
    need(len(everything) > 1, "there have to be more runs")
    for cursor in ("after_id", "before_id"):
        need_page(busy_list(**{cursor: everything[1]}))

    exchange = busy_list(after_id=everything[0], before_id=everything[-1])

    expect_error(exchange, 400)


@requirement(
    "runs-page-unknown-cursor", SHOULD, source=f"{SOURCE}cursor-stability", covers="RNS-014 PAG-022", revisions=QODER
)
@pytest.mark.parametrize("key", ["after_id", "before_id"])
@pytest.mark.parametrize("kind", ["unknown", "malformed", "deployment"])
def test_an_unknown_cursor_is_never_the_first_page(api: Client, busy_list: RunList, key: str, kind: str) -> None:
    """A cursor that names no run is refused with 400 or 404, or gives an empty page; it is not passed over."""
    everything = need_page(busy_list(limit=100)).ids
    need(len(everything) > 1, "there have to be more runs")
    need_page(busy_list(**{key: everything[1]}))
    cursors = {"unknown": api.unknown_run_id(), "malformed": "not a cursor", "deployment": busy_list.deployment_id}

    exchange = busy_list(**{key: cursors[kind]})

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        expect_equal(need_page(exchange).ids, [], "runs behind no cursor", at=exchange, pointer="/data")


@requirement(
    "runs-page-cursor-outside-filters",
    SHOULD,
    source=f"{SOURCE}cursor-stability",
    covers="RNS-014 PAG-021 PAG-024",
    revisions=QODER,
)
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_a_cursor_that_the_filters_leave_out_is_a_place(
    api: Client, history: History, busy: Object, *, nested: bool
) -> None:
    """Behind the oldest run filters give nothing, or the cursor is refused, though they leave that run itself out."""
    oldest = history.ids(busy, lot=1)[-1]
    need(bool(history.runs(history.scheduled)), "another deployment had to be run too")
    if not nested and not newest_first(api, history, busy):
        return  # nothing says in which order all runs are listed, so what is behind the oldest is not known
    late = {"triggered_after": utc(history.between)}
    runs = RunList(api, busy["id"] if nested else history.scheduled["id"], nested=nested)

    exchange = runs(after_id=oldest, **late) if nested else runs(after_id=oldest)

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        later = [id_ for id_ in need_page(exchange).ids if id_ in history.ids(busy, history.scheduled, lot=2)]
        expect_equal(later, [], "runs that are no older", at=exchange, pointer="/data")


def newest_first(api: Client, history: History, busy: Object) -> bool:
    """Whether the list of all runs is in the order of time, as it may be (conflicts C-38)."""
    early, late = history.ids(busy, lot=1), history.ids(busy, lot=2)
    order = shown(RunList(api, busy["id"], nested=False).walk(limit=50), [*early, *late])
    return {*order[: len(late)]} == {*late}


@requirement("runs-page-keeps-filters", SHOULD, source="list-runs#query-parameters", covers="RNS-014 PAG-021")
@pytest.mark.parametrize("limit", [1, 2])
def test_every_page_keeps_the_filters(api: Client, history: History, busy: Object, limit: int) -> None:
    """Every page of a walk through a list of runs obeys its filters, and together they show each run that passes."""
    early = {"triggered_before": utc(history.between)}
    wanted, ours, manual = history.ids(busy, lot=1), history.ids(busy), history.triggered_by("manual")

    of_all = RunList(api, busy["id"], nested=False).walk(limit=limit, trigger_type="manual")
    walks = [(of_all, manual)]
    if api.session.revision.scoped_runs:
        late, nested = {"triggered_after": utc(history.between)}, RunList(api, busy["id"], nested=True)
        walks.insert(0, (nested.walk(limit=limit, **early), wanted))
        walks.append((nested.walk(limit=limit, **late), history.ids(busy, lot=2)))
    for has_error in (True, False):
        for page in RunList(api, busy["id"], nested=False).walk(limit=limit, has_error=has_error):
            expect_errors(page, wanted=has_error)

    for walked, kept in walks:
        strangers = sorted({*shown(walked, [*ours, *history.others])} - {*kept})
        at = showing(walked, strangers)
        expect_equal(strangers, [], "runs that do not pass the filters", at=at, pointer="/data")
        expect_each_once(walked, kept)


@requirement(
    "runs-page-keeps-filters-beside-ids",
    SHOULD,
    source="list-runs#query-parameters",
    covers="RNS-014 PAG-021",
    revisions=QODER,
)
@pytest.mark.parametrize("side", ["after_id", "before_id"])
def test_a_cursor_puts_no_filter_out_of_force(api: Client, history: History, busy: Object, side: str) -> None:
    """A page of runs next to a cursor obeys its filters, also where they leave the cursor itself out, or is refused."""
    ours, cut = history.ids(busy), utc(history.between)
    cursor = {side: ours[0] if side == "after_id" else ours[-1], "limit": 100}
    nested, of_all = (RunList(api, busy["id"], nested=nested) for nested in (True, False))

    exchanges = {
        "late": nested(triggered_after=cut, **cursor),
        "early": nested(triggered_before=cut, **cursor),
        "due": of_all(trigger_type="schedule", **cursor),
        "failed": of_all(has_error=True, **cursor),
    }

    passing = {"late": history.ids(busy, lot=2), "early": history.ids(busy, lot=1)}
    passing["due"] = history.triggered_by("schedule")
    for name, exchange in exchanges.items():
        expect_status(exchange, 200, 400, 404)
        if not exchange.ok:
            continue
        if name == "failed":
            expect_errors(need_page(exchange), wanted=True)
            continue
        strangers = [id_ for id_ in need_page(exchange).ids if id_ in ours and id_ not in passing[name]]
        expect_equal(strangers, [], "runs that do not pass the filter", at=exchange, pointer="/data")


@requirement("runs-page-survives-new-runs", MUST, source=f"{SOURCE}cursor-stability", covers="RNS-014 PAG-023")
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_new_runs_disturb_no_walk(api: Client, crowded: tuple[Object, list[str]], *, nested: bool) -> None:
    """Runs that begin during a walk neither repeat nor hide those that were there before."""
    deployment, ids = crowded
    runs = RunList(api, deployment["id"], nested=nested)
    first = need_page(runs(limit=10))
    on = onward(first)
    need(on is not None, "the list has to show runs, and to go on")
    need_object(api.run(deployment["id"]))

    rest = runs.walk(limit=10, **(on or {}))

    expect_each_once([first, *rest], ids)
