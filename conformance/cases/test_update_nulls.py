"""Update: what becomes of a field that is sent as null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.updates import documented, expect_accepted, expect_shows
from conformance.expect import expect_true, need, need_object, need_success
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.expect import Object

CLEARED: dict[str, tuple[Any, ...]] = {
    "description": ("", None),
    "schedule": (None,),
    "resources": ([], None),
    "vault_ids": ([], None),
}
"""What a field that can be cleared shows when it is."""


def _need_something(complete: Object, field: str) -> None:
    if complete.get(field) in CLEARED[field]:
        raise NotApplicable(f"this target takes no made-up {field}, so there is nothing to clear")


def _expect_cleared(api: Client, complete: Object, field: str) -> None:
    """An update with null for a field is accepted, and its answer and a later read show the field cleared."""
    __tracebackhide__ = True
    _need_something(complete, field)
    updated = api.update(complete["id"], {field: None})

    expect_accepted(updated)
    for exchange in (updated, api.get(complete["id"])):
        shown = documented(need_object(exchange)).get(field, "no such member")
        what, wanted = f"{field} was not cleared by null", CLEARED[field][0]
        cleared = shown in CLEARED[field]
        expect_true(cleared, what, expected=wanted, actual=shown, at=exchange, pointer=f"/{field}")


@requirement("update-null-clears-the-schedule", MUST, source="update#request-body", covers="UPD-011", revisions=(CMA,))
def test_null_clears_the_schedule(api: Client, complete: Object) -> None:
    """A schedule of null makes the deployment manual-only, in the answer and in a later read."""
    need(isinstance(complete.get("schedule"), dict), "a schedule that was sent has to be shown")

    _expect_cleared(api, complete, "schedule")


@requirement("update-null-clears", SHOULD, source="update#request-body", covers="UPD-014 UPD-016", revisions=(CMA,))
@pytest.mark.parametrize("field", ["description", "resources", "vault_ids"])
def test_null_clears_what_can_be_cleared(api: Client, complete: Object, field: str) -> None:
    """Null for description, resources or vault_ids clears the field, in the answer and in a later read."""
    _expect_cleared(api, complete, field)


@requirement(
    "update-null-schedule-is-not-ignored", SHOULD, source="update#request-body", covers="UPD-011", revisions=QODER
)
def test_a_null_schedule_is_not_ignored(api: Client, complete: Object) -> None:
    """A schedule of null is refused, or makes the deployment manual-only: it is not accepted without an effect."""
    need(isinstance(complete.get("schedule"), dict), "a schedule that was sent has to be shown")
    updated = api.update(complete["id"], {"schedule": None})

    exchange = api.get(complete["id"])

    expected = {"schedule": None} if updated.ok else documented(complete)
    expect_shows(need_object(exchange), expected, of=["schedule"], at=exchange)


@requirement(
    "update-nulls-of-the-paused", SHOULD, source="update#request-body", covers="UPD-011 UPD-014 UPD-016 UPD-021"
)
@pytest.mark.parametrize("field", ["description", "schedule", "vault_ids"])
def test_null_does_to_a_paused_deployment_what_it_does_to_others(
    api: Client, complete: Object, deployments: Deployments, field: str
) -> None:
    """Where null clears a field of an active deployment, it clears that of a paused one."""
    before = documented(complete)
    _need_something(complete, field)
    if not api.update(complete["id"], {field: None}).ok or _kept(deployments.fresh(complete), field):
        raise NotApplicable(f"null does not clear {field} here")
    need_success(api.update(complete["id"], {field: before[field]}))
    need(_kept(need_object(api.pause(complete["id"])), field), f"{field} has to be there again")

    _expect_cleared(api, complete, field)


def _kept(deployment: Object, field: str) -> bool:
    return documented(deployment).get(field) not in CLEARED[field]


@requirement("update-null-schedule-keeps-the-state", SHOULD, source="update#request-body", covers="UPD-011 UPD-021")
@pytest.mark.parametrize("paused", [False, True], ids=["active", "paused"])
def test_a_null_schedule_neither_pauses_nor_unpauses(
    api: Client, complete: Object, deployments: Deployments, *, paused: bool
) -> None:
    """A schedule of null, taken or refused, leaves an active deployment active and a paused one paused."""
    if paused:
        need_success(api.pause(complete["id"]))
    before = deployments.fresh(complete)
    api.update(complete["id"], {"schedule": None})

    exchange = api.get(complete["id"])

    expect_shows(need_object(exchange), documented(before), of=["status", "paused_reason"], at=exchange)


# --- where the documents say nothing ----------------------------------------------------------------------------


def _outcome(api: Client, complete: Object, field: str, *cleared: Any) -> str:
    """What became of a field that was sent as null."""
    before = documented(complete)
    if before.get(field) in cleared:
        return "nothing-to-clear"
    updated = api.update(complete["id"], {field: None})
    after = documented(need_object(api.get(complete["id"])))
    if not updated.ok:
        return f"refused-{updated.status}"
    if after.get(field) in cleared:
        return "cleared"
    return "kept" if after.get(field) == before.get(field) else "changed"


@observation("update-description-null", source="update#request-body", covers="UPD-016", revisions=QODER)
def test_what_a_null_description_does(api: Client, complete: Object) -> str:
    """What a description of null does."""
    return _outcome(api, complete, "description", "", None)


@observation("update-schedule-null", source="update#request-body", covers="UPD-011", revisions=QODER)
def test_what_a_null_schedule_does(api: Client, complete: Object) -> str:
    """What a schedule of null does."""
    return _outcome(api, complete, "schedule", None)


@observation("update-vault-ids-null", source="update#request-body", covers="UPD-014", revisions=QODER)
def test_what_null_vault_ids_do(api: Client, complete: Object) -> str:
    """What vault_ids of null do."""
    return _outcome(api, complete, "vault_ids", [], None)


@observation("update-resources-null", source="update#request-body", covers="UPD-014", revisions=QODER)
def test_what_null_resources_do(api: Client, complete: Object) -> str:
    """What resources of null do."""
    return _outcome(api, complete, "resources", [], None)


@observation("update-metadata-null", source="update#request-body", covers="MET-016")
def test_what_null_metadata_does(api: Client, complete: Object) -> str:
    """What metadata of null does to the keys of the user."""
    return _outcome(api, complete, "metadata", {}, None)
