"""Initial events: what a create takes, and that it is kept as it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from conformance.cases.creates import (
    as_sent,
    blames_the_type,
    complaint,
    expect_kept,
    expect_kept_or_refused,
    fate,
)
from conformance.cases.updates import expect_accepted
from conformance.expect import expect_true, need_object
from conformance.failures import NotApplicable
from conformance.generated import for_all
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import NEWER, QODER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Json, Object
    from conformance.revisions import Revision
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

SYSTEM, OUTCOME, UNHEARD = "system.message", "user.define_outcome", "user.unheard_of"


def messages(revision: Revision, *texts: str) -> list[Object]:
    """Events of the type user.message, one for each text."""
    return [revision.message(text) for text in texts]


def with_content(content: Json) -> list[Object]:
    """An event of the type user.message with this content, in whatever form."""
    return [{"type": "user.message", "content": content}]


# --- how many, and in which order -------------------------------------------------------------------------------


@requirement("event-count-up-to-maximum", MUST, source="create#request-body", covers="EVT-001")
@pytest.mark.parametrize("count", [1, 2, 49, 50])
def test_1_to_50_events_are_accepted(api: Client, body: Object, revision: Revision, count: int) -> None:
    """A create with 1 to 50 initial events is accepted, and all of them are kept."""
    events = messages(revision, *(f"Event {number}" for number in range(count)))

    exchange = api.create(body | {"initial_events": events})

    expect_kept(api, exchange, "initial_events", events)


@requirement("event-order-is-kept", SHOULD, source="create#request-body", covers="EVT-005")
@for_all(
    {"texts": ["b", "a", "c"]},
    {"texts": ["same", "same"]},
    {"texts": ["a", "b", "a", "A", "b"]},
    {"texts": ["10", "9", "100", "1"]},
    {"texts": ["alike"] * 50},
    {"texts": [f"{number * 7 % 50}" for number in range(50)]},
    texts=st.lists(st.sampled_from(["a", "b", "B", "c", "10", "9"]), min_size=2, max_size=50),
)
def test_events_keep_their_order(api: Client, bodies: Bodies, revision: Revision, texts: list[str]) -> None:
    """Initial events are kept in the order in which they were sent, repetitions among them."""
    events = messages(revision, *texts)

    exchange = api.create(bodies(initial_events=events))

    expect_kept(api, exchange, "initial_events", events)


# --- content ----------------------------------------------------------------------------------------------------


TEXTS = pytest.mark.parametrize(
    "text",
    ["No action is needed", '{"a": 1}', '["a"]', "null", "true", "42", '"quoted"', "0"],
)


@requirement(
    "event-content-stays-a-string",
    MUST,
    source="create#example-request",
    covers="EVT-006",
    revisions=(QODER_JUNE,),
)
@TEXTS
def test_content_that_is_a_string_stays_one(api: Client, body: Object, text: str) -> None:
    """The content of an event may be a string, and is shown as that string, whatever it looks like."""
    exchange = api.create(body | {"initial_events": with_content(text)})

    expect_kept(api, exchange, "initial_events", with_content(text))


@requirement("event-content-stays-blocks", MUST, source="create#example-request", covers="EVT-006", revisions=NEWER)
@TEXTS
@pytest.mark.parametrize("count", [1, 3])
def test_content_in_blocks_stays_so(api: Client, body: Object, text: str, count: int) -> None:
    """The content of an event is an array of text blocks, and is shown as those blocks, whatever their text."""
    events = with_content([{"type": "text", "text": f"{text}{' again' * number}"} for number in range(count)])

    exchange = api.create(body | {"initial_events": events})

    expect_kept(api, exchange, "initial_events", events)


@requirement("event-long-content-is-kept-or-refused", SHOULD, source="create#request-body", covers="CRE-016")
@for_all(
    {"length": 5000, "filler": "x"},
    {"length": 70_000, "filler": "x"},  # more than 16 bits count
    {"length": 30_000, "filler": "漢"},
    length=st.integers(300, 12_000),
    filler=st.sampled_from(["x", "é", "漢", "\N{GRINNING FACE}", "two words "]),
)
def test_long_content_is_kept_or_refused(
    api: Client, bodies: Bodies, revision: Revision, length: int, filler: str
) -> None:
    """The content of an event, however long, is kept whole or refused, and never cut."""
    events = messages(revision, "First", (filler * length)[: length - 1] + ".", "Last")

    exchange = api.create(bodies(initial_events=events))

    expect_kept_or_refused(api, exchange, "initial_events", events)


@requirement("event-empty-content-is-kept-or-refused", SHOULD, source="create#request-body", covers="CRE-016 EVT-005")
@pytest.mark.parametrize("text", ["", " "], ids=repr)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_empty_content_is_kept_or_refused(api: Client, body: Object, revision: Revision, text: str, place: int) -> None:
    """An event whose content is empty is kept in its place or refused, and never left out or filled."""
    events = messages(revision, *("A text" if number != place else text for number in range(3)))

    exchange = api.create(body | {"initial_events": events})

    expect_kept_or_refused(api, exchange, "initial_events", events)


# --- the other types --------------------------------------------------------------------------------------------

TEXT = "Conformance test: no action is needed"
FORMS: dict[str, tuple[Object, ...]] = {
    SYSTEM: ({"content": TEXT}, {"content": [{"type": "text", "text": TEXT}]}),
    OUTCOME: (
        {"description": TEXT, "rubric": {"type": "text", "content": TEXT}, "max_iterations": 3},
        {"description": TEXT, "rubric": TEXT},
        {"content": TEXT},
        {"content": [{"type": "text", "text": TEXT}]},
    ),
}
"""The members that the pages of one edition or another give to events of a type."""


@dataclass(frozen=True)
class Tried:
    """What was sent with an event of some type, and the answer: the first that was accepted, else the first at all."""

    events: list[Object]
    exchange: Exchange


@dataclass
class Trials:
    """Tries events of a type in all forms and places, each type once."""

    api: Client
    bodies: Bodies
    suite: Suite
    _known: dict[str, Tried]

    def __call__(self, kind: str) -> Tried:
        """The first accepted of all ways to send an event of this type."""
        if kind not in self._known:
            self._known[kind] = self._try(kind)
        return self._known[kind]

    def _try(self, kind: str) -> Tried:
        refused, asking = [], messages(self.suite.revision, TEXT)
        usual = self.suite.revision.content(TEXT)
        for form in sorted(FORMS[kind], key=lambda form: form.get("content", usual) != usual):
            event = {"type": kind} | form
            for events in ([*asking, event], [event, *asking], [event]):
                exchange = self.api.create(self.bodies(initial_events=events))
                if exchange.ok:
                    self.suite.shared.add(need_object(exchange)["id"])
                    return Tried(events, exchange)
                refused.append(Tried(events, exchange))
        return refused[0]


@pytest.fixture(scope="session")
def trials(api: Client, bodies: Bodies, suite: Suite) -> Trials:
    """Tries events of a type in all forms and places."""
    return Trials(api, bodies, suite, {})


@requirement("event-system-message-is-accepted", MUST, source="create#request-body", covers="EVT-004")
def test_a_system_message_is_accepted(trials: Trials) -> None:
    """An event of the type system.message is accepted beside a user.message, in one place and form at least."""
    expect_accepted(trials(SYSTEM).exchange)


@requirement("event-define-outcome-is-known", SHOULD, source="create#request-body", covers="EVT-004", revisions=QODER)
def test_an_outcome_is_no_unknown_type(api: Client, bodies: Bodies, trials: Trials) -> None:
    """An event of the type user.define_outcome is accepted, or at least not refused as an unknown type is."""
    tried = trials(OUTCOME)
    if tried.exchange.ok:
        return
    unheard = api.create(bodies(initial_events=[event | {"type": UNHEARD} for event in tried.events[-1:]]))
    other = api.create(bodies(initial_events=["no object"]))
    known, unknown = complaint(tried.exchange, OUTCOME), complaint(unheard, UNHEARD)

    alike = blames_the_type(known, unknown, complaint(other, UNHEARD))
    message = "user.define_outcome is refused in the same words as a type that is made up"
    expect_true(not alike, message, expected="the type to be known", actual=known, at=tried.exchange)
    raise NotApplicable("no form of user.define_outcome that was tried is accepted, and this edition shows none")


@requirement("event-type-is-kept", SHOULD, source="create#response-fields", covers="EVT-004 EVT-005")
@pytest.mark.parametrize("kind", [SYSTEM, OUTCOME])
def test_events_keep_their_type(api: Client, bodies: Bodies, trials: Trials, kind: str) -> None:
    """An event of another type than user.message is kept as it was sent, and in its place."""
    tried = trials(kind)
    if not tried.exchange.ok:
        raise NotApplicable(f"no form of {kind} that was tried is accepted")

    expect_kept(api, tried.exchange, "initial_events", tried.events)
    turned = api.create(bodies(initial_events=tried.events[::-1]))
    if turned.ok:
        expect_kept(api, turned, "initial_events", tried.events[::-1])


@requirement("event-types-are-updated-alike", SHOULD, source="update#request-body", covers="EVT-004 EVT-005 UPD-012")
@pytest.mark.parametrize("kind", [SYSTEM, OUTCOME])
def test_an_update_takes_events_as_a_create_does(
    api: Client, bodies: Bodies, deployment: Object, trials: Trials, kind: str
) -> None:
    """Events of another type than user.message that a create takes and keeps are taken and kept by an update, too."""
    tried = trials(kind)
    if not tried.exchange.ok:
        raise NotApplicable(f"no form of {kind} that was tried is accepted")

    for events in (tried.events, tried.events[::-1]):
        made = api.create(bodies(initial_events=events))
        if made.ok and as_sent(need_object(made).get("initial_events"), events) == events:
            expect_kept(api, api.update(deployment["id"], {"initial_events": events}), "initial_events", events)


# --- where nothing is said --------------------------------------------------------------------------------------


@observation("event-content-as-blocks", source="create#request-body", covers="EVT-006", revisions=(QODER_JUNE,))
def observe_content_as_blocks(api: Client, body: Object) -> str:
    """What becomes of content that is an array of text blocks, as later editions have it."""
    return fate(api, body, "initial_events", with_content([{"type": "text", "text": TEXT}]))


@observation("event-content-as-string", source="create#request-body", covers="EVT-006", revisions=NEWER)
def observe_content_as_string(api: Client, body: Object) -> str:
    """What becomes of content that is a string, as the first edition had it."""
    return fate(api, body, "initial_events", with_content(TEXT))


@observation("event-content-as-number", source="create#request-body", covers="EVT-006")
def observe_content_as_number(api: Client, body: Object) -> str:
    """What becomes of content that is a number."""
    return fate(api, body, "initial_events", with_content(42))


@observation("event-without-content", source="create#request-body", covers="EVT-006")
def observe_no_content(api: Client, body: Object) -> str:
    """What becomes of a user.message without content."""
    return fate(api, body, "initial_events", [{"type": "user.message"}])


@observation("event-with-further-members", source="create#request-body", covers="CRE-024")
def observe_further_members(api: Client, body: Object, revision: Revision) -> str:
    """What becomes of a member of an event that is not documented."""
    return fate(api, body, "initial_events", [revision.message(TEXT) | {"conformance_unknown": {"a": [1, None]}}])


@observation("event-system-message-alone", source="create#request-body", covers="EVT-007", revisions=QODER)
def observe_a_system_message_alone(api: Client, body: Object, revision: Revision) -> str:
    """What becomes of a create whose only event is a system.message."""
    return fate(api, body, "initial_events", [revision.message(TEXT, SYSTEM)])
