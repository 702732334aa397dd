"""Faults in what later editions say of paused and archived deployments, and of their runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict
from conformance.reference.records import Schedule

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Run

CMA = frozenset({"cma-2026-04-01"})


class AnnouncesNothingWhilePaused(Fault):
    """Shows no upcoming runs of what is paused."""

    revisions = CMA
    breaks = frozenset({"pause-keeps-upcoming-runs"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Empty the list of the paused."""
        return [] if deployment.status == "paused" else super().render_upcoming(deployment)


class RenamesTheArchived(Fault):
    """Gives what it archives a name with a suffix."""

    revisions = CMA
    breaks = frozenset({"archive-keeps-the-name"})

    def archived_name(self, deployment: Deployment) -> str:
        """Add to the name."""
        return f"{deployment.name}_archived"


class ShowsTheArchivedAsPaused(Fault):
    """Leaves a deployment paused that is archived while paused."""

    revisions = CMA
    breaks = frozenset({"archive-shows-active"})

    def archived(self, deployment: Deployment) -> Deployment:
        """Keep the status."""
        return replace(super().archived(deployment), status=deployment.status)


class KeepsTheReasonOfTheArchived(Fault):
    """Still says why a deployment was paused that is archived."""

    revisions = CMA
    breaks = frozenset({"archive-clears-the-reason"})

    def archived(self, deployment: Deployment) -> Deployment:
        """Keep the reason."""
        return replace(super().archived(deployment), paused_reason=deployment.paused_reason)


class RunsNothingWhilePaused(Fault):
    """Refuses to run what is paused."""

    revisions = CMA
    breaks = frozenset({"run-while-paused", "sequence-answers"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Refuse what is paused."""
        super().check_runnable(deployment)
        if deployment.status == "paused":
            raise conflict("not-active", "Deployment is not active.")


class WakesWhatItRuns(Fault):
    """Unpauses a deployment that is run by hand while it is paused."""

    revisions = CMA
    breaks = frozenset({"run-while-paused", "sequence-objects"})

    def act_run(self) -> dict[str, Any]:
        """Run, and unpause."""
        shown = super().act_run()
        self.save(replace(self.find(), status="active", paused_reason=None))
        return shown


class TellsNeitherSessionNorError(Fault):
    """Records a run without its session."""

    revisions = frozenset({"qoder-2026-09", "cma-2026-04-01"})
    breaks = frozenset({"run-has-a-session-or-an-error"})

    def render_run(self, run: Run) -> dict[str, Any]:
        """Leave the session out."""
        return super().render_run(run) | {"session_id": None}


class GivesTheUnpausedASchedule(Fault):
    """Unpauses a manual-only deployment with a schedule of its own."""

    revisions = frozenset({"qoder-2026-09"})
    breaks = frozenset({"unpause-manual-only", "unpause-brings-all-back", "pause-every-time", "sequence-objects"})

    def unpaused(self, deployment: Deployment) -> Deployment:
        """Make up a schedule."""
        schedule = deployment.schedule or Schedule("0 9 1 1 *", "UTC")
        return replace(super().unpaused(deployment), schedule=schedule)
