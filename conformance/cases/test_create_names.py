"""Create: how long a name may be, and of which type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.creates import expect_kept, padded
from conformance.expect import expect_error, expect_refusal
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement

if TYPE_CHECKING:
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.revisions import Revision

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""

FILLERS = {
    "two bytes each": "é",
    "three bytes each": "漢",
    "four bytes, two UTF-16 units each": "\N{GRINNING FACE}",
    "combining": "\N{COMBINING ACUTE ACCENT}",
}


# --- length -----------------------------------------------------------------------------------------------------


@requirement("create-name-up-to-maximum", MUST, source="create#request-body", covers="CRE-010")
@pytest.mark.parametrize("short_by", [0, 1])
def test_a_name_of_256_characters_is_accepted(api: Client, body: Object, revision: Revision, short_by: int) -> None:
    """A name of up to 256 characters is accepted and kept whole."""
    name = padded(body["name"], revision.name_max - short_by)

    exchange = api.create(body | {"name": name})

    expect_kept(api, exchange, "name", name)


@requirement("create-name-over-maximum", MUST, source="create#request-body", covers="CRE-010")
@pytest.mark.parametrize(
    "filler", ["x", "漢", "\N{GRINNING FACE}"], ids=["ASCII", "three bytes each", "four bytes each"]
)
@pytest.mark.parametrize("over_by", [1, 1000])
def test_a_name_over_256_characters_is_refused(
    api: Client, body: Object, revision: Revision, filler: str, over_by: int
) -> None:
    """A name of more than 256 characters is refused, and not cut."""
    exchange = api.create(body | {"name": padded(body["name"], revision.name_max + over_by, filler)})

    expect_refusal(exchange)


@requirement("create-name-is-measured-as-sent", SHOULD, source="create#request-body", covers="CRE-010")
@pytest.mark.parametrize("blanks", ["before", "after", "within"])
def test_blanks_count_as_characters_of_a_name(api: Client, body: Object, revision: Revision, blanks: str) -> None:
    """A name that has more than 256 characters by its blanks is refused."""
    name = padded(body["name"], revision.name_max - 1)
    places = {"before": f"  {name}", "after": f"{name}  ", "within": f"{name[:-1]}  {name[-1]}"}

    exchange = api.create(body | {"name": places[blanks]})

    expect_refusal(exchange)


@requirement("create-name-over-maximum-is-400", SHOULD, source="conventions/errors#error-types", covers="CRE-010")
def test_a_name_that_is_too_long_is_400(api: Client, body: Object, revision: Revision) -> None:
    """A name of more than 256 characters is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"name": padded(body["name"], revision.name_max + 1)})

    expect_error(exchange, 400)


@requirement("create-name-counts-characters", SHOULD, source="conventions/schemas#metadata", covers="CRE-011 BASE-011")
@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS)
def test_the_limit_of_a_name_counts_characters(api: Client, body: Object, revision: Revision, filler: str) -> None:
    """A name of 256 characters is accepted and kept whole, however many bytes they take."""
    name = padded(body["name"], revision.name_max, filler)

    exchange = api.create(body | {"name": name})

    expect_kept(api, exchange, "name", name)


@requirement("create-empty-name-is-400", SHOULD, source="update#errors", covers="CRE-012")
def test_an_empty_name_is_refused(api: Client, body: Object) -> None:
    """A create with an empty name is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"name": ""})

    expect_error(exchange, 400)


# --- type -------------------------------------------------------------------------------------------------------


@requirement("create-name-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="CRE-013")
@pytest.mark.parametrize("value", [0, 20260614, 1.5, True, False, [], ["name"], {}, {"text": "name"}], ids=repr)
def test_a_name_that_is_no_string_is_refused(api: Client, body: Object, value: Any) -> None:
    """A name that is a number, a boolean, an array or an object is refused with 400 invalid_request_error."""
    exchange = api.create(body | {"name": value})

    expect_error(exchange, 400)
