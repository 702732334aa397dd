"""Runs that are over as soon as they are recorded: a session was created, or it was not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Run


class SessionRuns(Service):
    """A run has a session or an error, never a status, and none is ever skipped."""

    TRIGGERS = ("manual", "schedule")
    RUN_MEMBERS = (
        "id",
        "type",
        "deployment_id",
        "agent",
        "created_at",
        "error",
        "session_id",
        "trigger_context",
    )

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Make a run that is over; its time is told in whole seconds."""
        now = self.stamp()
        return replace(super().build_run(deployment, trigger, outcome), created_at=now, finishes_at=now)

    def render_run(self, run: Run) -> dict[str, Any]:
        """Write what this edition tells of a run."""
        shown = super().render_run(run) | {"created_at": self.render_time(run.created_at)}
        return {member: shown[member] for member in self.RUN_MEMBERS}

    def read_run_status(self) -> str | None:
        """Ask for no status: there is none."""
        return None
