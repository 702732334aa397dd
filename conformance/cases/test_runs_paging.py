"""RUNS: pages of the two lists of runs, by the same rules as all lists."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.ends import expect_end, expect_has_more
from conformance.cases.histories import RunList, expect_runs
from conformance.cases.pages import by_ids
from conformance.cases.test_runs_filters import utc
from conformance.expect import (
    Object,
    expect_equal,
    expect_error,
    expect_refusal,
    expect_status,
    expect_true,
    need,
    need_page,
)
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import QODER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.histories import History
    from conformance.client import Client

SOURCE = "conventions/pagination#"


# --- how many ---------------------------------------------------------------------------------------------------


@requirement("runs-page-default-is-20", MUST, source="list-runs#query-parameters", covers="RNS-014 PAG-001")
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_a_page_holds_20_runs_by_default(api: Client, crowded: tuple[Object, list[str]], *, nested: bool) -> None:
    """Without a limit a page holds 20 runs where there are more, and says that more follow."""
    deployment, _ = crowded

    page = expect_runs(RunList(api, deployment["id"], nested=nested)())

    expect_equal(len(page.items), 20, "the number of runs", at=page.exchange, pointer="/data")
    expect_has_more(page, more=True)


@requirement("runs-page-limit-is-never-exceeded", MUST, source="list-runs#query-parameters", covers="RNS-014 PAG-002")
@pytest.mark.parametrize(
    ("limit", "beside"),
    [
        *product([1, 2, 4, 5, 100], ["nothing", "status", "after", "before"]),
        *product([1], ["trigger_type", "has_error"]),
    ],
)
def test_a_page_holds_no_more_runs_than_the_limit(busy_list: RunList, limit: int, beside: str) -> None:
    """A page of runs holds no more than its limit, and at least one where there are some."""
    everything = need_page(busy_list(limit=100))
    params: dict[str, Any] = {"limit": limit}
    revision = everything.exchange.revision
    if beside == "status":
        params |= {"status": "completed"} if revision.run_states else {}
    # The list of one deployment has no such parameters, and may refuse what it does not know.
    filters: dict[str, Any] = {} if busy_list.below else {"trigger_type": "manual", "has_error": False}
    params |= {key: value for key, value in filters.items() if key == beside}
    if beside in {"after", "before"}:
        by_ids(revision)
        params |= {f"{beside}_id": everything.ids[0 if beside == "after" else -1]}

    page = expect_runs(busy_list(**params))

    count = len(page.items)
    holds = count <= limit and (count > 0 or beside not in {"nothing", "after", "before"})  # a run may pass no filter
    message, at = f"{count} runs for a limit of {limit}", page.exchange
    expect_true(holds, message, expected=f"1 to {limit}", actual=count, at=at, pointer="/data")


@requirement(
    "runs-page-is-full", SHOULD, source="list-runs#query-parameters", covers="RNS-014 PAG-003", revisions=QODER
)
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_a_page_is_full_where_more_follow(busy_list: RunList, history: History, busy: Object, limit: int) -> None:
    """A page of runs holds as many as its limit says where there are more than that."""
    need(len(history.runs(busy)) > limit, "there have to be more runs")

    page = expect_runs(busy_list(limit=limit))

    expect_equal(len(page.items), limit, "the number of runs", at=page.exchange, pointer="/data")


@requirement(
    "runs-page-limit-of-100-is-filled",
    SHOULD,
    source="list-runs#query-parameters",
    covers="RNS-014 PAG-006",
    revisions=QODER,
)
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_a_limit_of_100_gives_all(api: Client, crowded: tuple[Object, list[str]], *, nested: bool) -> None:
    """With limit=100 a page of runs holds all of two dozen."""
    deployment, ids = crowded

    page = expect_runs(RunList(api, deployment["id"], nested=nested)(limit=100))

    missing = sorted(set(ids) - set(page.ids)) if len(page.items) < 100 else []
    expect_equal(missing, [], "runs that are missing", at=page.exchange, pointer="/data")


@requirement("runs-page-limit-below-1-is-400", MUST, source=f"{SOURCE}limit", covers="RNS-014 PAG-004")
@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_1_is_400(busy_list: RunList, limit: int) -> None:
    """A limit of 0 or below is answered with 400 invalid_request_error, in both lists of runs."""
    need_page(busy_list(limit=1))

    exchange = busy_list(limit=limit)

    expect_error(exchange, 400)


@requirement("runs-page-limit-not-a-number", SHOULD, source=f"{SOURCE}limit", covers="RNS-014 PAG-005")
@pytest.mark.parametrize("limit", ["abc", "1.5", ""])
def test_a_limit_that_is_no_integer_is_refused(busy_list: RunList, limit: str) -> None:
    """A limit that is no integer is refused, in both lists of runs."""
    need_page(busy_list(limit=1))

    exchange = busy_list(limit=limit)

    expect_refusal(exchange)


@requirement("runs-page-large-limit", MUST, source="list-runs#query-parameters", covers="RNS-014 PAG-007 PAG-008")
@pytest.mark.parametrize("limit", [101, 1000, 1001, 100_000])
def test_a_large_limit_is_honoured_cut_or_refused(
    busy_list: RunList, history: History, busy: Object, limit: int
) -> None:
    """A limit above 100 gives the runs, or is refused with 400."""
    exchange = busy_list(limit=limit)

    expect_status(exchange, 200, 400)
    if exchange.ok:
        page = expect_runs(exchange)
        missing = sorted(set(history.ids(busy)) - set(page.ids))
        expect_equal(missing, [], "runs that are missing", at=exchange, pointer="/data")
        expect_end(page, lambda on: busy_list(limit=limit, **on))


@observation("runs-page-limit-over-1000", source="list-runs#query-parameters", covers="PAG-008")
def observe_a_limit_over_1000(api: Client, busy: Object) -> str:
    """Whether a list of runs refuses a limit above 1,000."""
    return "accepted" if api.its_runs(busy["id"], {"limit": 1001}).ok else "refused"


# --- what a page tells ------------------------------------------------------------------------------------------


@requirement("runs-page-edge-ids", MUST, source="list-runs#response-fields", covers="RNS-014 PAG-009", revisions=QODER)
@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("skip", [0, 1])
def test_first_and_last_id_are_those_of_the_page(busy_list: RunList, limit: int, skip: int) -> None:
    """first_id and last_id of a page of runs are the ids of its first and its last run."""
    cursor = {"after_id": need_page(busy_list(limit=skip)).ids[-1]} if skip else {}

    page = expect_runs(busy_list(limit=limit, **cursor))

    need(bool(page.items), "the page has to hold runs")
    expect_equal(page.first_id, page.ids[0], "first_id", at=page.exchange, pointer="/first_id")
    expect_equal(page.last_id, page.ids[-1], "last_id", at=page.exchange, pointer="/last_id")


@requirement(
    "runs-page-next-page",
    MUST,
    source="list-runs#response-fields",
    covers="RNS-014 PAG-011 PAG-012",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_next_page_is_the_last_id_or_null(busy_list: RunList, limit: int) -> None:
    """next_page of a page of runs is the id of its last run where has_more is true, and null where it is false."""
    for page in busy_list.walk(limit=limit):
        need(isinstance(page.has_more, bool) and bool(page.items or not page.has_more), "has_more has to fit the page")
        expected = page.ids[-1] if page.has_more else None
        expect_equal(page.next_page, expected, "next_page", at=page.exchange, pointer="/next_page")


@requirement(
    "runs-page-has-more",
    MUST,
    source="list-runs#response-fields",
    covers="RNS-014 PAG-001 PAG-015",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_has_more_tells_whether_more_follow(busy_list: RunList, limit: int) -> None:
    """has_more is true on a page of runs that others follow, and false on a last page that is not full."""
    everything = need_page(busy_list(limit=100)).ids

    for page in busy_list.walk(limit=limit):
        need(set(page.ids) <= set(everything), "each page has to show runs of that deployment")
        rest = everything[everything.index(page.ids[-1]) + 1 :] if page.items else []
        if rest or len(page.items) < limit:
            expect_has_more(page, more=bool(rest))


@requirement(
    "runs-page-has-more-is-exact",
    SHOULD,
    source="list-runs#response-fields",
    covers="RNS-014 PAG-026 PAG-027",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("size", [1, 2, 0])
def test_has_more_is_false_on_a_full_last_page(busy_list: RunList, size: int) -> None:
    """has_more is false on a last page of runs that holds exactly as many as its limit."""
    everything = need_page(busy_list(limit=100)).ids
    size = size or len(everything)
    cursor = {"after_id": everything[-size - 1]} if size < len(everything) else {}

    page = need_page(busy_list(limit=size, **cursor))

    need(page.ids == everything[-size:], "the page has to be the last")
    expect_has_more(page, more=False)


@requirement(
    "runs-page-has-more-by-default",
    SHOULD,
    source="list-runs#response-fields",
    covers="RNS-014 PAG-026 PAG-027",
    revisions=(QODER_JUNE,),
)
@pytest.mark.parametrize("nested", [True, False], ids=["of a deployment", "of all"])
def test_has_more_is_false_on_a_last_page_that_is_full_by_default(
    api: Client, crowded: tuple[Object, list[str]], *, nested: bool
) -> None:
    """has_more is false on a last page of runs that is full without a limit."""
    deployment, ids = crowded
    runs = RunList(api, deployment["id"], nested=nested)
    # In which order all runs are is not said.
    order = ids if nested else [run_id for page in runs.walk(limit=100) for run_id in page.ids]

    page = need_page(runs(after_id=order[-21]))

    need(page.ids == order[-20:], "the page has to be the last, and full")
    need(not need_page(runs(after_id=order[-1])).items, "no run must follow the last one")
    expect_has_more(page, more=False)


@requirement(
    "runs-page-has-more-heeds-filters",
    SHOULD,
    source="list-runs#response-fields",
    covers="RNS-014 PAG-021",
    revisions=(QODER_JUNE,),
)
def test_has_more_heeds_the_filters(api: Client, history: History, busy: Object) -> None:
    """has_more is false where only runs follow that the filters leave out."""
    since = {"triggered_after": utc(history.between)}
    wanted = history.ids(busy, lot=2)

    page = need_page(api.runs_of(busy["id"], since | {"limit": len(wanted) + 1}))

    need(page.ids == wanted, "the page has to hold the later runs, and no others")
    expect_has_more(page, more=False)
