"""Faults in what the settings of a deployment say of its runs, and in what is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import JUNE, QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Run

_LIMIT, _COUNT = "run-within-limit-is-not-skipped", "run-count-never-falls"


class _Limits(Fault):
    """Has runs that take an hour, and a limit of its own for how many there are at a time."""

    revisions = JUNE
    breaks = frozenset({_LIMIT})
    RUN_DURATION = 3600.0


class RunsOneAtATime(_Limits):
    """Has one run at a time, whatever the settings say."""

    def max_concurrent(self, _deployment: Deployment) -> int:
        """Know one number."""
        return 1


class RunsByTheFirstSettings(_Limits):
    """Has as many runs at a time as the settings said when a deployment was made."""

    def build(self, values: dict[str, Any]) -> Deployment:
        """Take note of it."""
        made = super().build(values)
        self.__dict__.setdefault("at_a_time", {})[made.id] = super().max_concurrent(made)
        return made

    def max_concurrent(self, deployment: Deployment) -> int:
        """Look it up."""
        return int(self.__dict__["at_a_time"][deployment.id])


class _CountsAnew(Fault):
    """Counts the runs of a deployment from its last change on."""

    revisions = JUNE
    breaks = frozenset({_COUNT})
    AFTER: ClassVar[str]

    def perform(self) -> None:
        """Note how many there were, and show it."""
        super().perform()
        if self.operation == self.AFTER:
            id_ = self.call.ids[0]
            self.__dict__.setdefault("counted", {})[id_] = len(self.account.runs_of.get(id_, ()))
            self.call.payload = self.render_deployment(self.find())

    def counts(self, runs: list[Run]) -> dict[str, int]:
        """Leave those out."""
        before = self.__dict__.get("counted", {}).get(runs[0].deployment_id, 0) if runs else 0
        return super().counts(runs[before:])


class CountsAnewAfterUpdates(_CountsAnew):
    """Sets the count of runs to 0 by every update."""

    AFTER = "update"


class CountsAnewAfterPauses(_CountsAnew):
    """Sets the count of runs to 0 by a pause."""

    AFTER = "pause"


class CountsAnewAfterUnpauses(_CountsAnew):
    """Sets the count of runs to 0 by an unpause."""

    AFTER = "unpause"


class RunsWhatWasUpdatedWhilePaused(Fault):
    """Runs a paused deployment that was updated since the pause."""

    revisions = QODER
    breaks = frozenset({"run-paused-is-conflict"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take note."""
        if stored.status == "paused":
            self.__dict__.setdefault("updated", set()).add(stored.id)
        return super().apply(stored, changes)

    def check_runnable(self, deployment: Deployment) -> None:
        """Look it up."""
        if deployment.archived_at is not None or deployment.id not in self.__dict__.get("updated", ()):
            super().check_runnable(deployment)
