"""Any order of calls: the model of what the service should hold, and what a sequence of calls may come upon."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.expect import TIME_DERIVED, Object, resolve, settled
from conformance.failures import Violation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.failures import Inconclusive
    from conformance.suite import Suite


@dataclass
class World:
    """What a sequence needs: the client, bodies, two agents, and two schedules that are far away.

    `ended` is what the last sequence came upon, `lost` why it could not go on; there is none after it.
    """

    api: Client
    bodies: Bodies
    suite: Suite
    agents: tuple[str, ...]
    schedules: tuple[Object, ...]
    deadline: float = float("inf")
    ended: Broken | None = None
    lost: Inconclusive | None = None
    found: dict[str, Broken] = field(default_factory=dict)


class Ended(Exception):
    """The time for this is over, or the service has lawfully done something that the model does not know."""


@dataclass(frozen=True)
class Call:
    """One call of a sequence, so that it can be made again: `subject` is the label of the deployment that it is about.

    `values` are the fields that it sends, or the parameters of a list; `label` is what a create calls its deployment.
    """

    name: str
    values: Object
    subject: int | None = None
    label: int = -1


class Broken(Violation):
    """A sequence of calls after which something differs from the model; `aspect` is what."""

    def __init__(
        self, violation: Violation, aspect: str, sequence: Sequence[Exchange], played: tuple[Call, ...]
    ) -> None:
        """The violation with the calls that led to it."""
        message = f"after {len(sequence)} calls: {violation}" if len(sequence) > 1 else str(violation)
        super().__init__(message, violation.difference, violation.exchange, tuple(sequence))
        self.aspect = aspect
        self.played = played

    @property
    def kind(self) -> tuple[str, str, str]:
        """What differs where: equal for two sequences that show the same."""
        return self.aspect, self.exchange.operation if self.exchange else "", self.difference.pointer


@dataclass
class Expected:
    """What the model knows of one deployment: its last answer, as far as time does not change it."""

    shown: Object
    updated_at: Any
    archived: bool = False

    @property
    def agent_id(self) -> Any:
        """The agent that it should have."""
        return resolve(self.shown, "/agent/id")

    @property
    def paused(self) -> bool:
        """Whether it should be paused."""
        return self.shown.get("status") == "paused"

    def listed(self, agent: str, status: str | None, *, archived: bool) -> bool:
        """Whether a list with these filters should show it."""
        return self.agent_id == agent and status in {None, self.shown.get("status")} and (archived or not self.archived)


def lasting(deployment: Object) -> Object:
    """A deployment without what time or a run may change."""
    return settled(deployment, without=(*TIME_DERIVED, "/schedule/last_run_at"))
