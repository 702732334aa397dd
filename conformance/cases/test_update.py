"""Update: what is sent takes effect, and what is not sent stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from conformance.cases.updates import (
    UPDATABLE,
    documented,
    expect_accepted,
    expect_shows,
    merged,
)
from conformance.expect import (
    expect_equal,
    expect_object,
    need,
    need_object,
    need_success,
    resolve,
)
from conformance.far_schedules import far_month
from conformance.generated import for_all
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.revisions import Revision

KEPT_OF_TWO = pytest.mark.parametrize("kept", [[1], [1, 0], []], ids=["one of two", "reversed", "none"])
EACH_FIELD = pytest.mark.parametrize("field", ["name", "description", "schedule", "initial_events", "metadata"])


# --- one field alone --------------------------------------------------------------------------------------------


@requirement("update-answers-the-whole-deployment", MUST, source="update#example-response", covers="UPD-001")
@pytest.mark.parametrize("fields", [["name"], ["description", "metadata"], ["schedule", "initial_events"], []])
def test_an_update_answers_the_whole_deployment(
    api: Client, complete: Object, edits: Object, fields: list[str]
) -> None:
    """An update is answered with 200 and the deployment of its path, with all nine fields whichever were sent."""
    exchange = api.update(complete["id"], {field: edits[field] for field in fields})

    answer = expect_object(exchange)
    expect_equal(answer.get("id"), complete["id"], "id", at=exchange, pointer="/id")
    missing = [field for field in UPDATABLE if field not in answer]
    expect_equal(missing, [], "the fields missing in the answer", at=exchange)


@requirement("update-field-is-answered", MUST, source="update#request-body", covers="UPD-001 UPD-002")
@EACH_FIELD
def test_a_field_sent_alone_has_its_new_value_in_the_answer(
    api: Client, complete: Object, edits: Object, field: str
) -> None:
    """Name, description, schedule, initial_events and metadata, each sent alone, have the new value in the answer."""
    patch = {field: edits[field]}

    exchange = api.update(complete["id"], patch)

    expect_shows(expect_accepted(exchange), merged(documented(complete), patch), of=[field], at=exchange)


@requirement("update-field-is-stored", MUST, source="update#request-body", covers="UPD-002")
@EACH_FIELD
def test_a_field_sent_alone_has_its_new_value_when_read_later(
    api: Client, complete: Object, edits: Object, field: str
) -> None:
    """Name, description, schedule, initial_events and metadata, each sent alone, have the new value in a later read."""
    patch = {field: edits[field]}
    need_success(api.update(complete["id"], patch))

    exchange = api.get(complete["id"])

    expect_shows(expect_object(exchange), merged(documented(complete), patch), of=[field], at=exchange)


@requirement("update-other-fields-stay", MUST, source="update#request-body", covers="UPD-002")
@pytest.mark.parametrize("field", UPDATABLE)
def test_fields_that_are_not_sent_stay(api: Client, complete: Object, field: str, new_value: Any) -> None:
    """Each of the nine fields, sent alone, leaves all the others as they were, in the answer and in a later read."""
    updated = api.update(complete["id"], {field: new_value})
    read = api.get(complete["id"])

    for exchange in (updated, read):
        expect_shows(need_object(exchange), documented(complete), but=[field], at=exchange)


@requirement("update-environment-takes-effect", MUST, source="update#request-body", covers="UPD-001 UPD-002")
def test_a_new_environment_replaces_the_old(api: Client, complete: Object, second_environment_id: str) -> None:
    """A new environment takes effect, in the answer and in a later read."""
    _expect_replaced(api, complete, {"environment_id": second_environment_id})


@requirement("update-replaces-vault-ids", SHOULD, source="update#request-body", covers="UPD-013")
@pytest.mark.parametrize("field", ["vault_ids"])
@KEPT_OF_TWO
def test_new_vault_ids_replace_the_old(
    api: Client, complete: Object, attachment: list[str], field: str, kept: list[int]
) -> None:
    """New vault_ids replace the old as a whole, and an empty array leaves none."""
    _expect_replaced(api, complete, {field: [attachment[place] for place in kept]})


@requirement("update-replaces-resources", SHOULD, source="update#request-body", covers="UPD-013")
@pytest.mark.parametrize("field", ["resources"])
@KEPT_OF_TWO
def test_new_resources_replace_the_old(
    api: Client, complete: Object, attachment: list[Object], field: str, kept: list[int]
) -> None:
    """New resources replace the old as a whole, and an empty array leaves none."""
    _expect_replaced(api, complete, {field: [attachment[place] for place in kept]})


def _expect_replaced(api: Client, complete: Object, patch: Object) -> None:
    """An update is accepted, and what it sends is shown in its answer and in a later read."""
    __tracebackhide__ = True
    updated = api.update(complete["id"], patch)

    expect_accepted(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_shows(need_object(exchange), patch, of=patch, at=exchange)


# --- several fields, several times ------------------------------------------------------------------------------


@requirement("update-fields-apply-together", MUST, source="update#request-body", covers="UPD-001 UPD-002")
@pytest.mark.parametrize("order", ["in the order of the page", "in the reverse order"])
def test_several_fields_apply_together(api: Client, complete: Object, edits: Object, order: str) -> None:
    """All fields of an update take effect, in whatever order they are sent."""
    body = dict(sorted(edits.items(), key=lambda item: UPDATABLE.index(item[0]), reverse="reverse" in order))

    updated = api.update(complete["id"], body)

    expect_accepted(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_shows(need_object(exchange), merged(documented(complete), body), of=body, at=exchange)


@requirement("update-references-apply-together", SHOULD, source="update#request-body", covers="UPD-001 UPD-002")
def test_references_apply_together(  # noqa: PLR0913, PLR0917 - fixtures
    api: Client, complete: Object, edits: Object, attachments: Object, second_agent_id: str, second_environment_id: str
) -> None:
    """Agent, environment, resources and vaults take effect beside one another and others as each does alone."""
    there = {field: values[::-1] for field, values in attachments.items()}
    there |= {field: value for field, value in edits.items() if field != "metadata"}
    there |= {"agent": second_agent_id, "environment_id": second_environment_id}
    for field in there:
        alone = need_object(api.update(complete["id"], {field: there[field]}))
        need(_referred(alone, there)[field] == there[field], f"a new {field} has to take effect when it is sent alone")
    back = _referred(complete, there)

    updated = api.update(complete["id"], back)

    for exchange in (updated, api.get(complete["id"])):
        expect_equal(_referred(need_object(exchange), there), back, "the deployment", at=exchange)


@requirement("update-references-of-the-paused", SHOULD, source="update#request-body", covers="UPD-002 UPD-021")
def test_references_of_a_paused_deployment_change_alike(
    api: Client, complete: Object, attachments: Object, second_agent_id: str, second_environment_id: str
) -> None:
    """Agent, environment, resources and vaults of a paused deployment change as those of an active one do."""
    there = {field: values[::-1] for field, values in attachments.items()}
    there |= {"agent": second_agent_id, "environment_id": second_environment_id}
    back = _referred(complete, there)
    for fields in (there, back):
        active = need_object(api.update(complete["id"], fields))
        need(_referred(active, there) == fields, "the update of an active deployment has to take effect")
    need_success(api.pause(complete["id"]))

    updated = api.update(complete["id"], there)

    need_object(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_equal(_referred(need_object(exchange), there), there, "the deployment", at=exchange)


def _referred(deployment: Object, fields: Object) -> Object:
    """These fields as an update sends them: the agent by its id."""
    shown = documented(deployment)
    return {field: resolve(shown, "/agent/id") if field == "agent" else shown.get(field) for field in fields}


def _schedule(hour: int) -> Object:
    return {"type": "cron", "expression": f"0 {hour} 3 {{m}} *", "timezone": "UTC"}


def patches() -> st.SearchStrategy[Object]:
    """Updates of few values for few fields, so that some repeat what is stored; what `_filled` fills in is missing."""
    return st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["{name}-1", "{name}-2"]),
            "description": st.sampled_from(["one", "two"]),
            "schedule": st.sampled_from([_schedule(1), _schedule(2)]),
            "initial_events": st.sampled_from(["a", "b", "ab", "ba"]),
            "vault_ids": st.just([]),
            "metadata": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"]), min_size=1),
        },
    )


EACH_IN_TURN: list[Object] = [
    {"name": "{name}-1"},
    {"description": "two"},
    {"schedule": _schedule(1)},
    {"initial_events": "ab"},
    {"metadata": {"b": "x"}},
    {"metadata": {"a": "y"}, "initial_events": "b", "description": "one", "name": "{name}-2"},
    {"name": "{name}-2", "schedule": _schedule(2)},
    {"initial_events": "ab"},
    {},
]


def _filled(patch: Object, name: str, month: int, revision: Revision) -> Object:
    """A patch with our name, a far month, and an event for each letter."""
    filled: Object = dict(patch)
    if "initial_events" in patch:
        filled["initial_events"] = [revision.message(text) for text in patch["initial_events"]]
    if "name" in patch:
        filled["name"] = patch["name"].format(name=name)
    if "schedule" in patch:
        expression = patch["schedule"]["expression"].format(m=month)
        filled["schedule"] = patch["schedule"] | {"expression": expression}
    return filled


@requirement("update-earlier-changes-stay", MUST, source="update#request-body", covers="UPD-002")
@for_all(
    {"sequence": EACH_IN_TURN},
    sequence=st.lists(patches(), min_size=2, max_size=6),
)
def test_updates_follow_one_another(
    api: Client, deployments: Deployments, revision: Revision, now: datetime, sequence: list[Object]
) -> None:
    """Updates in a row change what each of them sends, and leave what earlier ones have changed."""
    stored = deployments.fresh(deployments(metadata={"a": "first"}))
    expected = documented(stored)

    for patch in (_filled(each, stored["name"], far_month(now), revision) for each in sequence):
        exchange = api.update(stored["id"], patch)
        expected = merged(expected, patch)
        expect_shows(expect_accepted(exchange), expected, at=exchange)
    read = api.get(stored["id"])
    expect_shows(need_object(read), expected, at=read)


@requirement("update-empty-body-changes-nothing", MUST, source="update#request-body", covers="UPD-004")
def test_an_empty_update_changes_nothing(api: Client, complete: Object) -> None:
    """An update with an empty object is accepted and changes no field."""
    updated = api.update(complete["id"], {})

    expect_accepted(updated)
    for exchange in (updated, api.get(complete["id"])):
        expect_shows(need_object(exchange), documented(complete), at=exchange)


@requirement("update-repeated-is-the-same", SHOULD, source="update#request-body", covers="UPD-027")
@pytest.mark.parametrize("what", ["name", "schedule", "metadata", "all", "deleted key"])
def test_an_update_can_be_repeated(api: Client, complete: Object, edits: Object, what: str) -> None:
    """An update that is sent twice is accepted twice and shows the same deployment."""
    bodies = {"all": edits, "deleted key": {"metadata": {"team": None}}}
    body = bodies.get(what) or {what: edits[what]}
    first = need_object(api.update(complete["id"], body))

    exchange = api.update(complete["id"], body)

    expect_shows(expect_accepted(exchange), documented(first), at=exchange)
