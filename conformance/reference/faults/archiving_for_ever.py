"""Faults in keeping a deployment archived for ever, and its old name free."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem, conflict
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


# --- free again -------------------------------------------------------------------------------------------------


class RemembersNames(Fault):
    """Never gives a name again that an archived deployment had."""

    breaks = frozenset({"archive-frees-the-name"})
    wide = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.taken: set[str] = set()

    def archived_name(self, deployment: Deployment) -> str:
        """Note the old one."""
        self.taken.add(deployment.name)
        return super().archived_name(deployment)

    def check_name(self, value: object) -> str:
        """Look it up."""
        name = super().check_name(value)
        if name in self.taken:
            raise conflict("name-taken", "The name has been used.")
        return name


class RemembersNamesInUpdates(RemembersNames):
    """Gives no deployment a new name that an archived one had."""

    breaks = frozenset({"archive-frees-the-name"})

    def check_name(self, value: object) -> str:
        """Look it up for updates only."""
        return super().check_name(value) if self.operation == "update" else Service.check_name(self, value)


# --- for ever ---------------------------------------------------------------------------------------------------


class SuffixesAgainWhenRefusing(Fault):
    """Refuses a second archive with 409, and writes another suffix all the same."""

    breaks = frozenset({"archive-twice-changes-nothing"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Write before the check."""
        if deployment.archived_at is not None:
            self.save(replace(deployment, name=self.archived_name(deployment)))
        super().check_archivable(deployment)


class RedatesWhenRefusing(Fault):
    """Refuses a second archive with 409, and moves archived_at all the same."""

    breaks = frozenset({"archive-twice-changes-nothing"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Write before the check."""
        if deployment.archived_at is not None:
            self.save(replace(deployment, archived_at=self.stamp()))
        super().check_archivable(deployment)


class RedatesWhatWasPaused(Fault):
    """Refuses a second archive with 409, and moves archived_at if the deployment was paused before."""

    breaks = frozenset({"archive-twice-changes-nothing"})

    def check_archivable(self, deployment: Deployment) -> None:
        """Write before the check."""
        if deployment.archived_at is not None and deployment.status == "paused":
            self.save(replace(deployment, archived_at=self.stamp()))
        super().check_archivable(deployment)


class ArchivesTheUnknown(Fault):
    """Answers 409 to the archive of an id that names nothing."""

    breaks = frozenset({"archive-unknown-id-is-404"})

    def act_archive(self) -> dict[str, Any]:
        """Take "not there" for "gone"."""
        if self.call.ids[0] not in self.account.deployments:
            raise conflict("archived", "Deployment is archived.")
        return super().act_archive()


class Unarchives(Fault):
    """Has a way back: /unarchive."""

    breaks = frozenset({"archive-has-no-unarchive", "archive-unarchive-is-not-found", "archive-cannot-be-undone"})
    ROUTES = MappingProxyType({**Service.ROUTES, ("deployments", "*", "unarchive"): {"POST": "unarchive"}})

    def act_unarchive(self) -> dict[str, Any]:
        """Bring it back."""
        self.save(replace(self.find(), archived_at=None))
        return self.render_deployment(self.find())


class HasAnIdleUnarchive(Unarchives):
    """Answers 200 to /unarchive, and does nothing."""

    breaks = frozenset({"archive-has-no-unarchive", "archive-unarchive-is-not-found"})

    def act_unarchive(self) -> dict[str, Any]:
        """Show it as it is."""
        return self.render_deployment(self.find())


class RefusesToUnarchive(Unarchives):
    """Knows /unarchive, and answers it with 409."""

    breaks = frozenset({"archive-unarchive-is-not-found"})

    def act_unarchive(self) -> dict[str, Any]:
        """Refuse it."""
        raise conflict("archived", "Deployment is archived for ever.")


class RevivesOnUpdate(Fault):
    """Brings an archived deployment back when an update says that archived_at is null."""

    revisions = QODER
    breaks = frozenset({"archive-cannot-be-undone"})

    def check_writable(self, deployment: Deployment) -> None:
        """Let such an update pass."""
        if self.operation != "update" or "archived_at" not in self.call.body:
            super().check_writable(deployment)

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take archived_at over."""
        back = "archived_at" in self.call.body and self.call.body["archived_at"] is None
        changed = super().apply(stored, changes)
        return replace(changed, archived_at=None) if back else changed


class RevivesWhileRefusing(Fault):
    """Refuses to unpause what was archived while paused, and clears archived_at all the same."""

    revisions = QODER
    breaks = frozenset({"archive-cannot-be-undone"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Write before the check."""
        try:
            super().check_unpausable(deployment)
        except Problem:
            if deployment.status == "paused":
                self.save(replace(deployment, archived_at=None))
            raise
