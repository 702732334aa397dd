"""Deployment objects in the answers of all operations, made for the purpose or found in the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from conformance.cases.found import Holdings, agent_of, lacking, while_it_holds
from conformance.cases.pages import find
from conformance.cases.upcoming import listed
from conformance.expect import Object, need_object
from conformance.failures import NotPermitted

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.suite import Suite

SCHEDULED = frozenset({"create", "get", "list"})
"""These show a deployment that was made with a schedule; the others one without."""


@dataclass(frozen=True)
class Shown:
    """One deployment object in one answer; `pointer` is where it stands in the body, and the rest what it has to be."""

    deployment: Object
    exchange: Exchange
    pointer: str = ""
    agent_id: str = ""
    scheduled: bool = False
    archived: bool = False


@dataclass
class Showcase:
    """The answers of all operations, each asked for once: cases only read them."""

    api: Client
    full: Exchange
    bodies: Bodies
    suite: Suite
    _shown: dict[str, Shown] = field(default_factory=dict)

    def __call__(self, operation: str) -> Shown:
        """The object as this operation shows it."""
        if operation not in self._shown:
            shown, exchange, pointer = self._show(operation)
            scheduled, archived = operation in SCHEDULED, operation == "archive"
            self._shown[operation] = Shown(shown, exchange, pointer, self.bodies.agent_id, scheduled, archived)
        return self._shown[operation]

    def first(self) -> Shown:
        """The first answer that showed the deployment of `get` and `list`."""
        return self("create")

    def _show(self, operation: str) -> tuple[Object, Exchange, str]:
        if operation == "create":
            return need_object(self.full), self.full, ""
        if operation == "get":
            return self._plain(self.api.get(need_object(self.full)["id"]))
        if operation == "list":
            return listed(self.api, need_object(self.full), agent_id=self.bodies.agent_id)
        return self._lifecycle(operation)

    def _lifecycle(self, operation: str) -> tuple[Object, Exchange, str]:
        created = self.api.create(self.bodies())
        id_ = need_object(created)["id"]
        self.suite.shared.add(id_)
        act = {
            "create-minimal": lambda: created,
            "update": lambda: self.api.update(id_, {"description": "Shown by update"}),
            "pause": lambda: self.api.pause(id_),
            "unpause": lambda: (self.api.pause(id_), self.api.unpause(id_))[-1],
            "archive": lambda: self.api.archive(id_),
            "get-paused": lambda: (need_object(self.api.pause(id_)), self.api.get(id_))[-1],
        }
        return self._plain(act[operation]())

    @staticmethod
    def _plain(exchange: Exchange) -> tuple[Object, Exchange, str]:
        return need_object(exchange), exchange, ""


@dataclass(frozen=True)
class FoundShowcase:
    """The answers of the operations that only read, of deployments of anybody: an active, a paused, an archived one."""

    api: Client
    holdings: Holdings

    def __call__(self, operation: str) -> Shown:
        """The object as this operation shows it now; what was archived stands for the answer to an archive."""
        if operation == "list":
            known = self._known("get")
            item, exchange = find(self.api, known["id"])
            return self._shown(known, item, exchange, f"/data/{exchange.json['data'].index(item)}")
        known = self._known(operation)
        exchange = self.api.get(known["id"])
        return self._shown(known, need_object(exchange), exchange)

    def first(self) -> Shown:
        """What a GET shows."""
        return self("get")

    def _known(self, operation: str) -> Object:
        if operation == "get":
            return self.holdings.some(scheduled=True)
        if operation == "get-paused":
            return self.holdings.some("paused")
        if operation == "archive":
            return self.holdings.some(archived=True)
        raise NotPermitted(f"looks at the answer to {operation}: give --allow-writes")

    @staticmethod
    def _shown(known: Object, deployment: Object, exchange: Exchange, pointer: str = "") -> Shown:
        scheduled, archived = known.get("schedule") is not None, known.get("archived_at") is not None
        return Shown(deployment, exchange, pointer, agent_of(known), scheduled, archived)


# --- fixtures, for all modules through conftest.py -------------------------------------------------------------


@pytest.fixture(scope=while_it_holds)
def show(request: pytest.FixtureRequest, api: Client, suite: Suite, holdings: Holdings | None) -> object:
    """Shows a deployment as an operation answers it."""
    if holdings is not None:
        return FoundShowcase(api, holdings)
    return Showcase(api, request.getfixturevalue("full_exchange"), request.getfixturevalue("bodies"), suite)


@pytest.fixture(scope="session")
def known(request: pytest.FixtureRequest, holdings: Holdings | None) -> Object:
    """A deployment that is only to be read: with every field set, or one that was found."""
    full: Object = holdings.some() if holdings is not None else request.getfixturevalue("full")
    return full


@pytest.fixture
def another(request: pytest.FixtureRequest, holdings: Holdings | None, known: Object) -> Object:
    """A deployment that is not `known`."""
    if holdings is not None:
        others = [each for each in holdings.deployments if each["id"] != known["id"]]
        return others[0] if others else lacking("only one deployment")
    made: Object = request.getfixturevalue("deployment")
    return made


@pytest.fixture(scope="session")
def writes(suite: Suite) -> None:
    """Consent to write, for what only its maker knows of a deployment."""
    if not suite.settings.consent.writes:
        raise NotPermitted("asks about what this run has made: give --allow-writes")
