"""Update: which deployments it refuses to change, which methods and which members of a body it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.updates import KEPT, UPDATABLE, documented, expect_shows
from conformance.expect import (
    expect_envelope,
    expect_equal,
    expect_error,
    expect_status,
    expect_true,
    instant,
    need,
    need_object,
    need_success,
)
from conformance.far_schedules import far_month
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.revisions import Revision


# --- which deployment -------------------------------------------------------------------------------------------


@requirement("update-unknown-id-is-404", MUST, source="update#errors", covers="UPD-017")
@pytest.mark.parametrize("fields", [["description"], ["name", "metadata"], []])
def test_an_unknown_id_is_404(api: Client, deployment: Object, edits: Object, fields: list[str]) -> None:
    """An update of an id that names no deployment is answered with 404 not_found_error."""
    body = {field: edits[field] for field in fields}
    need_success(api.update(deployment["id"], body))

    exchange = api.update(api.unknown_deployment_id(), body)

    expect_error(exchange, 404)


@requirement("update-unknown-id-makes-nothing", SHOULD, source="update#errors", covers="UPD-017 ERR-009")
def test_an_update_of_an_unknown_id_makes_nothing(api: Client, bodies: Bodies) -> None:
    """An update of an id that names no deployment makes none, even if it holds all that a create needs."""
    need(api.get(api.unknown_deployment_id()).status == 404, "a read of an unknown id has to be answered with 404")
    id_ = api.unknown_deployment_id()
    api.update(id_, bodies())

    exchange = api.get(id_)

    expect_status(exchange, 404)


@requirement("update-malformed-id-is-refused", SHOULD, source="update#path-parameters", covers="UPD-017")
@pytest.mark.parametrize("form", ["{prefix}0", "deployment", "{prefix}", "00000000-0000-4000-8000-000000000000"])
def test_a_malformed_id_is_refused(api: Client, deployment: Object, revision: Revision, form: str) -> None:
    """An update of an id of another form than a deployment's is answered with 404 or 400."""
    need_success(api.update(deployment["id"], {"description": "x"}))

    exchange = api.update(api.made_up(form.format(prefix=revision.deployment_prefix)), {"description": "x"})

    expect_status(exchange, 404, 400)


@requirement("update-archived-is-refused", SHOULD, source="conventions/errors#permission_error", covers="UPD-022")
@pytest.mark.parametrize("field", ["name", "description", "schedule", "initial_events", "metadata"])
def test_an_archived_deployment_cannot_be_updated(  # noqa: PLR0913, PLR0917 - what is there, and what is asked of it
    api: Client, deployments: Deployments, complete: Object, edits: Object, revision: Revision, field: str
) -> None:
    """An update of an archived deployment is refused, by one of the codes that fit, and nothing of it changes."""
    need_success(api.update(complete["id"], {field: edits[field]}))
    need_success(api.archive(complete["id"]))
    archived = deployments.fresh(complete)

    exchange = api.update(complete["id"], {field: documented(complete)[field]})

    expect_status(exchange, *revision.archived_refusals)
    expect_envelope(exchange)
    read = api.get(complete["id"])
    expect_shows(need_object(read), documented(archived), at=read)


# --- refused as a whole -----------------------------------------------------------------------------------------


@pytest.fixture
def bad_value(api: Client, now: datetime, field: str) -> Any:
    """A value that has to be refused for `field`."""
    return {
        "name": "",
        "description": 5,
        "agent": api.unknown_id("agent_"),
        "environment_id": api.unknown_id("env_"),
        "schedule": {"type": "cron", "expression": f"60 7 2 {far_month(now)} *", "timezone": "UTC"},
        "initial_events": [],
        "vault_ids": [5],
        "metadata": {"team": "after", "bad": 5},
    }[field]


@requirement("update-refused-changes-nothing", SHOULD, source="update#errors", covers="UPD-020 ERR-009")
@pytest.mark.parametrize("field", [field for field in UPDATABLE if field != "resources"])
def test_a_refused_update_changes_nothing(
    api: Client, complete: Object, edits: Object, bad_value: Any, field: str
) -> None:
    """One bad field among good ones means that no field changes."""
    body = {key: value for key, value in edits.items() if key != field} | {field: bad_value}
    need(not api.update(complete["id"], body).ok, f"a bad {field} has to be refused")

    exchange = api.get(complete["id"])

    expect_shows(need_object(exchange), documented(complete), at=exchange)


@requirement("update-refused-keeps-references", SHOULD, source="update#errors", covers="UPD-020 ERR-009")
def test_a_refused_update_keeps_references(
    api: Client, complete: Object, attachments: Object, second_agent_id: str, second_environment_id: str
) -> None:
    """One bad field beside another agent, environment, resources and vaults means that none of them changes."""
    body = {field: values[:1] for field, values in attachments.items()}
    body |= {"agent": second_agent_id, "environment_id": second_environment_id}
    need(not api.update(complete["id"], body | {"metadata": {"bad": 5}}).ok, "bad metadata has to be refused")
    need(not api.update(complete["id"], body | {"name": ""}).ok, "an empty name has to be refused")

    exchange = api.get(complete["id"])

    expect_shows(need_object(exchange), documented(complete), at=exchange)


