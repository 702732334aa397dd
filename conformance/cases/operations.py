"""The operations of the contract, each as one request that its right caller succeeds with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance import claims
from conformance.expect import Json, Object, need_object, need_page, settled
from conformance.failures import NotApplicable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.cases.conftest import Deployments
    from conformance.cases.found import Holdings
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

WRITES = ("create", "update", "pause", "unpause", "archive", "run")
READS = ("list", "get", "list-runs", "get-run", "list-all-runs", "get-run-global")
OPERATIONS = (*WRITES, *READS)
"""Named as their pages are."""

BELOW = ("list-runs", "get-run")
"""Those of the runs below a deployment, which not every edition has."""

BY_ID = tuple(operation for operation in OPERATIONS if operation not in {"create", "list", "list-all-runs"})
"""Those that name a deployment or a run in their path."""


@dataclass(frozen=True)
class Attempt:
    """One request that its right caller succeeds with; anybody may try to send it."""

    operation: str
    deployment_id: str = ""
    run_id: str = ""
    body: Object | None = None

    def by(self, caller: Client, **send: Any) -> Exchange:
        """Send it as this caller; what else is given goes to `Client.send`."""
        return _SEND[self.operation](caller, self, send)

    def effects(self, owner: Client) -> Json:
        """All that could show its owner that it was carried out, to be compared with what was seen before."""
        if self.operation == "create":
            return _ids_of_name(owner, str(self.body and self.body["name"]))
        further = owner.session.revision.further_members
        deployment = settled(need_object(owner.get(self.deployment_id)), further=further)
        # a schedule is never set here, so that each run is one of ours
        runs = need_page(owner.its_runs(self.deployment_id)).ids if self.operation == "run" else []
        return {"deployment": deployment, "runs": runs}


def _archive(caller: Client, it: Attempt, send: Mapping[str, Any]) -> Exchange:
    # not `Client.archive`: that takes a success for the truth, and a stranger's success is a lie or a defect
    return caller.send("POST", f"/deployments/{it.deployment_id}/archive", **send)


_SEND: Mapping[str, Callable[[Client, Attempt, Mapping[str, Any]], Exchange]] = {
    "create": lambda caller, it, send: caller.create(it.body, **send),
    "update": lambda caller, it, send: caller.update(it.deployment_id, {"description": "Changed"}, **send),
    "pause": lambda caller, it, send: caller.pause(it.deployment_id, **send),
    "unpause": lambda caller, it, send: caller.unpause(it.deployment_id, **send),
    "archive": _archive,
    "run": lambda caller, it, send: caller.run(it.deployment_id, **send),
    "list": lambda caller, _, send: caller.list({"limit": 1}, **send),
    "get": lambda caller, it, send: caller.get(it.deployment_id, **send),
    "list-runs": lambda caller, it, send: caller.runs_of(it.deployment_id, {"limit": 1}, **send),
    "get-run": lambda caller, it, send: caller.run_of(it.deployment_id, it.run_id, **send),
    "list-all-runs": lambda caller, _, send: caller.runs({"limit": 1}, **send),
    "get-run-global": lambda caller, it, send: caller.deployment_run(it.run_id, **send),
}


def _ids_of_name(owner: Client, name: str) -> list[str]:
    """The ids of all deployments of a name; what no answer told us of is put away like all that a run makes."""
    newest = need_page(owner.list({"limit": 100})).items
    found = [item for item in newest if item.get("name") == name]
    for item in found:
        claims.adopt(owner, "deployment", item, name)
    return [str(item.get("id")) for item in found]


@dataclass(frozen=True)
class Stage:
    """Makes what an attempt needs, and no sooner than it is needed: who may only read can still ask about reading."""

    fixture: Callable[[str], Any]

    @property
    def api(self) -> Client:
        """The right caller."""
        client: Client = self.fixture("api")
        return client

    @property
    def last(self) -> Exchange:
        """The last exchange of this case."""
        return self.api.session.sent[-1]

    @property
    def nobody(self) -> Client:
        """A caller without an Authorization header."""
        return self.api.with_authorization(None)

    @property
    def stranger(self) -> Client:
        """A caller with a token that nobody was given."""
        return self.api.with_token(f"pt-{'0' * 32}")

    def attempt(self, operation: str) -> Attempt:
        """An operation that is ready to succeed: each write gets a deployment of its own, in the state it needs."""
        self.offers(operation)
        if operation in {"list", "list-all-runs"}:
            return Attempt(operation)
        if operation == "create":
            return Attempt(operation, body=self.fixture("bodies")())
        if operation in READS:
            run_id = self.fixture("subject_run_id") if "get-run" in operation else ""
            return Attempt(operation, self.fixture("subject")["id"], run_id)
        id_ = self.made()
        if operation == "unpause":
            need_object(self.api.pause(id_))
        return Attempt(operation, id_)

    def filled(self, operation: str) -> Attempt:
        """The same, where a list that is asked for holds something of ours."""
        self.fixture(
            {"list": "subject", "list-runs": "subject_run_id", "list-all-runs": "subject_run_id"}.get(operation, "api")
        )
        return self.attempt(operation)

    def unknown(self, operation: str) -> Attempt:
        """An operation on ids that name nothing."""
        self.offers(operation)
        return Attempt(operation, self.api.unknown_deployment_id(), self.api.unknown_run_id())

    def offers(self, operation: str) -> None:
        """Go on only where this edition has the operation."""
        if operation in BELOW and not self.api.session.revision.scoped_runs:
            raise NotApplicable("this edition has no runs below a deployment")

    def made(self) -> str:
        """The id of a new deployment."""
        return str(self.fixture("deployments")()["id"])


# --- fixtures, for all modules through conftest.py --------------------------------------------------------------


@pytest.fixture(scope="session")
def stage(request: pytest.FixtureRequest) -> Stage:
    """Makes what an attempt needs."""
    return Stage(request.getfixturevalue)


@pytest.fixture(scope="session")
def subject(deployments: Deployments, suite: Suite, holdings: Holdings | None) -> Object:
    """A deployment that others may try to read: the answer to the create of one of ours, or one that was found."""
    if holdings is not None:
        return holdings.subject
    made = deployments(description="Nobody else's business")
    suite.shared.add(made["id"])
    return made


@pytest.fixture(scope="session")
def subject_run_id(api: Client, subject: Object, holdings: Holdings | None) -> str:
    """The id of a run of that deployment."""
    if holdings is not None:
        return holdings.run_of(subject["id"])
    return str(need_object(api.run(subject["id"]))["id"])


# --- callers, for all modules too ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def other_api(suite: Suite) -> Client:
    """The client with a token of another account."""
    return suite.client.with_token(_given(suite.settings.target.other_token, "DEPLOYMENTS_OTHER_TOKEN"))


@pytest.fixture(scope="session")
def expired_api(suite: Suite) -> Client:
    """The client with a token that has expired or was revoked."""
    return suite.client.with_token(_given(suite.settings.target.expired_token, "DEPLOYMENTS_EXPIRED_TOKEN"))


@pytest.fixture(scope="session")
def unscoped_api(suite: Suite) -> Client:
    """The client with a token whose scope does not cover deployments."""
    return suite.client.with_token(_given(suite.settings.target.unscoped_token, "DEPLOYMENTS_UNSCOPED_TOKEN"))


def _given(value: str | None, name: str) -> str:
    if not value:
        raise NotApplicable(f"no such token: set {name}")
    return value
