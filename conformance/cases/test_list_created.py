"""LIST: created_at[gte] and created_at[lte], the bounds that the newer editions have.

Times may be kept more precisely than they are shown, so what was created in the second of a bound is only judged where
the bound is what the deployment itself shows.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from conformance.cases.pages import (
    Params,
    expect_items,
    expect_matches,
    expect_only,
    ours,
    pages,
    second,
    shown,
)
from conformance.cases.precision import need_exact_time
from conformance.expect import Object, expect_error, expect_true, instant, need, need_page
from conformance.failures import ControlFailed, Violation
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import NEWER

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.crowds import Crowd
    from conformance.client import Client
    from conformance.expect import Page

SOURCE = "list#query-parameters"
A_SECOND, LONG = timedelta(seconds=1), timedelta(days=2)

Bounds = dict[str, datetime]

WINDOWS: dict[str, Callable[[datetime], Bounds]] = {
    "from": lambda last: {"gte": last},
    "from-before": lambda last: {"gte": last - A_SECOND},
    "until": lambda last: {"lte": last},
    "until-before": lambda last: {"lte": last - A_SECOND},
    "since-long": lambda last: {"gte": last - LONG},
    "from-and-until": lambda last: {"gte": last, "lte": last + LONG},
    "long-until": lambda last: {"gte": last - LONG, "lte": last - A_SECOND},
    "future": lambda last: {"gte": last + LONG},
    "past": lambda last: {"lte": last - LONG},
}
"""Windows of time around the latest second in which deployments of ours were made."""


def holds(bounds: Bounds, moment: datetime) -> bool | None:
    """Whether a window holds what was created in a second; None where that depends on a fraction of it."""
    first, last = bounds.get("gte"), bounds.get("lte")
    if (first is not None and moment + A_SECOND <= first) or (last is not None and moment > last):
        return False
    inside = (first is None or moment > first) and (last is None or moment + A_SECOND <= last)
    return True if inside else None


def written(bounds: Bounds, hours: float = 0) -> Params:
    """The bounds as parameters, in UTC with Z or at another offset."""
    zone = timezone(timedelta(hours=hours))
    texts = {key: moment.astimezone(zone).isoformat() for key, moment in bounds.items()}
    return {f"created_at[{key}]": text if hours else text.replace("+00:00", "Z") for key, text in texts.items()}


def expect_window(walked: list[Page], crowd: Crowd, bounds: Bounds, beside: Params | None = None) -> None:
    """The pages show those of ours that a window holds, and nothing, ours or not, that it does not hold.

    `beside` are other filters, which ours have to pass, too.
    """
    __tracebackhide__ = True
    told = _told(crowd, bounds, beside or {})
    judged = [id_ for id_, inside in told.items() if inside is not None]
    expect_only(walked, judged, [id_ for id_ in judged if told[id_]])
    for page in walked:
        for place, item in enumerate(page.items):
            created = instant(item.get("created_at"))
            outside = created is not None and holds(bounds, created.replace(microsecond=0)) is False
            message, pointer = "a deployment that was created at another time", f"/data/{place}/created_at"
            actual, at = item.get("created_at"), page.exchange
            expect_true(not outside, message, expected="a time in between", actual=actual, at=at, pointer=pointer)


def _told(crowd: Crowd, bounds: Bounds, beside: Params) -> dict[str, bool | None]:
    """Whether a window holds each of ours that passes other filters."""
    among = ours(crowd, beside)
    return {each["id"]: holds(bounds, second(each)) for each in crowd.created if each["id"] in among}


def need_window(walked: list[Page], crowd: Crowd, bounds: Bounds) -> None:
    """The pages show those of ours that a window holds, as a control."""
    told = {id_: inside for id_, inside in _told(crowd, bounds, {}).items() if inside is not None}
    seen = shown(walked, told)
    need(all((id_ in seen) == inside for id_, inside in told.items()), "such a window has to be kept by itself")


def need_matches(walked: list[Page], crowd: Crowd, asked: Params) -> None:
    """The pages show what passes filters without a window, as a control."""
    with contextlib.suppress(Violation):
        expect_only(walked, crowd.ids, ours(crowd, asked))
        for page in walked:
            expect_matches(page, asked)
        return
    raise ControlFailed("the other filters have to be obeyed by themselves")


def latest(crowd: Crowd) -> datetime:
    """The latest second in which one of a crowd was made, as a control that others were made before."""
    seconds = {second(each) for each in crowd.created if each["id"] in crowd.live_ids}
    need(len(seconds) > 1, "our deployments have to be made in different seconds")
    return max(seconds)


def walk(api: Client, crowd: Crowd, params: Params) -> list[Page]:
    """The pages of a window, as a control that the list shows our deployments without one."""
    asked: Params = {"agent_id": crowd.agent_id, "limit": 100}
    need(bool(shown(pages(api, asked, crowd.live_ids), crowd.live_ids)), "the list has to show our deployments")
    return pages(api, {**asked, **params}, crowd.live_ids)


@requirement("list-created-filter", MUST, source=SOURCE, covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize(
    ("window", "limit"), [*((window, 100) for window in WINDOWS), ("from", 2), ("until-before", 7)]
)
def test_a_window_of_time_is_kept(api: Client, crowd: Crowd, window: str, limit: int) -> None:
    """With created_at[gte] and created_at[lte] a list shows the deployments that were created in between."""
    bounds = WINDOWS[window](latest(crowd))

    walked = walk(api, crowd, {**written(bounds), "limit": limit})

    expect_window(walked, crowd, bounds)


@requirement("list-created-filter-knows-offsets", SHOULD, source=SOURCE, covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize("window", ["from", "from-before", "until-before", "future", "past"])
@pytest.mark.parametrize("hours", [8, -7, 5.75])
def test_a_window_of_time_may_have_another_offset(api: Client, crowd: Crowd, window: str, hours: float) -> None:
    """A bound of created_at may be given at another offset from UTC, as ISO 8601 has it."""
    bounds = WINDOWS[window](latest(crowd))
    need_window(walk(api, crowd, written(bounds)), crowd, bounds)

    expect_items(api.list({"agent_id": crowd.agent_id, "limit": 100, **written(bounds, hours)}))
    walked = walk(api, crowd, written(bounds, hours))

    expect_window(walked, crowd, bounds)


@requirement("list-created-filter-knows-fractions", SHOULD, source=SOURCE, covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize("window", ["around", "future", "past"])
def test_a_window_of_time_may_begin_within_a_second(api: Client, crowd: Crowd, window: str) -> None:
    """A bound of created_at may have a fraction of a second, as ISO 8601 has it."""
    early, late = (latest(crowd) + by for by in (-LONG - A_SECOND / 4, LONG + A_SECOND / 4))
    bounds: Bounds = {"around": {"gte": early, "lte": late}, "future": {"gte": late}, "past": {"lte": early}}[window]
    whole = {key: moment.replace(microsecond=0) for key, moment in bounds.items()}
    need_window(walk(api, crowd, written(whole)), crowd, whole)

    expect_items(api.list({"agent_id": crowd.agent_id, "limit": 100, **written(bounds)}))
    walked = walk(api, crowd, written(bounds))

    expect_window(walked, crowd, bounds)


@requirement("list-created-filter-combines", SHOULD, source=SOURCE, covers="LST-011 LST-013", revisions=NEWER)
@pytest.mark.parametrize(
    ("window", "beside"),
    [
        *(("from", beside) for beside in ({"status": "active"}, {"status": "paused"}, {"include_archived": True})),
        *((window, {"include_archived": True}) for window in ("from-before", "until-before")),
        *(("until-before", {"status": status}) for status in ("active", "paused")),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values() if "status" in value else value),
)
def test_a_window_of_time_goes_with_other_filters(api: Client, crowd: Crowd, window: str, beside: Params) -> None:
    """With bounds of created_at and other filters a list shows, on each of its pages, what passes all of them."""
    bounds = WINDOWS[window](latest(crowd))
    asked: Params = {"agent_id": crowd.agent_id, **beside}
    time, size = written(bounds), {"limit": 3 if window.startswith("from") else 7}
    need_matches(pages(api, {**asked, **size}, ours(crowd, beside)), crowd, asked)
    need_window(pages(api, {"agent_id": crowd.agent_id, **time, **size}, crowd.live_ids), crowd, bounds)

    walked = pages(api, {**asked, **time, **size}, ours(crowd, beside))

    expect_window(walked, crowd, bounds, beside)
    for page in walked:
        expect_matches(page, asked)


@requirement("list-created-bounds-are-inclusive", MUST, source=SOURCE, covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize("bounds", [("gte",), ("lte",), ("gte", "lte")], ids="-".join)
@pytest.mark.parametrize("place", [0, -1])
def test_a_bound_is_inclusive(api: Client, crowd: Crowd, bounds: tuple[str, ...], place: int) -> None:
    """A deployment that was created at the very time of created_at[gte] or created_at[lte] is shown."""
    it: Object = next(each for each in crowd.created if each["id"] == crowd.live_ids[place])
    need(instant(it.get("created_at")) is not None, "created_at has to be a timestamp")
    asked: Params = {"agent_id": crowd.agent_id, "limit": 100}

    walked = walk(api, crowd, {f"created_at[{bound}]": it["created_at"] for bound in bounds})

    at, seen = walked[-1].exchange, shown(walked, [it["id"]])
    if not seen:
        need_exact_time(lambda near: api.list({**asked, **near}), it["id"], it["created_at"])
    message = "a deployment is missing that was created at that very time"
    expect_true(bool(seen), message, expected=it["id"], actual=walked[-1].ids, at=at, pointer="/data")


@requirement("list-created-malformed-is-400", MUST, source=SOURCE, covers="LST-013", revisions=NEWER)
@pytest.mark.parametrize("bound", ["gte", "lte"])
@pytest.mark.parametrize("text", ["yesterday", "2026-13-45T00:00:00Z", "a:b:c"])
def test_a_malformed_bound_is_400(api: Client, crowd: Crowd, bound: str, text: str) -> None:
    """A bound of created_at that is no time is refused with 400 invalid_request_error."""
    asked: Params = {"agent_id": crowd.agent_id, "limit": 5}
    need_page(api.list({**asked, **written({bound: datetime.now(UTC).replace(microsecond=0)})}))

    exchange = api.list({**asked, f"created_at[{bound}]": text})

    expect_error(exchange, 400)
