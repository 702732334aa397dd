"""Initial events: which go together, and how an outcome is told, where an edition says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from conformance.cases.creates import expect_kept
from conformance.cases.updates import expect_accepted
from conformance.expect import expect_error, expect_refusal, expect_true, need_object, need_success, resolve
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object
    from conformance.revisions import Revision

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

SOURCE = "create#request-body"
SYSTEM, OUTCOME = "system.message", "user.define_outcome"
RUBRIC_MAX = 262_144
TEXT = "Conformance test: no action is needed"

Send: TypeAlias = Callable[..., "Exchange"]


@pytest.fixture(params=["create", "update"])
def send(request: pytest.FixtureRequest, api: Client, bodies: Bodies, deployments: Deployments) -> Send:
    """Sends events in a create, or in an update of a deployment that has others."""
    if request.param == "create":
        return lambda *events: api.create(bodies(initial_events=[*events]))
    made = deployments()
    return lambda *events: api.update(made["id"], {"initial_events": [*events]})


def outcome(**changes: Json) -> Object:
    """An event that says what is to come out."""
    return {"type": OUTCOME, "description": TEXT, "rubric": {"type": "text", "content": "Anything will do"}} | changes


# --- which go together ------------------------------------------------------------------------------------------

TOGETHER = {
    "alone": ("system",),
    "twice alone": ("system", "system"),
    "first": ("system", "user"),
    "in between": ("user", "system", "user"),
    "twice": ("user", "system", "system"),
    "twice apart": ("user", "system", "user", "system"),
}
"""Where messages of the system must not stand."""


def _placed(revision: Revision, how: str) -> list[Object]:
    types = {"system": SYSTEM, "user": "user.message"}
    return [revision.message(f"{TEXT} ({place})", types[kind]) for place, kind in enumerate(TOGETHER[how])]


def _controlled(send: Send, revision: Revision) -> None:
    need_success(send(revision.message(TEXT), revision.message(TEXT, SYSTEM)), "a system.message at the end is lawful")


@requirement("event-system-message-needs-a-user", MUST, source=SOURCE, covers="EVT-007", revisions=(CMA,))
@pytest.mark.parametrize("how", ["alone", "twice alone"])
def test_no_event_of_a_user_is_refused(send: Send, revision: Revision, how: str) -> None:
    """Initial events that are all messages of the system are refused, on create and on update."""
    _controlled(send, revision)

    expect_refusal(send(*_placed(revision, how)))


@requirement("event-system-message-is-last", MUST, source=SOURCE, covers="EVT-008", revisions=(CMA,))
@pytest.mark.parametrize("how", ["first", "in between"])
def test_a_system_message_before_the_end_is_refused(send: Send, revision: Revision, how: str) -> None:
    """A system.message with an event of a user behind it is refused, on create and on update."""
    _controlled(send, revision)

    expect_refusal(send(*_placed(revision, how)))


@requirement("event-one-system-message", MUST, source=SOURCE, covers="EVT-008", revisions=(CMA,))
@pytest.mark.parametrize("how", ["twice", "twice apart"])
def test_a_second_system_message_is_refused(send: Send, revision: Revision, how: str) -> None:
    """More than one system.message is refused, on create and on update."""
    _controlled(send, revision)

    expect_refusal(send(*_placed(revision, how)))


@requirement("event-combination-is-400", SHOULD, source=SOURCE, covers="EVT-007 EVT-008", revisions=(CMA,))
@pytest.mark.parametrize("how", TOGETHER)
def test_events_that_do_not_go_together_are_400(send: Send, revision: Revision, how: str) -> None:
    """Messages of the system without a user's, before the end, or twice are refused with 400 invalid_request_error."""
    expect_error(send(*_placed(revision, how)), 400)


@requirement("event-system-message-is-text", MUST, source=SOURCE, covers="EVT-008", revisions=(CMA,))
def test_a_system_message_with_an_image_is_refused(send: Send, revision: Revision) -> None:
    """A system.message that holds an image is refused, where a user.message that does is accepted."""
    source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
    picture = [*revision.content(TEXT), {"type": "image", "source": source}]
    asked = {"type": "user.message", "content": picture}
    taken = send(asked)
    if not taken.ok:
        raise NotApplicable(f"an image in a user.message is refused here ({taken.status})")
    _controlled(send, revision)

    expect_refusal(send(revision.message(TEXT), asked | {"type": SYSTEM}))


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
"""An image of one point."""


