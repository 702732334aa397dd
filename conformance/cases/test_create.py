"""Create: what becomes of a valid body."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from conformance.cases.creates import ABSENT, NEWEST, both
from conformance.cases.crowds import own_agent
from conformance.cases.pages import pages, showing
from conformance.cases.updates import expect_accepted
from conformance.expect import (
    Json,
    Object,
    expect_equal,
    expect_error,
    expect_instant,
    expect_object,
    expect_same,
    expect_true,
    fail,
    instant,
    need,
    need_object,
    need_page,
    need_success,
)
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER
from conformance.server_time import date_of

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

OPTIONAL = ("description", "schedule", "resources", "vault_ids", "metadata")


@requirement("create-valid-body-is-accepted", MUST, source="create#request-body", covers="CRE-001")
@pytest.mark.parametrize("fields", [(), *((field,) for field in OPTIONAL), OPTIONAL], ids=" ".join)
@pytest.mark.parametrize("turned", [False, True], ids=["in-order", "backwards"])
def test_a_valid_body_is_accepted(
    api: Client,
    body: Object,
    full_body: Object,
    fields: tuple[str, ...],
    turned: bool,  # noqa: FBT001 - a parameter
) -> None:
    """A body with the four required fields makes a deployment, with any of the optional ones, in whatever order."""
    sent = body | {field: full_body[field] for field in fields}

    exchange = api.create(_turned(sent) if turned else sent)

    expect_accepted(exchange)


def _turned(value: Json) -> Json:
    """The same value, for the members of an object have no order: all of them the other way round."""
    if isinstance(value, dict):
        return {key: _turned(member) for key, member in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@requirement("create-status-is-200", MUST, source="create#example-response", covers="CRE-001")
def test_the_status_of_a_create_is_200(api: Client, body: Object) -> None:
    """A create is answered with exactly 200, and not with another status of success."""
    exchange = need_success(api.create(body))

    if exchange.status != 200:
        message = f"{exchange.operation}: the create succeeded, but with {exchange.status} where the page says 200"
        fail(message, expected="status 200", actual=f"status {exchange.status}", at=exchange)


@requirement("create-starts-active", MUST, source="create#overview", covers="CRE-002")
@pytest.mark.parametrize("fields", [(), ("schedule",)], ids=["manual-only", "scheduled"])
def test_a_new_deployment_is_active(api: Client, body: Object, full_body: Object, fields: tuple[str, ...]) -> None:
    """A new deployment is active, has no paused_reason and is not archived, with a schedule or without."""
    exchange = need_success(api.create(body | {field: full_body[field] for field in fields}))

    expected = {"status": "active", "paused_reason": None, "archived_at": None}
    for answer in both(api, exchange):
        shown = need_object(answer)
        expect_equal({key: shown.get(key, ABSENT) for key in expected}, expected, "a new deployment", at=answer)


@requirement("create-dates-are-the-present", SHOULD, source="create#response-fields", covers="BASE-008")
@pytest.mark.parametrize("field", ["created_at", "updated_at"])
def test_a_new_deployment_has_the_present_time(api: Client, body: Object, field: str) -> None:
    """created_at and updated_at of a new deployment are the time of its creation."""
    exchange = need_success(api.create(body))
    now = date_of(exchange)
    if now is None:
        raise NotApplicable("answers have no Date header to compare with")

    shown = need_object(exchange).get(field)
    apart = abs(expect_instant(shown, field, at=exchange, pointer=f"/{field}") - now)
    close = apart < timedelta(days=1)  # clocks differ, and what differs by a time zone is judged elsewhere
    message = f"{field} of a new deployment is not the present"
    expected = f"a time close to the Date header, {now.isoformat()}"
    expect_true(close, message, expected=expected, actual=shown, at=exchange, pointer=f"/{field}")


@observation("create-updated-at-is-created-at", source="create#example-response", covers="CRE-003")
def observe_the_dates_of_a_new_deployment(full: Object) -> str:
    """Whether created_at and updated_at of a new deployment are the same."""
    return "equal" if instant(full.get("created_at")) == instant(full.get("updated_at")) else "different"


# --- twins ------------------------------------------------------------------------------------------------------


@pytest.fixture
def first(api: Client, body: Object) -> Object:
    """A deployment made of `body`: the answer to its create."""
    return need_object(api.create(body))


@pytest.fixture(params=["while the first lives", "after the first is archived"])
def before(request: pytest.FixtureRequest, api: Client, first: Object) -> Object:
    """The first deployment made of `body`, as it was before the same body is sent again."""
    return first if "lives" in request.param else need_object(api.archive(first["id"]))


@requirement("create-twice-makes-two", SHOULD, source="create#overview", covers="CRE-021")
def test_the_same_body_twice_makes_two(api: Client, body: Object, before: Object) -> None:
    """The same body sent twice makes a second deployment with an id of its own, and leaves the first as it was."""
    exchange = api.create(body)
    if exchange.status == 409:
        raise NotApplicable("a second deployment of one name is refused here, as it may be")

    differs = need_object(exchange)["id"] != before["id"]
    expected = "an id that is not the first one's"
    expect_true(differs, "the id is the first one's", expected=expected, actual=before["id"], at=exchange)
    again = api.get(before["id"])
    expect_same(need_object(again), before, "the first deployment after a second was made", at=again)


@requirement(
    "create-same-name-made-or-409",
    SHOULD,
    source="conventions/errors#error-types",
    covers="CRE-022",
    revisions=QODER,
)
def test_a_name_in_use_is_accepted_or_a_conflict(api: Client, body: Object, first: Object) -> None:
    """A second deployment of one name is made, or refused with 409 conflict_error."""
    need(first.get("name") == body["name"], "the first has to have the name")

    exchange = api.create(body)

    if not exchange.ok:
        expect_error(exchange, 409)


@observation("create-name-in-use", source="archive#response", covers="CRE-022", revisions=QODER)
def observe_a_name_in_use(api: Client, body: Object, first: Object) -> str:
    """What becomes of a create whose name an active deployment has."""
    exchange = api.create(body | {"description": f"Beside {first['id']}"})
    return "made" if exchange.ok else f"refused-{exchange.status}"


# --- reading what was written -----------------------------------------------------------------------------------


@requirement("create-is-readable-at-once", SHOULD, source="get#response", covers="CRE-026")
def test_a_new_deployment_can_be_read_at_once(api: Client, deployment: Object) -> None:
    """A GET right after the create shows the new deployment."""
    exchange = api.get(deployment["id"])

    shown = expect_object(exchange)
    expect_equal(shown.get("id"), deployment["id"], "id", at=exchange, pointer="/id")
    expect_equal(shown.get("name", ABSENT), deployment.get("name"), "name", at=exchange, pointer="/name")


@requirement("create-makes-exactly-one", SHOULD, source="list#overview", covers="CRE-026")
def test_a_create_makes_exactly_one(api: Client, body: Object) -> None:
    """A list right after the create shows the new deployment, once."""
    made = need_object(api.create(body))

    walked = pages(api, {"limit": 100}, {made["id"]})  # others of the same second may stand before it

    items = [item for page in walked for item in page.items]
    named = [item.get("id") for item in items if item.get("name") == body["name"] or item.get("id") == made["id"]]
    at = showing(walked, {str(id_) for id_ in named})
    expect_equal(named, [made["id"]], "the ids in the list for one create", at=at, pointer="/data")


@requirement("create-is-listed-first", SHOULD, source="list#overview", covers="CRE-026", revisions=QODER)
def test_a_new_deployment_is_listed_before_older_ones(api: Client, suite: Suite, aged: Object, bodies: Bodies) -> None:
    """A list right after the create shows the new deployment before one of ours that was made in an earlier second."""
    agent, exclusive = own_agent(suite, bodies.agent_id)  # so that both stand on one page
    need_success(api.update(aged["id"], {"agent": agent}))
    made = need_object(api.create(bodies(agent=agent)))

    page = need_page(api.list({"agent_id": agent if exclusive else None, "limit": NEWEST, "include_archived": True}))

    places = [id_ for id_ in page.ids if id_ in {made["id"], aged["id"]}]
    need(len(places) == 2 or (not exclusive and made["id"] in places), "the new deployment has to be in the list")
    message = "an older deployment stands before the new one"
    expect_true(places[0] == made["id"], message, expected=made["id"], actual=places, at=page.exchange, pointer="/data")


# --- what a body may not say ------------------------------------------------------------------------------------

PAST = "2001-02-03T04:05:06Z"
OWNED = {
    "id": {"id": "{prefix}00000000000070008000000000000000"},
    "type": {"type": "agent"},
    "status": {"status": "paused"},
    "status and reason": {"status": "paused", "paused_reason": {"type": "manual"}},
    "paused_reason": {"paused_reason": {"type": "manual"}},
    "created_at": {"created_at": PAST},
    "updated_at": {"updated_at": PAST},
    "archived_at": {"archived_at": PAST},
}


@requirement("create-server-fields-have-no-effect", SHOULD, source="create#request-body", covers="CRE-023")
@pytest.mark.parametrize("sent", OWNED.values(), ids=OWNED)
@pytest.mark.usefixtures("accepted")
def test_fields_of_the_service_have_no_effect(api: Client, body: Object, sent: Object) -> None:
    """What only the service may set is ignored in a body, or refused with 400: it never takes effect."""
    if "id" in sent:
        sent = {"id": sent["id"].format(prefix=api.session.revision.deployment_prefix)}

    exchange = api.create(body | sent)

    expect_without(api, exchange, sent)


@requirement("create-unknown-fields-are-not-kept", SHOULD, source="create#request-body", covers="CRE-024")
@pytest.mark.parametrize("value", ["anything", 1, {"nested": ["anything"]}], ids=["string", "number", "object"])
@pytest.mark.usefixtures("accepted")
def test_unknown_fields_are_not_kept(api: Client, body: Object, value: object) -> None:
    """A field that is not documented is ignored and not shown, or refused with 400."""
    exchange = api.create(body | {"conformance_unknown": value})

    expect_without(api, exchange, {"conformance_unknown": value})


def expect_without(api: Client, exchange: Exchange, sent: Object) -> None:
    """A create was refused with 400, or neither its answer nor a GET shows what was sent."""
    __tracebackhide__ = True
    if not exchange.ok:
        expect_error(exchange, 400)
        return
    for answer in both(api, exchange):
        shown = need_object(answer)
        for field, value in sent.items():
            taken = shown.get(field) == value or (value == PAST and instant(shown.get(field)) == instant(PAST))
            message = f"{field} of the body took effect"
            expected = "a value of the service's own"
            expect_true(not taken, message, expected=expected, actual=value, at=answer, pointer=f"/{field}")
