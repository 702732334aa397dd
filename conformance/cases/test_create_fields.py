"""Create: what the other fields keep of what was sent, and what they are when nothing was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from conformance.cases.creates import ABSENT, as_sent, both, expect_kept, expect_kept_or_refused, padded
from conformance.cases.upcoming import listed
from conformance.cases.updates import documented, expect_accepted
from conformance.expect import (
    expect_equal,
    expect_error,
    expect_refusal,
    expect_true,
    need,
    need_object,
    need_success,
    user_metadata,
)
from conformance.failures import NotApplicable
from conformance.generated import for_all
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.revisions import Revision
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""


# --- everything sent ---------------------------------------------------------------------------------------------


@requirement("create-fields-are-kept-together", SHOULD, source="create#example-response", covers="CRE-016")
@pytest.mark.parametrize("form", ["string", "object"])
def test_all_fields_are_kept_together(  # noqa: PLR0913, PLR0917 - fixtures
    api: Client, full_body: Object, full: Object, attachments: Object, bodies: Bodies, form: str
) -> None:
    """Everything that a create sends at once is kept, whichever form its agent has."""
    agent = {"agent": documented(full)["agent"]} if form == "object" else {}
    sent = full_body | attachments | bodies(**agent)

    created = api.create(sent)

    for answer in both(api, created):
        shown = need_object(answer)
        for field in ("name", "description", "environment_id", "initial_events", *attachments):
            expect_equal(as_sent(shown.get(field, ABSENT), sent[field]), sent[field], field, at=answer)
        expect_equal(user_metadata(shown), sent["metadata"], "metadata", at=answer, pointer="/metadata")


# --- nothing sent -----------------------------------------------------------------------------------------------


@pytest.fixture
def minimal(api: Client, full: Object, attachments: Object, bodies: Bodies) -> Exchange:
    """The create of a deployment with the required fields only, after others that had all fields."""
    need(bool(full) and attachments is not None, "others have to be made before")
    return need_success(api.create(bodies()))


@requirement("create-omitted-arrays-are-empty", MUST, source="create#request-body", covers="CRE-014")
@pytest.mark.parametrize("field", ["resources", "vault_ids"])
def test_arrays_that_were_not_sent_are_empty(api: Client, minimal: Exchange, field: str) -> None:
    """Resources and vault_ids that were not sent are empty arrays."""
    expect_kept(api, minimal, field, [])


@requirement("create-omitted-metadata-is-empty", MUST, source="conventions/schemas#metadata", covers="CRE-015")
def test_metadata_that_was_not_sent_is_empty(api: Client, minimal: Exchange) -> None:
    """Metadata that was not sent has no key but those reserved for the service."""
    for answer in both(api, minimal):
        reserved = api.session.revision.reserved_metadata
        shown = user_metadata(need_object(answer), reserved)
        what = f"metadata beside {reserved}" if reserved else "metadata"
        expect_equal(shown, {}, what, at=answer, pointer="/metadata")


@requirement("create-omitted-description-is-empty", SHOULD, source="create#request-body", covers="OBJ-017")
def test_a_description_that_was_not_sent_is_empty(api: Client, minimal: Exchange) -> None:
    """A description that was not sent is an empty string or null."""
    expect_empty(api, minimal, "description")


EMPTY: dict[str, tuple[Any, ...]] = {
    "description": ("", None),
    "resources": ([],),
    "vault_ids": ([],),
    "metadata": ({},),
}


@requirement(
    "create-null-is-none-or-refused", SHOULD, source="create#request-body", covers="CRE-014 CRE-015 OBJ-012 OBJ-017"
)
@pytest.mark.parametrize("field", EMPTY)
def test_null_for_an_optional_field_is_none_or_refused(api: Client, body: Object, field: str) -> None:
    """Null for an optional field is refused, or means that it was not sent."""
    exchange = api.create(body | {field: None})

    if exchange.ok:
        expect_empty(api, exchange, field)
    else:
        expect_refusal(exchange)


def expect_empty(api: Client, exchange: Exchange, field: str) -> None:
    """The answer to a create and a GET show nothing for a field."""
    __tracebackhide__ = True
    for answer in both(api, exchange):
        deployment = need_object(answer)
        reserved = api.session.revision.reserved_metadata
        shown = user_metadata(deployment, reserved) if field == "metadata" else deployment.get(field)
        message = f"{field} is not empty"
        holds = any(shown == nothing for nothing in EMPTY[field])
        expect_true(holds, message, expected=EMPTY[field][0], actual=shown, at=answer, pointer=f"/{field}")


# --- description ------------------------------------------------------------------------------------------------


@requirement("create-long-description-is-kept-or-refused", SHOULD, source="create#request-body", covers="CRE-016")
@for_all(
    {"length": 256, "filler": "x"},
    {"length": 9999, "filler": "x"},
    {"length": 2049, "filler": "漢"},
    {"length": 1025, "filler": "\N{GRINNING FACE}"},
    length=st.integers(100, 12_000),
    filler=st.sampled_from(["x", "é", "漢", "\N{GRINNING FACE}", "two words "]),
)
def test_a_long_description_is_kept_or_refused(api: Client, bodies: Bodies, length: int, filler: str) -> None:
    """A long description is kept whole or refused, and never cut."""
    text = (filler * length)[: length - 1] + "."

    exchange = api.create(bodies(description=text))

    expect_kept_or_refused(api, exchange, "description", text)


@requirement("create-description-up-to-maximum", MUST, source="create#request-body", covers="CRE-025", revisions=(CMA,))
@pytest.mark.parametrize("short_by", [0, 1])
@pytest.mark.parametrize("filler", ["x", "é"])
def test_a_description_of_2048_characters_is_accepted(
    api: Client, body: Object, revision: Revision, short_by: int, filler: str
) -> None:
    """A description of up to 2048 characters is accepted and kept whole, however many bytes it takes."""
    text = filler * (_most(revision) - short_by)

    exchange = api.create(body | {"description": text})

    expect_kept(api, exchange, "description", text)


@requirement("create-description-over-maximum", MUST, source="create#request-body", covers="CRE-025", revisions=(CMA,))
@pytest.mark.parametrize("over_by", [1, 1000])
def test_a_description_over_2048_characters_is_refused(
    api: Client, body: Object, revision: Revision, over_by: int
) -> None:
    """A description of more than 2048 characters is refused, and not cut."""
    exchange = api.create(body | {"description": "x" * (_most(revision) + over_by)})

    expect_refusal(exchange)


@requirement(
    "create-description-over-maximum-is-400",
    SHOULD,
    source="conventions/errors#error-types",
    covers="CRE-025",
    revisions=(CMA,),
)
def test_a_description_that_is_too_long_is_400(api: Client, body: Object, revision: Revision) -> None:
    """A description of more than 2048 characters is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"description": "x" * (_most(revision) + 1)})

    expect_error(exchange, 400)