@requirement("update-refused-of-the-paused", SHOULD, source="update#errors", covers="UPD-020 UPD-021 ERR-009")
def test_a_refused_update_leaves_a_paused_deployment_paused(
    api: Client, complete: Object, deployments: Deployments, edits: Object
) -> None:
    """An update of a paused deployment that is refused changes no field, and neither its status nor its reason."""
    need_success(api.pause(complete["id"]))
    before = deployments.fresh(complete)
    need(before.get("status") == "paused", "the pause has to be shown")
    for field, bad in {"name": "", "initial_events": []}.items():
        need(not api.update(complete["id"], edits | {field: bad}).ok, "a bad field has to be refused")

    exchange = api.get(complete["id"])

    expect_shows(need_object(exchange), documented(before), at=exchange)


@requirement("update-refused-keeps-updated-at", SHOULD, source="update#errors", covers="UPD-020 ERR-009")
def test_a_refused_update_keeps_updated_at(api: Client, deployments: Deployments, aged: Object) -> None:
    """An update that is refused leaves updated_at as it was."""
    before = deployments.fresh(aged)
    need(not api.update(aged["id"], {"description": "x", "name": ""}).ok, "an empty name has to be refused")

    exchange = api.get(aged["id"])

    after = need_object(exchange).get("updated_at")
    expect_equal(after, before.get("updated_at"), "updated_at", at=exchange, pointer="/updated_at")


# --- what is not the caller's -----------------------------------------------------------------------------------

PAST = "2020-02-02T02:02:02Z"
OWNED = {
    "status": "paused",
    "paused_reason": {"type": "manual"},
    "archived_at": PAST,
    "created_at": PAST,
    "updated_at": PAST,
    "type": "agent",
}


@requirement("update-id-of-another-has-no-effect", SHOULD, source="update#path-parameters", covers="UPD-023 UPD-002")
def test_the_id_of_another_in_a_body_has_no_effect(api: Client, deployments: Deployments, complete: Object) -> None:
    """An update whose body has the id of another deployment never changes that other one."""
    other = deployments.fresh(deployments())
    api.update(complete["id"], {"id": other["id"], "description": "As it is now"})

    exchange = api.get(other["id"])

    expect_shows(need_object(exchange), documented(other), at=exchange)


@requirement("update-server-owned-fields", SHOULD, source="update#request-body", covers="UPD-023")
@pytest.mark.parametrize("fields", [[field] for field in (*OWNED, "id")] + [[*OWNED, "description"]], ids=" ".join)
def test_fields_of_the_service_never_take_effect(api: Client, complete: Object, fields: list[str]) -> None:
    """Fields that belong to the service, such as status or created_at, are ignored or refused and never take effect."""
    values = OWNED | {"id": api.unknown_deployment_id(), "description": "As it is now"}
    updated = api.update(complete["id"], {field: values[field] for field in fields})
    read = api.get(complete["id"])

    expect_true(updated.status < 500, "it was not handled", expected="2xx or 4xx", actual=updated.status, at=updated)
    for exchange in (updated, read) if updated.ok else (read,):
        shown = need_object(exchange)
        expect_shows(shown, documented(complete), of=KEPT, at=exchange)
        taken = instant(shown.get("updated_at")) == instant(PAST)
        expect_true(not taken, "updated_at was taken over", expected="the time of the update", actual=PAST, at=exchange)


@requirement("update-cannot-unpause", SHOULD, source="update#request-body", covers="UPD-023 UPD-021")
@pytest.mark.parametrize("fields", [["status"], ["paused_reason"], ["status", "paused_reason"]])
def test_an_update_cannot_unpause(api: Client, deployments: Deployments, deployment: Object, fields: list[str]) -> None:
    """A paused deployment stays paused when an update sends another status or paused_reason."""
    need_success(api.pause(deployment["id"]))
    paused = deployments.fresh(deployment)
    need(paused.get("status") == "paused", "the pause has to be shown")
    api.update(deployment["id"], {field: {"status": "active"}.get(field) for field in fields})

    exchange = api.get(deployment["id"])

    expect_shows(need_object(exchange), documented(paused), at=exchange)


@requirement("update-unknown-field", SHOULD, source="update#request-body", covers="CRE-024")
def test_an_unknown_field_is_ignored_or_refused(api: Client, complete: Object) -> None:
    """A field that is not documented is ignored or refused with 400, and is not shown afterwards."""
    updated = api.update(complete["id"], {"x_conformance": "unknown"})
    read = api.get(complete["id"])

    if not updated.ok:
        expect_status(updated, 400)
    for exchange in (updated, read) if updated.ok else (read,):
        shown = need_object(exchange).get("x_conformance")
        expect_equal(shown, None, "the unknown field", at=exchange, pointer="/x_conformance")


# --- which method -----------------------------------------------------------------------------------------------


@requirement("update-other-methods", SHOULD, source="update#", covers="UPD-024")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_other_methods_do_not_update(
    api: Client, deployments: Deployments, complete: Object, edits: Object, method: str
) -> None:
    """PATCH and PUT are not the verbs of update: they are answered with 404, 405 or 501 and change nothing."""
    own = documented(complete)  # members that the service adds may be refused
    body = {"agent": own["agent"], "environment_id": own["environment_id"]} | edits
    need_success(api.update(deployments()["id"], body | {"name": f"{edits['name']}-too"}))
    before = documented(deployments.fresh(complete))

    exchange = api.send(method, f"/deployments/{complete['id']}", json=body)

    expect_status(exchange, 404, 405, 501)
    read = api.get(complete["id"])
    expect_shows(need_object(read), before, at=read)
