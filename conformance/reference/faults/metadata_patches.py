"""Faults in how an update changes metadata, and in the settings below its reserved key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- merging ----------------------------------------------------------------------------------------------------


class ReplacesTheBagOnDelete(Fault):
    """Forgets all metadata keys that a patch does not name, once it deletes one."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Begin anew where there is a null."""
        return super().merge_metadata({} if None in patch.values() else stored, patch)


class OnlyDeletesOnDelete(Fault):
    """Deletes metadata keys, but sets none in the same patch."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Do one thing at a time."""
        if self.operation == "update" and None in patch.values():
            patch = {key: text for key, text in patch.items() if text is None}
        return super().merge_metadata(stored, patch)


class DeletesOneKeyAtATime(Fault):
    """Deletes only the first of the metadata keys that a patch sets to null."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Ignore the other nulls."""
        nulls = [key for key, text in patch.items() if text is None]
        return super().merge_metadata(stored, {key: text for key, text in patch.items() if key not in nulls[1:]})


class NeverDeletesTheLastKey(Fault):
    """Keeps the metadata as it was where a patch would empty it."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take an empty bag for no bag."""
        return super().merge_metadata(stored, patch) or stored


class IgnoresNullValues(Fault):
    """Leaves a metadata key as it was that is set to null."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Skip the nulls."""
        return super().merge_metadata(stored, {key: text for key, text in patch.items() if text is not None})


class EmptiesDeletedKeys(Fault):
    """Sets a metadata key to the empty string that an update deletes."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep the key."""
        if self.operation == "update":
            patch = {key: "" if text is None and key in stored else text for key, text in patch.items()}
        return super().merge_metadata(stored, patch)


class NeverForgetsDeletedKeys(Fault):
    """Refuses to set a metadata key again that was deleted once, without saying so."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Bury the keys."""
        buried: set[str] = self.__dict__.setdefault(stored.id, set())
        changes = super().update_metadata(stored, value)
        buried |= {*stored.metadata} - {*changes["metadata"]}
        return changes | {"metadata": {key: text for key, text in changes["metadata"].items() if key not in buried}}


class ClearsOnAnEmptyPatch(Fault):
    """Deletes all metadata keys when an update sends an empty object."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take nothing for everything."""
        return super().merge_metadata({} if self.call.body.get("metadata") == {} else stored, patch)


class NeverReplacesValues(Fault):
    """Adds metadata keys, but leaves the value of those that are there already."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Prefer what is stored."""
        kept = {key: stored[key] for key, text in patch.items() if text is not None and key in stored}
        return super().merge_metadata(stored, patch | kept)


class NeverAddsKeys(Fault):
    """Changes metadata keys, but adds none to a deployment that has some."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Change what is there only."""
        return super().merge_metadata(stored, {k: text for k, text in patch.items() if not stored or k in stored})


class AppendsToValues(Fault):
    """Sets a metadata value only if it does not begin like the stored one."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take the longer one."""
        longer = {k: stored[k] for k, text in patch.items() if text and stored.get(k, "").startswith(text)}
        return super().merge_metadata(stored, patch | longer)


class RefusesToDeleteNothing(Fault):
    """Answers 404 to a patch that deletes a metadata key that is not there."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Look for each key."""
        if self.operation == "update" and any(text is None and key not in stored for key, text in patch.items()):
            raise not_found("metadata-key", "No such key.")
        return super().merge_metadata(stored, patch)


class ReadsEmptyAsDelete(Fault):
    """Deletes a metadata key that an update sets to the empty string."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Take all that is false for null."""
        if isinstance(value, dict):
            value = {key: None if text == "" else text for key, text in value.items()}
        return super().update_metadata(stored, value)


class FoldsKeysOnUpdate(Fault):
    """Takes metadata keys for the same that differ in case only, when it updates them."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Find the stored spelling."""
        spelled = {key.lower(): key for key in stored}
        return super().merge_metadata(stored, {spelled.get(key.lower(), key): text for key, text in patch.items()})


