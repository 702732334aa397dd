"""Examples, one for each kind of seam: an attribute, a predicate, a step, a rendering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.problem import Problem
    from conformance.reference.records import Deployment


class TakesLongNames(Fault):
    """Accepts a name of 257 characters."""

    NAME_MAX = 257


class RepeatsTheCursor(Fault):
    """Begins a page with the item that the cursor names."""

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Keep the cursor in."""
        return [cursor, *super().after(items, cursor)]


class ReplacesMetadata(Fault):
    """Forgets the metadata keys that an update does not name."""

    def merge_metadata(self, _stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take the patch for the whole."""
        return super().merge_metadata({}, patch)


class SaysCreated(Fault):
    """Answers 201 to a create."""

    def success_status(self) -> int:
        """Say that something was created."""
        return 201 if self.operation == "create" else super().success_status()


class IgnoresTheAgentFilter(Fault):
    """Lists the deployments of all agents, whichever was asked for."""

    def match_agent(self, _deployment: Deployment, _filters: Filters) -> bool:
        """Let all pass."""
        return True


class WakesOnUpdate(Fault):
    """Unpauses a deployment by updating it."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        return super().apply(stored, changes | {"status": "active", "paused_reason": None})


class FlatUnauthorized(Fault):
    """Answers 401 as a gateway does: without the envelope."""

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        if problem.kind != "authentication_error":
            return super().envelope(problem)
        return {"code": "TOKEN_INVALID", "message": problem.message}


class WantsBothDays(Fault):
    """Fires only where day of month and day of week both match."""

    breaks = frozenset({"schedule-fires-either-day"})
    DAY_OR = False
