"""Update: what each field may be given, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.upcoming import UPCOMING, announced, expect_next_fires, listed
from conformance.cases.updates import documented, expect_accepted, expect_shows
from conformance.expect import expect_equal, expect_refusal, expect_true, need, need_object, need_success, resolve
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.revisions import Revision


def _events(revision: Revision, *texts: str) -> Object:
    return {"initial_events": [revision.message(text) for text in texts]}


def _expect_set(api: Client, deployment: Object, patch: Object) -> None:
    """An update is accepted, and its values are in the answer and in a later read."""
    __tracebackhide__ = True
    updated = api.update(deployment["id"], patch)

    expect_accepted(updated)
    for exchange in (updated, api.get(deployment["id"])):
        expect_shows(need_object(exchange), patch, of=patch, at=exchange)


# --- name and description ---------------------------------------------------------------------------------------


def _padded(name: str, length: int, filler: str = "x") -> str:
    """A name of its own, filled up to so many characters."""
    return name + filler * (length - len(name))


@requirement("update-name-up-to-maximum", MUST, source="update#request-body", covers="UPD-006")
@pytest.mark.parametrize("short_by", [0, 1])
def test_a_name_of_256_characters_is_accepted(
    api: Client, deployment: Object, edits: Object, revision: Revision, short_by: int
) -> None:
    """A new name of up to 256 characters is accepted and kept whole."""
    _expect_set(api, deployment, {"name": _padded(edits["name"], revision.name_max - short_by)})


@requirement("update-name-over-maximum", MUST, source="update#request-body", covers="UPD-006")
@pytest.mark.parametrize(
    "extra", ["x", "x" * 1000, "\N{GRINNING FACE}", " "], ids=["257", "1256", "an emoji", "a blank"]
)
def test_a_name_over_256_characters_is_refused(
    api: Client, deployment: Object, edits: Object, revision: Revision, extra: str
) -> None:
    """A new name of more than 256 characters is refused."""
    need_success(api.update(deployment["id"], {"name": edits["name"]}))

    exchange = api.update(deployment["id"], {"name": _padded(edits["name"], revision.name_max) + extra})

    expect_refusal(exchange)


@requirement("update-name-counts-characters", SHOULD, source="update#request-body", covers="UPD-006 CRE-011")
@pytest.mark.parametrize("filler", ["é", "漢", "\N{GRINNING FACE}", "\N{COMBINING ACUTE ACCENT}"])
def test_the_limit_of_a_name_counts_characters(
    api: Client, deployment: Object, edits: Object, revision: Revision, filler: str
) -> None:
    """A new name of 256 characters is accepted and kept whole, however many bytes it takes."""
    _expect_set(api, deployment, {"name": _padded(edits["name"], revision.name_max, filler)})


ODD_NAMES = ("0", "007", "null", "true", "[]", "2026-06-14", "it's 100 % {x}", "a/b\\c")


@requirement("update-odd-names-are-kept", SHOULD, source="update#request-body", covers="UPD-001 BASE-011")
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_that_looks_like_something_else_is_kept(api: Client, deployment: Object, name: str) -> None:
    """A new name that looks like a number, a date or code is accepted, unless it is taken, and stays what it is."""
    exchange = api.update(deployment["id"], {"name": name})
    if exchange.status == 409:
        raise NotApplicable("the name is taken, as it may be")

    shown = expect_accepted(exchange).get("name")
    expect_equal(shown, name, "name", at=exchange, pointer="/name")


@requirement("update-description-over-maximum", MUST, source="update#request-body", covers="CRE-025", revisions=(CMA,))
@pytest.mark.parametrize("extra", ["x", "x" * 1000, "\N{GRINNING FACE}"], ids=["2049", "3048", "2049 with an emoji"])
def test_a_description_over_its_maximum_is_refused(
    api: Client, deployment: Object, revision: Revision, extra: str
) -> None:
    """A new description of more than 2,048 characters is refused, where one of so many is accepted."""
    longest = "x" * (revision.description_max or 0)
    need_success(api.update(deployment["id"], {"description": longest}))

    exchange = api.update(deployment["id"], {"description": longest + extra})

    expect_refusal(exchange)


def _expect_kept_or_refused(api: Client, deployment: Object, patch: Object) -> None:
    """What was accepted is shown as sent, what was refused has changed nothing."""
    __tracebackhide__ = True
    answer = api.update(deployment["id"], patch)

    exchange = api.get(deployment["id"])

    expect_shows(need_object(exchange), patch if answer.ok else documented(deployment), of=patch, at=exchange)


@requirement("update-never-cuts", SHOULD, source="update#request-body", covers="BASE-011")
@pytest.mark.parametrize("field", ["description", "initial_events"])
def test_text_is_not_cut(api: Client, deployment: Object, revision: Revision, field: str) -> None:
    """A description of 2,000 characters or an event of 20,000 is kept whole, or refused; it is not cut."""
    text = "".join(f"{number:04d}," for number in range(400 if field == "description" else 4000))

    patch = _events(revision, text) if field == "initial_events" else {field: text}
    _expect_kept_or_refused(api, deployment, patch)


@requirement("update-description-cleared", SHOULD, source="update#request-body", covers="UPD-016")
def test_an_empty_description_clears_it(api: Client, complete: Object) -> None:
    """An empty description takes the place of the old one."""
    need(bool(complete.get("description")), "a description that was sent has to be shown")

    _expect_set(api, complete, {"description": ""})


# --- schedule ---------------------------------------------------------------------------------------------------


@requirement("update-gives-a-schedule", SHOULD, source="update#request-body", covers="UPD-010")
def test_a_manual_deployment_is_given_a_schedule(api: Client, deployment: Object, edits: Object) -> None:
    """A schedule given to a deployment that had none makes it a scheduled one, in the answer and in a later read."""
    need(deployment.get("schedule") is None, "a deployment made without a schedule has to show none")

    _expect_set(api, deployment, {"schedule": edits["schedule"]})


@requirement("update-schedule-replaces-runs-when-paused", SHOULD, source="update#example-response", covers="UPD-009")
def test_a_new_schedule_of_a_paused_deployment_has_its_own_runs(api: Client, complete: Object, edits: Object) -> None:
    """A new schedule of a paused deployment announces its own next runs once it is unpaused, and no others before."""
    need_success(api.pause(complete["id"]))
    need_success(api.update(complete["id"], {"schedule": edits["schedule"]}))
    read_paused = api.get(complete["id"])
    need_success(api.unpause(complete["id"]))
    read_active = api.get(complete["id"])

    for exchange in (read_paused, read_active):
        shown = need_object(exchange)
        if exchange is read_active or announced(shown):
            expect_next_fires(shown, edits["schedule"]["expression"], edits["schedule"]["timezone"], at=exchange)


@requirement(
    "update-schedule-replaces-runs-in-lists", SHOULD, source="update#example-response", covers="UPD-009 OBJ-015"
)
def test_a_new_schedule_has_its_own_runs_in_the_list(api: Client, complete: Object, edits: Object) -> None:
    """A new schedule announces its own next runs in the list too, in which the old one's stood before."""
    listed(api, complete)
    need_success(api.update(complete["id"], {"schedule": edits["schedule"]}))

    shown, page, place = listed(api, complete)

    expect_next_fires(shown, edits["schedule"]["expression"], edits["schedule"]["timezone"], at=page, pointer=place)


