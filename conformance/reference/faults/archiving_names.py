"""Faults in the name of an archived deployment, and in keeping it archived for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, conflict, invalid
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


# --- the suffix -------------------------------------------------------------------------------------------------


class KeepsTheName(Fault):
    """Leaves the name of an archived deployment as it is."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Add nothing."""
        return deployment.name


class CountsMilliseconds(Fault):
    """Writes the suffix in milliseconds."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Take a finer clock."""
        return f"{deployment.name}_archived_{int(self.now().timestamp() * 1000)}"


class WritesTheSuffixWithHyphens(Fault):
    """Separates the suffix by hyphens."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Take the other mark."""
        return super().archived_name(deployment).replace("_archived_", "-archived-")


class DatesTheSuffix(Fault):
    """Writes the suffix as a date of digits."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Take the calendar."""
        return f"{deployment.name}_archived_{self.stamp():%Y%m%d%H%M%S}"


class PutsTheSuffixInFront(Fault):
    """Writes the mark before the name."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Begin with it."""
        return f"archived_{int(self.stamp().timestamp())}_{deployment.name}"


class SuffixesOnce(Fault):
    """Replaces a suffix that the name has already."""

    breaks = frozenset({"archive-name-suffix"})

    def archived_name(self, deployment: Deployment) -> str:
        """Look for an old one."""
        name = re.sub(r"_archived_\d+$", "", deployment.name)
        return super().archived_name(replace(deployment, name=name))


class SuffixesOnlyWhatIsActive(Fault):
    """Leaves the name of a paused deployment as it is when that is archived."""

    breaks = frozenset({"archive-name-suffix", "archive-name-is-that-of-now"})

    def archived_name(self, deployment: Deployment) -> str:
        """Look at the status."""
        return super().archived_name(deployment) if deployment.status == "active" else deployment.name


class WritesArchivedNamesInAscii(Fault):
    """Leaves out of an archived name what is not ASCII."""

    breaks = frozenset({"archive-name-suffix"})

    def archived_name(self, deployment: Deployment) -> str:
        """Make a slug."""
        return super().archived_name(deployment).encode("ascii", "ignore").decode()


class FormatsTheName(Fault):
    """Takes the name for a template when it writes the suffix."""

    breaks = frozenset({"archive-name-suffix"})

    def archived_name(self, deployment: Deployment) -> str:
        """Fill it in."""
        return re.sub(r"%[sd]", "", super().archived_name(deployment))


class TrimsUnderscores(Fault):
    """Drops underscores at the end of a name before it writes the suffix."""

    breaks = frozenset({"archive-name-suffix"})

    def archived_name(self, deployment: Deployment) -> str:
        """Tidy up."""
        return super().archived_name(replace(deployment, name=deployment.name.rstrip("_")))


class ArchivesTheFirstName(Fault):
    """Writes the suffix behind the name that a deployment was made with."""

    breaks = frozenset({"archive-name-is-that-of-now"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.names: dict[str, str] = {}

    def save(self, deployment: Deployment) -> None:
        """Remember the name."""
        self.names.setdefault(deployment.id, deployment.name)
        super().save(deployment)

    def archived_name(self, deployment: Deployment) -> str:
        """Take the first."""
        return super().archived_name(replace(deployment, name=self.names[deployment.id]))


class RefusesLongArchivedNames(Fault):
    """Refuses to archive where the name would become longer than names may be."""

    breaks = frozenset({"archive-longest-name"})

    def archived_name(self, deployment: Deployment) -> str:
        """Hold it against the limit."""
        name = super().archived_name(deployment)
        self.check_name_length(name)
        return name


class CrashesOnLongBytes(Fault):
    """Cannot store an archived name of more than 512 bytes."""

    breaks = frozenset({"archive-longest-name"})

    def archived_name(self, deployment: Deployment) -> str:
        """Overflow the column."""
        name = super().archived_name(deployment)
        if len(name.encode()) > 512:
            raise invalid("name-bytes", "Name is too long.")
        return name


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

    breaks = frozenset({"archive-cannot-be-undone"})

    def check_writable(self, deployment: Deployment) -> None:
        """Let such an update pass."""
        if self.operation != "update" or "archived_at" not in self.call.body:
            super().check_writable(deployment)

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take archived_at over."""
        back = "archived_at" in self.call.body and self.call.body["archived_at"] is None
        return replace(super().apply(stored, changes), **({"archived_at": None} if back else {}))


class RevivesWhileRefusing(Fault):
    """Refuses to unpause what was archived while paused, and clears archived_at all the same."""

    breaks = frozenset({"archive-cannot-be-undone"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Write before the check."""
        try:
            super().check_unpausable(deployment)
        except Problem:
            if deployment.status == "paused":
                self.save(replace(deployment, archived_at=None))
            raise
