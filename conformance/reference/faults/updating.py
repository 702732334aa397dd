"""Faults in what an update leaves alone: fields that were not sent, other deployments, and the state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import CMA, Fault, there
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- what was not sent ------------------------------------------------------------------------------------------------


class _Resets(Fault):
    """Resets fields that an update does not send; `BY` are the fields whose update does so."""

    TO: ClassVar[dict[str, Any]] = {}
    BY: ClassVar[frozenset[str]] = frozenset(
        {"name", "description", "agent", "environment_id", "schedule", "initial_events", "metadata"}
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Reset them."""
        return super().apply(stored, self.TO | changes if self.BY & changes.keys() else changes)


class ForgetsTheDescription(_Resets):
    """Empties the description in every update that does not send it."""

    breaks = frozenset({"update-earlier-changes-stay", "update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"description": ""}


class ForgetsTheDescriptionByRenaming(_Resets):
    """Empties the description when a deployment is renamed."""

    breaks = frozenset({"update-earlier-changes-stay", "update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"description": ""}
    BY = frozenset({"name"})


class ForgetsTheSchedule(_Resets):
    """Makes a deployment manual-only in every update that does not send a schedule."""

    breaks = frozenset({"update-earlier-changes-stay", "update-of-others-keeps-runs", "update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"schedule": None}


class ForgetsTheScheduleForAnEnvironment(_Resets):
    """Makes a deployment manual-only when it is given another environment."""

    breaks = frozenset({"update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"schedule": None}
    BY = frozenset({"environment_id"})


class ForgetsVaults(_Resets):
    """Empties vault_ids in every update that does not send them."""

    breaks = frozenset({"update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"vault_ids": []}


class ForgetsResourcesForEvents(_Resets):
    """Empties resources when an update sends initial_events."""

    breaks = frozenset({"update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"resources": []}
    BY = frozenset({"initial_events"})


class ForgetsMetadataForASchedule(_Resets):
    """Empties metadata when an update sends a schedule."""

    breaks = frozenset({"update-earlier-changes-stay", "update-of-others-keeps-cas-config", "update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"metadata": {}}
    BY = frozenset({"schedule"})


class ForgetsMetadataForAnAgent(_Resets):
    """Empties metadata when a deployment is given another agent."""

    breaks = frozenset({"update-other-fields-stay"})

    TO: ClassVar[dict[str, Any]] = {"metadata": {}}
    BY = frozenset({"agent"})


class KeepsOneEvent(Fault):
    """Keeps only the first event in an update that does not send any."""

    breaks = frozenset({"update-earlier-changes-stay", "update-empty-body-changes-nothing", "update-other-fields-stay"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Cut the list."""
        return super().apply(stored, {"initial_events": stored.initial_events[:1]} | changes)


class ForgetsTheZone(Fault):
    """Takes the schedule for one in UTC when something else is updated."""

    breaks = frozenset({"update-of-others-keeps-runs", "update-other-fields-stay"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Write the expression only."""
        utc = stored.schedule and replace(stored.schedule, timezone="UTC")
        return super().apply(stored, {"schedule": utc} | changes if changes else changes)


class EmptiesRunsByRenaming(Fault):
    """Announces no runs any more once a deployment was renamed."""

    breaks = frozenset({"update-of-others-keeps-runs"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take note of it."""
        if "name" in changes:
            self.__dict__.setdefault("renamed", set()).add(stored.id)
        return super().apply(stored, changes)

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Announce none then."""
        return [] if deployment.id in self.__dict__.get("renamed", ()) else super().render_upcoming(deployment)


class MovesToTheFirstAgent(Fault):
    """Refers to another agent in the first version, whatever was sent, once metadata is updated."""

    breaks = frozenset(
        {"agent-pinned-stays", "update-earlier-changes-stay", "update-leaves-others-alone", "update-other-fields-stay"}
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Write an agent of the account."""
        agent = replace(stored.agent, id=next(iter(self.account.agents)))
        return super().apply(stored, {"agent": agent} | changes if "metadata" in changes else changes)


class StartsFromTheOriginal(Fault):
    """Applies each update to the deployment as it was created."""

    breaks = frozenset({"update-earlier-changes-stay"})

    def save(self, deployment: Deployment) -> None:
        """Keep the original."""
        self.__dict__.setdefault("originals", {}).setdefault(deployment.id, deployment)
        super().save(deployment)

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Begin there."""
        original = self.__dict__["originals"][stored.id]
        kept = {"status": stored.status, "paused_reason": stored.paused_reason, "metadata": stored.metadata}
        return super().apply(original, kept | changes)


class UpdatesAllOfAnAgent(Fault):
    """Gives a new description to all deployments of the agent."""

    breaks = frozenset(
        {
            "update-id-of-another-has-no-effect",
            "update-leaves-namesakes-alone",
            "update-leaves-the-plain-alone",
            "update-leaves-others-alone",
        }
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Write it to the others too."""
        for other in [*self.account.deployments.values()] if "description" in changes else ():
            if other.agent.id == stored.agent.id and other.archived_at is None:
                self.save(replace(other, description=changes["description"]))
        return super().apply(stored, changes)


# --- times and state --------------------------------------------------------------------------------------------------


class FreezesUpdatedAt(Fault):
    """Leaves updated_at as it was when a deployment is updated."""

    breaks = frozenset(
        {
            "update-moves-updated-at",
            "update-of-each-field-moves-updated-at",
            "update-of-the-paused-moves-updated-at",
        }
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put it back."""
        return replace(super().apply(stored, changes), updated_at=stored.updated_at)


class WakesForASchedule(Fault):
    """Unpauses a deployment by giving it a new schedule."""

    breaks = frozenset({"update-null-schedule-keeps-the-state", "update-paused-stays-paused"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        awake = {"status": "active", "paused_reason": None} if "schedule" in changes else {}
        return super().apply(stored, changes | awake)


class WakesForNothing(Fault):
    """Unpauses a deployment by an update that sends nothing."""

    breaks = frozenset({"update-cannot-unpause", "update-paused-stays-paused"})
    breaks_in = there(CMA, "update-paused-stays-paused")

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        return super().apply(stored, changes or {"status": "active", "paused_reason": None})


class ForgetsWhyItIsPaused(Fault):
    """Forgets the paused_reason when a deployment is updated."""

    breaks = frozenset({"update-null-schedule-keeps-the-state", "update-cannot-unpause", "update-paused-stays-paused"})
    breaks_in = there(CMA, "update-paused-stays-paused")

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Drop it."""
        return super().apply(stored, changes | {"paused_reason": None})


class RefusesToUpdateThePaused(Fault):
    """Answers 409 to an update of a paused deployment."""

    breaks = frozenset({"update-paused-stays-paused", "update-nulls-of-the-paused"})

    def check_writable(self, deployment: Deployment) -> None:
        """Want it active."""
        super().check_writable(deployment)
        if self.operation == "update" and deployment.status == "paused":
            raise conflict("paused", "Deployment is paused.")


class RevertsByPausing(Fault):
    """Pauses a deployment as it was created."""

    breaks = frozenset({"update-outlives-a-pause"})

    def save(self, deployment: Deployment) -> None:
        """Keep the original."""
        self.__dict__.setdefault("originals", {}).setdefault(deployment.id, deployment)
        super().save(deployment)

    def paused(self, deployment: Deployment) -> Deployment:
        """Begin there."""
        original = self.__dict__["originals"][deployment.id]
        return super().paused(replace(deployment, description=original.description, metadata=original.metadata))
