"""Faults in archiving a deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment


# --- what it does -----------------------------------------------------------------------------------------------


class ArchivesOnlyWhatIsActive(Fault):
    """Refuses to archive a paused deployment."""

    breaks = frozenset({"archive-sets-archived-at"})
    wide = True

    def check_archivable(self, deployment: Deployment) -> None:
        """Want it active."""
        super().check_archivable(deployment)
        if deployment.status != "active":
            raise conflict("paused", "Deployment is paused.")


class AcceptsAnArchive(Fault):
    """Answers 202 to an archive."""

    breaks = frozenset({"archive-sets-archived-at"})

    def success_status(self) -> int:
        """Say that it will be done."""
        return 202 if self.operation == "archive" else super().success_status()


class ArchivesAtADay(Fault):
    """Shows archived_at as a date without a time."""

    breaks = frozenset({"archive-sets-archived-at", "archive-longest-name"})
    wide = True

    def render_optional_time(self, moment: datetime | None) -> str | None:
        """Cut it after the day."""
        text = super().render_optional_time(moment)
        return text and text[:10]


class ArchivesInLocalTime(Fault):
    """Takes the local time of its owners for UTC when it writes archived_at."""

    breaks = frozenset({"archive-at-is-now"})

    def archived(self, deployment: Deployment) -> Deployment:
        """Be eight hours ahead."""
        return replace(super().archived(deployment), archived_at=self.stamp() + timedelta(hours=8))


class GivesADayOfGrace(Fault):
    """Dates the archive a day ahead."""

    breaks = frozenset({"archive-at-is-now"})

    def archived(self, deployment: Deployment) -> Deployment:
        """Count the days of a grace period."""
        return replace(super().archived(deployment), archived_at=self.stamp() + timedelta(days=1))


class AnnouncesRunsOfTheArchived(Fault):
    """Keeps upcoming_runs_at when a deployment is archived."""

    breaks = frozenset({"archive-empties-upcoming-runs"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Look at the schedule only."""
        return super().upcoming_of(replace(deployment, archived_at=None))


class AnnouncesRunsOfWhatWasPaused(Fault):
    """Keeps upcoming_runs_at when a paused deployment is archived."""

    revisions = QODER
    breaks = frozenset({"archive-empties-upcoming-runs"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Empty it only where something would fire."""
        if deployment.status == "paused":
            return super().upcoming_of(replace(deployment, archived_at=None))
        return super().upcoming_of(deployment)


class EmptiesUpcomingInTheAnswerOnly(Fault):
    """Empties upcoming_runs_at in the answer to the archive, and announces runs again afterwards."""

    breaks = frozenset({"archive-empties-upcoming-runs", "archive-shows-alike-in-lists"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Compute it when it is read."""
        known = deployment if self.operation == "archive" else replace(deployment, archived_at=None)
        return super().upcoming_of(known)


class TakesTheScheduleAway(Fault):
    """Archives a deployment without its schedule."""

    breaks = frozenset({"archive-empties-upcoming-runs", "archive-keeps-the-rest"})
    wide = True

    def archived(self, deployment: Deployment) -> Deployment:
        """Make sure that nothing fires."""
        return replace(super().archived(deployment), schedule=None)


# --- what it leaves alone ---------------------------------------------------------------------------------------


class _LosesWhenArchived(Fault):
    """Changes something else when it archives."""

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Tell what changes."""
        return {}

    def archived(self, deployment: Deployment) -> Deployment:
        """Change more than the name."""
        return replace(super().archived(deployment), **self.lost(deployment))


class ForgetsMetadataWhenArchived(_LosesWhenArchived):
    """Drops the user's metadata when a deployment is archived."""

    breaks = frozenset({"archive-keeps-the-rest"})

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Forget the keys."""
        return {"metadata": {}}


class ForgetsSettingsWhenArchived(_LosesWhenArchived):
    """Puts cas_config back to its defaults when a deployment is archived."""

    revisions = JUNE
    breaks = frozenset({"archive-keeps-the-rest"})

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Take the defaults."""
        return {"cas_config": self.cas_defaults()}


class DetachesWhenArchived(_LosesWhenArchived):
    """Drops vaults and resources when a deployment is archived."""

    breaks = frozenset({"archive-keeps-the-rest"})

    def lost(self, _deployment: Deployment) -> dict[str, Any]:
        """Let go of everything."""
        return {"vault_ids": [], "resources": []}


class DescribesTheArchive(_LosesWhenArchived):
    """Writes the archive into the description."""

    breaks = frozenset({"archive-keeps-the-rest"})

    def lost(self, deployment: Deployment) -> dict[str, Any]:
        """Leave a note."""
        return {"description": f"{deployment.description} (archived)"}


class ScrubsEventsWhenArchived(_LosesWhenArchived):
    """Blanks the texts of the initial events of an archived deployment."""

    breaks = frozenset({"archive-keeps-the-rest"})

    def lost(self, deployment: Deployment) -> dict[str, Any]:
        """Keep the types only."""
        return {"initial_events": [each | {"content": ""} for each in deployment.initial_events]}


class ShowsAnEmptySchedule(Fault):
    """Shows a schedule without expression where an archived deployment has none."""

    breaks = frozenset({"archive-manual-only", "archive-keeps-the-rest"})
    wide = True

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Set upcoming_runs_at, whatever is there."""
        shown = super().render_schedule(deployment)
        if deployment.archived_at is not None and shown is None:
            return {"upcoming_runs_at": []}
        return shown


class ArchivesByTheBeginning(Fault):
    """Archives all deployments whose names begin with that of the archived one."""

    breaks = frozenset({"archive-touches-one-only"})

    def act_archive(self) -> dict[str, Any]:
        """Match names as LIKE does."""
        name = self.find().name
        shown = super().act_archive()
        for each in list(self.account.deployments.values()):
            if each.archived_at is None and each.name.startswith(f"{name}-"):
                self.save(self.archived(each))
        return shown


class ArchivesTheNextOneToo(Fault):
    """Archives the deployment that was made next, besides the one asked for."""

    breaks = frozenset({"archive-touches-one-only"})
    wide = True

    def act_archive(self) -> dict[str, Any]:
        """Archive a row too many."""
        shown = super().act_archive()
        ids = list(self.account.deployments)
        for id_ in ids[ids.index(shown["id"]) + 1 :][:1]:
            self.save(self.archived(self.account.deployments[id_]))
        return shown


class RepinsByArchiving(Fault):
    """Refers to the latest version of the agent once a deployment is archived."""

    breaks = frozenset({"agent-pinned-stays"})

    def archived(self, deployment: Deployment) -> Deployment:
        """Pin it anew."""
        latest = self.account.agents[deployment.agent.id].version
        return super().archived(replace(deployment, agent=replace(deployment.agent, version=latest)))
