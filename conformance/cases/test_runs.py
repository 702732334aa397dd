"""RUNS: the two lists of runs and the two ways to read one: what they show, in which order, what they do not know."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from conformance.cases.ends import expect_has_more
from conformance.cases.histories import FINAL, RunList, expect_runs, expect_same_run, found, same_time, triggered
from conformance.cases.pages import onward, passing, showing, shown
from conformance.expect import (
    Object,
    expect_equal,
    expect_error,
    expect_object,
    expect_page,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    resolve,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER

if TYPE_CHECKING:
    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.expect import Page

BOTH_LISTS = pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
FIRST_PAGES = 10
"""How many pages of 100 the list of all runs is searched for ours, in whatever order it is."""


# --- the list of one deployment ---------------------------------------------------------------------------------


@requirement("runs-list-answers-a-page", MUST, source="list-runs#response-fields", covers="RNS-001 RNS-007 RNS-014")
@pytest.mark.parametrize("asked", ["everything", "limit", "filter"])
def test_a_list_of_runs_is_answered_with_a_page(busy_list: RunList, asked: str) -> None:
    """A list of runs is answered with 200 and a page: an object of data, next_page, and what else the edition names."""
    page = expect_page(busy_list(**_asking(busy_list, asked)))

    known = isinstance(page.has_more, bool)
    message, at = "has_more is no boolean", page.exchange
    expect_true(known, message, expected="true or false", actual=page.has_more, at=at, pointer="/has_more")


def _asking(runs: RunList, what: str) -> Object:
    """Parameters for nothing, for a short page, or for a filter that this list has."""
    some: Object = {"triggered_after": "2020-01-01T00:00:00Z"} if runs.below else {"trigger_type": "manual"}
    if runs.api.session.revision.run_states:
        some = {"status": "completed"}
    return {"everything": {}, "limit": {"limit": 2}, "filter": some}[what]


@requirement("runs-list-holds-its-own", MUST, source="list-runs#response-fields", covers="RNS-001", revisions=QODER)
@pytest.mark.parametrize("limit", [100, 2])
def test_the_list_of_a_deployment_holds_its_runs(api: Client, history: History, busy: Object, limit: int) -> None:
    """The list of a deployment's runs shows each of them, and none of another deployment."""
    need(bool(history.others), "another deployment had to be run, too")

    walked = RunList(api, busy["id"], nested=True).walk(limit=limit)

    for page in walked:
        strangers = [run for run in page.items if run.get("id") in history.others]
        expect_equal(strangers, [], "runs of another deployment", at=page.exchange, pointer="/data")
        told = [run.get("deployment_id") for run in page.items]
        expect_equal(told, [busy["id"]] * len(told), "deployment_id", at=page.exchange, pointer="/data")
    wanted = history.ids(busy)
    missing = sorted(set(wanted) - set(shown(walked, wanted)))
    message, at = f"{len(missing)} of {len(wanted)} runs missing", passing(walked, wanted, missing)
    expect_true(not missing, message, expected="each run of the deployment", actual=missing, at=at, pointer="/data")


@requirement("runs-list-newest-first", MUST, source="list-runs#", covers="RNS-001", revisions=QODER)
@pytest.mark.parametrize("limit", [100, 2])
@pytest.mark.parametrize("beside", ["nothing", "triggered_after", "triggered_before", "status"])
def test_the_newest_run_comes_first(api: Client, history: History, busy: Object, limit: int, beside: str) -> None:
    """The list of a deployment's runs begins with the one that was triggered last, and goes back in time."""
    runs = RunList(api, busy["id"], nested=True)
    filters = {"status": _usual_status(runs)} if beside == "status" else LETS_PASS.get(beside, {})

    walked = runs.walk(limit=limit, **filters)

    newer, seen = history.ids(busy, lot=2), shown(walked, history.ids(busy))
    need(beside == "status" or set(seen) == set(history.ids(busy)), "the list has to show all runs")
    newer = [id_ for id_ in newer if id_ in seen]
    late = [id_ for id_ in seen[len(newer) :] if id_ in newer]
    expect_equal(late, [], "newer runs behind older ones", at=showing(walked, late), pointer="/data")
    for page in walked:
        for first, second in pairwise(page.items):
            message = f"{second.get('id')} was triggered after {first.get('id')} and stands behind it"
            times = [triggered(run) for run in (first, second)]
            expect_true(times[0] >= times[1], message, expected="newest first", actual=str(times), at=page.exchange)


LETS_PASS = {
    "triggered_after": {"triggered_after": "2020-01-01T00:00:00Z"},
    "triggered_before": {"triggered_before": "2100-01-01T00:00:00Z"},
}
"""Filters that every run passes."""


