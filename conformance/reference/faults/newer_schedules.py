"""Faults in what CMA says of schedules: Sunday, the nights when clocks change, and the last run."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from conformance.reference.editions.cma_bodies import CmaBodies
from conformance.reference.editions.cma_lifecycle import CmaLifecycle
from conformance.reference.faults import CMA, Fault
from conformance.reference.faults.schedule_fires import WEEKDAY, edited
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from conformance.reference.records import Deployment

SEVEN, GAP, OVERLAP = (
    "schedule-fires-on-weekday-7",
    "schedule-fires-skip-the-gap",
    "schedule-fires-twice-in-the-overlap",
)
AT_FIRST, BY_HAND = "schedule-last-run-null-at-first", "schedule-last-run-not-by-hand"


# --- fires ------------------------------------------------------------------------------------------------------


class RefusesWeekday7(Fault):
    """Counts weekdays to 6."""

    revisions = CMA
    breaks = frozenset({SEVEN})
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


class TakesWeekday7ForSaturday(Fault):
    """Takes weekday 7 for the last day of a week that begins on Sunday."""

    revisions = CMA
    breaks = frozenset({SEVEN})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Go one back."""
        return super().local_fires(edited(expression, WEEKDAY, lambda field: field.replace("7", "6")), start)


class FiresBehindTheGap(Fault):
    """Fires an hour later where the clocks skip the time asked for."""

    revisions = CMA
    breaks = frozenset({GAP})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Go on by the old clock."""
        return super().instants(local, zone) or [local.replace(tzinfo=zone).astimezone(UTC)]


class FiresBeforeTheRepetition(Fault):
    """Fires the first time only where the clocks show a time twice."""

    revisions = CMA
    breaks = frozenset({OVERLAP})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Take the first."""
        return super().instants(local, zone)[:1]


class FiresInTheRepetition(Fault):
    """Fires the second time only where the clocks show a time twice."""

    revisions = CMA
    breaks = frozenset({OVERLAP})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Take the last."""
        return super().instants(local, zone)[-1:]


class TakesLongExpressions(Fault, CmaBodies):
    """Takes an expression of any length."""

    revisions = CMA
    breaks = frozenset({"schedule-expression-over-maximum"})
    EXPRESSION_MAX = 1_000_000


# --- the last run -----------------------------------------------------------------------------------------------


class LeavesOutNoLastRun(Fault, CmaLifecycle):
    """Shows last_run_at from the first run on, and nothing before."""

    revisions = CMA
    breaks = frozenset({AT_FIRST})

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Write what there is."""
        shown = super().render_schedule(deployment)
        return shown and {member: value for member, value in shown.items() if (member, value) != ("last_run_at", None)}


class CountsRunsByHand(Fault, CmaLifecycle):
    """Takes a run by hand for the last run of a schedule."""

    revisions = CMA
    breaks = frozenset({BY_HAND})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Look at all runs."""
        return Service.last_run_at(self, deployment)


class SetsTheLastRunInTheEnd(Fault, CmaLifecycle):
    """Takes a run by hand for the last run of a schedule, once a deployment is archived."""

    revisions = CMA
    breaks = frozenset({BY_HAND})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Look at all runs in the end."""
        return Service.last_run_at(self, deployment) if deployment.archived_at else super().last_run_at(deployment)
