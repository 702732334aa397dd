"""The rules of the contract, as the reference keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reference.conftest import Caller

DAILY = {"type": "cron", "expression": "0 9 * * *", "timezone": "Asia/Shanghai"}


def test_documented_example_is_answered_as_documented(api: Caller) -> None:
    """Create, get and list show the same, with the instants of the documentation."""
    made = api.made(schedule=DAILY, metadata={"team": "a"})

    assert made["created_at"] == "2026-06-14T08:53:32Z"
    assert made["schedule"]["upcoming_runs_at"][0] == "2026-06-15T01:00:00Z"
    assert made["agent"] == {"id": api.ids["agent_id"], "type": "agent", "version": 1}
    assert made["metadata"]["cas_config"]["config"]["timeout_ms"] == 300_000
    assert api.get(f"/deployments/{made['id']}").body == made == api.get("/deployments").body["data"][0]


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer x", "Basic eDp5", "token"])
def test_other_credentials_are_refused_before_all_else(api: Caller, header: str) -> None:
    """Who is not known learns nothing, not even that a path does not exist."""
    for method, target in (("POST", "/deployments"), ("GET", "/nowhere"), ("DELETE", "/deployments")):
        answer = api.send(method, target, b"{", authorization=header)
        assert (answer.status, answer.body["error"]["type"]) == (401, "authentication_error")


def test_tokens_reach_what_they_stand_for(api: Caller) -> None:
    """Each of the four tokens has its own answer."""
    made = api.made()
    seen = {
        kind: api.send("GET", f"/deployments/{made['id']}", authorization=f"Bearer {token}").status
        for kind, token in api.service.tokens.items()
    }

    assert seen == {"full": 200, "other": 404, "expired": 401, "unscoped": 403}


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b"\xff", b"\xef\xbb\xbf{}", b'{"a":NaN}', b'{"a":1e999}', b'{"name":"\\ud800"}', b"[" * 99_999],
)
def test_what_is_no_json_object_is_refused(api: Caller, raw: bytes) -> None:
    """Broken, foreign and bottomless bodies are all refused alike."""
    assert api.post("/deployments", raw).body["error"]["type"] == "invalid_request_error"


def test_body_over_4_mb_is_refused(api: Caller) -> None:
    """One byte too many is too many."""
    assert api.post("/deployments", b" " * (4 * 1024 * 1024 + 1)).status == 400


def test_missing_name_is_named(api: Caller) -> None:
    """The error tells which field lacks."""
    error = api.post("/deployments", {}).body["error"]

    assert error == {"type": "invalid_request_error", "message": "Missing required field: name", "param": "name"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": "ä" * 256}, 200),
        ({"name": "x" * 257}, 400),
        ({"name": ""}, 400),
        ({"name": 1}, 400),
        ({"description": None}, 200),
        ({"agent": "agent_0"}, 404),
        ({"agent": True}, 400),
        ({"environment_id": "env_0"}, 404),
        ({"initial_events": []}, 400),
        ({"initial_events": [{"type": "user.message"}] * 50}, 200),
        ({"initial_events": [{"type": "user.message"}] * 51}, 400),
        ({"initial_events": [{"type": "x"}]}, 400),
        ({"resources": [{"type": "folder"}]}, 400),
        ({"vault_ids": ["v"] * 51}, 400),
        ({"vault_ids": [1]}, 400),
        ({"schedule": {"type": "cron", "expression": "0 9 * * *"}}, 400),
        ({"schedule": DAILY | {"timezone": "Mars/Base"}}, 400),
        ({"schedule": DAILY | {"expression": "@daily"}}, 400),
        ({"metadata": {"k" * 65: ""}}, 400),
        ({"metadata": {"k": "v" * 513}}, 400),
        ({"metadata": {"k": 1}}, 400),
        ({"metadata": {f"k{n}": "" for n in range(17)}}, 400),
        ({"metadata": {"cas_config": {"note": "v" * 999}, **{f"k{n}": "" for n in range(16)}}}, 200),
    ],
)
def test_fields_are_judged_alike_by_create_and_update(api: Caller, change: dict[str, object], status: int) -> None:
    """A value is as good for one as for the other."""
    made = api.made()

    assert api.create(**change).status == status
    assert api.post(f"/deployments/{made['id']}", change).status == status


def test_archived_references_are_refused(api: Caller) -> None:
    """What is archived cannot be referred to."""
    assert api.create(agent=api.ids["archived_agent_id"]).status == 400
    assert api.create(environment_id=api.ids["archived_environment_id"]).status == 400


def test_versions_are_pinned(api: Caller) -> None:
    """A string pins the version that is the latest now."""
    made = api.made()
    agent = f"/agents/{api.ids['agent_id']}"
    assert api.post(agent, {"version": 1}).body["version"] == 2
    assert api.post(agent, {"version": 1}).status == 409

    assert api.get(f"/deployments/{made['id']}").body["agent"]["version"] == 1
    assert api.made()["agent"]["version"] == 2
    assert api.create(agent={"id": api.ids["agent_id"], "type": "agent", "version": 3}).status == 404


def test_update_merges_and_is_atomic(api: Caller) -> None:
    """A bad field spoils the whole update, a good one changes itself alone."""
    made = api.made(schedule=DAILY, metadata={"a": "1", "b": "2"})
    path = f"/deployments/{made['id']}"
    assert api.post(path, {"description": "new", "name": ""}).status == 400
    assert api.get(path).body == made

    api.clock.advance(2)
    changed = api.post(path, {"metadata": {"a": None, "c": ""}}).body
    del made["metadata"]["a"]
    made["metadata"]["c"] = ""
    assert changed == made | {"updated_at": "2026-06-14T08:53:34Z"}
    assert api.post(path, {"schedule": None}).body["schedule"] is None


def test_states_change_once(api: Caller) -> None:
    """Each change of state is refused when repeated."""
    path = f"/deployments/{api.made(schedule=DAILY)['id']}"
    steps = ["pause", "pause", "run", "unpause", "unpause", "run", "archive", "archive", "run", "pause"]

    assert [api.post(f"{path}/{step}").status for step in steps] == [200, 409, 409, 200, 409, 200, 200, 409, 409, 409]
    archived = api.get(path).body
    assert archived["name"] == "d_archived_1781427212"
    assert (archived["status"], archived["schedule"]["upcoming_runs_at"]) == ("active", [])
    assert archived["metadata"]["cas_config"]["stats"]["total_runs"] == 1


def test_undocumented_methods_do_nothing(api: Caller) -> None:
    """There is no delete, no patch and no way back."""
    path = f"/deployments/{api.made()['id']}"

    assert api.send("DELETE", path).status == api.send("PATCH", path, {"name": "x"}).status == 405
    assert api.get(f"{path}/pause").status == 405
    assert api.post(f"{path}/unarchive").status == 404
    assert api.get(path).body["status"] == "active"
