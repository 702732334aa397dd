"""Faults in how a run is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import JUNE, NEWER, Fault, there

if TYPE_CHECKING:
    from conformance.reference.records import Run

_EVERYWHERE = frozenset({"run", "get_run", "get_any_run", "list_runs", "list_all_runs"})
_LISTS = frozenset({"list_runs", "list_all_runs"})


class _ShowsRuns(Fault):
    """Shows runs otherwise, in the answers of the operations named."""

    IN: ClassVar[frozenset[str]] = _EVERYWHERE

    def render_run(self, run: Run) -> dict[str, Any]:
        """Bend what the service shows."""
        shown = super().render_run(run)
        return shown | self.bent(shown, run) if self.operation in self.IN else shown

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Give the members that differ."""
        return {}


class _ShowsLastingRuns(_ShowsRuns):
    """Has runs that take an hour."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_duration": 3600.0})


class _ShowsFailedRuns(_ShowsRuns):
    """Has runs that fail."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_outcome": "failed"})


class PrefixesRunsAsRun(Fault):
    """Gives runs ids that begin with run_."""

    breaks = frozenset({"run-id-prefix"})

    def new_id(self, prefix: str) -> str:
        """Take the shorter prefix."""
        return super().new_id("run" if prefix == "drun" else prefix)


class CallsItARun(_ShowsRuns):
    """Says that the type is "run" in lists."""

    IN = _LISTS
    breaks = frozenset({"run-tells-what-it-is", "runs-list-of-all-spans-deployments"})

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Use another word."""
        return {"type": "run"}


class CallsTheTriggerApi(_ShowsRuns):
    """Says that a run by hand was triggered by "api"."""

    breaks = frozenset({"run-tells-what-it-is", "run-body-decides-nothing", "runs-trigger-type-filter"})
    wide = True

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Use another word."""
        return {"trigger_context": {"type": "api"}}


