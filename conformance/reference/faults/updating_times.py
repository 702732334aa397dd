"""Faults in which updates move `updated_at`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _LeavesTheTime(Fault):
    """Leaves updated_at as it was when an update sends only fields of this kind."""

    breaks = frozenset({"update-of-each-field-moves-updated-at"})
    FIELDS_OF_IT: ClassVar[frozenset[str]] = frozenset()

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put the old time back."""
        deployment = super().apply(stored, changes)
        only = changes and changes.keys() <= self.FIELDS_OF_IT
        return replace(deployment, updated_at=stored.updated_at) if only else deployment


class NoTimeForReferences(_LeavesTheTime):
    """Leaves updated_at as it was when only the agent or the environment is another."""

    FIELDS_OF_IT = frozenset({"agent", "environment_id"})


class NoTimeForASchedule(_LeavesTheTime):
    """Leaves updated_at as it was when only the schedule is another."""

    FIELDS_OF_IT = frozenset({"schedule"})


class NoTimeForEvents(_LeavesTheTime):
    """Leaves updated_at as it was when only the events are others."""

    FIELDS_OF_IT = frozenset({"initial_events"})


class NoTimeForAttachments(_LeavesTheTime):
    """Leaves updated_at as it was when only resources or vaults are others."""

    FIELDS_OF_IT = frozenset({"resources", "vault_ids"})


class NoTimeForAName(_LeavesTheTime):
    """Leaves updated_at as it was when a deployment is only renamed."""

    FIELDS_OF_IT = frozenset({"name"})


class NoTimeForThePaused(Fault):
    """Leaves updated_at as it was when a paused deployment is updated."""

    breaks = frozenset({"update-of-the-paused-moves-updated-at"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put the old time back."""
        deployment = super().apply(stored, changes)
        return replace(deployment, updated_at=stored.updated_at) if stored.status == "paused" else deployment
