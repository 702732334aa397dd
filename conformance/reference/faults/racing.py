"""Faults that only clients who ask at the same time meet: what was read is acted on a few milliseconds later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.call import Reply, Request
    from conformance.reference.records import Deployment


class _Hesitating(Fault):
    """Looks at what is stored when a request of these operations arrives, and serves it a little later."""

    SLOW: ClassVar[frozenset[str]] = frozenset({"update"})
    SECONDS = 0.006

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.waiting: dict[int, Deployment | None] = {}

    def arrive(self, request: Request) -> float:
        """Read what is stored now."""
        call = self.open(request)
        if call.operation not in self.SLOW:
            return super().arrive(request)
        self.waiting[id(request)] = self.accounts[0].deployments.get(call.ids[0]) if call.ids else None
        return self.SECONDS

    def answer(self, request: Request) -> Reply:
        """Serve it, and forget what was read."""
        try:
            return super().answer(request)
        finally:
            self.waiting.pop(id(request), None)

    def as_read(self, stored: Deployment) -> Deployment:
        """Give a deployment as it was when the request arrived."""
        return self.waiting.get(id(self.call.request)) or stored


# --- updates ----------------------------------------------------------------------------------------------------


class WritesBackWhatItRead(_Hesitating):
    """Writes the whole deployment back with an update, as it was when the update arrived."""

    breaks = frozenset(
        {
            "concurrent-updates-keep-each-other",
            "concurrent-metadata-patches-add-up",
            "concurrent-pauses-and-updates-are-kept",
            "concurrent-archive-is-final",
            "concurrent-archive-keeps-updates",
        }
    )

    def find(self) -> Deployment:
        """Take the old copy."""
        return self.as_read(super().find())


class LosesPatchesAtOnce(_Hesitating):
    """Merges a metadata patch into the bag as it was when the patch arrived."""

    breaks = frozenset({"concurrent-metadata-patches-add-up"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Merge into the old bag."""
        return super().update_metadata(self.as_read(stored), value)


class CountsTheOldBag(_Hesitating):
    """Counts the metadata keys that were there when the patch arrived."""

    breaks = frozenset({"concurrent-metadata-limit-holds"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Count the old bag, and merge into the new one."""
        super().update_metadata(self.as_read(stored), value)
        self.METADATA_KEYS_MAX, limit = 1000, self.METADATA_KEYS_MAX
        try:
            return super().update_metadata(stored, value)
        finally:
            self.METADATA_KEYS_MAX = limit


class WakesByUpdatingMeanwhile(_Hesitating):
    """Writes the status back with an update, as it was when the update arrived."""

    breaks = frozenset({"concurrent-pauses-and-updates-are-kept"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Keep the old status."""
        old = self.as_read(stored)
        return super().apply(stored, changes | {"status": old.status, "paused_reason": old.paused_reason})


class RevivesByUpdatingMeanwhile(_Hesitating):
    """Lets an update go through that arrived before the archive, and writes archived_at back."""

    breaks = frozenset({"concurrent-archive-is-final"})

    def check_writable(self, deployment: Deployment) -> None:
        """Look at the old copy."""
        super().check_writable(self.as_read(deployment))

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Keep the old time."""
        return super().apply(stored, changes | {"archived_at": self.as_read(stored).archived_at})


class PausesTheOldCopy(_Hesitating):
    """Writes the whole deployment back with a pause or unpause, as it was when that arrived."""

    SLOW = frozenset({"pause", "unpause"})
    breaks = frozenset(
        {
            "concurrent-pause-succeeds-once",
            "concurrent-unpause-succeeds-once",
            "concurrent-pauses-and-unpauses-have-an-order",
            "concurrent-pauses-and-updates-are-kept",
        }
    )

    def change(
        self, check: Callable[[Deployment], None], changed: Callable[[Deployment], Deployment]
    ) -> dict[str, Any]:
        """Start from the old copy."""
        self.save(self.as_read(self.find()))
        return super().change(check, changed)


class ArchivesTheOldCopy(PausesTheOldCopy):
    """Writes the whole deployment back with an archive, as it was when that arrived."""

    SLOW = frozenset({"archive"})
    breaks = frozenset({"concurrent-archive-succeeds-once", "concurrent-archive-keeps-updates"})


class YieldsTheDescription(_Hesitating):
    """Keeps a description that somebody else has changed since the update arrived, and says nothing."""

    breaks = frozenset({"concurrent-updates-do-not-mix"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Let whoever was first have it."""
        if stored.description != self.as_read(stored).description:
            changes = {field: value for field, value in changes.items() if field != "description"}
        return super().apply(stored, changes)


class WritesFieldByField(Fault):
    """Writes the name first and the rest a little later: those who read meanwhile see one without the other."""

    breaks = frozenset({"concurrent-reads-see-whole-updates"})
    SECONDS = 0.006

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.halves: dict[str, tuple[datetime, Deployment]] = {}

    def act_update(self) -> dict[str, Any]:
        """Note what is seen until the rest is written."""
        before, shown = self.find(), super().act_update()
        until = self.now() + timedelta(seconds=self.SECONDS)
        self.halves[before.id] = (until, replace(before, name=shown["name"]))
        return shown

    def find(self) -> Deployment:
        """Show what is written by now to those who get it."""
        stored = super().find()
        until, half = self.halves.get(stored.id, (self.now(), stored))
        return half if self.operation == "get" and until > self.now() else stored

    def delay(self) -> float:
        """Answer an update when all of it is written."""
        return 2 * self.SECONDS if self.operation == "update" else super().delay()


class CrashesWhenOutrun(_Hesitating):
    """Answers 500 to an update when another one was faster."""

    breaks = frozenset({"concurrent-requests-cause-no-server-error"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Let the version differ."""
        if stored is not self.as_read(stored):
            raise Problem("outrun", "api_error", "The row was changed by another transaction.")
        return super().apply(stored, changes)


class AnswersWithTheLastOne(_Hesitating):
    """Keeps the id that was asked for where all requests share it."""

    SLOW = frozenset({"get"})
    breaks = frozenset({"concurrent-answers-are-not-mixed-up"})

    def arrive(self, request: Request) -> float:
        """Overwrite what the one before has noted."""
        seconds = super().arrive(request)
        self.asked = self.waiting.get(id(request)) or getattr(self, "asked", None)
        return seconds

    def act_get(self) -> dict[str, Any]:
        """Show what was noted last."""
        found = self.find()
        return self.render_deployment(self.asked if len(self.waiting) > 1 and self.asked else found)


# --- states -----------------------------------------------------------------------------------------------------


class PausesSeveralTimes(_Hesitating):
    """Looks whether a deployment is paused when the pause arrives, not when it is carried out."""

    SLOW = frozenset({"pause"})
    breaks = frozenset({"concurrent-pause-succeeds-once", "concurrent-pauses-and-unpauses-have-an-order"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Look at the old copy."""
        super().check_pausable(self.as_read(deployment))


class UnpausesSeveralTimes(_Hesitating):
    """Looks whether a deployment is paused when the unpause arrives, not when it is carried out."""

    SLOW = frozenset({"unpause"})
    breaks = frozenset({"concurrent-unpause-succeeds-once", "concurrent-pauses-and-unpauses-have-an-order"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Look at the old copy."""
        super().check_unpausable(self.as_read(deployment))


class ArchivesSeveralTimes(_Hesitating):
    """Looks whether a deployment is archived when the archive arrives, not when it is carried out."""

    SLOW = frozenset({"archive"})
    breaks = frozenset({"concurrent-archive-succeeds-once"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Look at the old copy."""
        super().check_archivable(self.as_read(deployment))
