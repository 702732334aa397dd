"""The deployment object: what every operation that answers with one shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.expect import (
    NO_MEMBER,
    Json,
    Object,
    expect_equal,
    expect_instant,
    expect_same,
    expect_schema,
    expect_true,
    instant,
    need,
    need_object,
    resolve,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER, QODER_JUNE, QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.showcase import Showcase, Shown
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision

READS = ("create", "create-minimal", "get", "list", "get-paused")
WRITES = ("update", "pause", "unpause", "archive")
EVERYWHERE = pytest.mark.parametrize("operation", READS + WRITES)


def _at(shown: Shown, pointer: str) -> Json:
    return resolve(shown.deployment, pointer)


@requirement("object-shape", MUST, source="create#response-fields", covers="OBJ-001 OBJ-012 OBJ-013 LST-016")
@EVERYWHERE
def test_the_object_has_the_documented_shape(show: Showcase, operation: str) -> None:
    """Every answer that shows a deployment has all documented members, each of its documented type."""
    shown = show(operation)

    expect_schema(shown.deployment, "deployment", shown.exchange, shown.pointer)


@requirement("object-id-prefix", MUST, source="create#response-fields", covers="OBJ-002")
@pytest.mark.parametrize("operation", READS)
def test_the_id_has_the_prefix_of_deployments(show: Showcase, revision: Revision, operation: str) -> None:
    """A deployment's id begins with the prefix of its kind."""
    shown = show(operation)

    prefix, id_ = revision.deployment_prefix, _at(shown, "/id")
    holds = isinstance(id_, str) and id_.startswith(prefix) and len(id_) > len(prefix)
    expected = f"an id that begins with {prefix}"
    expect_true(holds, "the id lacks its prefix", expected=expected, actual=id_, at=shown.exchange, pointer="/id")


@requirement("object-type-deployment", MUST, source="create#response-fields", covers="OBJ-004")
@EVERYWHERE
def test_the_type_is_deployment(show: Showcase, operation: str) -> None:
    """Every deployment says that its type is "deployment"."""
    shown = show(operation)

    pointer = f"{shown.pointer}/type"
    expect_equal(_at(shown, "/type"), "deployment", "type", at=shown.exchange, pointer=pointer)


@requirement("object-agent-is-resolved", MUST, source="create#response-fields", covers="OBJ-005")
@EVERYWHERE
def test_the_agent_is_an_object_with_id_type_and_version(show: Showcase, operation: str) -> None:
    """The agent of a deployment is shown as an object of id, type "agent" and a version from 1, whatever was sent."""
    shown = show(operation)

    agent = _at(shown, "/agent")
    members = agent if isinstance(agent, dict) else {}
    version = members.get("version")
    holds = members.get("id") == shown.agent_id and members.get("type") == "agent"
    holds = holds and isinstance(version, int) and not isinstance(version, bool) and version >= 1
    expected = {"id": shown.agent_id, "type": "agent", "version": "an integer from 1"}
    pointer = f"{shown.pointer}/agent"
    message = "agent is not {id, type, version}"
    expect_true(holds, message, expected=expected, actual=agent, at=shown.exchange, pointer=pointer)


@requirement("object-status-active-or-paused", MUST, source="create#response-fields", covers="OBJ-006")
@EVERYWHERE
def test_the_status_is_active_or_paused(show: Showcase, operation: str) -> None:
    """The status of a deployment is "active" or "paused", and nothing else, archived or not."""
    shown = show(operation)

    status = _at(shown, "/status")
    message = f"status is {status!r}"
    pointer, expected = f"{shown.pointer}/status", "one of active, paused"
    holds = status in {"active", "paused"}
    expect_true(holds, message, expected=expected, actual=status, at=shown.exchange, pointer=pointer)


@requirement("object-paused-reason-when-paused", SHOULD, source="pause#response", covers="OBJ-007", levels={CMA: MUST})
@EVERYWHERE
def test_there_is_a_paused_reason_exactly_when_paused(show: Showcase, operation: str) -> None:
    """A deployment has a paused_reason while its status is "paused", and none otherwise."""
    shown = show(operation)
    need(_at(shown, "/status") in {"active", "paused"}, "the status has to be known")

    reason, paused = _at(shown, "/paused_reason"), _at(shown, "/status") == "paused"
    pointer = f"{shown.pointer}/paused_reason"
    expected = "an object" if paused else None
    message = f"paused_reason of a deployment that is {'paused' if paused else 'active'}"
    holds = isinstance(reason, dict) == paused and (paused or reason is None)
    expect_true(holds, message, expected=expected, actual=reason, at=shown.exchange, pointer=pointer)


