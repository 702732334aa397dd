"""RUNS: lists of runs that go on with `page` and an opaque `next_page`, as the newer editions have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cases.ends import expect_has_more
from conformance.cases.histories import RunList, expect_runs
from conformance.cases.pages import Params, expect_each_once, onward
from conformance.cases.test_page_next import MALFORMED
from conformance.expect import Object, expect_equal, expect_error, expect_status, expect_true, need, need_page
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA, NEWER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.histories import History

SOURCE = "conventions/pagination#"
FIELDS, PARAMETERS = "list-all-runs#response-fields", "list-all-runs#query-parameters"


# --- on ---------------------------------------------------------------------------------------------------------


@requirement("runs-page-next-page-is-a-cursor", MUST, source=FIELDS, covers="RNS-014 PAG-011", revisions=NEWER)
@pytest.mark.parametrize("limit", [1, 2, 4])
def test_next_page_of_runs_is_a_cursor(busy_list: RunList, history: History, busy: Object, limit: int) -> None:
    """next_page of a page of runs is a text that is not empty, where more follow."""
    page = need_page(busy_list(limit=limit))

    need(bool(set(history.ids(busy)) - set(page.ids)), "more have to follow the page")
    is_cursor = isinstance(page.next_page, str) and page.next_page != ""
    message, at = "more follow, and next_page is no cursor", page.exchange
    expect_true(is_cursor, message, expected="a text", actual=page.next_page, at=at, pointer="/next_page")


@requirement("runs-page-cursor-continues", MUST, source=PARAMETERS, covers="RNS-014 PAG-020", revisions=NEWER)
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_next_page_of_runs_sent_as_page_goes_on(busy_list: RunList, history: History, busy: Object, limit: int) -> None:
    """Each next_page of a list of runs sent as page gives what follows: such a walk shows each run once."""
    on = onward(need_page(busy_list(limit=limit)), by_next_page=True)
    need(on is not None, "the list has to have more than one page")

    expect_runs(busy_list(limit=limit, **(on or {})))
    walked = busy_list.walk_by_next_page(limit=limit)

    expect_each_once(walked, history.ids(busy))


@requirement("runs-page-walk-ends", MUST, source=FIELDS, covers="RNS-014 PAG-012 PAG-015", revisions=NEWER)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_walk_through_runs_comes_to_an_end(busy_list: RunList, limit: int) -> None:
    """A walk through a list of runs comes to a page that tells that nothing follows: next_page is null there."""
    walked = busy_list.walk_by_next_page(limit=limit)

    last = walked[-1]
    for page in (page for page in walked if page.has_more is False):
        expect_equal(page.next_page, None, "next_page", at=page.exchange, pointer="/next_page")
    expect_equal(last.next_page, None, "next_page of the last page", at=last.exchange, pointer="/next_page")
    expect_has_more(last, more=False)


# --- cursors that are none --------------------------------------------------------------------------------------


def _page(runs: RunList) -> Params:
    """What goes on behind the first run, as a control that it does."""
    on = onward(need_page(runs(limit=1)), by_next_page=True) or {}
    need(bool(on), "the list has to have a second page")
    need(bool(need_page(runs(limit=1, **on)).items), "a second page has to hold a run")
    return on


@requirement(
    "runs-page-beside-another-cursor-is-400",
    MUST,
    source=f"{SOURCE}mutual-exclusion",
    covers="RNS-014 PAG-019",
    revisions=(QODER_SEPTEMBER,),
)
@pytest.mark.parametrize("beside", ["after_id", "before_id"])
def test_page_beside_another_cursor_of_runs_is_400(busy_list: RunList, beside: str) -> None:
    """A list of runs with page and with after_id or before_id is refused with 400 invalid_request_error."""
    on, place = _page(busy_list), {beside: need_page(busy_list(limit=100)).ids[1]}
    need_page(busy_list(limit=1, **place))

    exchange = busy_list(limit=1, **on, **place)

    expect_error(exchange, 400)


@requirement(
    "runs-page-malformed-page-is-400", MUST, source=f"{SOURCE}cursors", covers="RNS-014 PAG-022", revisions=(CMA,)
)
@pytest.mark.parametrize("cursor", MALFORMED)
def test_a_malformed_page_of_runs_is_400(busy_list: RunList, cursor: str) -> None:
    """A list of runs with a page that no next_page can be is refused with 400 invalid_request_error."""
    _page(busy_list)

    exchange = busy_list(limit=1, page=cursor)

    expect_error(exchange, 400)


@requirement(
    "runs-page-malformed-page-starts-no-list",
    SHOULD,
    source=f"{SOURCE}cursors",
    covers="RNS-014 PAG-022",
    revisions=(QODER_SEPTEMBER,),
)
@pytest.mark.parametrize("cursor", MALFORMED)
def test_a_malformed_page_of_runs_starts_no_list(busy_list: RunList, cursor: str) -> None:
    """A list of runs with a page that no next_page can be is refused with 400 or 404, or shows none."""
    _page(busy_list)

    exchange = busy_list(limit=1, page=cursor)

    expect_status(exchange, 200, 400, 404)
    if exchange.ok:
        expect_equal(expect_runs(exchange).ids, [], "runs behind no cursor", at=exchange, pointer="/data")
