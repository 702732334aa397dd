"""The rules that only the edition has that the others are aligned with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from reference.conftest import TEXT

from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from reference.conftest import Caller

DAILY = {"type": "cron", "expression": "0 9 * * *", "timezone": "Asia/Shanghai"}
USER: dict[str, Any] = {"type": "user.message", "content": [TEXT]}
SYSTEM: dict[str, Any] = {"type": "system.message", "content": [TEXT]}
OUTCOME: dict[str, Any] = {
    "type": "user.define_outcome",
    "description": "done",
    "rubric": {"type": "text", "content": "good"},
}


def test_token_comes_by_either_header(cma: Caller) -> None:
    """A key is as good as a bearer, and a bad one as bad."""
    full = cma.service.tokens["full"]

    assert cma.send("GET", "/deployments", authorization="", **{"x-api-key": full}).status == 200
    assert cma.send("GET", "/deployments", authorization=f"Bearer {full}").status == 200
    assert cma.send("GET", "/deployments", authorization="", **{"x-api-key": "x"}).status == 401
    assert cma.send("GET", "/deployments", authorization="").status == 401


def test_refusal_is_told_in_three_members(cma: Caller) -> None:
    """The id of the request is the server's own, and its header has another name."""
    answer = cma.send("POST", "/deployments", {}, **{"x-request-id": "mine"})

    assert answer.body == {
        "type": "error",
        "error": {"type": "invalid_request_error", "message": "Missing required field: name"},
        "request_id": answer.headers["request-id"],
    }
    assert answer.body["request_id"].startswith("req_")
    assert "x-request-id" not in answer.headers


def test_body_over_32_mb_is_refused(cma: Caller) -> None:
    """One byte too many has an answer of its own."""
    answer = cma.post("/deployments", b" " * (32 * 1024 * 1024 + 1))
    assert (answer.status, answer.body["error"]["type"]) == (413, "request_too_large")

    assert cma.post("/deployments", b" " * (32 * 1024 * 1024)).status == 400


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"description": "x" * 2048}, 200),
        ({"description": "x" * 2049}, 400),
        ({"environment_id": "e" * 129}, 400),
        ({"environment_id": "e" * 128}, 404),
        ({"agent": "a" * 129}, 400),
        ({"agent": {"id": "agent_0", "type": "agent", "name": "x"}}, 400),
        ({"resources": [{"type": "file"}] * 500}, 200),
        ({"resources": [{"type": "file"}] * 501}, 400),
        ({"schedule": DAILY | {"expression": f"0{',0' * 123} 9 * * *"}}, 200),
        ({"schedule": DAILY | {"expression": f"0{',0' * 124} 9 * * *"}}, 400),
        ({"schedule": DAILY | {"upcoming_runs_at": []}}, 400),
        ({"schedule": DAILY | {"expression": "0 9 * * 7"}}, 200),
        ({"status": "paused"}, 400),
        ({"note": 1}, 400),
        ({"initial_events": [SYSTEM]}, 400),
        ({"initial_events": [USER, SYSTEM]}, 200),
        ({"initial_events": [SYSTEM, USER]}, 400),
        ({"initial_events": [USER, SYSTEM, SYSTEM]}, 400),
        ({"initial_events": [USER, SYSTEM | {"content": [{"type": "image"}]}]}, 400),
        ({"initial_events": [USER | {"content": [TEXT | {"text": ""}]}]}, 400),
        ({"initial_events": [OUTCOME]}, 200),
        ({"initial_events": [OUTCOME | {"max_iterations": 20}]}, 200),
        ({"initial_events": [OUTCOME | {"max_iterations": 21}]}, 400),
        ({"initial_events": [OUTCOME | {"max_iterations": 0}]}, 400),
        ({"initial_events": [OUTCOME | {"description": ""}]}, 400),
        ({"initial_events": [OUTCOME | {"rubric": {"type": "text", "content": "x" * 262_144}}]}, 200),
        ({"initial_events": [OUTCOME | {"rubric": {"type": "text", "content": "x" * 262_145}}]}, 400),
        ({"initial_events": [OUTCOME | {"rubric": {"type": "file", "file_id": "file_1"}}]}, 200),
        ({"initial_events": [OUTCOME | {"rubric": {"type": "x"}}]}, 400),
    ],
)
def test_fields_are_judged_alike_by_create_and_update(cma: Caller, change: dict[str, object], status: int) -> None:
    """A value is as good for one as for the other."""
    made = cma.made()

    assert cma.create(**change).status == status
    assert cma.post(f"/deployments/{made['id']}", change).status == status


