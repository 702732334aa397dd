"""Faults in what can be done with a deployment that was run, and in running one that was changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment, Run


class _HoldsWhatWasRun(Fault):
    """Refuses one change of a deployment that was run."""

    breaks = frozenset({"run-leaves-every-way-open"})
    wide = True

    def hold(self, deployment: Deployment) -> None:
        """Refuse it."""
        if self.account.runs_of.get(deployment.id):
            raise conflict("has-runs", "Deployment has runs.")


class ArchivesNothingThatWasRun(_HoldsWhatWasRun):
    """Refuses to archive a deployment that was run."""

    def check_archivable(self, deployment: Deployment) -> None:
        """Look for runs."""
        super().check_archivable(deployment)
        self.hold(deployment)


class PausesNothingThatWasRun(_HoldsWhatWasRun):
    """Refuses to pause a deployment that was run."""

    def check_pausable(self, deployment: Deployment) -> None:
        """Look for runs."""
        super().check_pausable(deployment)
        self.hold(deployment)


class RunsNothingThatWasUpdated(Fault):
    """Refuses to run a deployment that was updated."""

    breaks = frozenset({"run-leaves-every-way-open"})
    wide = True

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take note of it."""
        self.__dict__.setdefault("updated", set()).add(stored.id)
        return super().apply(stored, changes)

    def check_runnable(self, deployment: Deployment) -> None:
        """Look for updates."""
        super().check_runnable(deployment)
        if deployment.id in self.__dict__.get("updated", ()):
            raise conflict("updated", "Deployment has changed.")


class RunsTheLatestOnly(Fault):
    """Refuses to run a deployment whose agent has a newer version."""

    breaks = frozenset({"agent-of-a-run"})

    def check_runnable(self, deployment: Deployment) -> None:
        """Compare versions."""
        super().check_runnable(deployment)
        if deployment.agent.version != self.account.agents[deployment.agent.id].version:
            raise conflict("stale", "The agent has a newer version.")


class RepinsByRunning(Fault):
    """Refers to the latest version of the agent once a deployment was run."""

    breaks = frozenset({"agent-of-a-run", "agent-string-stays"})

    def record(self, run: Run) -> None:
        """Pin it anew."""
        super().record(run)
        deployment = self.account.deployments[run.deployment_id]
        latest = self.account.agents[deployment.agent.id].version
        self.save(replace(deployment, agent=replace(deployment.agent, version=latest)))


class ListsNoLastRun(Fault):
    """Leaves last_run_at out of lists."""

    revisions = QODER
    breaks = frozenset({"run-shows-in-lists"})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Say that there was none."""
        return None if self.operation == "list" else super().last_run_at(deployment)
