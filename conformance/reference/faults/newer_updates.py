"""Faults in what CMA says of updates: what null clears, and how long a description may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.cma_bodies import CmaBodies
from conformance.reference.faults import CMA, Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Schedule

CLEARS = "update-null-clears"


class RefusesToClear(Fault):
    """Refuses null for a description in an update."""

    revisions = CMA
    breaks = frozenset({CLEARS})

    def update_description(self, stored: Deployment, value: object) -> str:
        """Ask for a string."""
        return super().update_description(stored, self.check_clearable("description", value))


class IgnoresNullResources(Fault):
    """Takes null for resources in an update for none sent."""

    revisions = CMA
    breaks = frozenset({CLEARS})

    def update_resources(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the old ones."""
        return stored.resources if value is None else super().update_resources(stored, value)


class RefusesNullSchedules(Fault):
    """Refuses null for a schedule in an update."""

    revisions = CMA
    breaks = frozenset({"update-null-clears-the-schedule"})

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Ask for an object."""
        if value is None:
            raise invalid("schedule-type", "schedule must be an object.", "schedule")
        return super().update_schedule(stored, value)


class TakesLongDescriptionsOnUpdate(Fault, CmaBodies):
    """Looks at the length of a description on create only."""

    revisions = CMA
    breaks = frozenset({"update-description-over-maximum"})

    def update_description(self, _stored: Deployment, value: object) -> str:
        """Take any."""
        return "" if value is None else self.check_string(value, "description")
