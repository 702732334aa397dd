"""UNPAUSE: what brings a deployment back, what it brings back with it, and when it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.states import enter, expect_both, expect_done, expect_untouched, fires, told_again
from conformance.cases.upcoming import UPCOMING, earliest_clock, lenient_instant
from conformance.cases.updates import taken
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
    need_page,
    need_success,
    resolve,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.revisions import Revision


# --- what it does -----------------------------------------------------------------------------------------------


@requirement("unpause-makes-it-active", MUST, source="unpause#response", covers="UNP-001")
def test_an_unpause_makes_it_active(api: Client, either: Object) -> None:
    """Unpausing a paused deployment is answered with 200 and that deployment, whose status is now "active"."""
    enter(api, either["id"], "paused")

    exchange = api.unpause(either["id"])

    active = expect_object(exchange)
    expect_equal(active.get("id"), either["id"], "id", at=exchange, pointer="/id")
    expect_equal(active.get("status"), "active", "status", at=exchange, pointer="/status")


@requirement("unpause-clears-the-reason", MUST, source="unpause#response", covers="UNP-001")
def test_an_unpause_clears_the_paused_reason(api: Client, either: Object) -> None:
    """An unpaused deployment has no paused_reason any more, in the answer and in what is read afterwards."""
    enter(api, either["id"], "paused")

    exchange = api.unpause(either["id"])

    expect_both(api, exchange, either["id"], "/paused_reason", None)


@requirement("unpause-upcoming-in-the-future", MUST, source="unpause#response", covers="UNP-004")
def test_upcoming_runs_are_all_to_come(api: Client, scheduled: Object) -> None:
    """An unpaused deployment with a schedule announces runs again, all of them later than the unpause."""
    enter(api, scheduled["id"], "paused")

    exchange = api.unpause(scheduled["id"])

    active = need_object(exchange)
    entries, clock = resolve(active, UPCOMING), earliest_clock(active, exchange)
    some = isinstance(entries, list) and bool(entries)
    expect_true(some, "no run is announced", expected="some runs", actual=entries, at=exchange, pointer=UPCOMING)
    over = [entry for entry in entries if lenient_instant(entry) <= clock]
    message = "an announced run is over"
    expect_true(not over, message, expected=f"later than {clock}", actual=over, at=exchange, pointer=UPCOMING)


@requirement("unpause-upcoming-is-computed-anew", MUST, source="unpause#response", covers="UNP-004")
@pytest.mark.parametrize("edited", ["before the pause", "while paused"])
def test_upcoming_runs_are_those_of_the_schedule_of_now(
    api: Client, deployments: Deployments, scheduled: Object, edits: Object, edited: str
) -> None:
    """An unpaused deployment announces the next runs of the schedule that it has now, changed meanwhile or not."""
    id_, change = scheduled["id"], {"schedule": edits["schedule"]}
    wanted = fires(deployments(**change))
    if edited == "before the pause":
        need_object(api.update(id_, change))
    enter(api, id_, "paused")
    if edited == "while paused":
        need_object(api.update(id_, change))

    for exchange in (api.unpause(id_), api.get(id_)):
        expect_equal(fires(need_object(exchange)), wanted, "upcoming_runs_at", at=exchange, pointer=UPCOMING)


@requirement("unpause-makes-no-run", SHOULD, source="unpause#response", covers="UNP-005", levels={CMA: MUST})
def test_an_unpause_runs_nothing(api: Client, scheduled: Object) -> None:
    """Unpausing a deployment that has missed nothing starts no run."""
    enter(api, scheduled["id"], "paused")
    need_object(api.unpause(scheduled["id"]))

    page = need_page(api.its_runs(scheduled["id"]))

    expect_equal(page.ids, [], "the runs of the deployment", at=page.exchange, pointer="/data")


@observation("unpause-empty-object-body", source="unpause#request", covers="PAU-009")
def observe_an_unpause_with_an_empty_object(api: Client, paused: Object) -> str:
    """Whether an unpause that carries the body {} is taken like one without a body."""
    return "accepted" if api.unpause(paused["id"], {}).ok else "refused"


@requirement("unpause-manual-only", MUST, source="unpause#response", covers="UNP-006", revisions=(QODER_SEPTEMBER,))
def test_a_manual_only_deployment_comes_back_without_a_schedule(api: Client, deployment: Object) -> None:
    """The schedule of a deployment that had none is null after the unpause too, in the answer and when read."""
    need(deployment.get("schedule", "none") is None, "a deployment without a schedule had to show null")
    enter(api, deployment["id"], "paused")

    exchange = api.unpause(deployment["id"])

    expect_both(api, exchange, deployment["id"], "/schedule", None)


# --- what it leaves alone ---------------------------------------------------------------------------------------


@requirement("unpause-brings-all-back", SHOULD, source="unpause#response", covers="UNP-007 PAU-007")
def test_pause_and_unpause_leave_everything_as_it_was(api: Client, furnished: Object) -> None:
    """A deployment that was paused and unpaused is what it was before, with a schedule or without."""
    enter(api, furnished["id"], "paused")

    exchange = api.unpause(furnished["id"])

    expect_same(need_object(exchange), furnished, "the unpaused deployment", at=exchange)
    expect_untouched(api, furnished, "the deployment after the unpause")


@pytest.fixture(
    params=["name", "description", "schedule", "initial_events", "metadata", "cas_config", "vault_ids", "resources"]
)
def change(request: pytest.FixtureRequest, edits: Object, attachments: Object, revision: Revision) -> Object:
    """An update of one field of `complete`."""
    field: str = request.param
    if field == "cas_config":
        if revision.reserved_metadata is None:
            raise NotApplicable("nothing in the metadata belongs to the service")
        return {"metadata": {field: {"config": {"max_retries": 2}}}}
    return {field: edits[field] if field in edits else taken(attachments, field)[:1]}


@requirement("unpause-keeps-changes", SHOULD, source="unpause#response", covers="UNP-007 UPD-021")
def test_an_unpause_keeps_what_was_changed_meanwhile(api: Client, complete: Object, change: Object) -> None:
    """What an update has changed while a deployment was paused stays changed when it is unpaused."""
    enter(api, complete["id"], "paused")
    updated = need_object(api.update(complete["id"], change))

    exchange = api.unpause(complete["id"])

    but = ("/status", "/paused_reason")
    expect_same(need_object(exchange), updated, "the unpaused deployment", at=exchange, but=but)
    expect_untouched(api, updated, "the deployment after the unpause", but=but)


@requirement("unpause-leaves-every-way-open", SHOULD, source="unpause#response", covers="UNP-001 UPD-001 ARC-001")
def test_an_unpaused_deployment_can_be_changed_like_any_other(api: Client, deployments: Deployments) -> None:
    """A deployment that was unpaused can be updated and archived like one that never was paused."""
    steady, unpaused = deployments()["id"], deployments()["id"]
    change = {"description": "As it is now"}
    for control in (api.update(steady, change), api.archive(steady)):
        need_success(control)
    enter(api, unpaused, "paused")
    need_object(api.unpause(unpaused))

    for exchange in (api.update(unpaused, change), api.archive(unpaused)):
        expect_done(exchange)


@requirement("unpause-touches-one-only", SHOULD, source="unpause#response", covers="UNP-007")
def test_an_unpause_touches_no_other_deployment(api: Client, deployments: Deployments) -> None:
    """Unpausing a deployment leaves another paused one of the same agent paused."""
    others = [deployments() for _ in range(3)]
    for each in others:
        enter(api, each["id"], "paused")
    middle = others.pop(1)
    before = [deployments.fresh(each) for each in others]

    need_object(api.unpause(middle["id"]))

    for each in before:
        expect_untouched(api, each, "another deployment after the unpause")


# --- when it is refused -----------------------------------------------------------------------------------------


@requirement("unpause-active-is-conflict", MUST, source="unpause#errors", covers="UNP-002", revisions=QODER)
@pytest.mark.parametrize("past", ["never paused", "unpaused before", "updated"])
def test_unpausing_an_active_deployment_is_409(
    api: Client, deployments: Deployments, either: Object, past: str
) -> None:
    """Unpausing a deployment that is not paused is answered with 409 conflict_error, whatever happened to it before."""
    control = deployments() if past != "unpaused before" else either
    enter(api, control["id"], "paused")
    need_object(api.unpause(control["id"]))
    if past == "updated":
        need_object(api.update(either["id"], {"description": "Changed"}))

    exchange = api.unpause(either["id"])

    expect_error(exchange, 409)


@observation("unpause-active", source="unpause#errors", covers="UNP-002", revisions=(CMA,))
def observe_an_unpause_of_an_active_deployment(api: Client, deployment: Object) -> str:
    """What becomes of an unpause of a deployment that is active."""
    return told_again(api, api.unpause(deployment["id"]), deployment)


@requirement("unpause-unknown-id-is-404", MUST, source="unpause#errors", covers="UNP-003")
def test_unpausing_an_unknown_id_is_404(api: Client, paused: Object) -> None:
    """An unpause of an id that names no deployment is answered with 404 not_found_error."""
    need_object(api.unpause(paused["id"]))

    exchange = api.unpause(api.unknown_deployment_id())

    expect_error(exchange, 404)


@requirement("unpause-archived-is-refused", SHOULD, source="conventions/errors#permission_error", covers="UNP-008")
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_an_archived_deployment_cannot_be_unpaused(api: Client, paused: Object, deployment: Object, state: str) -> None:
    """An unpause of an archived deployment is refused, however it was archived: 400, 403, 404 or 409, 412 in CMA."""
    need_object(api.unpause(paused["id"]))
    enter(api, deployment["id"], state)

    exchange = api.unpause(deployment["id"])

    expect_status(exchange, *exchange.revision.archived_refusals)


@requirement("unpause-stays-active", MUST, source="unpause#response", covers="UNP-001")
def test_it_stays_active(api: Client, scheduled: Object) -> None:
    """An unpaused deployment is still shown as active when it is read later."""
    enter(api, scheduled["id"], "paused")
    active = need_object(api.unpause(scheduled["id"]))
    need(active.get("status") == "active", "the answer to the unpause has to say so")

    exchange = api.get(scheduled["id"])

    expect_equal(need_object(exchange).get("status"), "active", "status", at=exchange, pointer="/status")
