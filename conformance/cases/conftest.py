"""Every prerequisite of a case. What fails here makes a case inconclusive or not applicable, and never accuses.

Fixtures of session scope are shared by all cases and must only be read; what a case changes it makes for itself.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.cas_config import tuned  # noqa: F401 - a fixture
from conformance.cases.concurrency import crew  # noqa: F401 - a fixture
from conformance.cases.creates import complete_body, foreign  # noqa: F401 - fixtures
from conformance.cases.crowds import aged, crowd, elder, nursery, young_crowd, young_nursery  # noqa: F401 - fixtures
from conformance.cases.found import Holdings, agent_of, lacking
from conformance.cases.histories import busy, busy_list, crowded, history, young_history  # noqa: F401 - fixtures
from conformance.cases.manifolds import manifold  # noqa: F401 - a fixture
from conformance.cases.mixtures import mixture  # noqa: F401 - a fixture
from conformance.cases.operations import (  # noqa: F401 - fixtures
    expired_api,
    other_api,
    stage,
    subject,
    subject_run_id,
    unscoped_api,
)
from conformance.cases.pages import order, ranks  # noqa: F401 - fixtures
from conformance.cases.searches import haystack, searchable  # noqa: F401 - fixtures
from conformance.cases.showcase import another, known, show, writes  # noqa: F401 - fixtures
from conformance.cases.situations import refusals  # noqa: F401 - a fixture
from conformance.cases.states import (  # noqa: F401 - fixtures
    configured,
    either,
    furnished,
    scheduled,
    veterans,
    young_veterans,
)
from conformance.cases.updates import attachment, attachments, complete, edits, new_value  # noqa: F401 - fixtures
from conformance.expect import Object, need_object
from conformance.failures import NotApplicable
from conformance.lost_create import anew
from conformance.plugin import suite_of
from conformance.room import Room
from conformance.server_time import server_now

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.upcoming import Plan, Plans
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.revisions import Revision
    from conformance.suite import Suite


@dataclass(frozen=True)
class Bodies:
    """Makes valid bodies for a create: the required fields with a name of its own, and what is asked for besides."""

    suite: Suite
    agent_id: str
    environment_id: str

    def __call__(self, **changes: Any) -> Object:
        """A fresh minimal body; `changes` replaces or adds fields."""
        return {
            "name": next(self.suite.names),
            "agent": self.agent_id,
            "environment_id": self.environment_id,
            "initial_events": [self.suite.revision.message("Conformance test: no action is needed")],
        } | changes


@dataclass(frozen=True)
class Deployments:
    """Makes deployments that a case may change; they are archived when the case ends."""

    api: Client
    bodies: Bodies

    def __call__(self, **changes: Any) -> Object:
        """Create one, as a control: any success will do. Returns the answer."""
        if "name" in changes:
            return need_object(self.api.create(self.bodies(**changes)))
        return need_object(anew(lambda: self.api.create(self.bodies(**changes))))

    def fresh(self, deployment: Object) -> Object:
        """What a GET says of a deployment now, as a control."""
        return need_object(self.api.get(deployment["id"]))


# --- the run --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _begun_early(request: pytest.FixtureRequest, suite: Suite) -> None:
    """Begin what needs the clock to go on, if any case will ask for it; it grows between the cases."""
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    early = [begun for late, begun in EARLY.items() if late in wanted and suite.settings.consent.writes]
    with suite.aside():
        for name in early:
            with contextlib.suppress(Exception):  # whoever asks for it will hear
                request.getfixturevalue(name)


EARLY = {
    "accepted": "accepted",
    "nursery": "young_nursery",
    "veterans": "young_veterans",
    "history": "young_history",
    "crowd": "young_crowd",
}
"""What cases ask for, and what is begun for it, in this order."""


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Suite:
    """This process's share of the run."""
    return suite_of(pytestconfig)


@pytest.fixture(scope="session")
def holdings(suite: Suite) -> Holdings | None:
    """What the account holds, where nothing may be made; None where all is made that is needed."""
    if suite.settings.consent.writes:
        return None
    found = Holdings(suite.client)
    suite.look_again = found.disturbed
    return found


@pytest.fixture(scope="session")
def revision(suite: Suite) -> Revision:
    """The edition of the contract."""
    return suite.revision


@pytest.fixture(scope="session")
def api(suite: Suite) -> Client:
    """The client, with the token that may do everything."""
    return suite.client


# --- agents and environments ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def agent_id(suite: Suite, holdings: Holdings | None) -> str:
    """An agent that deployments may refer to, or do."""
    if holdings is not None:
        return agent_of(holdings.subject) or lacking("no deployment that shows its agent")
    return suite.settings.target.agent_id or suite.provision_agent()


@pytest.fixture(scope="session")
def second_agent_id(suite: Suite) -> str:
    """Another agent."""
    return suite.settings.target.second_agent_id or _provisioned_agent(suite, "--second-agent-id")


@pytest.fixture(scope="session")
def environment_id(suite: Suite, holdings: Holdings | None) -> str:
    """An environment that deployments may refer to, or do."""
    if holdings is not None:
        return str(holdings.subject.get("environment_id") or lacking("no deployment that shows its environment"))
    return suite.settings.target.environment_id or suite.provision_environment()


@pytest.fixture(scope="session")
def second_environment_id(suite: Suite) -> str:
    """Another environment."""
    return suite.provision_environment()


@pytest.fixture(scope="session")
def archived_agent_id(suite: Suite) -> str:
    """An agent that is archived."""
    if given := suite.settings.target.archived_agent_id:
        return given
    id_ = _provisioned_agent(suite, "--archived-agent-id")
    if not suite.client.archive_agent(id_).ok:
        raise NotApplicable("no agent could be archived: give --archived-agent-id")
    return id_


