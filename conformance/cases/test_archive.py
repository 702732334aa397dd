"""ARCHIVE: what archiving a deployment does to it and to the lists, what it leaves alone, and that it is for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.states import PRESENT_STATES, enter, expect_both, expect_done, expect_untouched, told_again
from conformance.cases.upcoming import UPCOMING
from conformance.cases.updates import listed
from conformance.expect import (
    Object,
    expect_equal,
    expect_error,
    expect_instant,
    expect_object,
    expect_same,
    expect_true,
    instant,
    need,
    need_object,
    need_page,
    need_success,
    resolve,
)
from conformance.failures import ControlFailed
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.states import Veterans
    from conformance.client import Client
    from conformance.suite import Suite

NEAR_S = 300
"""How far apart, in seconds, two clocks of one target may be: time zones differ by more."""
CHANGED = ("/name", "/archived_at", "/status", "/paused_reason")
"""What archiving changes, or may change (conflicts C-17, ARC-006, ARC-007)."""


# --- what it does -----------------------------------------------------------------------------------------------


@requirement("archive-sets-archived-at", MUST, source="archive#response", covers="ARC-001")
@PRESENT_STATES
def test_an_archive_sets_archived_at(api: Client, either: Object, state: str) -> None:
    """Archiving is answered with 200 and that deployment, active or paused before, with a timestamp in archived_at."""
    enter(api, either["id"], state)

    exchange = api.archive(either["id"])

    archived = expect_object(exchange)
    expect_equal(archived.get("id"), either["id"], "id", at=exchange, pointer="/id")
    expect_instant(archived.get("archived_at"), "archived_at", at=exchange, pointer="/archived_at")


@requirement("archive-at-is-now", SHOULD, source="archive#response", covers="ARC-001 BASE-008")
def test_archived_at_is_the_time_of_the_archive(api: Client, deployment: Object) -> None:
    """archived_at is the time at which the deployment was archived, by the clock that also wrote created_at."""
    made = instant(deployment.get("created_at"))

    exchange = api.archive(deployment["id"])

    at = instant(need_object(exchange).get("archived_at"))
    if made is None or at is None:
        raise ControlFailed("created_at and archived_at have to be timestamps")
    apart, pointer = abs((at - made).total_seconds()), "/archived_at"
    message = f"a deployment made just now was archived {apart:.0f} seconds away"
    expect_true(apart <= NEAR_S, message, expected=f"about {made}", actual=str(at), at=exchange, pointer=pointer)


@requirement("archive-empties-upcoming-runs", MUST, source="archive#response", covers="ARC-002")
@PRESENT_STATES
def test_an_archive_empties_upcoming_runs(api: Client, scheduled: Object, state: str) -> None:
    """An archived deployment that had a schedule announces no run, in the answer and in what is read afterwards."""
    need(bool(resolve(scheduled, UPCOMING)), "the deployment had to announce runs before")
    enter(api, scheduled["id"], state)

    exchange = api.archive(scheduled["id"])

    expect_both(api, exchange, scheduled["id"], UPCOMING, [])


@requirement("archive-shows-alike-in-lists", SHOULD, source="archive#response", covers="ARC-002 ARC-003 OBJ-015")
def test_an_archived_deployment_shows_alike_in_lists(api: Client, archived: Object) -> None:
    """A list shows an archived deployment that had a schedule under the name it then has, and without runs to come."""
    need(resolve(archived, UPCOMING) == [], "the answer to the archive has to announce none")

    shown, page = listed(api, archived["id"], include_archived=True)

    need(shown is not None, "the list has to show it")
    place = f"/data/{need_page(page).ids.index(archived['id'])}"
    for member, wanted in (("/name", archived["name"]), (UPCOMING, [])):
        expect_equal(resolve(shown, member), wanted, member[1:], at=page, pointer=place + member)


@requirement("archive-shows-active", MUST, source="create#response-fields", covers="ARC-006 ARC-007", revisions=(CMA,))
@PRESENT_STATES
def test_an_archived_deployment_shows_active(api: Client, either: Object, state: str) -> None:
    """The status of an archived deployment is "active", whatever it was before."""
    enter(api, either["id"], state)

    exchange = api.archive(either["id"])

    expect_both(api, exchange, either["id"], "/status", "active")


@requirement("archive-clears-the-reason", MUST, source="create#response-fields", covers="ARC-007", revisions=(CMA,))
def test_an_archive_clears_the_paused_reason(api: Client, paused: Object) -> None:
    """A deployment that was paused when it was archived has no paused_reason any more."""
    exchange = api.archive(paused["id"])

    expect_both(api, exchange, paused["id"], "/paused_reason", None)


@observation("archive-status", source="archive#response", covers="ARC-006", revisions=QODER)
def observe_the_status_of_an_archived_deployment(api: Client, deployment: Object) -> str:
    """Which status an archived deployment shows that was active before."""
    return str(need_object(api.archive(deployment["id"])).get("status"))


@observation("archive-status-of-a-paused-one", source="archive#response", covers="ARC-007", revisions=QODER)
def observe_the_status_of_one_archived_while_paused(api: Client, paused: Object) -> str:
    """Which status an archived deployment shows that was paused before, and whether with a reason."""
    archived = need_object(api.archive(paused["id"]))
    reason = "without-a-reason" if archived.get("paused_reason") is None else "with-a-reason"
    return f"{archived.get('status')}-{reason}"


# --- what it leaves alone ---------------------------------------------------------------------------------------


@requirement("archive-keeps-the-rest", SHOULD, source="archive#response", covers="ARC-001")
def test_an_archive_keeps_everything_else(api: Client, furnished: Object) -> None:
    """Archiving changes name, archived_at and upcoming_runs_at, and leaves what the deployment is made of as it was."""
    exchange = api.archive(furnished["id"])

    expect_same(need_object(exchange), furnished, "the archived deployment", at=exchange, but=CHANGED)
    expect_untouched(api, furnished, "the deployment after the archive", but=CHANGED)


@requirement("archive-manual-only", SHOULD, source="archive#response", covers="ARC-015")
@PRESENT_STATES
def test_a_manual_only_deployment_stays_without_a_schedule(api: Client, deployment: Object, state: str) -> None:
    """The schedule of a deployment that had none is null after the archive too."""
    need(deployment.get("schedule", "none") is None, "a deployment without a schedule had to show null")
    enter(api, deployment["id"], state)

    exchange = api.archive(deployment["id"])

    expect_both(api, exchange, deployment["id"], "/schedule", None)


@requirement("archive-touches-one-only", SHOULD, source="archive#response", covers="ARC-001")
def test_an_archive_touches_no_other_deployment(api: Client, deployments: Deployments, deployment: Object) -> None:
    """Archiving a deployment leaves others of the same agent as they were, also one whose name begins alike."""
    others = [deployments(), deployments(name=f"{deployment['name']}-2")]

    need_object(api.archive(deployment["id"]))

    for each in others:
        expect_untouched(api, each, "another deployment after the archive")


@requirement("archive-keeps-the-agent", SHOULD, source="archive#response", covers="ARC-001 CRE-019")
def test_an_archive_keeps_the_agent(api: Client, suite: Suite, bodies: Bodies) -> None:
    """The agent of a deployment that is archived, which has no other one, can be used by a new one."""
    agent = suite.provision_agent()
    need_object(api.archive(need_object(api.create(bodies(agent=agent)))["id"]))

    exchange = api.create(bodies(agent=agent))

    expect_done(exchange)


# --- lists ------------------------------------------------------------------------------------------------------


@requirement("archive-leaves-the-list", MUST, source="archive#response", covers="ARC-010 LST-004")
@PRESENT_STATES
def test_an_archived_deployment_leaves_the_list(api: Client, agent_id: str, either: Object, state: str) -> None:
    """An archived deployment is gone from the list as soon as it is archived."""
    enter(api, either["id"], state)
    need(listed(api, either["id"], agent_id=agent_id)[0] is not None, "the list has to show it before")
    need_success(api.archive(either["id"]))

    left, exchange = listed(api, either["id"], agent_id=agent_id)

    message = "the archived deployment is still shown"
    expect_true(left is None, message, expected="no such item", actual=either["id"], at=exchange)


@requirement("archive-shows-among-archived", MUST, source="archive#response", covers="ARC-010 LST-005")
@PRESENT_STATES
def test_an_archived_deployment_is_listed_among_archived_ones(
    api: Client, agent_id: str, either: Object, state: str
) -> None:
    """With include_archived=true the list shows an archived deployment at once, as archived."""
    enter(api, either["id"], state)
    at = instant(need_object(api.archive(either["id"])).get("archived_at"))
    need(at is not None, "the answer to the archive has to tell archived_at")

    element, exchange = listed(api, either["id"], agent_id=agent_id, include_archived=True)

    message = "the archived deployment is missing"
    expect_true(element is not None, message, expected=either["id"], actual="no such item", at=exchange)
    shown = (element or {}).get("archived_at")
    message = "its archived_at is not the time that the archive was answered with"
    expect_true(instant(shown) == at, message, expected=str(at), actual=shown, at=exchange)


# --- for ever ---------------------------------------------------------------------------------------------------


@requirement("archive-twice-is-conflict", MUST, source="archive#errors", covers="ARC-008", revisions=QODER)
@PRESENT_STATES
def test_a_second_archive_is_409(api: Client, either: Object, state: str) -> None:
    """Archiving a deployment that is archived is answered with 409 conflict_error."""
    enter(api, either["id"], state)
    need_object(api.archive(either["id"]))

    exchange = api.archive(either["id"])

    expect_error(exchange, 409)


@requirement("archive-twice-changes-nothing", MUST, source="archive#errors", covers="ARC-008", revisions=QODER)
@pytest.mark.parametrize("state", ["archived", "archived while paused"])
def test_a_second_archive_changes_nothing(api: Client, veterans: Veterans, state: str) -> None:
    """A deployment that is archived again keeps its archived_at and its name, without a second suffix."""
    before = veterans(state)
    need(instant(before.get("archived_at")) is not None, "the first archive has to be shown")

    api.archive(before["id"])

    expect_untouched(api, before, "the deployment after another archive")


@observation("archive-twice", source="archive#errors", covers="ARC-008", revisions=(CMA,))
def observe_a_second_archive(api: Client, deployment: Object) -> str:
    """What becomes of an archive of a deployment that is archived."""
    before = need_object(api.archive(deployment["id"]))
    return told_again(api, api.archive(deployment["id"]), before)


@requirement("archive-unknown-id-is-404", MUST, source="archive#errors", covers="ARC-009")
def test_archiving_an_unknown_id_is_404(api: Client, deployment: Object) -> None:
    """An archive of an id that names no deployment is answered with 404 not_found_error."""
    need_object(api.archive(deployment["id"]))

    exchange = api.archive(api.unknown_deployment_id())

    expect_error(exchange, 404)