class PatchesHalfOfTheMetadata(Fault):
    """Stores the metadata keys that come before the one that it refuses."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Go key by key."""
        if not isinstance(value, dict):
            return super().update_metadata(stored, value)
        changed = stored
        for key, text in value.items():
            changed = replace(changed, **super().update_metadata(changed, {key: text}))
            self.save(replace(stored, metadata=changed.metadata))
        return {"metadata": changed.metadata, "cas_config": changed.cas_config}


class CrashesOnNullMetadata(Fault):
    """Answers 500 to an update with metadata of null."""

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Look into it at once."""
        if value is None:
            raise Problem("internal", "api_error", "Internal error.")
        return super().update_metadata(stored, value)


# --- the reserved key: limits -----------------------------------------------------------------------------------


class CountsTheReservedKey(Fault):
    """Counts cas_config among the metadata keys of the user where it is sent."""

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Count what came."""
        if isinstance(value, dict) and self.RESERVED_KEY in value:
            self.check_metadata_count({key: "" for key in value if value[key] is not None})
        return super().check_metadata(value)


class CountsTheStoredReservedKey(Fault):
    """Counts cas_config among the metadata keys that an update leaves, because it is always stored."""

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Count one more on update."""
        super().check_metadata_count(merged | ({self.RESERVED_KEY: ""} if self.operation == "update" else {}))


class GivesTheReservedKeyAPlace(Fault):
    """Takes 17 metadata keys of the user where cas_config is sent with them."""

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Count to 17 then."""
        sent = self.call.body.get("metadata")
        if not (isinstance(sent, dict) and self.RESERVED_KEY in sent and len(merged) == 17):
            super().check_metadata_count(merged)


class MeasuresTheReservedKey(Fault):
    """Refuses a cas_config that takes more than 512 characters."""

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Measure its text."""
        if isinstance(value, dict) and len(str(value.get(self.RESERVED_KEY))) > self.METADATA_VALUE_MAX:
            raise invalid("metadata-value-length", "A metadata value has at most 512 characters.", "metadata")
        return super().check_metadata(value)


# --- the reserved key: settings ---------------------------------------------------------------------------------


class RetriesByDefault(Fault):
    """Retries three times where nothing was said."""

    def cas_defaults(self) -> dict[str, Any]:
        """Give another default."""
        defaults = super().cas_defaults()
        return defaults | {"config": defaults["config"] | {"max_retries": 3}}


class WaitsForSecondsByDefault(Fault):
    """Has a default timeout of 300 seconds, written as 300, for a deployment with metadata."""

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Mistake the unit."""
        values = super().create_metadata(value)
        if value and values["cas_config"] == self.cas_defaults():
            values["cas_config"]["config"]["timeout_ms"] = 300
        return values


class IgnoresGivenTimeouts(Fault):
    """Has the default timeout, whatever a create says."""

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Put the default back."""
        values = super().create_metadata(value)
        values["cas_config"]["config"]["timeout_ms"] = 300_000
        return values


class ZeroesOtherSettings(Fault):
    """Has no retries, no timeout and no runs for the settings that a cas_config leaves out."""

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Fill up with zeros."""
        values = super().create_metadata(value)
        sent = value.get(self.RESERVED_KEY) if isinstance(value, dict) else None
        if isinstance(sent, dict) and isinstance(sent.get("config"), dict):
            values["cas_config"]["config"] = dict.fromkeys(values["cas_config"]["config"], 0) | sent["config"]
        return values


class TakesTextForSettings(Fault):
    """Takes a setting as text, and makes a number of it."""

    def check_integer(self, value: object, param: str, least: int) -> int:
        """Read digits too."""
        return super().check_integer(int(value) if isinstance(value, str) and value.isdigit() else value, param, least)


class TakesTrueForOne(Fault):
    """Takes true for a setting of 1."""

    def check_integer(self, value: object, param: str, least: int) -> int:
        """Count a boolean."""
        return super().check_integer(int(value) if isinstance(value, bool) else value, param, least)