class FlattensTheTrigger(_ShowsRuns):
    """Shows the trigger as a string in a GET."""

    IN = frozenset({"get_run", "get_any_run"})
    breaks = frozenset({"run-tells-what-it-is", "runs-get-returns-the-run"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Leave the object out."""
        return {"trigger_context": run.trigger["type"]}


class ShortensTheAgentOfRuns(_ShowsRuns):
    """Shows the agent of a run as its id in the answer to the run."""

    IN = frozenset({"run"})
    breaks = frozenset({"run-agent-is-an-object", "runs-get-returns-the-run", "runs-list-of-all-spans-deployments"})
    wide = True

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Give the id only."""
        return {"agent": run.agent.id}


class LeavesOutTheVersion(_ShowsRuns):
    """Shows no version of the agent in the list of all runs."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"run-agent-is-an-object", "runs-list-of-all-spans-deployments", "agent-of-a-past-run"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Leave it out."""
        return {"agent": {"id": run.agent.id, "type": "agent"}}


class CreatesAtAnEpoch(_ShowsRuns):
    """Shows created_at of runs as seconds since 1970 in lists."""

    IN = _LISTS
    breaks = frozenset({"run-created-at-is-a-timestamp", "runs-list-of-all-spans-deployments"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Give a number."""
        return {"created_at": int(run.created_at.timestamp())}


class CreatesAtAnotherOffset(_ShowsRuns):
    """Shows the times of runs at the offset of its owners."""

    breaks = frozenset({"run-created-at-is-a-timestamp"})
    wide = True

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Be eight hours ahead, and say so."""
        return {"created_at": f"{(run.created_at + timedelta(hours=8)).isoformat()[:26]}+08:00"}


class CreatesInLocalTime(_ShowsRuns):
    """Takes the local time of its owners for UTC when it shows when a run was created."""

    revisions = JUNE
    breaks = frozenset({"run-created-at-is-now", "run-ends-after-it-began"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Be eight hours ahead."""
        return {"created_at": self.render_precise_time(run.created_at + timedelta(hours=8))}


class TriggersInLocalTime(_ShowsRuns):
    """Takes the local time of its owners for UTC when it shows when a run was triggered, in the answer to it."""

    IN = frozenset({"run"})
    breaks = frozenset({"run-created-at-is-now", "runs-triggered-filter", "runs-triggered-filter-knows-offsets"})
    wide = True

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Be eight hours ahead."""
        return {"triggered_at": self.render_precise_time(run.created_at + timedelta(hours=8))}


class ShowsAnEmptyError(_ShowsRuns):
    """Shows an empty object for the error of a run without one."""

    breaks = frozenset({"run-error-is-null-or-an-object", "runs-has-error-filter", "runs-page-keeps-filters"})
    breaks_in = there(NEWER, *breaks, "run-has-a-session-or-an-error", "runs-filters-agree")

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Give an object instead of null."""
        return {"error": shown["error"] or {}}


class ShowsAnErrorAsText(_ShowsRuns):
    """Shows an empty string for the error of a run in a GET by its id alone."""

    IN = frozenset({"get_any_run"})
    breaks = frozenset({"run-is-told-alike", "run-error-is-null-or-an-object", "runs-get-by-id-alone"})
    breaks_in = there(NEWER, "run-error-is-null-or-an-object", "run-has-a-session-or-an-error", "run-is-told-alike")

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Give the empty text."""
        return {"error": shown["error"] or ""}


class LeavesOutTheMessage(_ShowsFailedRuns):
    """Shows the error of a failed run without a message."""

    breaks = frozenset({"run-error-is-null-or-an-object"})

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Keep the type."""
        return {"error": shown["error"] and {"type": shown["error"]["type"]}}


class CallsItSucceeded(_ShowsRuns):
    """Says "succeeded" for the status of a completed run in lists."""

    IN = _LISTS
    revisions = JUNE
    breaks = frozenset({"run-status-is-known", "runs-status-filter", "runs-filters-combine"})

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Use another word."""
        return {"status": "succeeded" if shown["status"] == "completed" else shown["status"]}


class CallsItQueued(_ShowsRuns):
    """Says "queued" for the status in the answer to a run."""

    IN = frozenset({"run"})
    breaks = frozenset({"run-status-is-known"})

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Use another word."""
        return {"status": "queued"}


class NeverEnds(_ShowsRuns):
    """Shows no completed_at of a completed run in lists."""

    IN = _LISTS
    breaks = frozenset({"run-completed-at-once-ended"})

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Leave it null."""
        return {"completed_at": None}


class NeverEndsWhenFailed(_ShowsFailedRuns):
    """Shows no completed_at of a failed run."""

    breaks = frozenset({"run-completed-at-once-ended"})

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Leave it null."""
        return {"completed_at": None}


class EndsAhead(_ShowsLastingRuns):
    """Shows completed_at of a run that is in flight, as the time at which it has to end."""

    breaks = frozenset({"run-completed-at-once-ended"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Tell the deadline."""
        return {"completed_at": self.render_precise_time(run.finishes_at)}


class EndsBeforeItBegan(_ShowsRuns):
    """Shows completed_at in another time zone than created_at."""

    breaks = frozenset({"run-ends-after-it-began"})

    def bent(self, _shown: dict[str, Any], run: Run) -> dict[str, Any]:
        """Be seven hours behind."""
        return {"completed_at": self.render_precise_time(run.finishes_at - timedelta(hours=7))}


class TakesNoTime(_ShowsRuns):
    """Shows null for the duration of a completed run that took less than a second."""

    breaks = frozenset({"run-duration-when-completed"})

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Take 0 for nothing."""
        return {"duration_ms": shown["duration_ms"] or None}


class MeasuresInWords(_ShowsRuns):
    """Shows the duration of a run as text in a GET by its id alone."""

    revisions = JUNE
    IN = frozenset({"get_any_run"})
    breaks = frozenset({"run-is-told-alike", "run-duration-when-completed", "runs-get-by-id-alone"})

    def bent(self, shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Add the unit."""
        return {"duration_ms": f"{shown['duration_ms']} ms"}


class MeasuresBackwards(_ShowsRuns):
    """Takes the end of a run from its beginning, in lists."""

    revisions = JUNE
    IN = _LISTS
    breaks = frozenset({"run-is-told-alike", "run-duration-when-completed"})

    def bent(self, _shown: dict[str, Any], _run: Run) -> dict[str, Any]:
        """Give less than nothing."""
        return {"duration_ms": -1}