@pytest.mark.usefixtures("writes")
@requirement("object-paused-reason-manual", MUST, source="pause#response", covers="OBJ-008")
@pytest.mark.parametrize("operation", ["pause", "get-paused"])
def test_a_pause_by_its_owner_has_the_reason_manual(show: Showcase, operation: str) -> None:
    """A deployment that its owner paused says so: paused_reason has the type "manual"."""
    shown = show(operation)

    pointer = "/paused_reason/type"
    expect_equal(_at(shown, pointer), "manual", "paused_reason.type", at=shown.exchange, pointer=pointer)


@requirement("object-schedule-null-or-cron", MUST, source="create#response-fields", covers="OBJ-009")
@EVERYWHERE
def test_the_schedule_is_null_or_a_cron_schedule(show: Showcase, operation: str) -> None:
    """The schedule is null without one, and else shows type "cron", expression, timezone and upcoming_runs_at."""
    shown = show(operation)

    schedule, pointer = _at(shown, "/schedule"), f"{shown.pointer}/schedule"
    if not shown.scheduled:
        expect_equal(schedule, None, "schedule of a manual-only deployment", at=shown.exchange, pointer=pointer)
        return
    members = schedule if isinstance(schedule, dict) else {}
    strings = [members.get(key) for key in ("expression", "timezone")]
    holds = members.get("type") == "cron" and isinstance(members.get("upcoming_runs_at"), list)
    holds = holds and all(isinstance(each, str) for each in strings)
    expected = "an object of type cron with expression, timezone and upcoming_runs_at"
    message = "the schedule is not a cron schedule"
    expect_true(holds, message, expected=expected, actual=schedule, at=shown.exchange, pointer=pointer)


@requirement("object-archived-at-null-until-archived", MUST, source="create#response-fields", covers="OBJ-010")
@EVERYWHERE
def test_archived_at_is_set_once_archived_only(show: Showcase, operation: str) -> None:
    """archived_at is null until a deployment is archived, and a timestamp afterwards."""
    shown = show(operation)

    archived_at, pointer = _at(shown, "/archived_at"), f"{shown.pointer}/archived_at"
    if shown.archived:
        expect_instant(archived_at, "archived_at", at=shown.exchange, pointer=pointer)
    else:
        expect_equal(archived_at, None, "archived_at before archiving", at=shown.exchange, pointer=pointer)


@requirement("object-created-not-after-updated", SHOULD, source="update#response", covers="OBJ-011")
@EVERYWHERE
def test_created_at_is_not_after_updated_at(show: Showcase, operation: str) -> None:
    """A deployment was not updated before it was created."""
    shown = show(operation)
    created, updated = instant(_at(shown, "/created_at")), instant(_at(shown, "/updated_at"))
    if created is None or updated is None:
        need(holds=False, why="created_at and updated_at have to be timestamps")
        return

    expected = f"a time not before {created.isoformat()}"
    pointer, actual = f"{shown.pointer}/updated_at", _at(shown, "/updated_at")
    message = "updated_at is before created_at"
    # two clock readings may be rounded apart: one second is not a contradiction
    holds = (created - updated).total_seconds() <= 1
    expect_true(holds, message, expected=expected, actual=actual, at=shown.exchange, pointer=pointer)


def _act(api: Client, action: str, id_: str) -> Exchange:
    if action == "update":
        return api.update(id_, {"description": "Later"})
    return api.pause(id_) if action == "pause" else api.archive(id_)


@requirement("object-created-at-never-changes", SHOULD, source="update#response", covers="OBJ-011")
@pytest.mark.parametrize("action", ["update", "pause", "archive"])
def test_created_at_never_changes(api: Client, aged: Object, action: str) -> None:
    """created_at stays what it was when a deployment is updated, paused or archived later."""
    exchange = _act(api, action, aged["id"])

    now, before = need_object(exchange).get("created_at"), aged.get("created_at")
    holds = instant(now) is not None and instant(now) == instant(before)
    message = "created_at changed"
    expect_true(holds, message, expected=before, actual=now, at=exchange, pointer="/created_at")


