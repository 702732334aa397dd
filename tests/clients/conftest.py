"""A client, the service that it is driven against, and all that has to be put away afterwards."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from clients.node_sdk import Node, NodeSdk, install
from clients.python_sdks import anthropic, qca
from clients.sdk import Caller, Object, Sdk
from clients.services import Overheard, in_edition

from conformance import revisions
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.reference import Running

QCA = ("qca", "qca async")
ANTHROPIC = ("anthropic", "anthropic async")
PYTHON = (*QCA, *ANTHROPIC)
NODE = "node"
CLIENTS = (*PYTHON, NODE)

OPEN: dict[str, Callable[[Caller], Sdk]] = {
    "qca": partial(qca, is_async=False),
    "qca async": partial(qca, is_async=True),
    "anthropic": partial(anthropic, is_async=False),
    "anthropic async": partial(anthropic, is_async=True),
}


@dataclass(frozen=True)
class Driven:
    """A client, and the service that it talks to."""

    sdk: Sdk
    service: Overheard
    running: Running
    revision: revisions.Revision

    def body(self, **changes: Any) -> Object:
        """What a create takes."""
        return {
            "name": "Driven by a client",
            "agent": self.running.agent_id,
            "environment_id": self.running.environment_id,
            "initial_events": [self.revision.message("Hello")],
        } | changes

    def made(self, count: int = 1, **changes: Any) -> list[str]:
        """The ids of new deployments, as a list shows them: newest first."""
        ids = [self.sdk.create(**self.body(name=f"Number {number}", **changes))["id"] for number in range(count)]
        return ids[::-1]

    def asked(self, method: str = "GET") -> list[str]:
        """Path and query of each request by this method."""
        return [f"{each.path}?{each.query}".rstrip("?") for each in self.service.heard if each.method == method]


class Drive(Protocol):
    """Starts a service with a habit, in an edition of the contract, and a client that talks to it."""

    def __call__(
        self,
        client: str,
        habit: type[Overheard] = Overheard,
        edition: str | None = None,
        as_who: str = "full",
        **caller: Any,
    ) -> Driven:
        """`edition` is that which the client is made for, `as_who` names a token, and `caller` is more of `Caller`."""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no client take anything from the environment of whoever runs the tests, nor ask a proxy for this machine."""
    for name in os.environ:
        if name.startswith(("ANTHROPIC_", "QODER_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The packages of Node, installed once for all workers of xdist."""
    from filelock import FileLock

    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "node"
    with FileLock(f"{folder}.lock"):
        if not (folder / "whole").exists():
            install(folder)
            (folder / "whole").touch()
    return folder


@pytest.fixture(scope="session")
def node(packages: Path) -> Iterator[Node]:
    """The process that drives the client for Node."""
    with Node(packages) as node:
        yield node


@pytest.fixture
def drive(request: pytest.FixtureRequest) -> Iterator[Drive]:
    """Starts what a test asks for."""
    with ExitStack() as stack:

        def start(
            client: str,
            habit: type[Overheard] = Overheard,
            edition: str | None = None,
            as_who: str = "full",
            **caller: Any,
        ) -> Driven:
            revision = revisions.get(edition or (revisions.QODER_SEPTEMBER if client in QCA else revisions.CMA))
            service = in_edition(revision.name, habit)
            running = stack.enter_context(serve_in_thread(service))
            given = Caller(running.base_url, running.tokens[as_who], **caller)
            sdk = NodeSdk(request.getfixturevalue("node"), given) if client == NODE else OPEN[client](given)
            stack.callback(sdk.close)
            return Driven(sdk, service, running, revision)

        yield start
