"""Faults in the bounds of created_at beside other filters, and in bounds within a second; in the newer editions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.editions.created_at import CreatedFilters
from conformance.reference.faults import NEWER, Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from datetime import datetime
    from typing import ClassVar

    from conformance.reference.editions.created_at import Comparisons
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.records import Deployment

_BOUNDS = frozenset({"created_at[gte]", "created_at[lte]"})


class _Beside(Fault):
    """Looks at one filter of deployments less where created_at is bounded."""

    revisions = NEWER
    breaks = frozenset({"list-created-filter-combines"})

    @property
    def bounded(self) -> bool:
        """Whether there is a bound."""
        return self.operation == "list" and not _BOUNDS.isdisjoint(self.call.query)


class ForgetsTheStatusOfATime(_Beside):
    """Does not look at status where created_at is bounded."""

    def match_status(self, deployment: Deployment, filters: Filters) -> bool:
        """Take any."""
        return self.bounded or super().match_status(deployment, filters)


class ForgetsTheAgentOfATime(_Beside):
    """Does not look at agent_id where created_at is bounded."""

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Take any."""
        return self.bounded or super().match_agent(deployment, filters)


class LeavesOutTheArchivedOfATime(_Beside):
    """Leaves out what is archived where created_at is bounded, also if it is asked for."""

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Leave it out."""
        return super().match_archived(deployment, filters) and not (self.bounded and deployment.archived_at is not None)


class ForgetsATimeBeside(Fault, CreatedFilters):
    """Does not look at created_at where another filter than agent_id is given."""

    revisions = NEWER
    breaks = frozenset({"list-created-filter-combines"})
    FILTERS: ClassVar[frozenset[str]] = frozenset({"status", "include_archived"})

    def within(self, items: list[T], bounds: Comparisons) -> list[T]:
        """Let all pass."""
        beside = self.operation == "list" and not self.FILTERS.isdisjoint(self.call.query)
        return items if beside else super().within(items, bounds)


class ForgetsATimeOfAStatus(ForgetsATimeBeside):
    """Does not look at created_at where a status is given."""

    FILTERS = frozenset({"status"})


class ForgetsATimeOfTheArchived(ForgetsATimeBeside):
    """Does not look at created_at where archived deployments are asked for."""

    FILTERS = frozenset({"include_archived"})


class RefusesPartsOfASecond(Fault):
    """Refuses a bound of created_at that has a fraction of a second."""

    revisions = NEWER
    breaks = frozenset({"list-created-filter-knows-fractions"})

    def read_time(self, name: str) -> datetime | None:
        """Know whole seconds only."""
        if self.operation == "list" and "." in self.call.query.get(name, ""):
            raise invalid(f"query-{name}", f"{name} must be an ISO 8601 timestamp.", name)
        return super().read_time(name)


class PassesOverPartsOfASecond(Fault):
    """Takes a bound of created_at that has a fraction of a second for none."""

    revisions = NEWER
    breaks = frozenset({"list-created-filter-knows-fractions"})

    def read_time(self, name: str) -> datetime | None:
        """Read whole seconds only."""
        whole = self.operation != "list" or "." not in self.call.query.get(name, "")
        return super().read_time(name) if whole else None
