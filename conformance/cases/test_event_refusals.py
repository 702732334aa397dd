"""Initial events: what has to be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from conformance.expect import Object, expect_error, expect_refusal
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from conformance.client import Client
    from conformance.revisions import Revision

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

TEXT = "Conformance test: no action is needed"

Placed: TypeAlias = Callable[[Any], Object]


@pytest.fixture
def message(revision: Revision) -> Object:
    """A valid event, for a case to change in one thing."""
    return revision.message(TEXT)


@pytest.fixture(params=[(0, 0), (0, 2), (1, 1), (2, 0), (49, 0)], ids=["alone", "first", "second", "third", "fiftieth"])
def with_event(request: pytest.FixtureRequest, body: Object, message: Object) -> Placed:
    """Makes a body, whose other events are valid, with an event in one place or another."""
    before, after = request.param
    return lambda event: body | {"initial_events": [message] * before + [event] + [message] * after}


# --- how many ---------------------------------------------------------------------------------------------------


@requirement("event-none-is-refused", MUST, source="create#request-body", covers="EVT-001")
def test_no_events_are_refused(api: Client, body: Object) -> None:
    """A create with an empty array of initial events is refused."""
    expect_refusal(api.create(body | {"initial_events": []}))


@requirement("event-count-over-maximum", MUST, source="create#request-body", covers="EVT-001")
@pytest.mark.parametrize("over_by", [1, 50])
@pytest.mark.parametrize("which", ["different", "alike"])
def test_more_than_50_events_are_refused(
    api: Client, body: Object, revision: Revision, over_by: int, which: str
) -> None:
    """A create with more than 50 initial events is refused, and they are not cut."""
    numbers = range(revision.events_max + over_by)
    events = [revision.message(f"Event {number if which == 'different' else 'alike'}") for number in numbers]

    expect_refusal(api.create(body | {"initial_events": events}))


@requirement("event-count-is-400", SHOULD, source="conventions/errors#error-types", covers="EVT-001")
@pytest.mark.parametrize("count", [0, 51])
def test_a_wrong_number_of_events_is_400(api: Client, body: Object, message: Object, count: int) -> None:
    """A create with no initial events, or with more than 50, is refused with 400 invalid_request_error."""
    expect_error(api.create(body | {"initial_events": [message] * count}), 400)


# --- the type of an event ---------------------------------------------------------------------------------------


@requirement("event-without-type-is-400", MUST, source="create#request-body", covers="EVT-002")
def test_an_event_without_a_type_is_refused(api: Client, with_event: Placed, message: Object) -> None:
    """A create with an event that has no type, wherever it stands, is refused with 400 invalid_request_error."""
    exchange = api.create(with_event({"content": message["content"]}))

    expect_error(exchange, 400)


@requirement("event-unknown-type-is-400", MUST, source="create#errors", covers="EVT-003")
def test_an_event_of_an_unknown_type_is_refused(api: Client, with_event: Placed, message: Object) -> None:
    """A create with an event of an unknown type, wherever it stands, is refused with 400 invalid_request_error."""
    exchange = api.create(with_event(message | {"type": "user.unheard_of"}))

    expect_error(exchange, 400)


OTHER_TYPES = (
    *("user.interrupt", "agent.message", "user.tool_confirmation", "session.status_idle"),  # of sessions
    *("user", "message", "user.", ".message", "user.messages", "user.message.text", "user_message", "user-message"),
    *("User.Message", "USER.MESSAGE", "System.message", "user.message ", " user.message", "user.message\n"),
    *("", " ", "*", "user.*", "null", "system.prompt", "system", "define_outcome"),
)


@requirement("event-other-type-is-400", MUST, source="create#errors", covers="EVT-003")
@pytest.mark.parametrize("type_", OTHER_TYPES, ids=repr)
def test_an_event_of_another_type_is_refused(api: Client, body: Object, message: Object, type_: str) -> None:
    """A type that is not exactly one of the three, if only by its case, is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"initial_events": [message | {"type": type_}, message]})

    expect_error(exchange, 400)


@requirement("event-type-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="EVT-002 EVT-003")
@pytest.mark.parametrize("type_", [None, 0, 1, True, False, [], ["user.message"], {}, {"user.message": True}], ids=repr)
def test_an_event_whose_type_is_no_string_is_refused(api: Client, body: Object, message: Object, type_: Any) -> None:
    """An event whose type is null, a number, a boolean, an array or an object is refused with 400."""
    exchange = api.create(body | {"initial_events": [message | {"type": type_}, message]})

    expect_error(exchange, 400)


# --- arrays and objects -----------------------------------------------------------------------------------------


@requirement("event-list-not-an-array-is-400", MUST, source="conventions/errors#error-types", covers="EVT-011")
@pytest.mark.parametrize("wrong", [0, 1, True, False, "", "user.message", {}, "a message", "numbered"], ids=repr)
def test_events_that_are_no_array_are_refused(api: Client, body: Object, message: Object, wrong: Any) -> None:
    """Initial events that are a number, a boolean, a string or an object are refused with 400."""
    value = {"a message": message, "numbered": {"0": message}}.get(wrong, wrong) if isinstance(wrong, str) else wrong

    exchange = api.create(body | {"initial_events": value})

    expect_error(exchange, 400)


@requirement("event-not-an-object-is-400", MUST, source="conventions/errors#error-types", covers="EVT-011")
@pytest.mark.parametrize("wrong", [None, 0, True, "user.message", "", [], "an array of it"], ids=repr)
def test_an_event_that_is_no_object_is_refused(api: Client, with_event: Placed, message: Object, wrong: Any) -> None:
    """An element of initial_events, wherever it stands, that is no object is refused with 400."""
    exchange = api.create(with_event([message] if wrong == "an array of it" else wrong))

    expect_error(exchange, 400)
