"""What the later editions have in common, and how they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reference.conftest import TEXT

from conformance.reference.editions import EDITIONS, service_of
from conformance.reference.faults import Fault, all_faults, combine
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.conftest import Caller

MINUTELY = {"type": "cron", "expression": "* * * * *", "timezone": "UTC"}


def test_unknown_edition_is_answered_with_the_known() -> None:
    """Whoever slips learns what there is."""
    with pytest.raises(KeyError, match="qoder-2026-06, qoder-2026-09, cma-2026-04-01"):
        service_of("qoder-1999-01")


@pytest.mark.parametrize("revision", EDITIONS)
def test_every_fault_goes_with_every_edition(revision: str) -> None:
    """A fault comes before the edition, and the edition before the first one."""
    for name, fault in all_faults().items():
        if revision in fault.revisions:
            kind = combine([name], revision)
            assert issubclass(kind, service_of(revision)), name
            assert kind.__mro__.index(fault) < kind.__mro__.index(Service), name


def test_fault_of_another_edition_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that an edition cannot have is no silent nothing."""
    monkeypatch.setattr(Fault, "revisions", frozenset({"cma-2026-04-01"}))

    with pytest.raises(KeyError, match="TakesLongNames is no fault of qoder-2026-09, but of cma-2026-04-01"):
        combine(["TakesLongNames"], "qoder-2026-09")


def test_combined_faults_act_in_an_edition(call_service: Callable[[type[Service]], Caller]) -> None:
    """Faults of the first edition bend the later ones as well."""
    api = call_service(combine(["TakesLongNames", "SaysCreated"], "cma-2026-04-01"))

    assert api.create(name="x" * 257).status == 201
    assert api.create().body["id"].startswith("depl_")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"metadata": {"team": "a", "cas_config": "mine"}}, 200),
        ({"metadata": {"cas_config": {}}}, 400),
        ({"metadata": {f"k{n}": "" for n in range(17)}}, 400),
        ({"initial_events": [{"type": "user.message", "content": "hello"}]}, 400),
        ({"initial_events": [{"type": "user.message"}]}, 400),
        ({"initial_events": [{"type": "user.message", "content": []}]}, 400),
        ({"initial_events": [{"type": "user.message", "content": [TEXT, "x"]}]}, 400),
        ({"initial_events": [{"type": "user.message", "content": [{"type": "text"}]}]}, 400),
        ({"initial_events": [{"type": "user.message", "content": [{"type": "x"}]}]}, 400),
        ({"initial_events": [{"type": "user.message", "content": [TEXT, {"type": "image"}]}]}, 200),
        ({"description": None}, 200),
    ],
)
def test_fields_are_judged_alike_by_create_and_update(later: Caller, change: dict[str, object], status: int) -> None:
    """Metadata is flat and content comes in blocks."""
    made = later.made()

    assert later.create(**change).status == status
    assert later.post(f"/deployments/{made['id']}", change).status == status


def test_metadata_is_what_was_sent(later: Caller) -> None:
    """Nobody adds to it, and a patch changes the keys that it names."""
    made = later.made(metadata={"a": "1", "b": "2"})
    assert (made["metadata"], later.made()["metadata"]) == ({"a": "1", "b": "2"}, {})

    changed = later.post(f"/deployments/{made['id']}", {"metadata": {"a": None, "cas_config": "x"}}).body
    assert changed["metadata"] == {"b": "2", "cas_config": "x"}


def test_reference_to_an_agent_says_what_it_is(later: Caller) -> None:
    """The type is wanted, the version is not."""
    agent = later.ids["agent_id"]

    assert later.create(agent={"id": agent, "version": 1}).status == 400
    assert later.made(agent={"id": agent, "type": "agent"})["agent"]["version"] == 1


def test_page_goes_on_and_ends(later: Caller) -> None:
    """A walk by `page` alone gives each once, and keeps its place when something is made meanwhile."""
    made = [later.made()["id"] for _ in range(5)]
    walked, page = [], ""
    for more in (True, True, False):
        shown = later.get(f"/deployments?limit=2{page}").body
        walked += [item["id"] for item in shown["data"]]
        assert (shown["next_page"] is not None) == more
        assert shown["next_page"] not in made
        page = f"&page={shown['next_page']}"
        later.made()

    assert walked == made[::-1]


@pytest.mark.parametrize("page", ["", "x", "%00", "after:x", "YWZ0ZXI6ZGVwXzA", "ZGVwXzA", "YQ==="])
def test_invented_page_is_refused(later: Caller, page: str) -> None:
    """A page that this service did not make is none, in any list."""
    for target in ("/deployments", "/deployment_runs", "/agents", "/environments"):
        assert later.get(f"{target}?page={page}").status == 400


def test_created_at_bounds_are_kept(later: Caller) -> None:
    """Deployments know inclusive bounds, runs also strict ones; both are exact to the second."""
    for _ in range(3):
        later.post(f"/deployments/{later.made()['id']}/run")
        later.clock.advance(1)

    def count(target: str, *bounds: str) -> int:
        query = "&".join(f"created_at%5B{bound}%5D=2026-06-14T08:53:33%2B00:00" for bound in bounds)
        return len(later.get(f"{target}?{query}").body["data"])

    assert [count("/deployments", bound) for bound in ("gte", "lte", "x")] == [2, 2, 3]
    assert [count("/deployment_runs", bound) for bound in ("gte", "lte", "gt", "lt")] == [2, 2, 1, 1]
    assert (count("/deployment_runs", "gte", "lte"), count("/deployment_runs", "gt", "lt")) == (1, 0)
    for text in ("yesterday", "2026-06-14T08:53:33", ""):
        assert later.get(f"/deployments?created_at[gte]={text}").status == 400
        assert later.get(f"/deployment_runs?created_at[gt]={text}").status == 400


@pytest.mark.parametrize("outcome", ["completed", "failed"])
def test_run_has_a_session_or_an_error(later: Caller, outcome: str) -> None:
    """A run is over when it is told of, however long sessions take, and never skipped."""
    later.service.run_duration, later.service.run_outcome = 10, outcome
    path = f"/deployments/{later.made()['id']}"
    runs = [later.post(f"{path}/run").body for _ in range(2)]

    for run in runs:
        assert {*run} == {*later.service.RUN_MEMBERS}  # type: ignore[attr-defined]
        assert (run["session_id"] is None, run["error"] is None) == (outcome == "failed", outcome == "completed")
        assert run["created_at"] == "2026-06-14T08:53:32Z"
    failed = "true" if outcome == "failed" else "false"
    assert later.get(f"/deployment_runs?has_error={failed}").body["data"] == runs[::-1]
    assert later.get("/deployment_runs?status=skipped").body["data"] == runs[::-1]
    assert later.get("/deployment_runs?trigger_type=retry").status == 400


def test_schedule_fires_once_for_an_instant(later: Caller) -> None:
    """However often it is looked at, or unpaused."""
    path = f"/deployments/{later.made(schedule=MINUTELY)['id']}"
    for _ in range(3):
        later.clock.advance(30)
        later.service.tick()
        later.service.tick()
        later.post(f"{path}/unpause")
    runs = later.get("/deployment_runs?trigger_type=schedule").body["data"]

    instants = [run["trigger_context"]["scheduled_at"] for run in runs]
    assert instants == ["2026-06-14T08:55:00Z", "2026-06-14T08:54:00Z"]
