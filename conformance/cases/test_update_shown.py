"""Update: where and how its effects are shown, and what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.updates import documented, expect_accepted, expect_shows, merged
from conformance.expect import expect_instant, expect_same, expect_true, instant, need, need_object, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Deployments
    from conformance.cases.states import Veterans
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object


# --- wherever it is shown ---------------------------------------------------------------------------------------


@requirement("update-answer-equals-get", SHOULD, source="update#example-response", covers="UPD-026")
@pytest.mark.parametrize("field", ["name", "description", "schedule", "initial_events", "metadata"])
def test_the_answer_equals_a_read_right_after_it(api: Client, complete: Object, edits: Object, field: str) -> None:
    """The answer to an update shows the same deployment as a read right after it."""
    answer = need_object(api.update(complete["id"], {field: edits[field]}))

    exchange = api.get(complete["id"])

    expect_same(need_object(exchange), answer, "the deployment", at=exchange)


@requirement("update-leaves-others-alone", MUST, source="update#path-parameters", covers="UPD-002")
def test_an_update_leaves_other_deployments_alone(
    api: Client, deployments: Deployments, complete: Object, edits: Object
) -> None:
    """An update changes the deployment of its path and no other one of the same agent and environment."""
    older, newer = complete, deployments.fresh(deployments(metadata={"team": "before"}))
    need_success(api.update(newer["id"], edits))
    read_older = api.get(older["id"])
    need_success(api.update(older["id"], {"description": "As it is now", "metadata": {"keep": None}}))
    read_newer = api.get(newer["id"])

    expect_shows(need_object(read_older), documented(older), at=read_older)
    expect_shows(need_object(read_newer), merged(documented(newer), edits), at=read_newer)


@requirement("update-leaves-the-plain-alone", MUST, source="update#path-parameters", covers="UPD-002")
def test_an_update_leaves_others_of_a_plain_body_alone(api: Client, deployments: Deployments, edits: Object) -> None:
    """An update of a deployment that was made of the required fields alone changes no other one that was made so."""
    older, middle, younger = (deployments.fresh(deployments()) for _ in range(3))
    need_success(api.update(middle["id"], edits))

    for other in (older, younger):
        read = api.get(other["id"])
        expect_shows(need_object(read), documented(other), at=read)


@requirement("update-leaves-namesakes-alone", SHOULD, source="update#path-parameters", covers="UPD-002 PAU-006 ARC-001")
def test_a_change_leaves_a_namesake_alone(api: Client, deployments: Deployments, edits: Object) -> None:
    """An update, a pause and an archive of a deployment leave another one of its name as it was."""
    first = deployments()
    second = api.create(deployments.bodies(name=first["name"]))
    if not second.ok:
        raise NotApplicable("a second deployment of one name is refused here, as it may be")
    namesake = need_object(second)
    for exchange in (api.update(first["id"], edits), api.pause(first["id"]), api.archive(first["id"])):
        need_success(exchange)

    read = api.get(namesake["id"])

    expect_shows(need_object(read), documented(namesake), at=read)


@requirement("update-frees-the-former-name", SHOULD, source="create#request-body", covers="CRE-001 CRE-022")
def test_a_former_name_is_free(api: Client, deployments: Deployments, edits: Object) -> None:
    """The name that a deployment had before it was renamed can be given to a new one."""
    former = deployments()
    renamed = need_object(api.update(former["id"], {"name": edits["name"]}))
    need(renamed.get("name") == edits["name"], "the new name has to be shown")

    exchange = api.create(deployments.bodies(name=former["name"]))

    expect_accepted(exchange)


# --- times and state --------------------------------------------------------------------------------------------


@requirement("update-moves-updated-at", SHOULD, source="update#example-response", covers="UPD-003")
@pytest.mark.parametrize("change", [{"description": "As it is now"}, {"metadata": {"team": "another"}}], ids=" ".join)
def test_an_update_moves_updated_at(api: Client, deployments: Deployments, aged: Object, change: Object) -> None:
    """An update in a later second moves updated_at forward, in the answer and in a later read."""
    before = instant(deployments.fresh(aged).get("updated_at"))
    need(before is not None, "updated_at has to be a timestamp")

    updated = api.update(aged["id"], change)

    for exchange in (updated, api.get(aged["id"])):
        _expect_later(exchange, before)


OTHERS = ("name", "agent", "environment_id", "schedule", "initial_events", "resources")


@requirement("update-of-each-field-moves-updated-at", SHOULD, source="update#example-response", covers="UPD-003")
@pytest.mark.parametrize("field", OTHERS)
def test_an_update_of_each_field_moves_updated_at(api: Client, aged: Object, field: str, new_value: Any) -> None:
    """Each of the fields, sent alone in a later second, moves updated_at forward."""
    before = instant(aged.get("updated_at"))
    need(before is not None, "updated_at has to be a timestamp")

    updated = api.update(aged["id"], {field: new_value})

    _expect_later(updated, before)


@requirement("update-never-moves-created-at", SHOULD, source="update#example-response", covers="UPD-003 OBJ-011")
def test_an_update_never_moves_created_at(
    api: Client, aged: Object, edits: Object, second_agent_id: str, second_environment_id: str
) -> None:
    """None of the fields, sent alone in a later second, moves created_at."""
    before = instant(aged.get("created_at"))
    need(before is not None, "created_at has to be a timestamp")

    for field, value in (edits | {"agent": second_agent_id, "environment_id": second_environment_id}).items():
        exchange = api.update(aged["id"], {field: value})
        need_success(exchange)
        said = need_object(exchange).get("created_at")
        stays = instant(said) == before
        wanted = aged.get("created_at")
        expect_true(stays, "created_at moved", expected=wanted, actual=said, at=exchange, pointer="/created_at")


@requirement("update-of-the-paused-moves-updated-at", SHOULD, source="update#example-response", covers="UPD-021")
def test_an_update_of_a_paused_deployment_moves_updated_at(api: Client, veterans: Veterans) -> None:
    """An update of a deployment that was paused in an earlier second moves updated_at forward."""
    paused = veterans("paused")
    need(paused.get("status") == "paused", "the pause has to be shown")

    updated = api.update(paused["id"], {"description": "As it is now"})

    _expect_later(updated, instant(paused.get("updated_at")))


def _expect_later(exchange: Exchange, before: datetime | None) -> None:
    """An answer shows an updated_at later than this."""
    __tracebackhide__ = True
    said = need_object(exchange).get("updated_at")
    after = expect_instant(said, "updated_at", at=exchange, pointer="/updated_at")
    moved = before is not None and after > before
    wanted = f"a time later than {before}"
    expect_true(moved, "updated_at did not move", expected=wanted, actual=said, at=exchange, pointer="/updated_at")


@requirement("update-paused-stays-paused", SHOULD, source="update#request-body", covers="UPD-021")
@pytest.mark.parametrize("fields", [["name"], ["description"], ["schedule"], ["initial_events"], ["metadata"], []])
def test_an_update_leaves_a_paused_deployment_paused(
    api: Client, deployments: Deployments, complete: Object, edits: Object, fields: list[str]
) -> None:
    """A paused deployment can be updated, and stays paused for the same reason."""
    need_success(api.pause(complete["id"]))
    paused = deployments.fresh(complete)
    need(paused.get("status") == "paused", "the pause has to be shown")
    patch = {field: edits[field] for field in fields}

    updated = api.update(complete["id"], patch)

    expect_accepted(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_shows(need_object(exchange), documented(paused), of=["status", "paused_reason"], at=exchange)


@requirement("update-of-the-paused-works-alike", SHOULD, source="update#request-body", covers="UPD-002 UPD-021 MET-012")
def test_an_update_of_a_paused_deployment_works_alike(api: Client, complete: Object, edits: Object) -> None:
    """An update of a paused deployment changes what is sent, key by key in metadata, as one of an active one does."""
    before, there = documented(complete), edits | {"metadata": {"added": "new", "keep": None}}
    back = {field: before[field] for field in edits} | {"metadata": {"added": None, "keep": "as it was"}}
    for patch, shown in ((there, merged(before, there)), (back, before)):
        active = need_object(api.update(complete["id"], patch))
        need(documented(active) == shown, "the update of an active deployment has to take effect")
    need_success(api.pause(complete["id"]))

    updated = api.update(complete["id"], there)

    need_object(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_shows(need_object(exchange), merged(before, there), but=("status", "paused_reason"), at=exchange)


@requirement("update-outlives-a-pause", SHOULD, source="pause#response", covers="UPD-002 PAU-006")
def test_an_update_outlives_pause_and_unpause(api: Client, complete: Object, edits: Object) -> None:
    """What an update has changed stays changed when the deployment is paused and unpaused later."""
    need_success(api.update(complete["id"], edits))
    need_success(api.pause(complete["id"]))
    read_paused = api.get(complete["id"])
    need_success(api.unpause(complete["id"]))
    read_active = api.get(complete["id"])

    for exchange in (read_paused, read_active):
        expect_shows(need_object(exchange), merged(documented(complete), edits), of=edits, at=exchange)