@pytest.fixture(scope="session")
def archived_environment_id(suite: Suite) -> str:
    """An environment that is archived."""
    if given := suite.settings.target.archived_environment_id:
        return given
    id_ = suite.provision_environment()
    if not suite.client.archive_environment(id_).ok:
        raise NotApplicable("no environment could be archived: give --archived-environment-id")
    return id_


@pytest.fixture
def versioned_agent_id(suite: Suite) -> str:
    """An agent of our own at version 1, for a case to give it more with `new_agent_version`."""
    return _provisioned_agent(suite, "an agents endpoint")


def new_agent_version(api: Client, agent_id: str) -> int:
    """Give an agent of our own a new version, as a control; returns its number."""
    read = need_object(api.send("GET", f"/agents/{agent_id}"))
    version = read.get("version")
    body = {"name": read.get("name"), "model": read.get("model", "auto"), "description": f"after {version}"}
    exchange = api.update_agent(agent_id, body | {"version": version})
    if not exchange.ok:
        raise NotApplicable(f"the agent could not be given a new version ({exchange.status})")
    updated = need_object(exchange)
    number = updated.get("version")
    if not isinstance(number, int) or number == version:
        raise NotApplicable("an update gave the agent no new version")
    return number


def _provisioned_agent(suite: Suite, instead: str) -> str:
    try:
        return suite.provision_agent()
    except NotApplicable:
        raise NotApplicable(f"no further agent could be made: give {instead}") from None


# --- bodies and deployments -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def bodies(suite: Suite, agent_id: str, environment_id: str) -> Bodies:
    """Makes valid bodies for a create."""
    return Bodies(suite, agent_id, environment_id)


@pytest.fixture
def body(bodies: Bodies) -> Object:
    """A valid minimal body for a create."""
    return bodies()


@pytest.fixture(scope="session")
def deployments(api: Client, bodies: Bodies) -> Deployments:
    """Makes deployments that a case may change."""
    return Deployments(api, bodies)


@pytest.fixture
def deployment(deployments: Deployments) -> Object:
    """A minimal deployment that the case may change: the answer to its create."""
    return deployments()


@pytest.fixture(scope="session")
def accepted(api: Client, bodies: Bodies, suite: Suite) -> Object:
    """The control for refusals: a minimal body like the one that is going to be refused was accepted in this run."""
    created = need_object(anew(lambda: api.create(bodies())))
    suite.shared.add(created["id"])
    suite.room = Room(api, bodies, suite.shared, created["id"])
    return created


@pytest.fixture(scope="session")
def full_body(bodies: Bodies, api: Client, revision: Revision) -> Object:
    """A valid body with every optional field that this edition documents fully (no resources, no vaults)."""
    from conformance.far_schedules import far_month

    month = far_month(server_now(api))
    return bodies(
        description="Everything set",
        schedule={"type": "cron", "expression": f"30 9 1 {month} *", "timezone": "Asia/Shanghai"},
        initial_events=[revision.message("First"), revision.message("Second")],
        resources=[],
        vault_ids=[],
        metadata={"team": "conformance", "Team": "Other case", "empty": ""},
    )


@pytest.fixture(scope="session")
def full_exchange(api: Client, full_body: Object, suite: Suite) -> Exchange:
    """The create of a deployment with every field set, shared and only to be read."""
    exchange = api.create(full_body)
    suite.shared.add(need_object(exchange)["id"])
    return exchange


@pytest.fixture(scope="session")
def full(full_exchange: Exchange) -> Object:
    """The answer to the create of a deployment with every field set, shared and only to be read."""
    return need_object(full_exchange)


@pytest.fixture
def paused(api: Client, deployments: Deployments) -> Object:
    """A paused deployment that the case may change: the answer to its pause."""
    return need_object(api.pause(deployments()["id"]))


@pytest.fixture(scope="session")
def archived(api: Client, deployments: Deployments, suite: Suite, holdings: Holdings | None) -> Object:
    """An archived deployment with a schedule, shared and not to be changed: the answer to its archive; or one found."""
    from conformance.far_schedules import far_month

    if holdings is not None:
        return holdings.archived
    month = far_month(server_now(api))
    made = deployments(schedule={"type": "cron", "expression": f"0 6 2 {month} *", "timezone": "UTC"})
    suite.shared.add(made["id"])
    return need_object(api.archive(made["id"]))


# --- schedules ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def plans(suite: Suite, bodies: Bodies, accepted: Object) -> Plans:  # noqa: ARG001 - the control: it works without one
    """Deployments with the schedules of the catalogues by name, shared and only to be read."""
    from conformance.cases.upcoming import Plans
    from conformance.far_schedules import ambiguous_catalogue, catalogue

    now = server_now(suite.client)
    return Plans(suite, bodies, {schedule.name: schedule for schedule in (*catalogue(now), *ambiguous_catalogue(now))})


@pytest.fixture
def plan(plans: Plans, request: pytest.FixtureRequest) -> Plan:
    """One schedule of the catalogues, and what came of it; cases name it with `planned`."""
    return plans(request.param)


@pytest.fixture(scope="session")
def slow(suite: Suite) -> None:
    """Consent to wait for the clock, for minutes."""
    if not suite.settings.options.slow:
        raise NotApplicable("waits for the clock: give --slow")


@pytest.fixture
def now(api: Client) -> datetime:
    """The target's clock, as an aware datetime in UTC."""
    return server_now(api)