def _most(revision: Revision) -> int:
    if revision.description_max is None:
        raise NotApplicable("no page of this edition says how long a description may be")
    return revision.description_max


@requirement("create-empty-description-is-empty", SHOULD, source="create#request-body", covers="CRE-016 OBJ-017")
def test_an_empty_description_is_accepted(api: Client, body: Object) -> None:
    """An empty description is accepted, and shown as an empty string or null."""
    exchange = api.create(body | {"description": ""})

    expect_empty(api, exchange, "description")


@requirement("create-description-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="CRE-013")
@pytest.mark.parametrize("value", [0, 42, True, False, ["text"], [], {"text": "text"}], ids=repr)
def test_a_description_that_is_no_string_is_refused(api: Client, body: Object, value: Any) -> None:
    """A description that is a number, a boolean, an array or an object is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"description": value})

    expect_error(exchange, 400)


# --- environment and metadata -----------------------------------------------------------------------------------


@requirement("create-environment-is-kept", SHOULD, source="create#example-response", covers="CRE-016")
@pytest.mark.parametrize("which", ["one", "another"])
def test_the_environment_is_kept(
    api: Client, body: Object, environment_id: str, second_environment_id: str, which: str
) -> None:
    """A deployment shows the environment that was sent, whichever of several it is."""
    sent = {"one": environment_id, "another": second_environment_id}[which]

    exchange = api.create(body | {"environment_id": sent})

    expect_kept(api, exchange, "environment_id", sent)


@requirement("create-metadata-is-kept", SHOULD, source="create#example-response", covers="CRE-016")
def test_metadata_is_kept(api: Client, full_exchange: Exchange, full_body: Object) -> None:
    """Metadata shows the keys that were sent with their values, and no others but those reserved for the service."""
    for answer in both(api, full_exchange):
        shown = user_metadata(need_object(answer), api.session.revision.reserved_metadata)
        expect_equal(shown, full_body["metadata"], "metadata", at=answer, pointer="/metadata")


@requirement("create-fields-do-not-mix", SHOULD, source="create#example-response", covers="CRE-016")
def test_each_field_keeps_its_own(api: Client, full_exchange: Exchange, full_body: Object) -> None:
    """A deployment with every field set shows each of them as it was sent."""
    for field in ("name", "description", "environment_id", "schedule", "initial_events", "resources", "vault_ids"):
        expect_kept(api, full_exchange, field, full_body[field])


# --- everything at once -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def largest(bodies: Bodies, revision: Revision, attachments: Object) -> Object:
    """A body in which everything has its greatest length and number; vaults only where made-up ones are accepted."""
    body = bodies()
    vaults = [f"{id_[:-2]}{number:02}" for id_ in attachments.get("vault_ids", [])[:1] for number in range(50)]
    return body | {
        "name": padded(body["name"], revision.name_max),
        "description": "A long description, " * 12 + "to its end.".rjust((revision.description_max or 0) - 240),
        "initial_events": [revision.message(f"{number} " * 300 + "end") for number in range(50)],
        "vault_ids": vaults,
        "metadata": {f"{number:0>64}": f"{number} " * 170 + "x" for number in range(10, 26)},
    }


@pytest.fixture(scope="session")
def largest_exchange(api: Client, largest: Object, suite: Suite) -> Exchange:
    """The create of a deployment in which everything is as large as may be: the answer, whatever it is."""
    exchange = api.create(largest)
    if exchange.ok:
        suite.shared.add(need_object(exchange)["id"])
    return exchange


@requirement("create-largest-is-accepted", MUST, source="create#request-body", covers="CRE-001 CRE-010 EVT-001 VLT-001")
def test_a_body_at_all_limits_is_accepted(largest_exchange: Exchange) -> None:
    """A body in which every field is as large as it may be makes a deployment."""
    expect_accepted(largest_exchange)


@requirement("create-largest-is-kept", SHOULD, source="create#response-fields", covers="CRE-016 OBJ-015")
@pytest.mark.parametrize("field", ["name", "description", "initial_events", "vault_ids", "metadata"])
def test_a_body_at_all_limits_is_kept(api: Client, largest: Object, largest_exchange: Exchange, field: str) -> None:
    """A deployment in which every field is as large as it may be is shown whole by create, GET and list."""
    element, page, place = listed(api, need_object(largest_exchange))

    expect_kept(api, largest_exchange, field, largest[field])
    shown, pointer = element.get(field, ABSENT), f"{place}/{field}"
    expect_equal(as_sent(shown, largest[field]), largest[field], field, at=page, pointer=pointer)
