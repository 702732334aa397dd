"""Runs: how one is made, what becomes of it, and how it is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from conformance.reference.deployments import DeploymentRules
from conformance.reference.problem import conflict
from conformance.reference.records import Run

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class RunRules(DeploymentRules):
    """A run takes `run_duration` seconds and ends as `run_outcome` (completed or failed)."""

    def act_run(self) -> dict[str, Any]:
        """Run a deployment now."""
        deployment = self.find()
        self.check_runnable(deployment)
        return self.render_run(self.start_run(deployment, {"type": "manual"}))

    def check_runnable(self, deployment: Deployment) -> None:
        """Refuse to run what is archived or not active."""
        self.check_writable(deployment)
        if deployment.status != "active":
            raise conflict("not-active", "Deployment is not active.")

    def start_run(self, deployment: Deployment, trigger: dict[str, Any]) -> Run:
        """Make and record a run; one too many at a time is recorded as skipped."""
        skipped = self.in_flight(deployment) >= self.max_concurrent(deployment)
        run = self.build_run(deployment, trigger, "skipped" if skipped else self.run_outcome)
        self.record(run)
        return run

    def max_concurrent(self, deployment: Deployment) -> int:
        """Tell how many runs a deployment may have at a time."""
        return int(deployment.cas_config["config"]["max_concurrent"])

    def in_flight(self, deployment: Deployment) -> int:
        """Count the runs that have not ended."""
        now = self.now()
        return sum(run.finishes_at > now for run in self.account.runs_of.get(deployment.id, ()))

    def build_run(self, deployment: Deployment, trigger: dict[str, Any], outcome: str) -> Run:
        """Make a run of a deployment, as it is now."""
        now, skipped = self.now(), outcome == "skipped"
        return Run(
            id=self.new_id("drun"),
            deployment_id=deployment.id,
            agent=deployment.agent,
            trigger=trigger,
            outcome=outcome,
            session_id=self.new_id("sess") if outcome == "completed" else None,
            turn_id=None if skipped else self.new_id("turn"),
            created_at=now,
            finishes_at=now if skipped else now + timedelta(seconds=self.run_duration),
        )

    def record(self, run: Run) -> None:
        """Store a run."""
        self.account.runs[run.id] = run
        self.account.runs_of.setdefault(run.deployment_id, []).append(run)

    def run_status(self, run: Run) -> str:
        """Tell the status of a run at this moment."""
        return "running" if run.finishes_at > self.now() else run.outcome

    def run_error(self, run: Run) -> dict[str, Any] | None:
        """Give the error of a run that has failed."""
        if self.run_status(run) != "failed":
            return None
        return {"type": "unknown_error", "message": "The run failed."}

    def render_run(self, run: Run) -> dict[str, Any]:
        """Write a run; every answer that holds one goes through here."""
        status = self.run_status(run)
        return {
            "id": run.id,
            "type": "deployment_run",
            "deployment_id": run.deployment_id,
            "agent": self.render_agent(run.agent),
            "status": status,
            "error": self.run_error(run),
            "trigger_context": run.trigger,
            "session_id": run.session_id,
            "triggered_at": self.render_precise_time(run.created_at),
            "completed_at": None if status == "running" else self.render_precise_time(run.finishes_at),
            "duration_ms": self.duration_ms(run),
            "cas_run_extras": self.render_extras(run),
            "created_at": self.render_precise_time(run.created_at),
        }

    def duration_ms(self, run: Run) -> int | None:
        """Tell how long a run took; null until it has ended, and for one that never began."""
        if self.run_status(run) in ("running", "skipped"):
            return None
        return round((run.finishes_at - run.created_at) / timedelta(milliseconds=1))

    def render_extras(self, run: Run) -> dict[str, Any]:
        """Write what only this service tells of a run."""
        started_at = None if run.outcome == "skipped" else self.render_precise_time(run.created_at)
        return {"attempt": 1, "turn_id": run.turn_id, "started_at": started_at}

    def render_stats(self, deployment: Deployment) -> dict[str, Any]:
        """Write what was counted of a deployment's runs; skipped ones did not run."""
        stats: dict[str, Any] = {"next_trigger_at": self.next_trigger_at(deployment)}
        stats |= self.counts([run for run in self.account.runs_of.get(deployment.id, ()) if run.outcome != "skipped"])
        last: datetime | None = self.last_run_at(deployment)
        if last is not None:
            stats["last_triggered_at"] = self.render_time(last)
        return stats

    def next_trigger_at(self, deployment: Deployment) -> str | None:
        """Tell the next fire, or null where there is none."""
        upcoming = self.upcoming_of(deployment)
        return self.render_time(upcoming[0]) if upcoming else None

    def counts(self, runs: list[Run]) -> dict[str, int]:
        """Count runs and failures, and the failures since the last run that went well."""
        consecutive = total = 0
        for run in runs:
            failed = self.run_status(run) == "failed"
            total += failed
            consecutive = consecutive + 1 if failed else 0
        return {"total_runs": len(runs), "total_failures": total, "consecutive_failures": consecutive}
