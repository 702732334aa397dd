"""Faults in creating, listing and running that only clients who ask at the same time meet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER
from conformance.reference.faults.racing import _Hesitating
from conformance.reference.problem import Problem, conflict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.call import Request
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.records import Deployment, Run


class _Remembering(_Hesitating):
    """Notes something of what is there when a request arrives."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.noted: dict[int, frozenset[str]] = {}

    def arrive(self, request: Request) -> float:
        """Note it."""
        seconds = super().arrive(request)
        if seconds:
            self.noted[id(request)] = self.note(request)
        return seconds

    def note(self, _request: Request) -> frozenset[str]:
        """Tell what is there: the ids of all deployments."""
        return frozenset(self.accounts[0].deployments)

    @property
    def then(self) -> frozenset[str]:
        """Give what was noted."""
        return self.noted.get(id(self.call.request), frozenset())


# --- creates ----------------------------------------------------------------------------------------------------


class GivesOneIdTwice(_Remembering):
    """Makes the id of a deployment from the number of those that were there when the create arrived."""

    SLOW = frozenset({"create"})
    breaks = frozenset({"concurrent-creates-all-exist", "concurrent-creates-of-one-name"})

    def new_id(self, prefix: str) -> str:
        """Number it."""
        return super().new_id(prefix) if prefix != "dep" else f"dep_{len(self.then):032x}"


class ForgetsCreatesAtOnce(_Remembering):
    """Writes the list of deployments back with a new one, as it was when the create arrived."""

    SLOW = frozenset({"create"})
    breaks = frozenset({"concurrent-creates-all-exist"})

    def save(self, deployment: Deployment) -> None:
        """Drop what was made meanwhile."""
        for id_ in [*self.account.deployments] if self.operation == "create" else ():
            if id_ not in self.then:
                del self.account.deployments[id_]
        super().save(deployment)


class HidesCreatesAtOnce(_Remembering):
    """Leaves out of lists what was made while another create was on its way."""

    SLOW = frozenset({"create"})
    breaks = frozenset({"concurrent-creates-all-exist"})

    def act_create(self) -> dict[str, Any]:
        """Note that the index was written by somebody else meanwhile."""
        outrun = len(self.account.deployments) > len(self.then)
        shown = super().act_create()
        if outrun:
            self.unlisted = getattr(self, "unlisted", frozenset()) | {shown["id"]}
        return shown

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Look into the index."""
        unlisted = getattr(self, "unlisted", ())
        return [each for each in super().select(deployments, filters) if each.id not in unlisted]


class KeepsNamesUniqueInTurn(_Remembering):
    """Refuses a name that was taken when the create arrived, and makes two of one name at once."""

    SLOW = frozenset({"create"})
    breaks = frozenset({"concurrent-creates-of-one-name"})

    def note(self, _request: Request) -> frozenset[str]:
        """Tell which names are taken."""
        return frozenset(each.name for each in self.accounts[0].deployments.values() if each.archived_at is None)

    def act_create(self) -> dict[str, Any]:
        """Look at what was noted."""
        if self.call.body.get("name") in list(self.then):
            raise conflict("name-taken", "A deployment of this name exists.")
        return super().act_create()


# --- lists ------------------------------------------------------------------------------------------------------


class HidesWhatIsBeingUpdated(_Hesitating):
    """Takes a deployment out of the list while it is being updated."""

    breaks = frozenset({"concurrent-walk-is-complete"})

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Leave out what somebody is about to write."""
        busy = {each.id for each in list(self.waiting.values()) if each is not None}
        return [each for each in super().select(deployments, filters) if each.id not in busy]


class _CountsToTheCursor(_Remembering):
    """Takes the number of items up to the cursor when a list is asked for, and leaves out as many a little later."""

    SLOW = frozenset({"list"})

    def after(self, items: list[T], cursor: T) -> list[T]:
        """Leave out by number."""
        odd = self.account is not self.accounts[0] or {*self.call.query} & {"include_archived", "status"}
        if self.operation != "list" or odd:
            return super().after(items, cursor)
        filters, stored = self.read_filters(), self.account.deployments
        was = [replace(stored[id_], archived_at=None) for id_ in self.then]
        passed = (each for each in was if self.order_key(each) >= self.order_key(cursor))
        return items[len(self.select(passed, filters)) :]


class CountsBeforeCreates(_CountsToTheCursor):
    """Takes the place of the cursor when a list is asked for: what is made meanwhile shifts it."""

    breaks = frozenset({"concurrent-walk-is-complete", "concurrent-walk-survives-archiving"})

    def note(self, _request: Request) -> frozenset[str]:
        """Tell what is listed."""
        return frozenset(each.id for each in self.accounts[0].deployments.values() if each.archived_at is None)


class CrashesOnBusyLists(_Remembering):
    """Answers 500 to a list when something was made since it began."""

    SLOW = frozenset({"list"})
    breaks = frozenset({"concurrent-requests-cause-no-server-error"})

    def act_list(self) -> dict[str, Any]:
        """Mind that the map has changed while it was gone through."""
        if self.account is self.accounts[0] and len(self.account.deployments) != len(self.then):
            raise Problem("changed", "api_error", "The map was changed during iteration.")
        return super().act_list()


# --- runs -------------------------------------------------------------------------------------------------------


class RunsAllAtOnce(_Remembering):
    """Counts the runs in flight when a run is asked for, not when it is begun."""

    SLOW = frozenset({"run"})
    RUN_DURATION = 0.3
    breaks = frozenset({"concurrent-runs-keep-to-the-limit"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"run_duration": self.RUN_DURATION})

    def note(self, request: Request) -> frozenset[str]:
        """Tell which runs are in flight."""
        runs = self.accounts[0].runs_of.get(self.open(request).ids[0], ())
        return frozenset(run.id for run in runs if run.finishes_at > self.now())

    def in_flight(self, _deployment: Deployment) -> int:
        """Count those that were noted."""
        return len(self.then)


class ForgetsRunsAtOnce(_Remembering):
    """Writes the list of a deployment's runs back with a new one, as it was when the run was asked for."""

    SLOW = frozenset({"run"})
    revisions = QODER  # which has a list of a deployment's own runs
    breaks = frozenset({"concurrent-runs-are-all-recorded"})

    def note(self, request: Request) -> frozenset[str]:
        """Tell which runs there are."""
        return frozenset(run.id for run in self.accounts[0].runs_of.get(self.open(request).ids[0], ()))

    def record(self, run: Run) -> None:
        """Drop what was begun meanwhile."""
        runs = self.account.runs_of.get(run.deployment_id, [])
        self.account.runs_of[run.deployment_id] = [each for each in runs if each.id in self.then]
        super().record(run)
