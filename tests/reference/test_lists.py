"""Lists and their pages, and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reference.conftest import Caller

MINUTELY = {"type": "cron", "expression": "* * * * *", "timezone": "UTC"}


def test_walk_gives_each_once_and_ends_exactly(api: Caller) -> None:
    """An exactly full last page is the last; the way back starts next to the cursor."""
    made = [api.made()["id"] for _ in range(6)]
    walked, query = [], "limit=3"
    for more in (True, False):
        page = api.get(f"/deployments?{query}").body
        walked += [item["id"] for item in page["data"]]
        query = f"limit=3&after_id={page['last_id']}"
        assert (page["has_more"], page["next_page"]) == (more, page["last_id"] if more else None)

    assert walked == made[::-1]
    back = api.get(f"/deployments?limit=2&before_id={made[0]}").body
    assert ([item["id"] for item in back["data"]], back["has_more"]) == ([made[2], made[1]], True)


def test_default_page_has_20(api: Caller) -> None:
    """A page has 20 items unless asked otherwise."""
    for _ in range(21):
        api.made()

    assert len(api.get("/deployments").body["data"]) == 20


def test_archived_cursor_still_works(api: Caller) -> None:
    """A cursor need not be in the list any more."""
    made = [api.made()["id"] for _ in range(3)]
    api.post(f"/deployments/{made[1]}/archive")

    assert [item["id"] for item in api.get(f"/deployments?after_id={made[1]}").body["data"]] == made[:1]
    assert len(api.get("/deployments").body["data"]) == 2
    assert len(api.get("/deployments?include_archived=true&status=active").body["data"]) == 3


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=-1", "limit=1.5", "limit=", "after_id=x", "status=archived", "include_archived=banana"],
)
def test_wrong_parameters_are_refused(api: Caller, query: str) -> None:
    """No parameter is guessed."""
    assert api.get(f"/deployments?{query}").status == 400


def test_empty_page_holds_nothing(api: Caller) -> None:
    """An unknown agent has no deployments, and a new account no runs."""
    empty: dict[str, object] = {"data": [], "first_id": None, "last_id": None, "has_more": False, "next_page": None}

    assert api.get("/deployments?agent_id=agent_0").body == empty == api.get("/deployment_runs").body


def test_run_is_found_by_all_routes(api: Caller) -> None:
    """Four routes show one run, and filters leave it out."""
    path = f"/deployments/{api.made()['id']}"
    run = api.post(f"{path}/run").body

    for target in (f"{path}/runs/{run['id']}", f"/deployment_runs/{run['id']}"):
        assert api.get(target).body == run
    for target in (f"{path}/runs?status=completed", "/deployment_runs?trigger_type=manual&has_error=false"):
        assert api.get(target).body["data"] == [run]
    for target in (f"{path}/runs?status=failed", "/deployment_runs?has_error=true"):
        assert api.get(target).body["data"] == []


def test_second_run_in_flight_is_skipped(api: Caller) -> None:
    """One run at a time is the default; a run ends by the clock."""
    api.service.run_duration, api.service.run_outcome = 10, "failed"
    path = f"/deployments/{api.made()['id']}"

    assert [api.post(f"{path}/run").body["status"] for _ in range(2)] == ["running", "skipped"]
    api.clock.advance(10)
    assert [run["status"] for run in api.get(f"{path}/runs").body["data"]] == ["skipped", "failed"]


def test_schedule_fires_once_and_is_not_made_up(api: Caller) -> None:
    """A minute fires once, however often it is looked at; a pause is not made up for."""
    path = f"/deployments/{api.made(schedule=MINUTELY)['id']}"
    api.clock.advance(60)
    api.service.tick()
    api.service.tick()
    api.post(f"{path}/pause")
    api.clock.advance(120)
    api.service.tick()
    api.post(f"{path}/unpause")
    api.service.tick()

    runs = api.get("/deployment_runs?trigger_type=schedule").body["data"]
    assert [run["trigger_context"]["scheduled_at"] for run in runs] == ["2026-06-14T08:54:00Z"]
