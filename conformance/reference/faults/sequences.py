"""Faults that only a sequence of calls shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


class _Remembers(Fault):
    """Counts what was done to each deployment."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.done: dict[str, list[str]] = {}

    def save(self, deployment: Deployment) -> None:
        """Take note."""
        self.done.setdefault(deployment.id, []).append(self.operation)
        super().save(deployment)

    def times(self, deployment: Deployment, operation: str) -> int:
        """How often it was done."""
        return self.done.get(deployment.id, []).count(operation)


class TiresOfPausing(_Remembers):
    """Refuses the second pause of a deployment."""

    breaks = frozenset({"sequence-answers", "pause-every-time"})
    wide = True

    def check_pausable(self, deployment: Deployment) -> None:
        """Give up."""
        super().check_pausable(deployment)
        if self.times(deployment, "pause"):
            raise conflict("tired", "Deployment was paused before.")


class LosesTheDescriptionInTheEnd(_Remembers):
    """Drops the description at the second update that does not send it."""

    breaks = frozenset({"sequence-objects"})
    wide = True

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Forget it."""
        applied = super().apply(stored, changes)
        again = "description" not in changes and self.times(stored, "update")
        return replace(applied, description="") if again else applied


class DelistsWhatWasUnpaused(_Remembers):
    """Leaves a deployment out of lists once it was unpaused."""

    breaks = frozenset({"sequence-lists"})
    wide = True

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Lose sight of it."""
        return [each for each in super().select(deployments, filters) if not self.times(each, "unpause")]


class ReopensOnUpdate(_Remembers):
    """Accepts an update of an archived deployment that was updated before."""

    breaks = frozenset({"sequence-archived-is-locked"})
    wide = True

    def check_writable(self, deployment: Deployment) -> None:
        """Let it pass."""
        if self.operation != "update" or not self.times(deployment, "update"):
            super().check_writable(deployment)


class TurnsTheClockBack(_Remembers):
    """Dates the pause of an updated deployment an hour before its update."""

    breaks = frozenset({"sequence-updated-at-never-goes-back"})
    wide = True

    def paused(self, deployment: Deployment) -> Deployment:
        """Take a stale clock."""
        now = super().paused(deployment)
        stale = now.updated_at - timedelta(hours=1)
        return replace(now, updated_at=stale) if self.times(deployment, "update") else now
