"""Faults that only a load shows: more requests on their way than a run ever sends at once, or more than it sends.

A run finds nothing in them, so they are no part of the kill matrix (`under_load`); `breaks` is what `soak` may find.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.call import Reply, Request
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.records import Deployment

WRITTEN = frozenset(
    {
        "sequence-objects",
        "sequence-answers",
        "sequence-lists",
        "concurrent-answers-are-not-mixed-up",
        "concurrent-metadata-patches-add-up",
        "concurrent-pauses-and-updates-are-kept",
        "concurrent-updates-do-not-mix",
        "concurrent-updates-keep-each-other",
        "concurrent-archive-is-final",
        "concurrent-archive-keeps-updates",
    }
)
"""Where it may show that a write was lost or not seen."""

WALKED = frozenset(
    {
        "sequence-lists",
        "concurrent-creates-all-exist",
        "concurrent-walk-is-complete",
        "concurrent-walk-survives-archiving",
    }
)


class _Crowded(Fault):
    """Knows how many requests were on their way when one arrived; eight clients, as a run has them, are no crowd."""

    under_load = True
    CROWD: ClassVar[int] = 12
    SECONDS: ClassVar[float] = 0.004

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.under_way: dict[int, int] = {}

    def arrive(self, request: Request) -> float:
        """Count it."""
        self.under_way[id(request)] = len(self.under_way)
        return max(super().arrive(request), self.SECONDS)

    def answer(self, request: Request) -> Reply:
        """Serve it, and count it no more."""
        try:
            return super().answer(request)
        finally:
            self.under_way.pop(id(request), None)

    @property
    def crowded(self) -> bool:
        """Tell whether there was a crowd when the call arrived."""
        return self.under_way.get(id(self.call.request), 0) >= self.CROWD


# --- one deployment ---------------------------------------------------------------------------------------------


class DropsUpdatesInACrowd(_Crowded):
    """Answers an update in a crowd and does not store it."""

    breaks = WRITTEN

    def save(self, deployment: Deployment) -> None:
        """Have no connection left to the database."""
        if not (self.crowded and self.operation == "update"):
            super().save(deployment)


class ServesOldCopiesInACrowd(_Crowded):
    """Reads from a replica in a crowd, which is one write behind."""

    breaks = WRITTEN

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.replica: dict[str, Deployment] = {}

    def save(self, deployment: Deployment) -> None:
        """Let the replica have what was stored before."""
        before = self.account.deployments.get(deployment.id)
        if before is not None:
            self.replica[deployment.id] = before
        super().save(deployment)

    def act_get(self) -> dict[str, Any]:
        """Ask the replica."""
        stored = self.find()
        return self.render_deployment(self.replica.get(stored.id, stored) if self.crowded else stored)


class MixesUpAnswersInACrowd(_Crowded):
    """Answers a GET in a crowd with the deployment that was read before."""

    breaks = WRITTEN | {"concurrent-creates-all-exist", "concurrent-reads-see-whole-updates"}

    def act_get(self) -> dict[str, Any]:
        """Show what somebody else has asked for."""
        stored = self.find()
        shown, self.read = getattr(self, "read", stored) if self.crowded else stored, stored
        return self.render_deployment(shown)


class LosesUpdatesWithAge(Fault):
    """Stores every tenth update no more once it has answered more requests than a run sends."""

    under_load = True
    breaks = WRITTEN
    OLD = 15_000

    def answer(self, request: Request) -> Reply:
        """Grow older."""
        self.age = getattr(self, "age", 0) + 1
        return super().answer(request)

    def save(self, deployment: Deployment) -> None:
        """Forget it now and then."""
        self.updates = getattr(self, "updates", 0) + (self.operation == "update")
        if self.age < self.OLD or self.operation != "update" or self.updates % 10:
            super().save(deployment)


class TurnsTheClockBackInACrowd(_Crowded):
    """Writes the time of another machine into updated_at in a crowd, whose clock is some seconds late."""

    breaks = frozenset({"sequence-updated-at-never-goes-back"})

    def touched(self) -> datetime:
        """Ask the other clock."""
        return self.stamp() - timedelta(seconds=5 * self.crowded)


class CrashesInACrowd(_Crowded):
    """Answers 500 now and then in a crowd."""

    breaks = frozenset({"concurrent-requests-cause-no-server-error"})

    def perform(self) -> None:
        """Run out of connections."""
        self.calls = getattr(self, "calls", 0) + 1
        if self.crowded and not self.calls % 50:
            raise Problem("pool", "api_error", "No connection left in the pool.")
        super().perform()


# --- lists ------------------------------------------------------------------------------------------------------


class SkipsAnItemInACrowd(_Crowded):
    """Leaves out what follows the cursor in a crowd."""

    breaks = WALKED

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Begin too late."""
        return super().after(items, cursor)[self.crowded :]


class RepeatsTheCursorInACrowd(_Crowded):
    """Begins a page with the cursor's item in a crowd."""

    breaks = WALKED

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Begin too early."""
        rest = super().after(items, cursor)
        return [each for each in items if each.id == cursor.id] + rest if self.crowded else rest


class ListsTheArchivedInACrowd(_Crowded):
    """Lists what is archived in a crowd, as the index has it still."""

    breaks = WALKED

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Believe the index."""
        return self.crowded or super().match_archived(deployment, filters)


class IgnoresTheAgentInACrowd(_Crowded):
    """Lists the deployments of all agents in a crowd."""

    breaks = WALKED

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Believe what was asked before."""
        return self.crowded or super().match_agent(deployment, filters)


class HidesThePausedInACrowd(_Crowded):
    """Leaves what is paused out of lists in a crowd."""

    breaks = WALKED

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Look for what is active."""
        wanted = replace(filters, status=filters.status or "active") if self.crowded else filters
        return super().match_status(deployment, wanted)


# --- time -------------------------------------------------------------------------------------------------------


class SlowsDownWithAge(Fault):
    """Takes longer for each answer than for the one before: nobody is accused of that, but `soak` observes it."""

    under_load = True
    SECONDS_EACH = 4e-6

    def delay(self) -> float:
        """Go through all that was ever asked."""
        self.answers = getattr(self, "answers", 0) + 1
        return super().delay() + self.answers * self.SECONDS_EACH
