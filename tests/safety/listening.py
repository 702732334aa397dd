"""A service inside this process that somebody else uses, too: what is theirs, and what arrives there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matrix.kill import Carrier

from conformance.reference.records import AgentRef, Deployment

if TYPE_CHECKING:
    import httpx

    from conformance.reference.service import Service

AGE = timedelta(days=30)


class Listening(Carrier):
    """Notes the methods and paths that arrive, as they are on the wire."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.arrived: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.arrived.append((request.method, request.url.raw_path.decode()))
        return super().handle_request(request)

    @property
    def written(self) -> list[str]:
        """Where writes went."""
        return [path for method, path in self.arrived if method != "GET"]


def settle(service: Service, number: int) -> list[str]:
    """Deployments of somebody else, in the first account, made some time ago; returns their ids, oldest first."""
    account, then = service.accounts[0], service.stamp() - AGE
    ids = [service.new_id("dep") for _ in range(number)]
    for place, id_ in enumerate(ids):
        account.deployments[id_] = Deployment(
            id=id_,
            name=f"theirs-{place}",
            description="",
            agent=AgentRef(next(iter(account.agents)), 1),
            environment_id=next(iter(account.environments)),
            schedule=None,
            initial_events=[{"type": "user.message", "content": "Somebody else's"}],
            resources=[],
            vault_ids=[],
            metadata={},
            cas_config={},
            created_at=then,
            updated_at=then,
        )
    return ids


def unarchived(service: Service) -> list[str]:
    """The ids of all that is not archived."""
    shelves = [shelf for each in service.accounts for shelf in (each.deployments, each.agents, each.environments)]
    return [id_ for shelf in shelves for id_, each in shelf.items() if each.archived_at is None]
