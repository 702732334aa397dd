"""SEARCH: a beta of one edition; where a service does not have it, nothing is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.pages import expect_matches
from conformance.cases.searches import found
from conformance.expect import Object, expect_equal, expect_page, expect_status, expect_true, need, need_page
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.searches import Found
    from conformance.client import Client
    from conformance.expect import Page

ONLY = (QODER_SEPTEMBER,)
BODY, ANSWER = "search#request-body", "search#response"


# --- the page -------------------------------------------------------------------------------------------------


@requirement("search-answers-a-page", MUST, source=ANSWER, covers="SRCH-001", revisions=ONLY)
@pytest.mark.parametrize("body", [{}, {"limit": 2}, {"name": "needle"}, {"metadata": {"team": "red"}}])
def test_a_search_is_answered_with_a_page(searchable: Client, body: Object) -> None:
    """A search is answered with 200 and a page that has a total besides, a number on the first page."""
    page = expect_page(searchable.search(body))

    answer = page.exchange.json
    message, at = "the page has no total", page.exchange
    expect_true("total" in answer, message, expected="a member total", actual=sorted(answer), at=at, pointer="/total")
    total = answer["total"]
    is_number = isinstance(total, int) and not isinstance(total, bool) and total >= len(page.items)
    message, expected = "total is no number of what was found", f"{len(page.items)} or more"
    expect_true(is_number, message, expected=expected, actual=total, at=at, pointer="/total")


@requirement("search-total-is-told-once", MUST, source=ANSWER, covers="SRCH-002", revisions=ONLY)
@pytest.mark.parametrize("limit", [1, 2])
def test_the_total_is_told_on_the_first_page_only(haystack: Found, limit: int) -> None:
    """The total of a search is null on every page but the first."""
    first, *later = haystack.walk(limit=limit)

    need(bool(later), "a search has to go on to another page")
    need(first.exchange.json.get("total") is not None, "the first page has to have a total")
    for page in later:
        total = page.exchange.json.get("total", "no such member")
        expect_equal(total, None, "total of a later page", at=page.exchange, pointer="/total")


@requirement("search-total-counts", SHOULD, source=ANSWER, covers="SRCH-001 SRCH-002", revisions=ONLY)
@pytest.mark.parametrize("body", [{}, {"limit": 2}, {"metadata": {"team": "red"}, "limit": 1}, {"name": "needle "}])
def test_the_total_counts_what_is_found(haystack: Found, body: Object) -> None:
    """The total of a search is the number of all that it finds, on this page and later ones."""
    walked = haystack.walk(**body)

    count, at = sum(len(page.items) for page in walked), walked[0].exchange
    expect_equal(at.json.get("total"), count, "total", at=at, pointer="/total")


@requirement("search-goes-on", MUST, source=BODY, covers="SRCH-001", revisions=ONLY)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_search_goes_on_with_page(haystack: Found, limit: int) -> None:
    """A search goes on with next_page as page, and keeps to its limit: so each deployment is shown once."""
    walked = haystack.walk(limit=limit)

    for page in walked:
        count = len(page.items)
        message, expected = f"{count} items for a limit of {limit}", f"no more than {limit}"
        expect_true(count <= limit, message, expected=expected, actual=count, at=page.exchange, pointer="/data")
    expect_equal(found(walked, haystack.live), haystack.live, "what was found", at=walked[-1].exchange)


@requirement("search-of-nothing-says-so", MUST, source=ANSWER, covers="SRCH-005", revisions=ONLY)
@pytest.mark.parametrize("body", [{"name": "needle in no haystack"}, {"metadata": {"team": "of nobody"}}])
def test_a_search_that_finds_nothing_says_so(haystack: Found, body: Object) -> None:
    """A search that finds nothing has null (or "") for first_id and last_id, null for next_page, and a total of 0."""
    page = haystack(**body)

    answer = page.exchange.json
    told = {key: answer.get(key, "no such member") for key in ("data", "first_id", "last_id", "next_page", "total")}
    told |= {key: told[key] or None for key in ("first_id", "last_id")}
    nothing: Object = {"data": [], "first_id": None, "last_id": None, "next_page": None, "total": 0}
    expect_equal(told, nothing, "the page", at=page.exchange)


# --- what is found --------------------------------------------------------------------------------------------


def _expect_found(page: Page, wanted: list[str]) -> None:
    __tracebackhide__ = True
    expect_equal(sorted(page.ids), wanted, "what was found", at=page.exchange, pointer="/data")


@requirement("search-metadata-matches", MUST, source=BODY, covers="SRCH-003", revisions=ONLY)
@pytest.mark.parametrize(
    ("metadata", "places"),
    [
        ({"team": "red"}, (0, 1)),
        ({"team": "Red"}, (3,)),
        ({"stage": "one"}, (0, 2, 5)),
        ({"stage": "on"}, ()),
        ({"Team": "red"}, ()),
    ],
)
def test_metadata_is_matched_exactly(haystack: Found, metadata: Object, places: tuple[int, ...]) -> None:
    """A search by metadata finds the deployments that have this value for this key, and no others."""
    page = haystack(metadata=metadata, limit=100)

    _expect_found(page, haystack.ids(*places))


@requirement("search-metadata-combines", MUST, source=BODY, covers="SRCH-003", revisions=ONLY)
@pytest.mark.parametrize(
    ("metadata", "places"),
    [
        ({"team": "red", "stage": "one"}, (0,)),
        ({"stage": "one", "other": "red"}, (5,)),
        ({"team": "blue", "stage": "two"}, ()),
    ],
)
def test_all_metadata_has_to_match(haystack: Found, metadata: Object, places: tuple[int, ...]) -> None:
    """A search by several keys of metadata finds the deployments that have all of them."""
    page = haystack(metadata=metadata, limit=100)

    _expect_found(page, haystack.ids(*places))


@requirement("search-name-contains", MUST, source=BODY, covers="SRCH-003", revisions=ONLY)
@pytest.mark.parametrize(
    ("name", "places"),
    [("Needle", (0, 1, 2)), ("needle", (0, 1, 2)), ("LE ALPH", (0, 2)), ("alpha", (0, 2, 5)), ("needlealpha", ())],
)
def test_a_part_of_the_name_is_enough(haystack: Found, name: str, places: tuple[int, ...]) -> None:
    """A search by name finds the deployments whose names contain it, in upper or lower case."""
    page = haystack(name=name, limit=100)

    _expect_found(page, haystack.ids(*places))


@requirement("search-filters-as-lists-do", MUST, source=BODY, covers="SRCH-001", revisions=ONLY)
@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"status": "active"}, range(5)),
        ({"status": "paused"}, (5,)),
        ({"include_archived": True}, range(7)),
        ({"include_archived": False}, range(6)),
        ({"created_at[gte]": "2020-01-01T00:00:00Z"}, range(6)),
        ({"created_at[lte]": "2020-01-01T00:00:00Z"}, ()),
    ],
)
def test_a_search_has_the_filters_of_a_list(haystack: Found, body: Object, places: tuple[int, ...]) -> None:
    """A search obeys status, include_archived, agent_id and the bounds of created_at, as a list does."""
    page = haystack(**body, limit=100)

    _expect_found(page, haystack.ids(*places))
    expect_matches(page, {"agent_id": haystack.agent_id, **body})


@requirement("search-criteria-combine", MUST, source=BODY, covers="SRCH-003", revisions=ONLY)
@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"name": "alpha", "metadata": {"stage": "one"}, "status": "active"}, (0, 2)),
        ({"name": "alpha", "metadata": {"stage": "one"}, "status": "paused"}, (5,)),
        ({"name": "haystack", "metadata": {"team": "red"}}, ()),
    ],
)
def test_all_criteria_have_to_match(haystack: Found, body: Object, places: tuple[int, ...]) -> None:
    """A search by name, metadata and status finds the deployments that match all of them."""
    page = haystack(**body, limit=100)

    _expect_found(page, haystack.ids(*places))


# --- how it is asked ------------------------------------------------------------------------------------------


@requirement("search-ignores-the-query", MUST, source="search#", covers="SRCH-004", revisions=ONLY)
@pytest.mark.parametrize(
    "query",
    [{"limit": 1}, {"status": "paused"}, {"name": "needle"}, {"include_archived": True}, {"limit": 0}],
    ids=lambda query: "-".join(f"{key}={value}" for key, value in query.items()),
)
def test_a_search_ignores_the_query(haystack: Found, query: Object) -> None:
    """A search goes by its body alone: what stands in the query of the address changes nothing."""
    body = {"agent_id": haystack.agent_id, "limit": 100}
    plain = need_page(haystack.api.search(body))

    exchange = haystack.api.search(body, params=query)

    page = need_page(expect_status(exchange, 200))
    _expect_found(page, sorted(plain.ids))


@requirement(
    "search-in-flight-limit",
    MUST,
    source="search#errors",
    covers="SRCH-006",
    revisions=ONLY,
    unobservable="more than ten searches in flight at once are a load that nobody has allowed us",
)
def test_too_many_searches_at_once_are_refused() -> None:
    """More than ten searches in flight at once are refused with 429 rate_limit_error."""
