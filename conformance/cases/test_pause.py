"""PAUSE: what pausing a deployment does, what it leaves alone, and when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.states import enter, expect_done, expect_untouched, fires, told_again
from conformance.cases.upcoming import UPCOMING
from conformance.expect import (
    Object,
    expect_equal,
    expect_error,
    expect_object,
    expect_same,
    expect_status,
    expect_true,
    need,
    need_object,
    resolve,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.cases.states import Veterans
    from conformance.client import Client
    from conformance.exchange import Exchange

STATE = ("/status", "/paused_reason")
"""What pausing and unpausing change."""


# --- what it does -----------------------------------------------------------------------------------------------


@requirement("pause-makes-it-paused", MUST, source="pause#response", covers="PAU-001")
def test_a_pause_makes_it_paused(api: Client, scheduled: Object) -> None:
    """Pausing an active deployment is answered with 200 and that deployment, whose status is now "paused"."""
    exchange = api.pause(scheduled["id"])

    paused = expect_object(exchange)
    expect_equal(paused.get("id"), scheduled["id"], "id", at=exchange, pointer="/id")
    expect_equal(paused.get("status"), "paused", "status", at=exchange, pointer="/status")


@requirement("pause-manual-only", SHOULD, source="pause#response", covers="PAU-007")
def test_a_manual_only_deployment_can_be_paused(api: Client, deployment: Object) -> None:
    """A deployment without a schedule can be paused too, and its schedule stays null."""
    exchange = api.pause(deployment["id"])

    paused = expect_done(exchange)
    expect_equal(paused.get("status"), "paused", "status", at=exchange, pointer="/status")
    expect_equal(paused.get("schedule"), None, "schedule", at=exchange, pointer="/schedule")


@requirement("pause-every-time", MUST, source="pause#response", covers="PAU-001 UNP-001")
def test_it_can_be_paused_every_time(api: Client, either: Object) -> None:
    """A deployment that was unpaused can be paused again, and then shows what it showed the first time."""
    first = need_object(api.pause(either["id"]))
    for _ in range(3):
        need_object(api.unpause(either["id"]))
        exchange = api.pause(either["id"])
        expect_same(expect_done(exchange), first, "the deployment after a later pause", at=exchange)


@requirement("pause-empty-object-body", SHOULD, source="pause#request", covers="PAU-009")
def test_an_empty_object_is_taken_for_no_body(api: Client, deployments: Deployments) -> None:
    """A pause that carries the body {} is accepted like one without a body."""
    need_object(api.pause(deployments()["id"]))

    exchange = api.pause(deployments()["id"], {})

    paused = expect_done(exchange)
    expect_equal(paused.get("status"), "paused", "status", at=exchange, pointer="/status")


@observation("pause-upcoming-runs", source="pause#response", covers="PAU-005", revisions=QODER)
def observe_upcoming_runs_while_paused(api: Client, scheduled: Object) -> str:
    """What upcoming_runs_at shows while a deployment is paused."""
    before = resolve(scheduled, "/schedule/upcoming_runs_at")
    paused = resolve(need_object(api.pause(scheduled["id"])), "/schedule/upcoming_runs_at")
    return "kept" if paused == before else "emptied" if paused == [] else "otherwise"


@requirement("pause-keeps-upcoming-runs", MUST, source="create#response-fields", covers="PAU-005", revisions=(CMA,))
def test_upcoming_runs_stay_while_paused(api: Client, scheduled: Object) -> None:
    """A paused deployment with a schedule still announces the runs of its schedule, in the answer and when read."""
    before = fires(scheduled)
    need(bool(before), "the deployment had to announce runs before")

    for exchange in (api.pause(scheduled["id"]), api.get(scheduled["id"])):
        shown = resolve(need_object(exchange), UPCOMING)
        expect_true(isinstance(shown, list), "no list", expected=before, actual=shown, at=exchange, pointer=UPCOMING)
        expect_equal(fires(need_object(exchange)), before, "upcoming_runs_at", at=exchange, pointer=UPCOMING)


# --- what it leaves alone ---------------------------------------------------------------------------------------


@requirement("pause-keeps-the-rest", SHOULD, source="pause#response", covers="PAU-006")
def test_a_pause_keeps_everything_else(api: Client, furnished: Object) -> None:
    """Pausing changes nothing but status and paused_reason, in its answer and in what is read afterwards."""
    exchange = api.pause(furnished["id"])

    expect_same(need_object(exchange), furnished, "the paused deployment", at=exchange, but=STATE)
    expect_untouched(api, furnished, "the deployment after the pause", but=STATE)


@requirement("pause-touches-one-only", SHOULD, source="pause#response", covers="PAU-006")
def test_a_pause_touches_no_other_deployment(api: Client, deployments: Deployments, scheduled: Object) -> None:
    """Pausing a deployment leaves another one of the same agent and environment as it was."""
    same = {key: resolve(scheduled, f"/schedule/{key}") for key in ("type", "expression", "timezone")}
    middle, younger = deployments(schedule=same), deployments(schedule=same)

    need_object(api.pause(middle["id"]))

    for other in (scheduled, younger):
        expect_untouched(api, other, "another deployment after the pause")


# --- when it is refused -----------------------------------------------------------------------------------------


@requirement("pause-twice-is-conflict", MUST, source="pause#errors", covers="PAU-002", revisions=QODER)
@pytest.mark.parametrize("since", ["once", "again"])
def test_a_second_pause_is_409(api: Client, either: Object, since: str) -> None:
    """Pausing a deployment that is paused is answered with 409 conflict_error, for the first time or a later one."""
    enter(api, either["id"], "paused")
    if since == "again":
        need_object(api.unpause(either["id"]))
        enter(api, either["id"], "paused")

    exchange = api.pause(either["id"])

    expect_error(exchange, 409)


@requirement("pause-twice-changes-nothing", MUST, source="pause#errors", covers="PAU-002", revisions=QODER)
@pytest.mark.parametrize("times", [1, 2])
def test_a_second_pause_changes_nothing(api: Client, veterans: Veterans, times: int) -> None:
    """A deployment that is paused stays as it was, however often it is paused again."""
    before = veterans("paused")
    need(before.get("status") == "paused", "the first pause has to be shown")

    for _ in range(times):
        api.pause(before["id"])

    expect_untouched(api, before, "the deployment after another pause")


@observation("pause-twice", source="pause#errors", covers="PAU-002", revisions=(CMA,))
def observe_a_second_pause(api: Client, deployment: Object) -> str:
    """What becomes of a pause of a deployment that is paused."""
    before = need_object(api.pause(deployment["id"]))
    return told_again(api, api.pause(deployment["id"]), before)


@requirement("pause-unknown-id-is-404", MUST, source="pause#errors", covers="PAU-003")
def test_pausing_an_unknown_id_is_404(api: Client, deployment: Object) -> None:
    """A pause of an id that names no deployment is answered with 404 not_found_error."""
    need_object(api.pause(deployment["id"]))

    exchange = api.pause(api.unknown_deployment_id())

    expect_error(exchange, 404)


@requirement("pause-archived-is-refused", SHOULD, source="conventions/errors#permission_error", covers="PAU-008")
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_an_archived_deployment_cannot_be_paused(api: Client, deployments: Deployments, state: str) -> None:
    """A pause of an archived deployment is refused with a status that fits: 400, 403, 404 or 409, or 412 in CMA."""
    need_object(api.pause(deployments()["id"]))
    made = deployments()
    enter(api, made["id"], state)

    exchange = api.pause(made["id"])

    expect_status(exchange, *exchange.revision.archived_refusals)


REFUSED = {
    "pause, paused": ("paused", "pause"),
    "unpause, active": ("active", "unpause"),
    "archive, archived": ("archived", "archive"),
    "archive, archived while paused": ("archived while paused", "archive"),
    "run, paused": ("paused", "run"),
    "run, archived": ("archived", "run"),
}


def _act(api: Client, action: str, id_: str) -> Exchange:
    acts = {"pause": api.pause, "unpause": api.unpause, "archive": api.archive, "run": api.run}
    return acts[action](id_)


@requirement(
    "pause-refusals-keep-updated-at",
    SHOULD,
    source="conventions/errors#conflict_error",
    covers="ERR-009",
    revisions=QODER,
)
@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_change_of_state_keeps_updated_at(api: Client, veterans: Veterans, what: str) -> None:
    """A pause, unpause, archive or run that the state of a deployment forbids leaves its updated_at as it was."""
    state, action = REFUSED[what]
    before = veterans(state)
    need(not _act(api, action, before["id"]).ok, f"{what}: this has to be refused first")

    exchange = api.get(before["id"])

    after = need_object(exchange).get("updated_at")
    expect_equal(after, before.get("updated_at"), "updated_at", at=exchange, pointer="/updated_at")
