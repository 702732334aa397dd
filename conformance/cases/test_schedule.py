"""Schedules: a deployment has one or none, what was sent comes back, and the service alone says when it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import UPCOMING, announced, cron, expect_accepted, planned
from conformance.expect import (
    expect_equal,
    expect_refusal,
    expect_true,
    need,
    need_object,
    need_success,
    resolve,
)
from conformance.failures import NotApplicable
from conformance.far_schedules import far_month
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.upcoming import Plan
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object

SOURCE = "create#schedule-object"


@pytest.fixture
def schedule(now: datetime) -> Object:
    """A valid schedule that is far away."""
    return cron(f"30 9 12 {far_month(now)} *", "Asia/Shanghai")


# --- one or none ----------------------------------------------------------------------------------------------


@requirement("schedule-omitted-is-null", MUST, source="create#request-body", covers="SCH-001")
def test_without_a_schedule_it_is_null(api: Client, body: Object) -> None:
    """A deployment made without a schedule is run by hand only, and its schedule is null."""
    created = api.create(body)

    for exchange in (created, api.get(need_object(created)["id"])):
        shown = need_object(exchange).get("schedule", "no such member")
        expect_equal(shown, None, "the schedule", at=exchange, pointer="/schedule")


@requirement("schedule-null-is-accepted", SHOULD, source="create#request-body", covers="SCH-002")
def test_a_schedule_of_null_is_none(api: Client, bodies: Bodies, accepted: Object) -> None:
    """A schedule of null is the same as none: the deployment is made, and its schedule is null."""
    need_object(api.get(accepted["id"]))

    exchange = api.create(bodies(schedule=None))

    shown = expect_accepted(exchange).get("schedule", "no such member")
    expect_equal(shown, None, "the schedule", at=exchange, pointer="/schedule")


@requirement("schedule-utc-is-accepted", SHOULD, source=SOURCE, covers="SCH-012")
def test_the_zone_utc_is_accepted(api: Client, bodies: Bodies, schedule: Object) -> None:
    """UTC is a time zone like any other."""
    need_success(api.create(bodies(schedule=schedule)))

    exchange = api.create(bodies(schedule=schedule | {"timezone": "UTC"}))

    expect_accepted(exchange)


# --- what was sent comes back ---------------------------------------------------------------------------------


@requirement("schedule-expression-echoes", SHOULD, source="create#example-response", covers="SCH-025")
@planned(
    "single-values",
    "unsorted-list",
    "range-list",
    "minute-step",
    "month-range",
    "day-range-step",
    "sunday",
    "whole-fields",
)
def test_the_expression_comes_back_as_sent(api: Client, plan: Plan) -> None:
    """The expression is shown as it was sent (blanks may differ), in the answer and in a later read."""
    for exchange in (plan.exchange, api.get(plan.created["id"])):
        shown = resolve(need_object(exchange), "/schedule/expression")
        shown = " ".join(shown.split()) if isinstance(shown, str) else shown
        pointer = "/schedule/expression"
        expect_equal(shown, plan.schedule.expression, "the expression", at=exchange, pointer=pointer)


ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
ALIASES = ("Asia/Calcutta", "US/Eastern", "Etc/UTC", "GMT")
"""Names of the database that stand for other names of it; not every machine has them."""


@pytest.fixture
def zoned(api: Client, bodies: Bodies, schedule: Object, request: pytest.FixtureRequest) -> Exchange:
    """The create of a deployment with a schedule in this time zone, which may be unknown if it is an alias."""
    exchange = api.create(bodies(schedule=schedule | {"timezone": request.param}))
    if not exchange.ok and request.param in ALIASES:
        raise NotApplicable(f"the service does not know the zone {request.param}")
    return need_success(exchange)


@requirement("schedule-timezone-echoes", SHOULD, source="create#example-response", covers="SCH-025")
@pytest.mark.parametrize(
    ("zoned", "sent"),
    [(zone, zone) for zone in ("UTC", "Asia/Shanghai", "America/New_York", *ALIASES)],
    indirect=["zoned"],
)
def test_the_timezone_comes_back_as_sent(api: Client, zoned: Exchange, sent: str) -> None:
    """The time zone is shown by the name that was sent, in the answer and in a later read, even if it is an alias."""
    for exchange in (zoned, api.get(need_object(zoned)["id"])):
        shown = resolve(need_object(exchange), "/schedule/timezone")
        expect_equal(shown, sent, "the time zone", at=exchange, pointer="/schedule/timezone")


@requirement("schedule-own-fields-ignored", SHOULD, source="create#response-fields", covers="SCH-033")
@pytest.mark.parametrize("written_by", ["create", "update"])
def test_what_the_service_says_cannot_be_sent(
    api: Client, bodies: Bodies, deployments: Deployments, schedule: Object, written_by: str
) -> None:
    """Upcoming runs and a last run in a schedule that is sent take no effect: they are ignored, or refused."""
    claims = {"upcoming_runs_at": ["2040-01-01T00:00:00Z"], "last_run_at": "2020-01-01T00:00:00Z"}
    sent = schedule | {"timezone": "Asia/Tokyo"} | claims
    made = deployments(schedule=schedule)

    exchange = {
        "create": lambda: api.create(bodies(schedule=sent)),
        "update": lambda: api.update(made["id"], {"schedule": sent}),
    }[written_by]()

    if not exchange.ok:
        expect_refusal(exchange)
        return
    for answer in (exchange, api.get(need_object(exchange)["id"])):
        entries = announced(need_object(answer))
        last = resolve(need_object(answer), "/schedule/last_run_at")
        what = "upcoming_runs_at is what was sent"
        mine = sent["upcoming_runs_at"][0] not in entries
        expect_true(mine, what, expected="the next fires", actual=entries, at=answer, pointer=UPCOMING)
        what = "last_run_at is what was sent"
        mine = last != sent["last_run_at"]
        expect_true(mine, what, expected="no last run", actual=last, at=answer, pointer="/schedule/last_run_at")


# --- the last run ---------------------------------------------------------------------------------------------


@requirement(
    "schedule-last-run-absent-at-first", MUST, source="create#response-fields", covers="SCH-026", revisions=QODER
)
def test_a_deployment_that_never_ran_has_no_last_run(api: Client, bodies: Bodies, schedule: Object) -> None:
    """Before the first run, last_run_at is absent from the schedule, or null."""
    created = api.create(bodies(schedule=schedule))

    for exchange in (created, api.get(need_object(created)["id"])):
        _expect_never_ran(need_object(exchange), exchange)


@requirement(
    "schedule-last-run-null-at-first", MUST, source="create#response-fields", covers="SCH-026", revisions=(CMA,)
)
def test_the_last_run_is_null_at_first(api: Client, bodies: Bodies, schedule: Object) -> None:
    """Before the first run by schedule, last_run_at is there, and null."""
    created = api.create(bodies(schedule=schedule))

    for exchange in (created, api.get(need_object(created)["id"])):
        _expect_null(need_object(exchange), exchange)


def _expect_null(deployment: Object, at: Exchange) -> None:
    __tracebackhide__ = True
    need(isinstance(deployment.get("schedule"), dict), "the schedule has to be shown")
    last = resolve(deployment, "/schedule/last_run_at")
    expect_equal(last, None, "last_run_at", at=at, pointer="/schedule/last_run_at")


def _expect_never_ran(deployment: Object, at: Exchange) -> None:
    __tracebackhide__ = True
    last = resolve(deployment, "/schedule/last_run_at")
    never = last in (None, "no such member")
    what = "last_run_at is set, though nothing ran"
    expect_true(never, what, expected="absent or null", actual=last, at=at, pointer="/schedule/last_run_at")


@pytest.fixture
def ran(api: Client, deployments: Deployments, schedule: Object) -> Object:
    """A deployment with a schedule that was run by hand."""
    made = deployments(schedule=schedule)
    need_success(api.run(made["id"]))
    return made


@requirement("schedule-last-run-not-by-hand", MUST, source="get#response", covers="SCH-027", revisions=(CMA,))
@pytest.mark.parametrize("then", ["nothing", "pause", "archive"])
def test_a_manual_run_does_not_set_the_last_run(api: Client, ran: Object, then: str) -> None:
    """A run by hand leaves last_run_at null, whatever becomes of the deployment afterwards."""
    if then != "nothing":
        need_success(api.pause(ran["id"]) if then == "pause" else api.archive(ran["id"]))

    exchange = api.get(ran["id"])

    last = resolve(need_object(exchange), "/schedule/last_run_at")
    never = last in (None, "no such member")
    what = "last_run_at is set, though nothing ran by schedule"
    expect_true(never, what, expected="null", actual=last, at=exchange, pointer="/schedule/last_run_at")


@observation("schedule-last-run-after-manual-run", source="pause#example-response", covers="SCH-027", revisions=QODER)
def test_what_a_manual_run_does_to_the_last_run(api: Client, ran: Object) -> str:
    """Whether a run by hand sets the last_run_at of the schedule."""
    exchange = api.get(ran["id"])

    return _last_run(need_object(exchange))


@observation("schedule-last-run-after-archive", source="archive#example-response", covers="SCH-028", revisions=QODER)
def test_what_archiving_does_to_the_last_run(api: Client, ran: Object) -> str:
    """Whether the last_run_at of a schedule survives the archive, where a run by hand has set it."""
    before = _last_run(need_object(api.get(ran["id"])))

    exchange = api.archive(ran["id"])

    after = _last_run(need_object(exchange))
    return {("set", "set"): "kept", ("set", "unset"): "lost"}.get((before, after), "never-set")


def _last_run(deployment: Object) -> str:
    return "unset" if resolve(deployment, "/schedule/last_run_at") in (None, "no such member") else "set"
