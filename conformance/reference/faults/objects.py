"""Faults in how a deployment is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import CMA, JUNE, QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _Shows(Fault):
    """Shows deployments otherwise, in the answers of the operations named."""

    IN: ClassVar[frozenset[str]] = frozenset({"create", "get", "list", "update", "pause", "unpause", "archive"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Bend what the service shows."""
        shown = super().render_deployment(deployment)
        if self.operation in self.IN:
            self.bend(shown, deployment)
        return shown

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Change the object in place."""


class LeavesOutPausedReason(_Shows):
    """Leaves paused_reason out where there is none."""

    IN = frozenset({"list"})
    breaks = frozenset(
        {
            "list-element-is-whole",
            "list-shows-the-same-however-asked",
            "object-paused-reason-when-paused",
            "object-same-in-every-answer",
            "object-shape",
        }
    )

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Drop the null."""
        if deployment.paused_reason is None:
            del shown["paused_reason"]


class LeavesOutArchivedAt(_Shows):
    """Leaves archived_at out of the answer to an update."""

    IN = frozenset({"update"})
    breaks = frozenset({"object-shape", "object-archived-at-null-until-archived"})

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Drop it."""
        del shown["archived_at"]


class NullsEmptyArrays(_Shows):
    """Shows null for resources where there are none."""

    IN = frozenset({"unpause"})
    breaks = frozenset({"object-shape"})

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Give null for the empty list."""
        shown["resources"] = shown["resources"] or None


class ForgetsCasConfigInLists(_Shows):
    """Shows metadata without cas_config in lists."""

    IN = frozenset({"list"})
    revisions = JUNE
    breaks = frozenset({"list-shows-the-same-however-asked", "object-same-in-every-answer", "object-shape"})

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Keep the user's keys only."""
        shown["metadata"] = {key: value for key, value in shown["metadata"].items() if key != "cas_config"}


class PrefixesAsCma(Fault):
    """Gives deployments ids that begin with depl_."""

    revisions = QODER
    breaks = frozenset({"object-id-prefix", "object-shape"})
    wide = True

    def new_id(self, prefix: str) -> str:
        """Take the other prefix."""
        return super().new_id("depl" if prefix == "dep" else prefix)


class PrefixesAsQoder(Fault):
    """Gives deployments ids that begin with dep_."""

    revisions = CMA
    breaks = frozenset({"object-id-prefix", "object-shape"})
    wide = True

    def new_id(self, prefix: str) -> str:
        """Take the other prefix."""
        return super().new_id(prefix).replace("depl_", "dep_")


class CallsItJob(_Shows):
    """Says that the type is "scheduled_deployment" when a deployment has a schedule."""

    IN = frozenset({"get"})
    breaks = frozenset(
        {"list-shows-the-same-however-asked", "object-same-in-every-answer", "object-shape", "object-type-deployment"}
    )

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Name the kind by its schedule."""
        if deployment.schedule is not None:
            shown["type"] = "scheduled_deployment"


class ShowsTheAgentAsString(_Shows):
    """Shows the agent as its id in the answer to an archive."""

    IN = frozenset({"archive"})
    breaks = frozenset({"object-agent-is-resolved", "object-shape", "object-same-after-a-change"})

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Give the id only."""
        shown["agent"] = deployment.agent.id


class VersionsFromZero(_Shows):
    """Counts the versions of agents from 0 in lists."""

    IN = frozenset({"list"})
    breaks = frozenset(
        {
            "list-shows-changes",
            "list-shows-the-same-however-asked",
            "object-agent-is-resolved",
            "object-same-in-every-answer",
            "object-shape",
        }
    )

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Count from zero."""
        shown["agent"] = shown["agent"] | {"version": shown["agent"]["version"] - 1}


class HasAStatusArchived(_Shows):
    """Says that the status of an archived deployment is "archived"."""

    breaks = frozenset({"object-status-active-or-paused", "object-shape"})

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Tell the third state."""
        if deployment.archived_at is not None:
            shown["status"] = "archived"


