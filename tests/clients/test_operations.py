"""Each official client does with the edition that it is made for all that it can do with deployments.

Those for Python check each answer by their own types (`_strict_response_validation`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from clients.conftest import ANTHROPIC, CLIENTS, NODE, QCA

if TYPE_CHECKING:
    from clients.conftest import Drive

pytestmark = pytest.mark.matrix

SCHEDULE = {"type": "cron", "expression": "0 9 1 1 *", "timezone": "Asia/Shanghai"}
SETTINGS = {"description": "By a client", "metadata": {"team": "a", "tier": "gold"}, "schedule": SCHEDULE}


@pytest.mark.parametrize("client", CLIENTS)
def test_it_creates_and_retrieves(drive: Drive, client: str) -> None:
    driven = drive(client)
    body = driven.body(**SETTINGS, resources=[], vault_ids=[])

    made = driven.sdk.create(**body)

    for member in ("name", "environment_id", "initial_events", "description", "metadata", "resources", "vault_ids"):
        assert made[member] == body[member]
    assert made["agent"]["id"] == driven.running.agent_id
    assert made["id"].startswith(driven.revision.deployment_prefix)
    assert (made["type"], made["status"], made["archived_at"]) == ("deployment", "active", None)
    assert {**made["schedule"], **SCHEDULE} == made["schedule"]
    assert len(made["schedule"]["upcoming_runs_at"]) == 5
    assert driven.sdk.retrieve(made["id"]) == made


@pytest.mark.parametrize("client", CLIENTS)
def test_it_takes_all_that_a_create_may_have(drive: Drive, client: str) -> None:
    driven = drive(client)
    agent = {"type": "agent", "id": driven.running.agent_id, "version": 1}
    outcome = {
        "type": "user.define_outcome",
        "description": "A report",
        "rubric": {"type": "text", "content": "It is short."},
        "max_iterations": 2,
    }
    events = [driven.revision.message("Hello"), outcome, driven.revision.message("Be brief", "system.message")]

    made = driven.sdk.create(**driven.body(agent=agent, initial_events=events))

    assert made["agent"] == agent
    assert [event["type"] for event in made["initial_events"]] == [event["type"] for event in events]


@pytest.mark.parametrize("client", QCA)
def test_it_sets_variables(drive: Drive, client: str) -> None:
    driven = drive(client)

    made = driven.sdk.create(**driven.body(environment_variables="LEVEL=1"))
    changed = driven.sdk.update(made["id"], environment_variables="LEVEL=2;MODE=x")

    assert [each["environment_variables"] for each in (made, changed)] == ["LEVEL=1", "LEVEL=2;MODE=x"]


@pytest.mark.parametrize("client", [*ANTHROPIC, NODE])
def test_it_sets_a_budget(drive: Drive, client: str) -> None:
    driven = drive(client)
    budget = {"type": "limit", "max_list_cost": {"amount": "2500", "currency": "USD"}}

    made = driven.sdk.create(**driven.body(budget=budget))

    assert made["budget"] == budget
    assert not driven.sdk.update(made["id"], budget=None).get("budget")


@pytest.mark.parametrize("client", CLIENTS)
def test_it_names_a_workspace_and_betas(drive: Drive, client: str) -> None:
    driven = drive(client)

    assert driven.sdk.create(**driven.body(workspace_id="workspace-1", betas=["some-2026-01-01"]))
    assert driven.sdk.listed(workspace_id="workspace-1", betas=["some-2026-01-01"])


@pytest.mark.parametrize("client", CLIENTS)
def test_it_updates_and_clears(drive: Drive, client: str) -> None:
    driven = drive(client)
    made = driven.sdk.create(**driven.body(**SETTINGS))

    changed = driven.sdk.update(made["id"], name="Renamed", metadata={"team": None, "tier": "silver"})
    cleared = driven.sdk.update(made["id"], description=None, schedule=None, resources=None, vault_ids=None)

    assert (changed["name"], changed["metadata"]) == ("Renamed", {"tier": "silver"})
    assert changed["description"] == made["description"]
    assert (cleared["description"] or None, cleared["schedule"], cleared["name"]) == (None, None, "Renamed")
    assert cleared["resources"] == cleared["vault_ids"] == []
    assert driven.sdk.retrieve(made["id"]) == cleared


@pytest.mark.parametrize("client", CLIENTS)
def test_it_pauses_unpauses_and_archives(drive: Drive, client: str) -> None:
    driven = drive(client)
    made = driven.sdk.create(**driven.body(schedule=SCHEDULE))

    paused = driven.sdk.act("pause", made["id"])
    resumed = driven.sdk.act("unpause", made["id"])
    archived = driven.sdk.act("archive", made["id"])

    assert (paused["status"], paused["paused_reason"]["type"]) == ("paused", "manual")
    assert (resumed["status"], resumed["paused_reason"]) == ("active", None)
    assert archived["archived_at"] is not None
    assert archived["schedule"]["upcoming_runs_at"] == []
    assert driven.sdk.retrieve(made["id"]) == archived


@pytest.mark.parametrize("client", CLIENTS)
def test_it_runs_and_reads_runs(drive: Drive, client: str) -> None:
    driven = drive(client)
    (deployment_id,) = driven.made()

    run = driven.sdk.act("run", deployment_id)

    assert (run["type"], run["deployment_id"], run["error"]) == ("deployment_run", deployment_id, None)
    assert run["trigger_context"]["type"] == "manual"
    assert run["session_id"]
    assert driven.sdk.run(run["id"]) == run
    assert driven.sdk.walk("deployment_runs.list") == [run]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_reads_a_run_that_failed(drive: Drive, client: str) -> None:
    driven = drive(client)
    driven.service.run_outcome = "failed"
    (deployment_id,) = driven.made()

    run = driven.sdk.act("run", deployment_id)

    assert (run["error"]["type"], run["session_id"]) == ("unknown_error", None)
    assert driven.sdk.listed_runs(has_error=True) == [run["id"]]


@pytest.mark.parametrize("client", CLIENTS)
def test_it_reads_a_run_by_schedule(drive: Drive, client: str) -> None:
    driven = drive(client)
    (deployment_id,) = driven.made(schedule=SCHEDULE | {"expression": "*/5 * * * *"})
    driven.service.clock.advance(300)
    driven.service.tick()

    (run,) = driven.sdk.walk("deployment_runs.list", trigger_type="schedule")

    assert run["trigger_context"].keys() == {"type", "scheduled_at"}
    assert driven.sdk.retrieve(deployment_id)["schedule"]["last_run_at"]


@pytest.mark.parametrize("client", QCA)
def test_it_reads_the_runs_of_a_deployment(drive: Drive, client: str) -> None:
    driven = drive(client)
    own, other = driven.made(2)
    run, *_ = (driven.sdk.act("run", each) for each in (own, other))

    assert driven.sdk.walk("deployments.runs.list", own) == [run]
    assert driven.sdk.ask("deployments.runs.retrieve", run["id"], deployment_id=own) == run


@pytest.mark.parametrize("client", CLIENTS)
def test_it_filters_deployments(drive: Drive, client: str) -> None:
    driven = drive(client)
    archived, paused, other, plain = driven.made(4)
    driven.sdk.act("archive", archived)
    driven.sdk.act("pause", paused)
    driven.sdk.update(other, agent=driven.running.second_agent_id)
    hour, now = timedelta(hours=1), datetime.now(UTC)

    assert driven.sdk.listed() == [paused, other, plain]
    assert driven.sdk.listed(include_archived=True) == [archived, paused, other, plain]
    assert driven.sdk.listed(status="paused") == [paused]
    assert driven.sdk.listed(agent_id=driven.running.second_agent_id) == [other]
    assert driven.sdk.listed(created_at_gte=now - hour, created_at_lte=now + hour) == [paused, other, plain]
    assert driven.sdk.listed(created_at_gte=now + hour) == driven.sdk.listed(created_at_lte=now - hour) == []


@pytest.mark.parametrize("client", CLIENTS)
def test_it_filters_runs(drive: Drive, client: str) -> None:
    driven = drive(client)
    own, other = driven.made(2)
    first, second = (driven.sdk.act("run", each)["id"] for each in (own, other))
    hour, now = timedelta(hours=1), datetime.now(UTC)

    assert driven.sdk.listed_runs() == [second, first]
    assert driven.sdk.listed_runs(deployment_id=own) == [first]
    assert driven.sdk.listed_runs(trigger_type="manual", has_error=False) == [second, first]
    assert driven.sdk.listed_runs(trigger_type="schedule") == driven.sdk.listed_runs(has_error=True) == []
    assert driven.sdk.listed_runs(created_at_gt=now - hour, created_at_lt=now + hour) == [second, first]
    assert driven.sdk.listed_runs(created_at_gte=now + hour) == driven.sdk.listed_runs(created_at_lte=now - hour) == []