@requirement("update-of-others-keeps-runs", MUST, source="update#request-body", covers="UPD-002")
@pytest.mark.parametrize("field", ["name", "description", "initial_events", "metadata"])
def test_updates_of_other_fields_keep_the_runs(api: Client, complete: Object, edits: Object, field: str) -> None:
    """An update without a schedule leaves the announced runs those of the schedule, in the answer and later."""
    schedule = documented(complete)["schedule"]
    need(bool(announced(complete)), "the runs of a schedule have to be announced")
    updated = api.update(complete["id"], {field: edits[field]})

    for exchange in (updated, api.get(complete["id"])):
        shown = need_object(exchange)
        runs = resolve(shown, UPCOMING)
        expect_true(isinstance(runs, list), "no runs", expected="a list", actual=runs, at=exchange, pointer=UPCOMING)
        expect_next_fires(shown, schedule["expression"], schedule["timezone"], at=exchange)


# --- events -----------------------------------------------------------------------------------------------------


@requirement("update-replaces-events", MUST, source="update#request-body", covers="UPD-012")
@pytest.mark.parametrize("after", ["a", "b", "ba", "abc", "aa", "xyz", "cbabc"])
def test_new_events_replace_the_old(api: Client, deployments: Deployments, revision: Revision, after: str) -> None:
    """New initial_events replace the old as a whole, in their order."""
    made = deployments(**_events(revision, "a", "b"))

    _expect_set(api, made, _events(revision, *after))


