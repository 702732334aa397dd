"""Faults in what the lists show of archived deployments, and in refusing to archive them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


# --- lists ------------------------------------------------------------------------------------------------------


class ListsTheArchivedForAWhile(Fault):
    """Goes on listing the deployment that was archived last, until something is created."""

    breaks = frozenset({"archive-leaves-the-list"})
    wide = True  # a search shows it if what it looks for was archived last

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.fresh = ""

    def act_archive(self) -> dict[str, Any]:
        """Let the list be stale."""
        self.fresh = self.call.ids[0]
        return super().act_archive()

    def act_create(self) -> dict[str, Any]:
        """Build the list anew."""
        self.fresh = ""
        return super().act_create()

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Keep what is in the stale list."""
        return deployment.id == self.fresh or super().match_archived(deployment, filters)


class ListsWhatWasPausedWhenArchived(Fault):
    """Goes on listing a deployment that was paused when it was archived."""

    revisions = QODER
    breaks = frozenset({"archive-leaves-the-list"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Look at the status first."""
        return deployment.status == "paused" or super().match_archived(deployment, filters)


class ForgetsWhatWasPausedWhenArchived(Fault):
    """Never lists a deployment that was paused when it was archived."""

    revisions = QODER
    breaks = frozenset({"archive-shows-among-archived"})

    def match_archived(self, deployment: Deployment, filters: Filters) -> bool:
        """Want it active."""
        if deployment.archived_at is not None and deployment.status == "paused":
            return False
        return super().match_archived(deployment, filters)


# --- for ever ---------------------------------------------------------------------------------------------------


class ArchivesAgain(Fault):
    """Archives an archived deployment again, with another suffix."""

    breaks = frozenset({"archive-twice-is-conflict", "archive-twice-changes-nothing"})

    def check_archivable(self, _deployment: Deployment) -> None:
        """Let it pass."""


class ArchivesTwiceAlike(Fault):
    """Answers 200 to a second archive, and changes nothing."""

    breaks = frozenset({"archive-twice-is-conflict"})

    def act_archive(self) -> dict[str, Any]:
        """Take it for done."""
        deployment = self.find()
        return self.render_deployment(deployment) if deployment.archived_at is not None else super().act_archive()


class ForbidsASecondArchive(Fault):
    """Answers 403 to a second archive."""

    breaks = frozenset({"archive-twice-is-conflict"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Name it a matter of rights."""
        if deployment.archived_at is not None:
            raise Problem("archived", "permission_error", "Deployment is archived and locked.")


class ListsRunsOfTheArchived(Fault):
    """Announces runs of archived deployments in lists."""

    breaks = frozenset({"archive-shows-alike-in-lists"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Look at the schedule only."""
        shown = self.operation == "list" and deployment.schedule is not None
        return self.upcoming(deployment.schedule) if shown and deployment.schedule else super().upcoming_of(deployment)


class ListsOldNamesOfTheArchived(Fault):
    """Lists archived deployments under the names that they had."""

    breaks = frozenset({"archive-shows-alike-in-lists"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Cut the suffix off."""
        element = super().render_deployment(deployment)
        if self.operation == "list" and deployment.archived_at is not None:
            element["name"] = deployment.name.rpartition("_archived_")[0]
        return element
