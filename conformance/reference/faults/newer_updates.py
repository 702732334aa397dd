"""Faults in what CMA says of updates: what null clears, and how long a description may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.cma_bodies import CmaBodies
from conformance.reference.faults import CMA, Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.reference.records import Deployment, Schedule

CLEARS = "update-null-clears"
STATE = ("status", "paused_reason")


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


# --- what nobody may send ---------------------------------------------------------------------------------------


class _TakesAnyMember(Fault, CmaBodies):
    """Refuses no member of a body."""

    revisions = CMA

    def check_members(self, value: dict[str, Any], allowed: Collection[str], of: str) -> None:
        """Take them all."""


class TakesTheStateOfUpdates(_TakesAnyMember):
    """Takes status and paused_reason from an update."""

    breaks = frozenset({"update-server-owned-fields", "update-cannot-unpause"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put them into the record."""
        sent = {member: self.call.body[member] for member in STATE if member in self.call.body}
        return super().apply(stored, changes | sent)


class ShowsWhatItDoesNotKnow(_TakesAnyMember):
    """Answers an update with all that it sends, known or not."""

    breaks = frozenset({"update-unknown-field"})

    def act_update(self) -> dict[str, Any]:
        """Put the answer over it."""
        return self.call.body | super().act_update()


class BelievesInItsLastRun(_TakesAnyMember):
    """Shows the last_run_at that a schedule is sent with."""

    breaks = frozenset({"schedule-own-fields-ignored"})

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Put it over what is known."""
        shown, sent = super().render_schedule(deployment), self.call.body.get("schedule")
        told = sent.get("last_run_at") if isinstance(sent, dict) else None
        return shown | {"last_run_at": told} if shown and told else shown
