"""Faults in what the other fields of a new deployment keep, and in what they are when nothing was sent."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

ARRAYS = "create-omitted-arrays-are-empty"
NONE = "create-omitted-description-is-empty"
NULL = "create-null-is-none-or-refused"
LONG = "create-long-description-is-kept-or-refused"
TYPE = "create-description-not-a-string-is-400"


# --- nothing sent -----------------------------------------------------------------------------------------------


class SharesItsDefaults(Fault):
    """Gives a new deployment without vault_ids those of the one before."""

    breaks = frozenset({ARRAYS})
    wide = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.default: list[str] = []

    def create_vault_ids(self, value: object) -> list[str]:
        """Change the default itself, as a mutable default argument is changed."""
        self.default = super().create_vault_ids(value) or self.default
        return self.default


class NullsWhatWasNotSent(Fault):
    """Shows null for resources that were not sent."""

    breaks = frozenset({ARRAYS})
    wide = True

    def act_create(self) -> dict[str, Any]:
        """Show what the column holds."""
        shown = super().act_create()
        return shown if "resources" in self.call.body else shown | {"resources": None}


class RemembersMetadata(Fault):
    """Gives a new deployment without metadata that of the one before."""

    breaks = frozenset({"create-omitted-metadata-is-empty"})
    wide = True

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Look at the newest."""
        known = list(self.account.deployments.values())
        return super().create_metadata(value or (known[-1].metadata if known else {}))


class TagsItsSource(Fault):
    """Adds a key of its own to metadata that were not sent."""

    breaks = frozenset({"create-omitted-metadata-is-empty"})
    wide = True

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Tell where it came from."""
        return super().create_metadata({"source": "api"} if value is None else value)


class DescribesByName(Fault):
    """Takes the name for a description that was not sent."""

    breaks = frozenset({NONE, NULL})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Say something, at least."""
        made = super().build(values)
        sent = self.call.body.get("description")
        return replace(made, description=made.name) if sent is None else made


class HasNoDescriptionYet(Fault):
    """Takes the word none for a description that was not sent."""

    breaks = frozenset({NONE})

    def create_description(self, value: object) -> str:
        """Say so."""
        return super().create_description("none" if value is None and "description" not in self.call.body else value)


class WritesNoneAsText(Fault):
    """Writes a description that is null as a word."""

    breaks = frozenset({NULL})

    def create_description(self, value: object) -> str:
        """Format it."""
        return str(value) if "description" in self.call.body and value is None else super().create_description(value)


class CrashesOnNoMetadata(Fault):
    """Answers 500 to metadata that are null."""

    breaks = frozenset({NULL})

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Iterate over nothing."""
        if value is None and "metadata" in self.call.body:
            raise TypeError(value)
        return super().create_metadata(value)


class HoldsANullVault(Fault):
    """Makes vault_ids that are null an array that holds null."""

    breaks = frozenset({NULL})

    def act_create(self) -> dict[str, Any]:
        """Wrap it."""
        shown = super().act_create()
        wrapped = self.call.body.get("vault_ids", ()) is None
        return shown | {"vault_ids": [None]} if wrapped else shown


# --- description ------------------------------------------------------------------------------------------------


class _KeepsDescriptions(Fault):
    """Keeps another description than was sent."""

    breaks = frozenset({LONG})

    def create_description(self, value: object) -> str:
        """Change it."""
        return self.keep(super().create_description(value))

    def keep(self, text: str) -> str:
        """Tell what is kept."""
        raise NotImplementedError(text)


class CutsDescriptionsTo255(_KeepsDescriptions):
    """Cuts a long description to 255 characters."""

    breaks_in = MappingProxyType(
        {"cma-2026-04-01": frozenset({LONG, "create-description-up-to-maximum", "create-largest-is-kept"})}
    )

    def keep(self, text: str) -> str:
        """Store it in a column of 255."""
        return text[:255]


class CutsDescriptionsTo4096Bytes(_KeepsDescriptions):
    """Cuts a long description to 4,096 bytes."""

    def keep(self, text: str) -> str:
        """Store it in a buffer."""
        return text.encode()[:4096].decode(errors="ignore")


class RefusesEmptyNewDescriptions(Fault):
    """Refuses a description that is empty."""

    breaks = frozenset({"create-empty-description-is-empty"})

    def create_description(self, value: object) -> str:
        """Want a text or none."""
        if value == "":
            raise invalid("description-empty", "description must not be empty.", "description")
        return super().create_description(value)


class FillsEmptyDescriptions(Fault):
    """Takes a dash for a description that is empty."""

    breaks = frozenset({"create-empty-description-is-empty"})

    def create_description(self, value: object) -> str:
        """Say something."""
        return "-" if value == "" else super().create_description(value)


class WritesDescriptions(Fault):
    """Takes whatever a description is for its text."""

    breaks = frozenset({TYPE})

    def create_description(self, value: object) -> str:
        """Format it."""
        return super().create_description(value if value is None else str(value))


class ForgivesFalseDescriptions(Fault):
    """Takes a description that is false, 0 or an empty array for none."""

    breaks = frozenset({TYPE})

    def create_description(self, value: object) -> str:
        """Ask whether there is something."""
        return super().create_description(value or None)


# --- environment and metadata -----------------------------------------------------------------------------------


class HasOneEnvironment(Fault):
    """Uses the caller's first environment, whichever was sent."""

    breaks = frozenset({"create-environment-is-kept"})
    wide = True

    def create_environment_id(self, value: object) -> str:
        """Check what was sent, and use another."""
        super().create_environment_id(value)
        return next(each.id for each in self.account.environments.values() if each.archived_at is None)


class UsesTheNewestEnvironment(Fault):
    """Uses the caller's newest environment when a deployment has no schedule."""

    breaks = frozenset({"create-environment-is-kept"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Take the latest."""
        made, newest = super().build(values), [each.id for each in self.account.environments.values()][-1]
        return made if made.schedule else replace(made, environment_id=newest)


class DropsEmptyNewMetadata(Fault):
    """Leaves out metadata of a new deployment whose value is empty."""

    breaks = frozenset({"create-fields-are-kept-together", "create-metadata-is-kept", "metadata-empty-value"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Keep what says something."""
        made = super().build(values)
        return replace(made, metadata={key: text for key, text in made.metadata.items() if text})


class FoldsNewMetadataKeys(Fault):
    """Keeps the metadata keys of a new deployment in lower case."""

    breaks = frozenset(
        {
            "create-fields-are-kept-together",
            "create-metadata-is-kept",
            "metadata-keys-keep-spelling",
            "base-text-is-kept-in-metadata-keys",
        }
    )

    def build(self, values: dict[str, Any]) -> Deployment:
        """Fold the case."""
        made = super().build(values)
        return replace(made, metadata={key.lower(): text for key, text in made.metadata.items()})


class DescribesTheSchedule(Fault):
    """Takes the cron expression for the description of a new deployment that has a schedule."""

    breaks = frozenset({"create-fields-do-not-mix"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Explain when it runs."""
        made = super().build(values)
        return replace(made, description=f"Runs at {made.schedule.expression}") if made.schedule else made


class NamesTheTimeZone(Fault):
    """Appends the time zone to the name of a new deployment that has a schedule."""

    breaks = frozenset({"create-fields-do-not-mix"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Say where it runs."""
        made = super().build(values)
        return replace(made, name=f"{made.name} {made.schedule.timezone}") if made.schedule else made
