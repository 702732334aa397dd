"""An account that matters: a server in another process, with 300 deployments of somebody else in all states."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from targets import Neighbour

from conformance.reference import process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference import Running

FOREIGN = 300
COLLECTIONS = ("deployments", "agents", "environments")


@dataclass
class Account:
    """A server, what somebody else has there byte for byte, and what was there besides."""

    running: Running
    stored: dict[str, bytes] = field(default_factory=dict)
    seeded: frozenset[str] = frozenset()

    @property
    def environment(self) -> dict[str, str]:
        """The tokens as the command reads them."""
        names = {"full": "DEPLOYMENTS_TOKEN"} | {
            kind: f"DEPLOYMENTS_{kind.upper()}_TOKEN" for kind in ("other", "expired", "unscoped")
        }
        return {names[kind]: token for kind, token in self.running.tokens.items()}

    def unarchived(self) -> list[str]:
        """The ids of all that is not archived in both accounts, other than what was there from the beginning."""
        ids = [id_ for token in ("full", "other") for what in COLLECTIONS for id_ in self._ids(token, what)]
        return [id_ for id_ in ids if id_ not in self.stored and id_ not in self.seeded]

    def foreign(self) -> dict[str, bytes]:
        """What a read says of each deployment of somebody else."""
        with self._http("full") as http, ThreadPoolExecutor(4) as pool:
            return dict(
                zip(
                    self.stored, pool.map(lambda id_: http.get(f"/deployments/{id_}").content, self.stored), strict=True
                )
            )

    def _ids(self, token: str, what: str) -> Iterator[str]:
        params: dict[str, Any] = {"limit": 100}
        with self._http(token) as http:
            while data := http.get(f"/{what}", params=params).raise_for_status().json()["data"]:
                yield from (item["id"] for item in data)
                params["after_id"] = data[-1]["id"]

    def _http(self, token: str) -> httpx.Client:
        headers = {"authorization": f"Bearer {self.running.tokens[token]}"}
        return httpx.Client(base_url=self.running.base_url, headers=headers, trust_env=False, timeout=30)


@contextlib.contextmanager
def populated(latency_ms: float = 0, port: int = 0) -> Iterator[Account]:
    """A server with an account that somebody else uses, too."""
    with process.start(latency_ms=latency_ms, port=port) as running:
        account = Account(running)
        account.seeded = frozenset(account.unarchived())
        with contextlib.closing(Neighbour(running, running.agent_id)) as neighbour, ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: _make(neighbour, number), range(FOREIGN)))
            account.stored = dict.fromkeys(neighbour.made, b"")
        account.stored = account.foreign()
        yield account


def _make(neighbour: Neighbour, number: int) -> None:
    """One of them: every third is paused, every tenth archived, every fifth has a name that looks like one of ours."""
    changes = {"name": f"conformance-neighbour-{number}"} if number % 5 == 0 else {}
    id_ = neighbour.make(number, **changes)
    if number % 3 == 0:
        neighbour.act(id_, "pause").raise_for_status()
    if number % 10 == 0:
        neighbour.act(id_, "archive").raise_for_status()