@requirement("update-takes-50-events", MUST, source="update#request-body", covers="UPD-012 EVT-001")
def test_50_events_are_accepted(api: Client, deployment: Object, revision: Revision) -> None:
    """An update with 50 events is accepted."""
    _expect_set(api, deployment, _events(revision, *(f"Event {number}" for number in range(revision.events_max))))


@requirement("update-refuses-0-and-51-events", MUST, source="update#request-body", covers="UPD-012 EVT-001")
@pytest.mark.parametrize("count", [0, 51, 200])
def test_no_event_and_more_than_50_are_refused(api: Client, deployment: Object, revision: Revision, count: int) -> None:
    """An update with no event at all, or with more than 50, is refused."""
    need_success(api.update(deployment["id"], _events(revision, "One")))

    exchange = api.update(deployment["id"], _events(revision, *(f"Event {number}" for number in range(count))))

    expect_refusal(exchange)


@pytest.fixture
def vaults(api: Client, deployment: Object, revision: Revision) -> list[str]:
    """As many vault ids as may be, which an update of this target takes although they are made up."""
    ids = [api.unknown_id("vault_") for _ in range(revision.vaults_max)]
    if not api.update(deployment["id"], {"vault_ids": ids}).ok:
        raise NotApplicable("made-up vault_ids are not taken, so it cannot be asked how many are")
    return ids


@requirement("update-takes-50-vault-ids", SHOULD, source="update#request-body", covers="VLT-001 UPD-013")
def test_50_vault_ids_are_accepted(api: Client, deployment: Object, revision: Revision) -> None:
    """An update with 50 vault_ids is accepted, if one with a single one is."""
    ids = [api.unknown_id("vault_") for _ in range(revision.vaults_max)]
    if not api.update(deployment["id"], {"vault_ids": ids[:1]}).ok:
        raise NotApplicable("made-up vault_ids are not taken, so it cannot be asked how many are")

    exchange = api.update(deployment["id"], {"vault_ids": ids})

    expect_accepted(exchange)


@requirement("update-over-50-vault-ids", MUST, source="update#errors", covers="VLT-001 UPD-025")
def test_more_than_50_vault_ids_are_refused(api: Client, deployment: Object, vaults: list[str]) -> None:
    """An update with more than 50 vault_ids is refused, if one with 50 is accepted."""
    exchange = api.update(deployment["id"], {"vault_ids": [*vaults, api.unknown_id("vault_")]})

    expect_refusal(exchange)


# --- where the documents say nothing ----------------------------------------------------------------------------


@observation("update-without-a-body", source="update#headers", covers="UPD-004")
def test_what_an_update_without_a_body_does(api: Client, complete: Object) -> str:
    """How an update without any body is answered."""
    exchange = api.update(complete["id"])
    return "accepted" if exchange.ok else f"refused-{exchange.status}"
