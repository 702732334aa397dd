"""RUNS: what the list of all runs can be narrowed to in the newer editions, by the time of creation above all."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.histories import RunList, expect_runs, found
from conformance.cases.precision import need_exact_time
from conformance.cases.test_runs_filters import LONG, expect_ours, utc
from conformance.expect import Object, expect_equal, expect_true, instant, need, need_page, resolve
from conformance.failures import Unmet
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA, NEWER

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.expect import Page

SOURCE = "list-all-runs#query-parameters"
COMPARE: dict[str, Any] = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}

Bounds = dict[str, "datetime"]


def _windows(history: History) -> dict[str, tuple[Bounds, tuple[int, ...]]]:
    """Bounds by name, with the lots of runs that they hold."""
    cut, (first, last) = history.between, history.span
    early, late = first - LONG, last + LONG
    return {
        **{bound: ({bound: cut}, (2,) if bound.startswith("g") else (1,)) for bound in COMPARE},
        "gt-lt": ({"gt": cut, "lt": late}, (2,)),
        "gte-lte": ({"gte": early, "lte": cut}, (1,)),
        "around": ({"gt": early, "lte": late}, (1, 2)),
        "future": ({"gte": late}, ()),
        "past": ({"lt": early}, ()),
    }


WINDOWS = ("gt", "gte", "lt", "lte", "gt-lt", "gte-lte", "around", "future", "past")


def written(bounds: Bounds, hours: float = 0) -> dict[str, str]:
    """The bounds as parameters, in UTC or at another offset."""
    return {f"created_at[{key}]": utc(moment, hours) for key, moment in bounds.items()}


def expect_within(page: Page, bounds: Bounds) -> None:
    """Every run on a page, ours or not, shows a time of creation within the bounds, or in the second of one."""
    __tracebackhide__ = True
    for place, run in enumerate(page.items):
        created = instant(run.get("created_at"))
        within = created is None or all(
            COMPARE[key](created, moment) or created.replace(microsecond=0) == moment.replace(microsecond=0)
            for key, moment in bounds.items()
        )
        message, pointer = "a run that was created at another time", f"/data/{place}/created_at"
        actual, at = run.get("created_at"), page.exchange
        expect_true(within, message, expected="a time in between", actual=actual, at=at, pointer=pointer)


@requirement("runs-created-filter", MUST, source=SOURCE, covers="RNS-011", revisions=NEWER)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("scope", ["of ours", "of all"])
def test_a_window_of_creation_is_kept(api: Client, history: History, busy: Object, window: str, scope: str) -> None:
    """The bounds gt, gte, lt and lte of created_at leave those runs that were created in between."""
    bounds, lots = _windows(history)[window]
    params: Object = {"deployment_id": busy["id"]} if scope == "of ours" else {}

    page = expect_runs(api.runs({**params, **written(bounds), "limit": 100}))

    expect_within(page, bounds)
    if params:
        expect_ours(page, [id_ for lot in lots for id_ in history.ids(busy, lot=lot)], history.ids(busy))


@requirement("runs-created-filter-knows-offsets", SHOULD, source=SOURCE, covers="RNS-011", revisions=NEWER)
@pytest.mark.parametrize("window", ["gt", "lte", "gt-lt"])
@pytest.mark.parametrize("hours", [8, -7, 5.75])
def test_a_window_of_creation_may_have_another_offset(
    api: Client, history: History, busy: Object, window: str, hours: float
) -> None:
    """A bound of created_at may be given to the list of all runs at another offset from UTC, as ISO 8601 has it."""
    bounds, lots = _windows(history)[window]

    page = expect_runs(api.runs({"deployment_id": busy["id"], **written(bounds, hours), "limit": 100}))

    expect_ours(page, [id_ for lot in lots for id_ in history.ids(busy, lot=lot)], history.ids(busy))


@requirement("runs-created-filter-edges", MUST, source=SOURCE, covers="RNS-011", revisions=NEWER)
@pytest.mark.parametrize(("bound", "holds"), [("gt", False), ("gte", True), ("lt", False), ("lte", True)])
@pytest.mark.parametrize("lot", [1, 2])
def test_the_edges_of_a_window_of_creation(  # noqa: PLR0913, PLR0917 - a parameter each
    api: Client,
    history: History,
    busy: Object,
    bound: str,
    holds: bool,  # noqa: FBT001 - a parameter
    lot: int,
) -> None:
    """A run that was created at the very time of a bound is shown with gte and lte, and not with gt and lt."""
    id_ = history.ids(busy, lot=lot)[0]
    asked: Object = {"deployment_id": busy["id"], "limit": 100}
    listed, _ = found([need_page(api.runs(asked))], id_)
    moment = (listed or {}).get("created_at")
    need(instant(moment) is not None, "the list has to show the run and when it was created")

    page = expect_runs(api.runs({**asked, f"created_at[{bound}]": moment}))

    what = f"whether a run that was created at created_at[{bound}] is shown"
    if (id_ in page.ids) != holds:
        need_exact_time(lambda near: api.runs({**asked, **near}), id_, moment)
    expect_equal(id_ in page.ids, holds, what, at=page.exchange, pointer="/data")


@requirement(
    "runs-filters-agree",
    SHOULD,
    source=SOURCE,
    covers="RNS-008 RNS-009 RNS-010 RNS-011",
    revisions=NEWER,
)
@pytest.mark.parametrize("trigger", ["manual", "schedule"])
@pytest.mark.parametrize("window", ["gt", "lte"])
@pytest.mark.parametrize("has_error", [None, False, True])
def test_filters_of_all_runs_agree(  # noqa: PLR0913, PLR0917 - a parameter each
    api: Client,
    history: History,
    busy: Object,
    trigger: str,
    window: str,
    has_error: bool | None,  # noqa: FBT001 - a parameter
) -> None:
    """With several filters the list of all runs shows the runs that pass all of them."""
    bounds, (lot,) = _windows(history)[window]
    asked: Object = {"deployment_id": busy["id"], "limit": 100}
    listed = {run["id"]: run for run in need_page(api.runs(asked)).items}
    if not set(history.ids(busy)) <= set(listed):
        raise Unmet("the list has to show the runs of a deployment")

    filters = {"trigger_type": trigger, "has_error": has_error, **written(bounds)}
    page = expect_runs(api.runs({**asked, **filters}))

    told = [run["id"] for run in listed.values() if has_error in {None, run.get("error") is not None}]
    due = [id_ for id_ in history.ids(busy, lot=lot) if id_ in history.triggered_by(trigger) and id_ in told]
    expect_ours(page, due, history.ids(busy))
    for each in RunList(api, busy["id"], nested=False).walk(limit=1, **filters):
        strangers = [id_ for id_ in each.ids if id_ in history.ids(busy) and id_ not in due]
        expect_equal(strangers, [], "runs that do not pass the filters", at=each.exchange, pointer="/data")
    triggers = [resolve(run, "/trigger_context/type") for run in page.items]
    expect_equal(triggers, [trigger] * len(triggers), "trigger_context.type", at=page.exchange, pointer="/data")


@requirement("runs-unknown-deployment-has-none", MUST, source=SOURCE, covers="RNS-008", revisions=(CMA,))
def test_an_unknown_deployment_has_no_runs(api: Client, busy: Object) -> None:
    """With a deployment_id that no deployment has the list of all runs is answered with 200 and an empty page."""
    need(
        bool(need_page(api.runs({"deployment_id": busy["id"]})).items), "the list has to show the runs of a deployment"
    )

    exchange = api.runs({"deployment_id": api.unknown_deployment_id()})

    expect_equal(expect_runs(exchange).ids, [], "data", at=exchange, pointer="/data")
