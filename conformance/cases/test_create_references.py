"""Create: what the references of a deployment have to name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.agent_forms import FORMS, agent_in
from conformance.expect import expect_error, expect_refusal, need_object
from conformance.failures import NotApplicable
from conformance.model import MUST, SHOULD
from conformance.requirement import observation, requirement
from conformance.revisions import CMA, QODER

if TYPE_CHECKING:
    from conformance.cases.conftest import Deployments
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.suite import Suite

pytestmark = pytest.mark.usefixtures("accepted")
"""The control: a body without the edit that each case makes was accepted in this run."""


@requirement("create-unknown-agent-is-404", MUST, source="create#errors", covers="CRE-017")
@FORMS
def test_an_unknown_agent_is_404(api: Client, complete_body: Object, form: str) -> None:
    """A create for an agent that does not exist is answered with 404 not_found_error."""
    exchange = api.create(complete_body | {"agent": agent_in(form, api.unknown_id("agent_"))})

    expect_error(exchange, 404)


@requirement("create-unknown-environment-is-404", MUST, source="create#errors", covers="CRE-018")
def test_an_unknown_environment_is_404(api: Client, complete_body: Object) -> None:
    """A create for an environment that does not exist is answered with 404 not_found_error."""
    exchange = api.create(complete_body | {"environment_id": api.unknown_id("env_")})

    expect_error(exchange, 404)


@pytest.fixture(params=["never used", "in use"])
def retired_agent_id(request: pytest.FixtureRequest, suite: Suite, deployments: Deployments) -> str:
    """An agent that is archived: one that no deployment ever used, or one that a deployment uses."""
    if request.param == "never used":
        return str(request.getfixturevalue("archived_agent_id"))
    id_ = suite.provision_agent()
    deployments(agent=id_)
    if not suite.client.archive_agent(id_).ok:
        raise NotApplicable("an agent in use could not be archived")
    return id_


@pytest.fixture(params=["never used", "in use"])
def retired_environment_id(request: pytest.FixtureRequest, suite: Suite, deployments: Deployments) -> str:
    """An environment that is archived: one that no deployment ever used, or one that a deployment uses."""
    if request.param == "never used":
        return str(request.getfixturevalue("archived_environment_id"))
    id_ = suite.provision_environment()
    deployments(environment_id=id_)
    if not suite.client.archive_environment(id_).ok:
        raise NotApplicable("an environment in use could not be archived")
    return id_


@requirement("create-archived-agent-is-400", MUST, source="create#errors", covers="CRE-019", revisions=QODER)
@FORMS
def test_an_archived_agent_is_refused(
    api: Client, body: Object, full_body: Object, retired_agent_id: str, form: str
) -> None:
    """A create for an archived agent is refused with 400 invalid_request_error, whatever else it sends."""
    agent = {"agent": agent_in(form, retired_agent_id)}
    plain, full = api.create(body | agent), api.create(full_body | body | agent)

    expect_error(plain, 400)
    expect_error(full, 400)


@requirement("create-archived-environment-is-400", MUST, source="create#errors", covers="CRE-020", revisions=QODER)
def test_an_archived_environment_is_refused(
    api: Client, body: Object, full_body: Object, retired_environment_id: str
) -> None:
    """A create for an archived environment is refused with 400 invalid_request_error, whatever else it sends."""
    environment = {"environment_id": retired_environment_id}
    plain, full = api.create(body | environment), api.create(full_body | body | environment)

    expect_error(plain, 400)
    expect_error(full, 400)


@requirement("create-archived-agent-is-refused", MUST, source="create#request-body", covers="CRE-019", revisions=(CMA,))
@FORMS
def test_an_archived_agent_is_refused_somehow(api: Client, body: Object, retired_agent_id: str, form: str) -> None:
    """A create for an archived agent is refused, with whichever status of 4xx."""
    exchange = api.create(body | {"agent": agent_in(form, retired_agent_id)})

    expect_refusal(exchange)


@requirement(
    "create-archived-environment-is-refused", MUST, source="create#request-body", covers="CRE-020", revisions=(CMA,)
)
def test_an_archived_environment_is_refused_somehow(api: Client, body: Object, retired_environment_id: str) -> None:
    """A create for an archived environment is refused, with whichever status of 4xx."""
    exchange = api.create(body | {"environment_id": retired_environment_id})

    expect_refusal(exchange)


@observation("create-archived-reference-status", source="create#errors", covers="CRE-019 CRE-020", revisions=(CMA,))
def observe_the_status_for_an_archived_agent(api: Client, body: Object, archived_agent_id: str) -> str:
    """With which status a create for an archived agent is refused."""
    return f"status-{api.create(body | {'agent': archived_agent_id}).status}"


@requirement("create-environment-not-a-string-is-400", MUST, source="conventions/errors#error-types", covers="CRE-006")
@pytest.mark.parametrize("value", [0, 1, True, False, [], ["{id}"], {}, {"id": "{id}"}], ids=repr)
def test_an_environment_that_is_no_string_is_refused(
    api: Client, body: Object, environment_id: str, value: Any
) -> None:
    """An environment_id that is a number, a boolean, an array or an object is refused with 400."""
    value = json.loads(json.dumps(value).replace("{id}", environment_id))

    exchange = api.create(body | {"environment_id": value})

    expect_error(exchange, 400)


@requirement("create-odd-environment-is-refused", MUST, source="create#errors", covers="CRE-006 CRE-018")
@pytest.mark.parametrize("odd", ["", " ", "conformance", "{environment}x", "{agent}"])
def test_a_string_that_names_no_environment_is_refused(api: Client, body: Object, odd: str) -> None:
    """An environment_id that is empty, malformed or of another kind names none, and is refused."""
    named = odd.format(agent=body["agent"], environment=body["environment_id"])

    exchange = api.create(body | {"environment_id": named})

    expect_refusal(exchange)


@requirement(
    "create-long-id-is-refused", MUST, source="create#request-body", covers="CRE-017 CRE-018", revisions=(CMA,)
)
@pytest.mark.parametrize("field", ["agent", "environment_id"])
@pytest.mark.parametrize("length", [129, 1000])
def test_an_id_that_is_too_long_is_refused(api: Client, body: Object, field: str, length: int) -> None:
    """An id of more than 128 characters is refused, also where it begins with one that exists."""
    exchange = api.create(body | {field: body[field].ljust(length, "0")})

    expect_refusal(exchange)


@requirement("create-odd-agent-is-refused", MUST, source="create#errors", covers="CRE-017")
@pytest.mark.parametrize("odd", [" ", "conformance", "{agent}x", "{environment}"])
@FORMS
def test_a_string_that_names_no_agent_is_refused(api: Client, body: Object, odd: str, form: str) -> None:
    """An agent that is malformed or of another kind names none, and is refused."""
    named = odd.format(agent=body["agent"], environment=body["environment_id"])

    exchange = api.create(body | {"agent": agent_in(form, named)})

    expect_refusal(exchange)


# --- of another account -----------------------------------------------------------------------------------------


@requirement("create-foreign-reference-is-refused", SHOULD, source="conventions/errors#error-types", covers="AUTH-009")
@pytest.mark.parametrize("field", ["agent", "environment_id"])
def test_a_reference_of_another_account_is_refused(
    api: Client, other_api: Client, body: Object, foreign: Object, field: str
) -> None:
    """A create for an agent or an environment of another account is refused."""
    own = need_object(other_api.create(body | foreign))
    need_object(other_api.archive(own["id"]))

    exchange = api.create(body | {field: foreign[field]})

    expect_refusal(exchange)
