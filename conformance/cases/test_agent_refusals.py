"""Agent references that are refused, or that the contract says nothing about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.conftest import new_agent_version
from conformance.cases.updates import expect_accepted
from conformance.expect import expect_equal, expect_error, expect_status, need, need_object, need_success, resolve
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, NEWER, QODER, QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.expect import Object
    from conformance.suite import Suite

SOURCE = "create#request-body"
ERRORS = "create#errors"
WRITES = pytest.mark.parametrize("written_by", ["create", "update"])


@pytest.fixture(scope="session")
def pinned(api: Client, bodies: Bodies, accepted: Object, suite: Suite) -> Object:
    """The control for refusals: an agent reference in the form of an object that was accepted in this run."""
    shown = accepted.get("agent")
    need(isinstance(shown, dict) and isinstance(shown.get("version"), int), "the agent has to be shown as an object")
    agent = {"id": accepted["agent"]["id"], "type": "agent", "version": accepted["agent"]["version"]}
    suite.shared.add(need_object(api.create(bodies(agent=agent)))["id"])
    return agent


@pytest.fixture
def write(api: Client, bodies: Bodies, deployment: Object, written_by: str) -> Any:
    """Sends an agent reference in a create, or in an update of a deployment that has another."""

    def send(agent: Any) -> Exchange:
        return (
            api.create(bodies(agent=agent))
            if written_by == "create"
            else api.update(deployment["id"], {"agent": agent})
        )

    return send


@requirement("agent-unknown-version-refused", SHOULD, source=ERRORS, covers="AGT-003")
@pytest.mark.parametrize("beyond", [1, 1_000_000])
@WRITES
def test_a_version_that_does_not_exist_is_refused(write: Any, pinned: Object, beyond: int) -> None:
    """A reference to a version that the agent does not have is refused with 400 or 404, in a create and an update."""
    need_success(write(pinned))

    exchange = write(pinned | {"version": pinned["version"] + beyond})

    expect_status(exchange, 400, 404)


@requirement("agent-version-below-1-refused", SHOULD, source=ERRORS, covers="AGT-006")
@pytest.mark.parametrize("version", [0, -1])
@WRITES
def test_a_version_below_1_is_refused(write: Any, pinned: Object, version: int) -> None:
    """Versions begin at 1: a reference to version 0 or less is refused with 400 or 404."""
    need_success(write(pinned))

    exchange = write(pinned | {"version": version})

    expect_status(exchange, 400, 404)


@requirement("agent-version-wrong-type-refused", SHOULD, source="conventions/errors", covers="AGT-006")
@pytest.mark.parametrize("version", ["text", "latest", 1.5, True, "list"])
@WRITES
def test_a_version_that_is_no_integer_is_refused(write: Any, pinned: Object, version: Any) -> None:
    """A version that is a string, a fraction, a boolean or an array is refused with 400."""
    need_success(write(pinned))
    value = {"text": str(pinned["version"]), "list": [pinned["version"]]}.get(version, version)

    exchange = write(pinned | {"version": value})

    expect_error(exchange, 400)


@requirement("agent-object-without-id-refused", SHOULD, source="conventions/errors", covers="AGT-006")
@pytest.mark.parametrize("id_", ["missing", None, 5, "list"])
@WRITES
def test_an_object_without_an_id_is_refused(write: Any, pinned: Object, id_: Any) -> None:
    """An object that has no id, or one that is not a string, is refused with 400."""
    need_success(write(pinned))
    rest = {key: value for key, value in pinned.items() if key != "id"}
    value = {"list": [pinned["id"]]}.get(id_, id_)

    exchange = write(rest if id_ == "missing" else rest | {"id": value})

    expect_error(exchange, 400)


@requirement("agent-other-kind-refused", SHOULD, source=SOURCE, covers="AGT-006")
@pytest.mark.parametrize("type_", ["environment", "model", "agents", "Agent", 1])
@WRITES
def test_an_object_of_another_type_is_refused(write: Any, pinned: Object, type_: Any) -> None:
    """An object whose type is not "agent" is refused with 400."""
    need_success(write(pinned))

    exchange = write(pinned | {"type": type_})

    expect_error(exchange, 400)


@requirement("agent-wrong-type-refused", MUST, source="conventions/errors", covers="AGT-007")
@pytest.mark.parametrize("agent", [5, 1.5, True, False, "no items", "strings", "objects"])
def test_an_agent_of_the_wrong_type_is_refused(api: Client, bodies: Bodies, pinned: Object, agent: Any) -> None:
    """An agent that is a number, a boolean or an array is refused with 400."""
    value = {"no items": [], "strings": [pinned["id"]], "objects": [pinned]}.get(agent, agent)

    exchange = api.create(bodies(agent=value))

    expect_error(exchange, 400)


@requirement("agent-empty-refused", SHOULD, source=ERRORS, covers="AGT-007")
@pytest.mark.parametrize("form", ["string", "id", "object"])
def test_an_empty_agent_is_refused(api: Client, bodies: Bodies, pinned: Object, form: str) -> None:
    """An empty string, an object with an empty id and an empty object are refused with 400 or 404."""
    value: Any = {"string": "", "id": pinned | {"id": ""}, "object": {}}[form]

    exchange = api.create(bodies(agent=value))

    expect_status(exchange, 400, 404)


# --- what may be left out ---------------------------------------------------------------------------------------


@requirement("agent-object-without-type-refused", MUST, source=SOURCE, covers="AGT-004", revisions=NEWER)
@WRITES
def test_an_object_without_a_type_is_refused(write: Any, pinned: Object) -> None:
    """An object that does not say that it refers to an agent, by its type, is refused with 400."""
    need_success(write(pinned))

    exchange = write({"id": pinned["id"], "version": pinned["version"]})

    expect_error(exchange, 400)


@requirement("agent-object-without-version-is-latest", MUST, source=SOURCE, covers="AGT-005", revisions=(CMA,))
@WRITES
def test_an_object_without_a_version_is_the_latest(api: Client, write: Any, versioned_agent_id: str) -> None:
    """An object may leave out the version, and then refers to the latest one."""
    latest = new_agent_version(api, versioned_agent_id)

    exchange = write({"id": versioned_agent_id, "type": "agent"})

    shown = resolve(expect_accepted(exchange), "/agent/version")
    expect_equal(shown, latest, "the version", at=exchange, pointer="/agent/version")


# --- left open ------------------------------------------------------------------------------------------------


@observation("agent-object-without-type", source=SOURCE, covers="AGT-004", revisions=(QODER_JUNE,))
def test_an_object_without_a_type(api: Client, bodies: Bodies, pinned: Object) -> str:
    """Whether a reference in the form of an object may leave out its type."""
    exchange = api.create(bodies(agent={"id": pinned["id"], "version": pinned["version"]}))

    return "accepted" if exchange.ok else f"refused-with-{exchange.status}"


@observation("agent-object-without-version", source=SOURCE, covers="AGT-005", revisions=QODER)
def test_an_object_without_a_version(api: Client, bodies: Bodies, versioned_agent_id: str) -> str:
    """Whether a reference in the form of an object may leave out the version, and which one is then meant."""
    latest = new_agent_version(api, versioned_agent_id)

    exchange = api.create(bodies(agent={"id": versioned_agent_id, "type": "agent"}))

    if not exchange.ok:
        return f"refused-with-{exchange.status}"
    return "latest" if resolve(need_object(exchange), "/agent/version") == latest else "another"
