"""RUNS: the filters of the two lists, each with runs of ours that pass it and runs that do not.

A run may go on while it is listed, so a status is only held against what the same answer shows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import FINAL, STATUSES, RunList, expect_runs, is_settled, triggered
from conformance.cases.pages import shown
from conformance.expect import Object, expect_equal, expect_true, instant, need, need_page, resolve
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Page

LONG = timedelta(days=2)


def utc(moment: datetime, hours: float = 0) -> str:
    """A time as ISO 8601 writes it, in UTC or at another offset; without a fraction where there is none."""
    if not hours:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.astimezone(timezone(timedelta(hours=hours))).isoformat()


def expect_ours(page: Page, wanted: list[str], ours: list[str]) -> None:
    """Of our runs a page shows exactly the wanted ones, in any order."""
    __tracebackhide__ = True
    seen = sorted(id_ for id_ in page.ids if id_ in ours)
    expect_equal(seen, sorted(wanted), "our runs on the page", at=page.exchange, pointer="/data")


def expect_each(page: Page, pointer: str, wanted: object) -> None:
    """Every item of a page shows this."""
    __tracebackhide__ = True
    for place, run in enumerate(page.items):
        where = f"/data/{place}{pointer}"
        expect_equal(resolve(run, pointer), wanted, pointer[1:], at=page.exchange, pointer=where)


def expect_errors(page: Page, *, wanted: bool) -> None:
    """Every run of a page has an error, or none has."""
    __tracebackhide__ = True
    for place, run in enumerate(page.items):
        error, pointer = run.get("error"), f"/data/{place}/error"
        fits = (error is not None) == wanted
        message = f"a run {'without' if wanted else 'with'} an error"
        expected = "an error" if wanted else None
        expect_true(fits, message, expected=expected, actual=error, at=page.exchange, pointer=pointer)


# --- by time ----------------------------------------------------------------------------------------------------


def _window(history: History, name: str) -> Object:
    """A window of time by name: which lots it holds stands in `WINDOWS`."""
    cut, (first, last) = history.between, history.span
    far = {"before": first - LONG, "after": last + LONG}
    after = {"after": cut, "outer": far["before"], "late": far["after"], "inner": cut, "around": far["before"]}
    before = {"before": cut, "early": far["before"], "inner": far["after"], "outer": cut, "around": far["after"]}
    times = {"triggered_after": after.get(name), "triggered_before": before.get(name)}
    return {key: moment for key, moment in times.items() if moment is not None}


WINDOWS = {
    "after": {2},
    "before": {1},
    "inner": {2},
    "outer": {1},
    "around": {1, 2},
    "late": set[int](),
    "early": set[int](),
}
"""Windows of time around the moment between our two lots of runs, with the lots that they hold."""


@requirement("runs-triggered-filter", MUST, source="list-runs#query-parameters", covers="RNS-004", revisions=QODER)
@pytest.mark.parametrize("window", [*WINDOWS, "until the midst of a run"])
def test_a_window_of_time_is_kept(api: Client, history: History, busy: Object, window: str) -> None:
    """triggered_after and triggered_before leave those runs of a deployment that were triggered in between."""
    if window in WINDOWS:
        params = {key: utc(moment) for key, moment in _window(history, window).items()}
        ours = history.ids(busy)
        wanted = [id_ for lot in WINDOWS[window] for id_ in history.ids(busy, lot=lot)]
    else:
        run, middle = _longest(api, busy)
        params, ours, wanted = {"triggered_before": utc(middle)}, [run["id"]], [run["id"]]

    page = expect_runs(api.runs_of(busy["id"], params | {"limit": 100}))

    expect_ours(page, wanted, ours)


def _longest(api: Client, busy: Object) -> tuple[Object, datetime]:
    """The run that took longest, and a time between its beginning and its end, where both are told finely enough."""
    runs = need_page(api.runs_of(busy["id"], {"limit": 100})).items
    took = {run["id"]: (instant(run.get("completed_at")) or triggered(run)) - triggered(run) for run in runs}
    run = max(runs, key=lambda each: took[each["id"]])
    told = timedelta(milliseconds=1) if "." in str(run.get("triggered_at")) else timedelta(seconds=1)
    if took[run["id"]] < 10 * told:
        raise NotApplicable("no run took long enough to tell its beginning from its end")
    return run, triggered(run) + took[run["id"]] / 2


@requirement(
    "runs-triggered-filter-knows-offsets",
    SHOULD,
    source="list-runs#query-parameters",
    covers="RNS-004",
    revisions=QODER,
)
@pytest.mark.parametrize("hours", [8, -7, 5.75])
@pytest.mark.parametrize("window", ["after", "before", "inner"])
def test_a_window_of_time_may_have_another_offset(
    api: Client, history: History, busy: Object, window: str, hours: float
) -> None:
    """A time may be given to triggered_after and triggered_before at another offset from UTC, as ISO 8601 has it."""
    params = {key: utc(moment, hours) for key, moment in _window(history, window).items()}
    wanted = [id_ for lot in WINDOWS[window] for id_ in history.ids(busy, lot=lot)]

    page = expect_runs(api.runs_of(busy["id"], params | {"limit": 100}))

    expect_ours(page, wanted, history.ids(busy))


@observation("runs-triggered-filter-edges", source="list-runs#query-parameters", covers="RNS-004", revisions=QODER)
def observe_the_edges_of_a_window(api: Client, history: History, busy: Object) -> str:
    """Whether triggered_after and triggered_before hold a run that was triggered at that very time."""
    run = history.runs(busy)[0]
    said = run.get("triggered_at") or run.get("created_at")
    held = {
        key: run["id"] in need_page(api.runs_of(busy["id"], {key: said, "limit": 100})).ids
        for key in ("triggered_after", "triggered_before")
    }
    return "-".join(f"{key.partition('_')[2]}-{'with' if value else 'without'}" for key, value in held.items())


# --- by status --------------------------------------------------------------------------------------------------


@requirement("runs-status-filter", MUST, source="list-runs#query-parameters", covers="RNS-005", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("status", STATUSES)
def test_a_status_filter_leaves_that_status(busy_list: RunList, status: str) -> None:
    """With a status both lists of runs show runs of that status only."""
    need(bool(need_page(busy_list()).items), "the list has to show runs without a filter")

    page = expect_runs(busy_list(status=status, limit=100))

    expect_each(page, "/status", status)


@requirement(
    "runs-status-filter-is-complete",
    MUST,
    source="list-runs#query-parameters",
    covers="RNS-005",
    revisions=(QODER_JUNE,),
)
def test_every_run_has_its_status(history: History, busy: Object, busy_list: RunList) -> None:
    """Every run is in the list of the status that it has, and once it has ended in no other."""
    ended = {run["id"]: run.get("status") for run in need_page(busy_list(limit=100)).items}
    ended = {id_: status for id_, status in ended.items() if status in FINAL}

    pages = {status: expect_runs(busy_list(status=status, limit=100)) for status in STATUSES}

    for status, page in pages.items():
        missing = [id_ for id_, its in ended.items() if its == status and id_ not in page.ids]
        message = f"{len(missing)} {status} runs are missing"
        expect_true(not missing, message, expected=missing, actual=page.ids, at=page.exchange, pointer="/data")
    # asked for in the order in which a run goes through them, so that none can slip through
    nowhere = set(history.ids(busy)) - set(shown(list(pages.values()), history.ids(busy)))
    at = pages[STATUSES[-1]].exchange
    expect_equal(sorted(nowhere), [], "runs that have no status", at=at, pointer="/data")


@observation("runs-status-invalid", source="list-runs#query-parameters", covers="RNS-005", revisions=(QODER_JUNE,))
def observe_an_invalid_status(api: Client, busy: Object) -> str:
    """What a status that no run can have gives."""
    return _taken(api.runs_of(busy["id"], {"status": "finished"}))


def _taken(exchange: Exchange) -> str:
    if not exchange.ok:
        return f"refused-{exchange.status}"
    return "ignored" if need_page(exchange).items else "empty"


# --- by trigger and by error ------------------------------------------------------------------------------------


@requirement("runs-trigger-type-filter", MUST, source="list-all-runs#query-parameters", covers="RNS-009")
@pytest.mark.parametrize("trigger", ["manual", "schedule", "retry"])
@pytest.mark.parametrize("scope", ["of ours", "of all"])
def test_a_trigger_type_leaves_such_runs(api: Client, history: History, busy: Object, trigger: str, scope: str) -> None:
    """With a trigger_type the list of all runs shows all runs that were triggered in this way, and no others."""
    if trigger not in api.session.revision.trigger_types:
        raise NotApplicable(f"this edition has no runs by {trigger}")
    need(bool(need_page(api.runs({"deployment_id": busy["id"]})).items), "the list has to show runs without it")
    params = {"deployment_id": busy["id"]} if scope == "of ours" else {}

    page = expect_runs(api.runs({**params, "trigger_type": trigger, "limit": 100}))

    expect_each(page, "/trigger_context/type", trigger)
    if params:
        expect_ours(page, history.triggered_by(trigger), history.ids(busy))


@requirement("runs-has-error-filter", MUST, source="list-all-runs#query-parameters", covers="RNS-010")
@pytest.mark.parametrize("scope", ["of ours", "of all"])
@pytest.mark.parametrize("wanted", [True, False], ids=["true", "false"])
def test_has_error_leaves_runs_with_or_without(api: Client, busy: Object, scope: str, *, wanted: bool) -> None:
    """With has_error=true the list of all runs shows runs with an error, with has_error=false those without one."""
    params = {"deployment_id": busy["id"], "limit": 100} if scope == "of ours" else {"limit": 100}
    before = need_page(api.runs(params)).items
    ended = [run for run in before if is_settled(run) and run.get("deployment_id") == busy["id"]]

    page = expect_runs(api.runs({**params, "has_error": wanted}))

    expect_errors(page, wanted=wanted)
    if scope == "of ours":
        passing = [run["id"] for run in ended if (run.get("error") is not None) == wanted]
        expect_ours(page, passing, [run["id"] for run in ended])


# --- by deployment ----------------------------------------------------------------------------------------------


@requirement("runs-deployment-filter", MUST, source="list-all-runs#query-parameters", covers="RNS-008")
@pytest.mark.parametrize("which", ["busy", "scheduled", "archived"])
def test_a_deployment_filter_leaves_its_runs(api: Client, history: History, which: str) -> None:
    """With a deployment_id the list of all runs shows every run of that deployment, and no other."""
    deployment = getattr(history, which)
    need(bool(history.runs(deployment)), "the deployment had to be run first")

    page = expect_runs(api.runs({"deployment_id": deployment["id"], "limit": 100}))

    expect_each(page, "/deployment_id", deployment["id"])
    missing = sorted(set(history.ids(deployment)) - set(page.ids))
    message = f"{len(missing)} runs are missing"
    expect_true(not missing, message, expected=missing, actual=page.ids, at=page.exchange, pointer="/data")


@requirement("runs-deployment-filter-is-exact", MUST, source="list-all-runs#query-parameters", covers="RNS-008")
@pytest.mark.parametrize("how", ["beginning", "unknown", "no runs", "%", ".*"])
def test_a_deployment_filter_is_exact(api: Client, history: History, busy: Object, how: str) -> None:
    """With the id of no deployment, or of one without runs, the list of all runs shows none, or refuses the id."""
    id_ = busy["id"]
    others = {
        "beginning": id_[: len(id_) * 2 // 3],
        "unknown": api.unknown_deployment_id(),
        "no runs": history.idle["id"],
    }
    need(bool(need_page(api.runs({"deployment_id": id_})).items), "the list has to show the runs of a deployment")

    exchange = api.runs({"deployment_id": others.get(how, how), "limit": 100})

    runs = need_page(exchange).ids if exchange.ok else []
    expect_equal(runs, [], "the runs of another deployment", at=exchange, pointer="/data")


@observation(
    "runs-deployment-filter-unknown", source="list-all-runs#query-parameters", covers="RNS-008", revisions=QODER
)
def observe_an_unknown_deployment(api: Client, busy: Object) -> str:
    """What the list of all runs answers to the id of a deployment that does not exist."""
    need(bool(busy), "there have to be runs")
    return _taken(api.runs({"deployment_id": api.unknown_deployment_id()}))


# --- several at once --------------------------------------------------------------------------------------------


@requirement(
    "runs-filters-combine",
    SHOULD,
    source="list-all-runs#query-parameters",
    covers="RNS-004 RNS-005 RNS-008",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("status", STATUSES)
def test_filters_combine(api: Client, history: History, busy: Object, status: str) -> None:
    """With several filters, and on either side of a cursor too, a list shows the runs that pass all of them."""
    params = {key: utc(moment) for key, moment in _window(history, "after").items()}
    later, earlier = (history.ids(busy, lot=lot) for lot in (2, 1))
    sides = {
        "pending": ("after_id", later[0]),
        "completed": ("after_id", later[0]),
        "skipped": ("before_id", earlier[-1]),
    }
    cursor = dict([sides[status]] if status in sides else [])

    nested = expect_runs(api.runs_of(busy["id"], params | cursor | {"status": status, "limit": 100}))
    of_all = expect_runs(api.runs({"deployment_id": busy["id"], "status": status, "trigger_type": "schedule"} | cursor))

    expect_each(nested, "/status", status)
    expect_ours(nested, [id_ for id_ in nested.ids if id_ in later], later + earlier)
    known, due = [*history.ids(busy), *history.others], history.triggered_by("schedule")
    strangers = [id_ for id_ in of_all.ids if id_ in known and id_ not in due]
    expect_equal(strangers, [], "runs that were not triggered by a schedule", at=of_all.exchange, pointer="/data")


@requirement(
    "runs-filters-combine-completely",
    SHOULD,
    source="list-runs#query-parameters",
    covers="RNS-004 RNS-005",
    revisions=(QODER_JUNE,),
)
def test_filters_combine_completely(api: Client, history: History, busy: Object) -> None:
    """With several filters a list shows every run that passes all of them."""
    params = {key: utc(moment) for key, moment in _window(history, "after").items()}
    listed = need_page(api.runs_of(busy["id"], {"limit": 100})).items
    since = history.between
    ended = {run["id"]: run["status"] for run in listed if run.get("status") in FINAL and triggered(run) > since}

    for status in sorted({*ended.values()}):
        page = expect_runs(api.runs_of(busy["id"], params | {"status": status, "limit": 100}))
        missing = [id_ for id_, its in ended.items() if its == status and id_ not in page.ids]
        message = f"{len(missing)} runs are missing"
        expect_true(not missing, message, expected=missing, actual=page.ids, at=page.exchange, pointer="/data")
