"""Agent references: a string means the latest version, an object pins one, and a pinned version stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.agent_forms import FORMS
from conformance.cases.conftest import new_agent_version
from conformance.cases.upcoming import cron, expect_accepted, listed
from conformance.expect import Json, expect_equal, need, need_object, need_page, need_success, resolve
from conformance.far_schedules import far_month
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from conformance.cases.conftest import Bodies, Deployments
    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object

CREATE = "create#request-body"
UPDATE = "update#request-body"


@dataclass(frozen=True)
class Versions:
    """An agent of our own with three versions."""

    id: str
    first: Json
    middle: Json
    latest: Json

    def pin(self, which: str) -> Object:
        """A reference to one version: "first", "middle" or "latest"."""
        return reference(self.id, getattr(self, which))


def reference(id_: str, version: Json) -> Object:
    """A reference that pins a version."""
    return {"id": id_, "type": "agent", "version": version}


@pytest.fixture
def versions(api: Client, versioned_agent_id: str) -> Versions:
    """An agent of our own, which no other case refers to."""
    first = need_object(api.send("GET", f"/agents/{versioned_agent_id}")).get("version")
    need(isinstance(first, int), "an agent has to show its version")
    middle, latest = (new_agent_version(api, versioned_agent_id) for _ in range(2))
    return Versions(versioned_agent_id, first, middle, latest)


def expect_agent(shown: Object, wanted: Object, *, at: Exchange, pointer: str = "") -> None:
    """A deployment or a run shows this agent in this version."""
    __tracebackhide__ = True
    agent = resolve(shown, "/agent")
    actual = {key: agent.get(key) for key in wanted} if isinstance(agent, dict) else agent
    expect_equal(actual, wanted, "the agent", at=at, pointer=f"{pointer}/agent")


# --- create ---------------------------------------------------------------------------------------------------


@requirement("agent-string-is-latest", MUST, source=CREATE, covers="AGT-001")
@pytest.mark.parametrize("updates", [0, 1, 2])
def test_a_string_refers_to_the_latest_version(
    api: Client, deployments: Deployments, bodies: Bodies, versioned_agent_id: str, updates: int
) -> None:
    """An agent given as a string is shown as an object with the version that is the latest at that moment."""
    latest = need_object(api.send("GET", f"/agents/{versioned_agent_id}")).get("version")
    for _ in range(updates):
        deployments(agent=versioned_agent_id)
        latest = new_agent_version(api, versioned_agent_id)

    created = api.create(bodies(agent=versioned_agent_id))

    for exchange in (created, api.get(expect_accepted(created)["id"])):
        expect_agent(need_object(exchange), reference(versioned_agent_id, latest), at=exchange)


@requirement("agent-object-pins", MUST, source=CREATE, covers="AGT-002")
@pytest.mark.parametrize("which", ["first", "middle", "latest"])
def test_an_object_pins_a_version(api: Client, bodies: Bodies, versions: Versions, which: str) -> None:
    """An agent given as an object with a version is shown as just that, wherever the deployment is shown."""
    created = api.create(bodies(agent=versions.pin(which)))

    deployment = expect_accepted(created)
    for exchange in (created, api.get(deployment["id"])):
        expect_agent(need_object(exchange), versions.pin(which), at=exchange)
    element, page, pointer = listed(api, deployment)
    expect_agent(element, versions.pin(which), at=page, pointer=pointer)


@requirement("agent-string-and-object-agree", MUST, source=CREATE, covers="AGT-001 AGT-002")
def test_both_forms_refer_to_the_same_agent(api: Client, bodies: Bodies, accepted: Object) -> None:
    """The agent that a deployment shows can be sent as it is, and is shown the same again."""
    shown = accepted.get("agent")
    need(isinstance(shown, dict), "the agent has to be shown as an object")
    agent = {key: value for key, value in dict(shown or {}).items() if key in {"id", "type", "version"}}

    exchange = api.create(bodies(agent=agent))

    expect_agent(expect_accepted(exchange), agent, at=exchange)


# --- what is pinned stays -------------------------------------------------------------------------------------


@requirement("agent-pinned-stays", MUST, source=CREATE, covers="AGT-008")
@pytest.mark.parametrize("then", ["nothing", "rename", "metadata", "schedule", "pause", "pause and unpause", "archive"])
def test_a_pinned_version_stays(
    api: Client, deployments: Deployments, versions: Versions, now: datetime, then: str
) -> None:
    """A deployment that pins a version keeps it when the agent gets a new one, and when it is changed otherwise."""
    pinned = versions.pin("latest")
    made = deployments(agent=pinned)
    new_agent_version(api, versions.id)
    patches: dict[str, Object] = {
        "rename": {"name": f"{made['name']} renamed"},
        "metadata": {"metadata": {"team": "conformance"}},
        "schedule": {"schedule": cron(f"30 9 12 {far_month(now)} *")},
    }

    if then in patches:
        need_success(api.update(made["id"], patches[then]))
    if "pause" in then:
        need_success(api.pause(made["id"]))
    if "unpause" in then:
        need_success(api.unpause(made["id"]))
    if "archive" in then:
        need_success(api.archive(made["id"]))

    exchange = api.get(made["id"])
    expect_agent(need_object(exchange), pinned, at=exchange)


@requirement("agent-string-stays", MUST, source=CREATE, covers="AGT-009", revisions=(CMA,))
@pytest.mark.parametrize("then", ["nothing", "rename", "pause", "run"])
def test_what_a_string_refers_to_stays(api: Client, deployments: Deployments, versions: Versions, then: str) -> None:
    """A deployment made with a string keeps the version that was the latest then, until an update names an agent."""
    made = deployments(agent=versions.id)
    new_agent_version(api, versions.id)
    afterwards: dict[str, Callable[[], Exchange]] = {
        "rename": lambda: api.update(made["id"], {"name": f"{made['name']} renamed"}),
        "pause": lambda: api.pause(made["id"]),
        "run": lambda: api.run(made["id"]),
    }
    if then in afterwards:
        need_success(afterwards[then]())

    exchange = api.get(made["id"])

    expect_agent(need_object(exchange), versions.pin("latest"), at=exchange)


@observation("agent-string-after-new-version", source=CREATE, covers="AGT-009", revisions=QODER)
def test_whether_a_string_follows_new_versions(api: Client, deployments: Deployments, versions: Versions) -> str:
    """Whether a deployment made with a string keeps the version that was the latest then, or shows each new one."""
    made = deployments(agent=versions.id)
    newer = new_agent_version(api, versions.id)

    exchange = api.get(made["id"])

    shown = resolve(need_object(exchange), "/agent/version")
    return {versions.latest: "pin", newer: "float"}.get(shown, "otherwise")


# --- update ---------------------------------------------------------------------------------------------------


@requirement("agent-update-string-is-latest", SHOULD, source=UPDATE, covers="AGT-010")
@pytest.mark.parametrize("before", ["first", "latest", "string"])
def test_an_update_with_a_string_refers_to_the_latest_version(
    api: Client, deployments: Deployments, versions: Versions, before: str
) -> None:
    """An update with a string, though it names the same agent, refers to the version that is the latest by then."""
    made = deployments(agent=versions.id if before == "string" else versions.pin(before))
    newer = new_agent_version(api, versions.id)

    updated = api.update(made["id"], {"agent": versions.id})

    need_success(updated)
    for exchange in (updated, api.get(made["id"])):
        expect_agent(need_object(exchange), reference(versions.id, newer), at=exchange)


@requirement("agent-update-object-pins", MUST, source=UPDATE, covers="AGT-002")
@pytest.mark.parametrize(("before", "after"), [("latest", "first"), ("first", "middle"), ("first", "latest")])
def test_an_update_with_an_object_pins_a_version(
    api: Client, deployments: Deployments, versions: Versions, before: str, after: str
) -> None:
    """An update with an object pins the version that it names, be it older or newer than the one before."""
    made = deployments(agent=versions.pin(before))

    updated = api.update(made["id"], {"agent": versions.pin(after)})

    expect_accepted(updated)
    for exchange in (updated, api.get(made["id"])):
        expect_agent(need_object(exchange), versions.pin(after), at=exchange)


@requirement("agent-update-to-another", MUST, source=UPDATE, covers="AGT-001 AGT-002")
@FORMS
def test_an_update_may_name_another_agent(api: Client, deployments: Deployments, versions: Versions, form: str) -> None:
    """An update may move a deployment to another agent, in the version that it names, or in the latest one."""
    made = deployments()
    agent: Any = versions.id if form == "string" else versions.pin("middle")

    updated = api.update(made["id"], {"agent": agent})

    expect_accepted(updated)
    wanted = versions.pin("latest" if form == "string" else "middle")
    for exchange in (updated, api.get(made["id"])):
        expect_agent(need_object(exchange), wanted, at=exchange)


# --- runs -----------------------------------------------------------------------------------------------------


@requirement("agent-of-a-run", SHOULD, source="run#response-fields", covers="AGT-011")
@pytest.mark.parametrize("which", ["first", "latest"])
def test_a_run_is_of_the_version_in_force(
    api: Client, deployments: Deployments, versions: Versions, history: History, which: str
) -> None:
    """A run shows the agent in the version that its deployment refers to, though there are newer ones, and keeps it."""
    need(bool(history.runs(history.busy)), "a deployment had to be run first")
    made = deployments(agent=versions.pin(which))
    new_agent_version(api, versions.id)

    exchange = api.run(made["id"])

    expect_agent(expect_accepted(exchange), versions.pin(which), at=exchange)
    read = api.get(made["id"])
    expect_agent(need_object(read), versions.pin(which), at=read)


@requirement("agent-of-a-past-run", SHOULD, source="get-run#response", covers="AGT-011")
def test_a_past_run_keeps_its_version(api: Client, deployments: Deployments, versions: Versions) -> None:
    """A run keeps the version that it ran with when its deployment moves to another, and the next run is of that."""
    made = deployments(agent=versions.pin("first"))
    run = need_object(api.run(made["id"]))
    moved = need_object(api.update(made["id"], {"agent": versions.pin("latest")}))
    need(resolve(moved, "/agent/version") == versions.latest, "the update has to take effect")

    reads = (api.its_run(made["id"], run["id"]), api.deployment_run(run["id"]))
    lists = (api.its_runs(made["id"]), api.runs({"deployment_id": made["id"]}))
    following = api.run(made["id"])

    for later in reads:
        expect_agent(need_object(later), versions.pin("first"), at=later)
    for later in lists:
        for item in (each for each in need_page(later).items if each.get("id") == run["id"]):
            expect_agent(item, versions.pin("first"), at=later)
    expect_agent(need_object(following), versions.pin("latest"), at=following)
