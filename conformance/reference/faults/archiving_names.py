"""Faults in the name of an archived deployment, and in keeping it archived for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

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


class KeepsTheNameOfTheScheduled(Fault):
    """Leaves the name of a deployment with a schedule as it was when it is archived."""

    breaks = frozenset({"archive-name-suffix"})

    def archived_name(self, deployment: Deployment) -> str:
        """Look at the schedule."""
        return super().archived_name(deployment) if deployment.schedule is None else deployment.name