# --- texts ------------------------------------------------------------------------------------------------------


@requirement("event-empty-text-is-refused", MUST, source=SOURCE, covers="EVT-010", revisions=(CMA,))
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_text_is_refused(send: Send, revision: Revision, place: int) -> None:
    """A block of text without any is refused, alone or behind others, on create and on update."""
    block = {"type": "text", "text": ""}
    contents = (revision.content(""), [*revision.content(TEXT), block], [block, *revision.content(TEXT)])

    expect_refusal(send(revision.message(TEXT), {"type": "user.message", "content": contents[place]}))


# --- outcomes ---------------------------------------------------------------------------------------------------


@requirement("event-define-outcome-is-accepted", MUST, source=SOURCE, covers="EVT-004 EVT-009", revisions=(CMA,))
@pytest.mark.parametrize("beside", ["nothing", "a message"])
def test_an_outcome_is_accepted_and_kept(api: Client, bodies: Bodies, revision: Revision, beside: str) -> None:
    """An event of the type user.define_outcome is accepted and kept, alone or beside messages."""
    events = {
        "nothing": [outcome()],
        "a message": [revision.message(TEXT), outcome()],
    }[beside]

    exchange = api.create(bodies(initial_events=events))

    expect_kept(api, exchange, "initial_events", events)


@requirement("event-rubric-up-to-maximum", MUST, source=SOURCE, covers="EVT-009", revisions=(CMA,))
@pytest.mark.parametrize("filler", ["x", "漢"])
def test_a_rubric_of_262144_characters_is_accepted(api: Client, bodies: Bodies, filler: str) -> None:
    """A rubric of 262,144 characters is accepted and kept whole, however many bytes it takes."""
    events = [outcome(rubric={"type": "text", "content": filler * RUBRIC_MAX})]

    exchange = api.create(bodies(initial_events=events))

    expect_kept(api, exchange, "initial_events", events)


@requirement("event-rubric-over-maximum", MUST, source=SOURCE, covers="EVT-009", revisions=(CMA,))
def test_a_longer_rubric_is_refused(send: Send) -> None:
    """A rubric of more than 262,144 characters is refused, on create and on update."""
    need_success(send(outcome()))

    expect_refusal(send(outcome(rubric={"type": "text", "content": "x" * (RUBRIC_MAX + 1)})))


@requirement("event-outcome-iterations", MUST, source=SOURCE, covers="EVT-009", revisions=(CMA,))
@pytest.mark.parametrize("number", [1, 3, 20])
def test_up_to_20_iterations_are_accepted(api: Client, bodies: Bodies, number: int) -> None:
    """An outcome with 1 to 20 for max_iterations is accepted and kept."""
    events = [outcome(max_iterations=number)]

    exchange = api.create(bodies(initial_events=events))

    expect_kept(api, exchange, "initial_events", events)


@requirement("event-outcome-iterations-over-maximum", MUST, source=SOURCE, covers="EVT-009", revisions=(CMA,))
@pytest.mark.parametrize("number", [21, 1000])
def test_more_than_20_iterations_are_refused(send: Send, number: int) -> None:
    """An outcome with more than 20 for max_iterations is refused, on create and on update."""
    need_success(send(outcome(max_iterations=20)))

    expect_refusal(send(outcome(max_iterations=number)))


@requirement("event-outcome-iterations-default", MUST, source=SOURCE, covers="EVT-009", revisions=(CMA,))
def test_the_default_is_3_iterations(api: Client, bodies: Bodies) -> None:
    """An outcome that was sent without max_iterations shows 3, or none, and no other number."""
    created = api.create(bodies(initial_events=[outcome()]))

    for exchange in (created, api.get(expect_accepted(created)["id"])):
        shown = resolve(need_object(exchange), POINTER)
        default = shown in (None, 3, "no such member") and shown is not True
        what = "max_iterations is not the default"
        expect_true(default, what, expected=3, actual=shown, at=exchange, pointer=POINTER)


POINTER = "/initial_events/0/max_iterations"