def _usual_status(runs: RunList) -> str:
    """The status with which most runs have ended, as a control that there are two of one."""
    if not runs.api.session.revision.run_states:
        raise NotApplicable("runs have no status in this edition")
    ended = Counter(run.get("status") for run in need_page(runs(limit=100)).items if run.get("status") in FINAL)
    status, count = next(iter(ended.most_common(1)), ("", 0))
    if count < 2:
        raise NotApplicable("no two runs have ended with one status")
    return str(status)


@requirement("runs-list-unknown-deployment-is-404", MUST, source="list-runs#errors", covers="RNS-002", revisions=QODER)
def test_the_list_of_an_unknown_deployment_is_404(api: Client, busy: Object) -> None:
    """The list of runs of a deployment that does not exist is answered with 404 not_found_error."""
    need_page(api.runs_of(busy["id"]))

    exchange = api.runs_of(api.unknown_deployment_id())

    expect_error(exchange, 404)


@requirement("runs-none-is-an-empty-page", MUST, source="list-runs#response-fields", covers="RNS-003 RNS-014")
@BOTH_LISTS
@pytest.mark.parametrize("asked", ["everything", "limit", "filter"])
def test_no_runs_are_an_empty_page(api: Client, history: History, asked: str, *, nested: bool) -> None:
    """Where there are no runs, the page is empty: no first_id, no last_id, nothing more and no next page."""
    runs = RunList(api, history.idle["id"], nested=nested)

    page = expect_page(runs(**_asking(runs, asked)))

    expect_equal(page.items, [], "data", at=page.exchange, pointer="/data")
    expect_has_more(page, more=False)
    expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")
    for key, value in (("first_id", page.first_id), ("last_id", page.last_id)):
        expect_equal(value or None, None, key, at=page.exchange, pointer=f"/{key}")


# --- the list of all --------------------------------------------------------------------------------------------


def _all_runs(api: Client, wanted: list[str], filters: Object) -> list[Page]:
    """The pages of the list of all runs, until every wanted one was seen or far enough."""
    asked = {"limit": 100, **filters}
    walked = [need_page(api.runs(asked))]
    while walked[-1].items and len(walked) < FIRST_PAGES and not set(wanted) <= set(shown(walked, wanted)):
        on = onward(walked[-1])
        if on is None:
            break
        walked.append(need_page(api.runs({**asked, **on})))
    return walked


@requirement("runs-list-of-all-spans-deployments", MUST, source="list-all-runs#", covers="RNS-007 RNS-013")
@pytest.mark.parametrize("which", ["busy", "scheduled", "archived"])
@pytest.mark.parametrize("filters", [{}, {"trigger_type": "manual"}], ids=["all", "manual"])
def test_the_list_of_all_spans_deployments(api: Client, history: History, which: str, filters: Object) -> None:
    """The list of all runs shows the runs of every deployment of the account, as they were answered."""
    runs = history.runs(getattr(history, which))
    need(bool(runs), "a deployment had to be run first")
    if filters:
        runs = [run for run in runs if resolve(run, "/trigger_context/type") == "manual"]

    walked = _all_runs(api, [run["id"] for run in runs], filters)

    complete = not walked[-1].items or walked[-1].has_more is False or len(walked) < FIRST_PAGES
    for run in runs:
        item, exchange = found(walked, run["id"])
        need(item is not None or complete, "the account has too many runs to look through")
        message = "the run is missing"
        expect_true(item is not None, message, expected=run["id"], actual="no such item", at=exchange, pointer="/data")
        expect_same_run(item or {}, run, "the run in the list", at=exchange)


@observation("runs-list-of-all-order", source="list-all-runs#", covers="RNS-007")
def observe_the_order_of_all_runs(api: Client, busy: Object) -> str:
    """In which order the list of all runs shows those of one deployment."""
    page = need_page(RunList(api, busy["id"], nested=False)(limit=100))
    times = [triggered(run) for run in page.items]
    newest = times == sorted(times, reverse=True)
    return "newest-first" if newest else "oldest-first" if times == sorted(times) else "otherwise"


# --- one run ----------------------------------------------------------------------------------------------------


@requirement("runs-get-returns-the-run", MUST, source="get-run#response", covers="RNS-006 RNS-013", revisions=QODER)
def test_a_run_is_read_below_its_deployment(api: Client, history: History) -> None:
    """A run is answered with 200, as it was answered when it began, below the deployment that it belongs to."""
    for each in (begun for begun in history.begun if begun.exchange.ok):
        exchange = api.run_of(each.deployment["id"], each.run["id"])

        expect_same_run(expect_object(exchange), each.run, "the run as it was read", at=exchange)


