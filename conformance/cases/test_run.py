"""RUN: what a run by hand answers with, what it leaves alone, and when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import IN_FLIGHT, RunList, core
from conformance.cases.states import enter, expect_done, fires
from conformance.cases.upcoming import UPCOMING, listed
from conformance.expect import (
    Json,
    Object,
    expect_equal,
    expect_error,
    expect_object,
    expect_refusal,
    expect_same,
    expect_true,
    need,
    need_object,
    need_page,
    need_success,
    resolve,
    settled,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER, QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.cases.conftest import Deployments
    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.exchange import Exchange

pytestmark = pytest.mark.usefixtures("writes")

LAST_RUN = "/schedule/last_run_at"
TOTAL = "/metadata/cas_config/stats/total_runs"


# --- what it does -----------------------------------------------------------------------------------------------


def _expect_run(exchange: Exchange, deployment: Object) -> None:
    """A run of that deployment was answered, with 200."""
    __tracebackhide__ = True
    run = expect_object(exchange)
    expect_true(bool(run.get("id")), "the run has no id", expected="an id", actual=run, at=exchange, pointer="/id")
    told = run.get("deployment_id")
    expect_equal(told, deployment["id"], "deployment_id", at=exchange, pointer="/deployment_id")


@requirement("run-answers-with-a-run", MUST, source="run#response", covers="RUN-001")
@pytest.mark.parametrize("body", ["no body", "{}"])
def test_a_run_is_answered_with_the_run(api: Client, history: History, body: str) -> None:
    """Running an active deployment, without a body or with {}, is answered with 200 and the run."""
    first, second = (each.exchange for each in history.begun if each.deployment is history.scheduled)
    if second.status == 409:  # a service may pause a deployment whose runs fail
        status = need_object(api.get(history.scheduled["id"])).get("status")
        need(status != "paused", "the deployment was not to be paused between its runs")

    _expect_run(first if body == "no body" else second, history.scheduled)


@requirement("run-manual-only", MUST, source="run#response", covers="RUN-006")
def test_a_manual_only_deployment_can_be_run(history: History) -> None:
    """A deployment without a schedule can be run by hand."""
    need(history.busy.get("schedule", "none") is None, "a deployment without a schedule had to show null")

    _expect_run(history.begun[0].exchange, history.busy)


@requirement("run-after-unpause", MUST, source="run#response", covers="RUN-001 UNP-001")
def test_an_unpaused_deployment_can_be_run(api: Client, paused: Object) -> None:
    """A deployment that was paused can be run again once it is unpaused."""
    need_success(api.unpause(paused["id"]))

    _expect_run(api.run(paused["id"]), paused)


@requirement("run-every-time-anew", SHOULD, source="run#response", covers="RUN-001")
def test_every_run_has_an_id_of_its_own(history: History) -> None:
    """Each run of a deployment is another one: it has an id of its own, however soon it follows."""
    need(len(history.ids(history.busy)) > 1, "a deployment had to be run more than once")

    seen: set[str] = set()
    for each in (begun for begun in history.begun if begun.exchange.ok):
        id_ = each.run["id"]
        message = "a later run has the id of an earlier one"
        expect_true(id_ not in seen, message, expected="another id", actual=id_, at=each.exchange, pointer="/id")
        seen.add(id_)


@requirement("run-at-a-time-limit-is-skipped", MUST, source="run#response", covers="RUN-010", revisions=(QODER_JUNE,))
def test_a_run_too_many_at_a_time_is_skipped(history: History) -> None:
    """While a deployment with max_concurrent 1 has a run in flight, a second run is answered with 200 and skipped."""
    first, second = history.rivals
    _need_rivals(history)

    run = expect_object(second)
    status = need_object(history.later[0]).get("status") if run.get("status") in IN_FLIGHT else run.get("status")
    if status == "pending":
        raise NotApplicable("the second of two runs is pending still: nobody can say yet what becomes of it")
    expect_equal(status, "skipped", f"status beside the run {need_object(first)['id']}", at=second, pointer="/status")


def _need_rivals(history: History) -> None:
    limit = resolve(history.busy, "/metadata/cas_config/config/max_concurrent")
    status = need_object(history.later[1]).get("status")
    if limit != 1 or status not in IN_FLIGHT:
        raise NotApplicable("runs end at once here: needs a service whose runs take a while")


@observation("run-counts", source="create#response-fields", covers="RUN-012", revisions=(QODER_JUNE,))
def observe_the_count_of_runs(api: Client, deployments: Deployments, busy: Object) -> str:
    """Whether stats.total_runs tells the number of runs of a deployment, skipped ones among them or not."""
    total = resolve(deployments.fresh(busy), TOTAL)
    runs = need_page(RunList(api, busy["id"], nested=True)(limit=100)).items
    skipped = sum(run.get("status") == "skipped" for run in runs)
    told = {0: "none", len(runs) - skipped: "all-but-skipped", len(runs): "all"}
    return told.get(total, "otherwise") if isinstance(total, int) else "absent"


# --- what it leaves alone ---------------------------------------------------------------------------------------


@requirement("run-shows-in-lists", SHOULD, source="list#response-fields", covers="OBJ-015 SCH-027")
def test_a_list_shows_when_it_last_ran(api: Client, history: History) -> None:
    """A deployment that was run shows the same last_run_at in the list as when it is read, or none in both."""
    need(bool(history.runs(history.scheduled)), "a deployment with a schedule had to be run first")
    before = _last_run(need_object(api.get(history.scheduled["id"])))

    shown, page, place = listed(api, history.scheduled)

    need(_last_run(need_object(api.get(history.scheduled["id"]))) == before, "last_run_at must not move meanwhile")
    expect_equal(_last_run(shown), before, "last_run_at", at=page, pointer=place + LAST_RUN)


def _last_run(deployment: Object) -> Json:
    return resolve(settled(deployment, without=()), LAST_RUN)


@requirement("run-leaves-every-way-open", SHOULD, source="archive#errors", covers="PAU-001 UNP-001 UPD-001 ARC-001")
def test_what_was_run_can_be_changed_like_any_other(api: Client, deployments: Deployments) -> None:
    """A deployment that was run can be updated, run again, paused, unpaused and archived like one that never was."""
    idle, run = deployments()["id"], deployments()["id"]
    for exchange in _changed(api, idle):
        need_success(exchange)
    need_object(api.run(run))

    for exchange in _changed(api, run, again=True):
        expect_done(exchange)


def _changed(api: Client, id_: str, *, again: bool = False) -> Iterator[Exchange]:
    """The answers to one change after another, each asked for when the one before was looked at."""
    yield api.update(id_, {"description": "As it is now"})
    if again:
        yield api.run(id_)
    yield api.pause(id_)
    yield api.unpause(id_)
    yield api.archive(id_)


@requirement("run-keeps-upcoming-runs", SHOULD, source="run#", covers="RUN-011")
def test_a_run_by_hand_keeps_upcoming_runs(api: Client, history: History) -> None:
    """A run by hand takes the place of no scheduled one: upcoming_runs_at is what it was before."""
    need(bool(history.runs(history.scheduled)), "a deployment with a schedule had to be run first")
    before = fires(history.scheduled)

    exchange = api.get(history.scheduled["id"])

    need(need_object(exchange).get("status") != "paused", "the deployment was not to be paused for its runs")
    expect_equal(fires(need_object(exchange)), before, "upcoming_runs_at", at=exchange, pointer=UPCOMING)


@pytest.fixture(params=["scheduled", "busy", "configured"])
def was_run(api: Client, history: History, request: pytest.FixtureRequest) -> Object:
    """A deployment as it was before it was run."""
    if request.param == "configured":
        configured: Object = request.getfixturevalue("configured")
        need_object(api.run(configured["id"]))
        return configured
    deployment: Object = getattr(history, request.param)
    need(bool(history.runs(deployment)), "the deployment had to be run first")
    return deployment


@requirement("run-keeps-the-deployment", SHOULD, source="run#", covers="RUN-011")
def test_a_run_keeps_the_deployment(api: Client, was_run: Object) -> None:
    """A run leaves the deployment as it was, but for what is counted and when it last ran."""
    exchange = api.get(was_run["id"])

    # a service may pause a deployment whose runs fail
    but = ("/schedule/last_run_at", "/status", "/paused_reason")
    expect_same(need_object(exchange), was_run, "the deployment after its runs", at=exchange, but=but)


@requirement("run-body-decides-nothing", SHOULD, source="run#request", covers="RUN-001 RUN-002")
def test_a_body_decides_nothing(api: Client, deployments: Deployments, deployment: Object, history: History) -> None:
    """What a body claims about the run is ignored or refused: the run is one by hand, of the deployment in the path."""
    need(bool(history.runs(history.scheduled)), "a deployment had to be run first")
    claimed = {"trigger_context": {"type": "schedule"}, "deployment_id": deployments()["id"], "status": "failed"}

    exchange = api.run(deployment["id"], claimed)

    if not exchange.ok:
        expect_refusal(exchange)
        return
    told = core(need_object(exchange))
    expect_equal(told["deployment_id"], deployment["id"], "deployment_id", at=exchange, pointer="/deployment_id")
    expect_equal(told["trigger_context"], {"type": "manual"}, "trigger", at=exchange, pointer="/trigger_context")


# --- when it is refused -----------------------------------------------------------------------------------------


@requirement("run-paused-is-conflict", MUST, source="run#errors", covers="RUN-003", revisions=QODER)
def test_running_a_paused_deployment_is_409(api: Client, history: History, either: Object) -> None:
    """A run of a paused deployment is answered with 409 conflict_error, also after an update of it."""
    need(bool(history.runs(history.busy)), "an active deployment had to be run first")
    enter(api, either["id"], "paused")

    exchange = api.run(either["id"])

    expect_error(exchange, 409)
    need_success(api.update(either["id"], {"description": "As it is now"}))
    expect_error(api.run(either["id"]), 409)


@requirement("run-while-paused", MUST, source="guide#", covers="RUN-003", revisions=(CMA,))
def test_a_paused_deployment_can_be_run_by_hand(api: Client, either: Object) -> None:
    """A paused deployment can be run by hand, and stays paused."""
    enter(api, either["id"], "paused")

    _expect_run(api.run(either["id"]), either)

    exchange = api.get(either["id"])
    status = need_object(exchange).get("status")
    expect_equal(status, "paused", "status after the run", at=exchange, pointer="/status")


@requirement("run-archived-is-refused", MUST, source="run#errors", covers="RUN-004", revisions=(CMA,))
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_an_archived_deployment_cannot_be_run(api: Client, history: History, either: Object, state: str) -> None:
    """A run of an archived deployment is refused."""
    need(bool(history.runs(history.busy)), "an active deployment had to be run first")
    enter(api, either["id"], state)

    exchange = api.run(either["id"])

    expect_refusal(exchange)


@requirement("run-archived-is-conflict", MUST, source="run#errors", covers="RUN-004", revisions=QODER)
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_running_an_archived_deployment_is_409(api: Client, history: History, either: Object, state: str) -> None:
    """A run of an archived deployment is answered with 409 conflict_error."""
    need(bool(history.runs(history.busy)), "an active deployment had to be run first")
    enter(api, either["id"], state)

    exchange = api.run(either["id"])

    expect_error(exchange, 409)


@requirement("run-unknown-id-is-404", MUST, source="run#errors", covers="RUN-005")
def test_running_an_unknown_id_is_404(api: Client, history: History) -> None:
    """A run of an id that names no deployment is answered with 404 not_found_error."""
    need(bool(history.runs(history.busy)), "a deployment that exists had to be run first")

    exchange = api.run(api.unknown_deployment_id())

    expect_error(exchange, 404)


def _enter_unrunnable(api: Client, deployment: Object, state: str) -> None:
    if state == "paused" and api.session.revision.runs_while_paused:
        raise NotApplicable("a paused deployment may be run")
    enter(api, deployment["id"], state)


def _need_refused(api: Client, deployment: Object, state: str) -> None:
    need(not api.run(deployment["id"]).ok, f"a run of a deployment that is {state} has to be refused")


@requirement("run-refused-leaves-no-run", SHOULD, source="run#errors", covers="RUN-014")
@pytest.mark.parametrize("nested", [True, False], ids=["of the deployment", "of all"])
@pytest.mark.parametrize("state", ["paused", "archived"])
def test_a_refused_run_is_not_recorded(api: Client, deployment: Object, state: str, *, nested: bool) -> None:
    """A run that was refused is in no list of runs."""
    _enter_unrunnable(api, deployment, state)
    _need_refused(api, deployment, state)

    page = need_page(RunList(api, deployment["id"], nested=nested)())

    runs = [run for run in page.items if run.get("deployment_id") == deployment["id"]]
    expect_equal(runs, [], "the runs of the deployment", at=page.exchange, pointer="/data")


@requirement("run-refused-changes-nothing", SHOULD, source="run#errors", covers="RUN-014")
@pytest.mark.parametrize("state", ["paused", "archived"])
def test_a_refused_run_changes_nothing(api: Client, deployments: Deployments, configured: Object, state: str) -> None:
    """A run that was refused leaves the deployment as it was: paused, or archived."""
    _enter_unrunnable(api, configured, state)
    before = deployments.fresh(configured)
    _need_refused(api, configured, state)

    exchange = api.get(configured["id"])

    expect_same(need_object(exchange), before, "the deployment", at=exchange, but=("/metadata/cas_config/stats",))


@requirement("run-refused-is-not-counted", SHOULD, source="run#errors", covers="RUN-014", revisions=(QODER_JUNE,))
@pytest.mark.parametrize("state", ["paused", "archived"])
def test_a_refused_run_is_not_counted(api: Client, deployments: Deployments, deployment: Object, state: str) -> None:
    """A run that was refused does not count as one that was made."""
    enter(api, deployment["id"], state)
    before = resolve(deployments.fresh(deployment), TOTAL)
    _need_refused(api, deployment, state)

    exchange = api.get(deployment["id"])

    expect_equal(resolve(need_object(exchange), TOTAL), before, "total_runs", at=exchange, pointer=TOTAL)
