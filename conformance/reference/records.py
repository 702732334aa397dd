"""What the service remembers; a record is never changed, only replaced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AgentRef:
    """One version of an agent."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a deployment fires, as it was sent."""

    expression: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Resource:
    """An agent or an environment: the fields its owner sent, and what the service adds."""

    id: str
    type: str
    fields: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment; `metadata` holds the user's keys only, `cas_config` the reserved one without its stats."""

    id: str
    name: str
    description: str
    agent: AgentRef
    environment_id: str
    schedule: Schedule | None
    initial_events: list[dict[str, Any]]
    resources: list[dict[str, Any]]
    vault_ids: list[str]
    metadata: dict[str, str]
    cas_config: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    status: str = "active"
    paused_reason: dict[str, Any] | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `outcome` is its status once `finishes_at` has passed."""

    id: str
    deployment_id: str
    agent: AgentRef
    trigger: dict[str, Any]
    outcome: str
    session_id: str | None
    turn_id: str | None
    created_at: datetime
    finishes_at: datetime


@dataclass(slots=True)
class Account:
    """All that belongs to one account, each kind in the order of its making."""

    deployments: dict[str, Deployment] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    runs_of: dict[str, list[Run]] = field(default_factory=dict)
    agents: dict[str, Resource] = field(default_factory=dict)
    environments: dict[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a token stands for."""

    account: Account
    expired: bool = False
    scoped: bool = True
