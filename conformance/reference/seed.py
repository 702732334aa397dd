"""What a new server already holds: agents and environments to refer to, some of them archived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.records import Resource

if TYPE_CHECKING:
    from conformance.reference.service import Service

_AGENT = {"model": "auto"}
_ENVIRONMENT = {"config": {"type": "cloud"}}


def seed(service: Service) -> dict[str, str]:
    """Fill the first account, and name what it holds."""
    agents, environments = service.accounts[0].agents, service.accounts[0].environments
    return {
        "agent_id": _add(service, agents, "agent", _AGENT | {"name": "reference-agent"}),
        "second_agent_id": _add(service, agents, "agent", _AGENT | {"name": "second-agent"}),
        "archived_agent_id": _archive(service, agents, _add(service, agents, "agent", _AGENT | {"name": "old-agent"})),
        "environment_id": _add(service, environments, "env", _ENVIRONMENT | {"name": "reference-environment"}),
        "archived_environment_id": _archive(
            service, environments, _add(service, environments, "env", _ENVIRONMENT | {"name": "old-environment"})
        ),
    }


def _add(service: Service, shelf: dict[str, Resource], prefix: str, fields: dict[str, Any]) -> str:
    """Put an agent or an environment in."""
    now = service.stamp()
    kind = "environment" if prefix == "env" else prefix
    resource = Resource(service.new_id(prefix), kind, fields, 1, created_at=now, updated_at=now)
    shelf[resource.id] = resource
    return resource.id


def _archive(service: Service, shelf: dict[str, Resource], name: str) -> str:
    """Archive one that was put in."""
    shelf[name] = replace(shelf[name], archived_at=service.stamp())
    return name


def crowd(service: Service, number: int) -> None:
    """Fill the first account with so many more like the first of its deployments: a second apart, all older than now.

    Every third is paused, and every tenth archived.
    """
    stored, now = service.accounts[0].deployments, service.stamp()
    pattern = next(iter(stored.values()))
    for place in range(1, number + 1):
        made = now - timedelta(seconds=number + 1 - place)
        one = replace(pattern, id=service.new_id("dep"), name=f"another {place}", created_at=made, updated_at=made)
        if place % 3 == 0:
            one = replace(one, status="paused", paused_reason={"type": "manual"})
        stored[one.id] = replace(one, archived_at=made) if place % 10 == 0 else one