class KeepsThePausedReason(Fault):
    """Keeps paused_reason after an unpause."""

    breaks = frozenset({"object-paused-reason-when-paused"})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Change the status only."""
        return replace(super().unpaused(deployment), paused_reason=deployment.paused_reason)


class HidesThePausedReason(_Shows):
    """Shows paused_reason in the answer to the pause only."""

    IN = frozenset({"get", "list"})
    breaks = frozenset(
        {"object-paused-reason-when-paused", "object-paused-reason-manual", "object-same-after-a-change"}
    )

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Show null."""
        shown["paused_reason"] = None


class SaysPausedByUser(_Shows):
    """Calls the reason of a pause by its owner "user"."""

    breaks = frozenset({"object-paused-reason-manual"})

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Use another word."""
        if deployment.paused_reason is not None:
            shown["paused_reason"] = {"type": "user"}


class ShowsEmptySchedules(_Shows):
    """Shows an empty object where a deployment has no schedule."""

    breaks = frozenset({"object-schedule-null-or-cron", "object-shape"})
    wide = True

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Give an object instead of null."""
        shown["schedule"] = shown["schedule"] or {}


class LosesTheTimezoneInLists(_Shows):
    """Shows schedules in lists without their time zone."""

    IN = frozenset({"list"})
    breaks = frozenset({"object-schedule-null-or-cron", "object-shape", "object-same-in-every-answer"})
    wide = True

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Leave it out."""
        if shown["schedule"]:
            shown["schedule"] = {key: value for key, value in shown["schedule"].items() if key != "timezone"}


class DatesArchivingAhead(_Shows):
    """Shows archived_at, as the zero time, on deployments that are not archived."""

    IN = frozenset({"get", "list"})
    breaks = frozenset(
        {"object-archived-at-null-until-archived", "object-same-in-every-answer", "object-same-after-a-change"}
    )
    wide = True

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Give the zero time for none."""
        shown["archived_at"] = shown["archived_at"] or "0001-01-01T00:00:00Z"


class UpdatedBeforeCreated(_Shows):
    """Shows an updated_at of the hour before on deployments that were never updated."""

    breaks = frozenset({"object-created-not-after-updated"})
    wide = True

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Take an hour off."""
        if deployment.updated_at == deployment.created_at:
            shown["updated_at"] = self.render_time(deployment.created_at - timedelta(hours=1))


class RecreatesOnPause(Fault):
    """Gives a deployment a new created_at when it is paused."""

    breaks = frozenset({"object-created-at-never-changes"})

    def paused(self, deployment: Deployment) -> Deployment:
        """Date it anew."""
        return replace(super().paused(deployment), created_at=self.stamp())


class TrimsDescriptionsInLists(_Shows):
    """Shows the first ten characters of a description in lists."""

    IN = frozenset({"list"})
    breaks = frozenset({"list-shows-changes", "list-shows-the-same-however-asked", "object-same-in-every-answer"})

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Cut it."""
        shown["description"] = (shown["description"] or "")[:10]


class ArchivesInTheAnswerOnly(_Shows):
    """Shows an archived name in the answer to the archive only."""

    revisions = QODER
    IN = frozenset({"get"})
    breaks = frozenset({"object-same-after-a-change"})

    def bend(self, shown: dict[str, Any], deployment: Deployment) -> None:
        """Show the old name."""
        if deployment.archived_at is not None:
            shown["name"] = shown["name"].partition("_archived_")[0]


class DescribesAsArray(_Shows):
    """Shows an empty array for a description that was not given."""

    breaks = frozenset({"object-description-is-text-or-null", "object-shape"})
    wide = True

    def bend(self, shown: dict[str, Any], _deployment: Deployment) -> None:
        """Confuse the empty values."""
        shown["description"] = shown["description"] or []
