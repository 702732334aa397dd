"""Examples, one for each kind of seam: an attribute, a predicate, a step, a rendering."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import NEWER, Fault

if TYPE_CHECKING:
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.problem import Problem
    from conformance.reference.records import Deployment


class TakesLongNames(Fault):
    """Accepts a name of 257 characters."""

    breaks = frozenset(
        {
            "create-name-is-measured-as-sent",
            "create-name-over-maximum",
            "create-name-over-maximum-is-400",
            "update-invalid-value-is-400",
            "update-name-over-maximum",
        }
    )

    NAME_MAX = 257


_BY_TOKENS = {"page-cursor-continues", "page-walk-ends", "runs-page-cursor-continues", "runs-page-walk-ends"}
"""What walks by the cursors of the newer editions."""


class RepeatsTheCursor(Fault):
    """Begins a page with the item that the cursor names."""

    breaks = frozenset(
        {
            "page-after-id-continues",
            "page-archiving-disturbs-no-walk",
            "page-cursor-outside-filters",
            "page-has-more-is-exact",
            "page-keeps-filters",
            "page-new-items-disturb-no-walk",
            "page-next-page-advances",
            "page-walk-gives-each-once",
            "page-walk-goes-far",
            "runs-list-newest-first",
            "runs-page-keeps-filters",
            "runs-page-survives-new-runs",
            "runs-page-walk-is-complete",
        }
    )
    breaks_in = MappingProxyType(
        {
            "qoder-2026-06": breaks
            | {"runs-filters-combine", "runs-page-keeps-filters-beside-ids", "runs-filters-of-one-hold-together"},
            "qoder-2026-09": breaks | _BY_TOKENS | {"runs-page-keeps-filters-beside-ids"},
            "cma-2026-04-01": (breaks - {"runs-list-newest-first"}) | _BY_TOKENS,
        }
    )

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Keep the cursor in."""
        return [cursor, *super().after(items, cursor)]


class ReplacesMetadata(Fault):
    """Forgets the metadata keys that an update does not name."""

    breaks = frozenset(
        {
            "metadata-cas-config-is-not-counted",
            "metadata-cas-config-patch-keeps-keys",
            "metadata-empty-patch",
            "metadata-patch-adds",
            "metadata-patch-deletes-nothing",
            "metadata-patch-does-all-at-once",
            "metadata-patch-empty-value",
            "metadata-patch-null-deletes",
            "metadata-patch-over-16-keys",
            "metadata-patch-replaces",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
            "update-earlier-changes-stay",
            "update-field-is-answered",
            "update-field-is-stored",
            "update-fields-apply-together",
            "update-outlives-a-pause",
        }
    )

    def merge_metadata(self, _stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take the patch for the whole."""
        return super().merge_metadata({}, patch)


class SaysCreated(Fault):
    """Answers 201 to a create."""

    breaks = frozenset({"create-status-is-200"})

    def success_status(self) -> int:
        """Say that something was created."""
        return 201 if self.operation == "create" else super().success_status()


class IgnoresTheAgentFilter(Fault):
    """Lists the deployments of all agents, whichever was asked for."""

    breaks = frozenset(
        {
            "list-agent-filter",
            "list-agent-filter-is-exact",
            "list-filters-combine",
            "list-unknown-agent-is-empty",
            "page-has-more-counts-deployments",
            "page-keeps-filters",
            "page-keeps-filters-backwards",
            "page-limit-above-100-is-coherent",
        }
    )
    breaks_in = MappingProxyType(dict.fromkeys(NEWER, breaks - {"page-limit-above-100-is-coherent"}))

    def match_agent(self, _deployment: Deployment, _filters: Filters) -> bool:
        """Let all pass."""
        return True


class WakesOnUpdate(Fault):
    """Unpauses a deployment by updating it."""

    breaks = frozenset({"update-cannot-unpause", "update-paused-stays-paused"})
    breaks_in = MappingProxyType({"cma-2026-04-01": frozenset({"update-paused-stays-paused"})})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        return super().apply(stored, changes | {"status": "active", "paused_reason": None})


class FlatUnauthorized(Fault):
    """Answers 401 as a gateway does: without the envelope."""

    breaks = frozenset({"error-envelope-of-401"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        if problem.kind != "authentication_error":
            return super().envelope(problem)
        return {"code": "TOKEN_INVALID", "message": problem.message}


class WantsBothDays(Fault):
    """Fires only where day of month and day of week both match."""

    breaks = frozenset({"schedule-fires-either-day"})
    DAY_OR = False