def test_null_clears_what_can_be_cleared(cma: Caller) -> None:
    """What a deployment cannot be without stays."""
    resources = [{"type": "file"}]
    made = cma.made(description="x", schedule=DAILY, resources=resources, vault_ids=["v"])
    path = f"/deployments/{made['id']}"

    for field in ("name", "agent", "environment_id", "initial_events"):
        assert cma.post(path, {field: None}).status == 400
    for field, cleared in (("description", None), ("schedule", None), ("resources", []), ("vault_ids", [])):
        assert cma.post(path, {field: None}).body[field] == cleared
    assert cma.post(path, {"description": "x"}).body["description"] == "x"
    assert cma.post(path, {"description": ""}).body["description"] is None


def test_string_pins_the_latest_version_again(cma: Caller) -> None:
    """A string means the latest at that moment."""
    path, agent = f"/deployments/{cma.made()['id']}", cma.ids["agent_id"]
    cma.post(f"/agents/{agent}", {})

    assert cma.get(path).body["agent"]["version"] == 1
    assert cma.post(path, {"agent": agent}).body["agent"]["version"] == 2


def test_lists_tell_where_they_go_on_and_nothing_else(cma: Caller) -> None:
    """Ids are no cursors, and the two lists have their own limits."""
    made = [cma.made()["id"] for _ in range(2)]

    for target in ("/deployments", "/deployment_runs", "/agents", "/environments"):
        assert [*cma.get(f"{target}?limit=1").body] == ["data", "next_page"]
    assert [item["id"] for item in cma.get(f"/deployments?after_id={made[1]}").body["data"]] == made[::-1]
    assert [cma.get(f"/deployments?limit={limit}").status for limit in (0, 100, 101)] == [400, 200, 400]
    assert [cma.get(f"/deployment_runs?limit={limit}").status for limit in (0, 1000, 1001)] == [400, 200, 400]
    assert cma.get("/deployments?status=active&include_archived=true").status == 400
    assert cma.get("/deployment_runs?deployment_id=depl_0").body == {"data": [], "next_page": None}
    assert cma.get(f"/deployments/{made[0]}/runs").status == 404


def test_states_may_be_asked_for_again(cma: Caller) -> None:
    """A repeated change is accepted and changes nothing, `updated_at` included."""
    path = f"/deployments/{cma.made(schedule=DAILY)['id']}"
    for step in ("unpause", "pause", "unpause", "pause", "archive"):
        first = cma.post(f"{path}/{step}").body
        cma.clock.advance(2)
        assert cma.post(f"{path}/{step}").body == first == cma.get(path).body

    assert (first["name"], first["status"], first["paused_reason"]) == ("d", "active", None)
    assert first["schedule"]["upcoming_runs_at"] == []
    for step in ("pause", "unpause", "run"):
        assert cma.post(f"{path}/{step}").status == 409
    assert cma.post(path, {}).status == 409


def test_paused_can_be_run_and_only_schedules_leave_a_time(cma: Caller) -> None:
    """`last_run_at` is null until a schedule has fired, and outlasts the archive."""
    path = f"/deployments/{cma.made(schedule=DAILY | {'expression': '* * * * *'})['id']}"
    cma.post(f"{path}/pause")
    assert cma.post(f"{path}/run").status == 200
    schedule = cma.get(path).body["schedule"]
    assert (schedule["last_run_at"], len(schedule["upcoming_runs_at"])) == (None, 5)

    cma.post(f"{path}/unpause")
    cma.clock.advance(30)
    cma.service.tick()
    assert cma.post(f"{path}/archive").body["schedule"]["last_run_at"] == "2026-06-14T08:54:02Z"


def test_network_has_its_own_base_path(cma: Caller) -> None:
    """The address is that of the edition."""
    with serve_in_thread(cma.service) as running:
        assert running.base_url.endswith("/v1")
        assert "cloud" not in running.base_url


BUDGET: dict[str, Any] = {"type": "limit", "max_list_cost": {"amount": "2500", "currency": "USD"}}


def test_budget_is_kept_until_it_is_cleared(cma: Caller) -> None:
    """What a deployment may not have is not shown."""
    made = cma.create(budget=BUDGET).body
    renamed = cma.post(f"/deployments/{made['id']}", {"name": "renamed"}).body
    cleared = cma.post(f"/deployments/{made['id']}", {"budget": None}).body

    assert made["budget"] == renamed["budget"] == BUDGET
    assert "budget" not in cleared
    assert "budget" not in cma.create(budget=None).body


@pytest.mark.parametrize(
    "budget",
    [
        {},
        BUDGET | {"type": "hope"},
        BUDGET | {"max_list_cost": {"amount": "25.00", "currency": "USD"}},
        BUDGET | {"max_list_cost": {"amount": "2500", "currency": "usd"}},
    ],
)
def test_budget_is_a_limit(cma: Caller, budget: dict[str, Any]) -> None:
    """Nothing else is one."""
    assert cma.create(budget=budget).status == 400
