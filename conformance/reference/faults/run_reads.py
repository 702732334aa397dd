"""Faults in reading one run, and the runs of what is archived."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from conformance.reference.records import Run


# --- one run ----------------------------------------------------------------------------------------------------


class ReadsAnotherRun(Fault):
    """Shows the latest run of a deployment, whichever is asked for."""

    revisions = QODER
    breaks = frozenset({"runs-get-returns-the-run", "runs-get-by-id-alone"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Take the last."""
        run = self.find_run(self.call.ids[1], self.find().id)
        return self.render_run(self.account.runs_of[run.deployment_id][-1])


class ReadsRunsBelowAnything(Fault):
    """Looks for a run without looking at the deployment in the path."""

    breaks = frozenset({"runs-get-below-another-is-404"})

    def act_get_run(self) -> dict[str, Any]:
        """Check only that the deployment exists."""
        self.find()
        return self.render_run(self.find_run(self.call.ids[1], None))


class ReadsRunsBelowNothing(Fault):
    """Looks for a run whether or not the deployment in the path exists."""

    breaks = frozenset({"runs-get-below-another-is-404", "runs-get-unknown-is-404"})

    def act_get_run(self) -> dict[str, Any]:
        """Take the last id of the path."""
        return self.render_run(self.find_run(self.call.ids[1], None))


class RefusesUnknownRuns(Fault):
    """Answers 400 to the id of a run that does not exist."""

    breaks = frozenset({"runs-get-unknown-is-404", "runs-get-by-unknown-id-is-404"})
    wide = True

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Blame the request."""
        try:
            return super().find_run(run_id, deployment_id)
        except Problem as problem:
            raise invalid(problem.rule, "No such run.") from None


class ShowsNothingForUnknownRuns(Fault):
    """Answers 200 and null members to an id of no run."""

    breaks = frozenset({"runs-get-by-unknown-id-is-404"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Show nothing as if it were something."""
        known = self.call.ids[0] in self.account.runs
        return super().act_get_any_run() if known else {"id": None, "type": "deployment_run"}


class CrashesOnOtherPrefixes(Fault):
    """Answers 500 to an id that has not the prefix of runs."""

    breaks = frozenset({"runs-get-by-unknown-id-is-404"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Decode it."""
        if not self.call.ids[0].startswith("drun_"):
            raise ValueError(self.call.ids[0])
        return super().act_get_any_run()


class ForgetsHowARunEnded(Fault):
    """Shows a run that has ended as running when it is read by its id alone."""

    revisions = JUNE
    breaks = frozenset({"runs-get-by-id-alone"})

    def act_get_any_run(self) -> dict[str, Any]:
        """Read the row of its beginning."""
        return super().act_get_any_run() | {"status": "running", "completed_at": None, "duration_ms": None}


class RedatesRuns(Fault):
    """Shows the time of reading for created_at of a run in a GET below its deployment."""

    revisions = QODER
    breaks = frozenset({"runs-get-returns-the-run", "runs-get-by-id-alone"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Write the time."""
        return super().act_get_run() | {"created_at": self.render_precise_time(self.now())}


class HidesRunsOfTheArchived(Fault):
    """Answers 404 to the list of runs of an archived deployment."""

    revisions = QODER
    breaks = frozenset({"archive-runs-stay-readable"})
    wide = True

    def act_list_runs(self) -> dict[str, Any]:
        """Look among the living."""
        if self.find().archived_at is not None:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_list_runs()


class DropsRunsWhenArchiving(Fault):
    """Deletes the runs of a deployment when it is archived."""

    breaks = frozenset({"archive-runs-stay-readable", "runs-get-returns-the-run", "runs-list-of-all-spans-deployments"})
    wide = True

    def act_archive(self) -> dict[str, Any]:
        """Clear the history."""
        shown = super().act_archive()
        for run in self.account.runs_of.pop(shown["id"], []):
            del self.account.runs[run.id]
        return shown


class HidesArchivedRunsBelow(Fault):
    """Answers 404 to a run below an archived deployment."""

    revisions = QODER
    breaks = frozenset({"archive-runs-stay-readable", "runs-get-returns-the-run"})
    wide = True

    def act_get_run(self) -> dict[str, Any]:
        """Look among the living."""
        if replace(self.find(), status="active").archived_at is not None:
            raise not_found("run-unknown", "Run does not exist.")
        return super().act_get_run()


class ReadsRunsByTheirDigits(Fault):
    """Shows a run for an id that ends as its own does, whatever prefix it has."""

    breaks = frozenset({"runs-get-by-unknown-id-is-404"})

    def find_run(self, run_id: str, deployment_id: str | None) -> Run:
        """Look for the digits."""
        digits = run_id.rpartition("_")[2]
        found = next((id_ for id_ in self.account.runs if id_.endswith(f"_{digits}")), run_id)
        return super().find_run(found, deployment_id)