@requirement("object-same-in-every-answer", MUST, source="get#response", covers="OBJ-015")
@pytest.mark.parametrize("operation", ["get", "list"])
def test_create_get_and_list_show_the_same_object(show: Showcase, operation: str) -> None:
    """An unchanged deployment reads the same in the answer to its create, in a GET and in a list."""
    created, shown = show.first(), show(operation)

    what = f"{operation} against the answer to {created.exchange.operation}"
    expect_same(shown.deployment, created.deployment, what, at=shown.exchange, pointer=shown.pointer)


@requirement("object-same-after-a-change", MUST, source="get#response", covers="OBJ-015")
@pytest.mark.parametrize("action", ["pause", "archive"])
def test_a_changed_object_reads_the_same_afterwards(api: Client, deployment: Object, action: str) -> None:
    """What the answer to a pause or an archive shows is what a GET shows afterwards."""
    answer = need_object(_act(api, action, deployment["id"]))

    exchange = api.get(deployment["id"])

    expect_same(need_object(exchange), answer, f"GET against the answer to the {action}", at=exchange)


@requirement(
    "object-extra-members",
    SHOULD,
    source="create#response-fields",
    covers="OBJ-016",
    unobservable="a freedom of the service, not a duty: members that we do not know are never judged",
)
def test_extra_members_are_allowed() -> None:
    """Answers may have members that this edition does not name."""


@requirement("object-description-is-text-or-null", SHOULD, source="create#response-fields", covers="OBJ-017")
@EVERYWHERE
def test_the_description_is_a_string_or_null(show: Showcase, operation: str) -> None:
    """The description is a string, or null where none was given."""
    shown = show(operation)

    said, pointer = _at(shown, "/description"), f"{shown.pointer}/description"
    holds = said is None or (isinstance(said, str) and said != "no such member")
    message = "description is neither a string nor null"
    expect_true(holds, message, expected="a string or null", actual=said, at=shown.exchange, pointer=pointer)


@observation("object-description-when-omitted", source="create#response-fields", covers="OBJ-017")
def observe_the_description_when_omitted(show: Showcase) -> str:
    """What a deployment that was created without a description shows for it."""
    said = _at(show("create-minimal"), "/description")
    return "null" if said is None else "empty-string" if said == "" else "something-else"


@observation("object-id-form", source="create#response-fields", covers="OBJ-003", revisions=QODER)
def observe_the_form_of_ids(show: Showcase) -> str:
    """Whether an id is its prefix and a UUIDv7 in hex whose time is created_at."""
    shown = show.first()
    hex_digits = str(_at(shown, "/id")).rpartition("_")[2]
    made = instant(_at(shown, "/created_at"))
    if len(hex_digits) != 32 or any(digit not in "0123456789abcdef" for digit in hex_digits):
        return "other"
    if hex_digits[12] != "7" or made is None:
        return "32-hex-digits"
    told = int(hex_digits[:12], 16) // 1000
    return "uuid7-of-created-at" if told == int(made.timestamp()) else "uuid7"


@observation(
    "object-environment-variables-when-omitted",
    source="create#response-fields",
    covers="OBJ-018",
    revisions=(QODER_SEPTEMBER,),
)
def observe_the_environment_variables_when_omitted(show: Showcase) -> str:
    """What a deployment that was created without environment_variables shows for them."""
    said = _at(show("create-minimal"), "/environment_variables")
    if said is None:
        return "null"
    return {"": "empty-string", NO_MEMBER: "absent"}.get(said, "a-string") if isinstance(said, str) else "no-string"


@observation(
    "object-next-trigger-is-first-upcoming",
    source="create#response-fields",
    covers="OBJ-014",
    revisions=(QODER_JUNE,),
)
def observe_the_next_trigger(show: Showcase) -> str:
    """Whether stats.next_trigger_at of an active deployment is the first of upcoming_runs_at."""
    shown = show.first()
    told = instant(_at(shown, "/metadata/cas_config/stats/next_trigger_at"))
    first = instant(_at(shown, "/schedule/upcoming_runs_at/0"))
    return "absent" if told is None else "equal" if told == first else "different"