@requirement("runs-get-unknown-is-404", MUST, source="get-run#errors", covers="RNS-006", revisions=QODER)
@pytest.mark.parametrize("unknown", ["run", "deployment", "both"])
def test_an_unknown_run_or_deployment_is_404(api: Client, history: History, busy: Object, unknown: str) -> None:
    """A run that does not exist, or one of a deployment that does not exist, is answered with 404 not_found_error."""
    deployment_id, run_id = busy["id"], history.ids(busy)[0]
    need_object(api.run_of(deployment_id, run_id))
    deployment_id = deployment_id if unknown == "run" else api.unknown_deployment_id()
    run_id = run_id if unknown == "deployment" else api.unknown_run_id()

    exchange = api.run_of(deployment_id, run_id)

    expect_error(exchange, 404)


@requirement("runs-get-below-another-is-404", SHOULD, source="get-run#errors", covers="RNS-006", revisions=QODER)
@pytest.mark.parametrize("below", ["scheduled", "archived", "idle"])
def test_a_run_below_another_deployment_is_404(api: Client, history: History, busy: Object, below: str) -> None:
    """A run is answered with 404 below a deployment that it does not belong to."""
    run_id = history.ids(busy)[0]
    need_object(api.run_of(busy["id"], run_id))

    exchange = api.run_of(getattr(history, below)["id"], run_id)

    expect_error(exchange, 404)


@requirement("runs-get-by-id-alone", MUST, source="get-run-global#response", covers="RNS-012 RNS-013")
def test_a_run_is_read_by_its_id_alone(api: Client, history: History) -> None:
    """A run is answered with 200 by its id alone, and is what another answer shows of it."""
    scoped = api.session.revision.scoped_runs
    for each in (begun for begun in history.begun if begun.exchange.ok):
        below = need_object(api.run_of(each.deployment["id"], each.run["id"])) if scoped else each.run

        exchange = api.deployment_run(each.run["id"])

        run = expect_object(exchange)
        expect_same_run(run, below, "the run by its id alone", at=exchange)
        if not api.session.revision.run_states:
            for key in (key for key in ("session_id", "error") if below.get(key) is not None):
                expect_equal(run.get(key), below.get(key), key, at=exchange, pointer=f"/{key}")
        if below.get("status") in FINAL:  # what has ended changes no more
            for key in ("status", "error", "duration_ms", "session_id"):
                expect_equal(run.get(key), below.get(key), key, at=exchange, pointer=f"/{key}")
            ends = [each.get("completed_at") for each in (below, run)]
            message, pointer = "completed_at differs", "/completed_at"
            expect_true(same_time(*ends), message, expected=ends[0], actual=ends[1], at=exchange, pointer=pointer)


@requirement("runs-get-by-unknown-id-is-404", MUST, source="get-run-global#errors", covers="RNS-012")
@pytest.mark.parametrize(
    ("kind", "statuses"), [("run", (404,)), ("deployment", (404, 400)), ("another prefix", (404, 400))]
)
def test_an_id_of_no_run_is_404(
    api: Client, history: History, busy: Object, kind: str, statuses: tuple[int, ...]
) -> None:
    """An id that names no run is answered with 404 not_found_error; one of another kind may be refused with 400."""
    known, revision = history.ids(busy)[0], api.session.revision
    need_object(api.deployment_run(known))
    ids = {"run": api.unknown_run_id(), "deployment": api.unknown_deployment_id()}
    ids["another prefix"] = revision.deployment_prefix + known.removeprefix(revision.run_prefix)

    exchange = api.deployment_run(ids[kind])

    expect_status(exchange, *statuses)
    expect_error(exchange, exchange.status)


@requirement("archive-runs-stay-readable", SHOULD, source="archive#response", covers="ARC-013")
@pytest.mark.parametrize("route", ["list-runs", "get-run", "get-run-global"])
def test_the_runs_of_an_archived_deployment_stay(api: Client, history: History, route: str) -> None:
    """The runs of an archived deployment can still be listed and read."""
    gone = history.archived
    need(instant(need_object(api.get(gone["id"])).get("archived_at")) is not None, "it has to be archived")
    need(bool(history.runs(gone)), "it had to be run before")
    run = history.runs(gone)[0]

    ask = {
        "list-runs": lambda: api.its_runs(gone["id"]),
        "get-run": lambda: api.its_run(gone["id"], run["id"]),
        "get-run-global": lambda: api.deployment_run(run["id"]),
    }
    exchange = ask[route]()

    read = expect_runs(exchange).items if route == "list-runs" else [expect_object(exchange)]
    ids = [each.get("id") for each in read]
    expect_true(run["id"] in ids, "the run is missing", expected=run["id"], actual=ids, at=exchange)
