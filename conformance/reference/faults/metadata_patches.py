"""Faults in how an update changes metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, not_found

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- merging ----------------------------------------------------------------------------------------------------------


class ReplacesTheBagOnDelete(Fault):
    """Forgets all metadata keys that a patch does not name, once it deletes one."""

    breaks = frozenset(
        {
            "metadata-patch-deletes-nothing",
            "metadata-patch-does-all-at-once",
            "metadata-patch-null-deletes",
            "metadata-patch-over-16-keys",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
        }
    )

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Begin anew where there is a null."""
        return super().merge_metadata({} if None in patch.values() else stored, patch)


class DeletesByPrefix(Fault):
    """Deletes all metadata keys that begin as the one that is set to null."""

    breaks = frozenset({"metadata-patch-null-deletes"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Match them as LIKE does."""
        gone = tuple(key for key, text in patch.items() if text is None)
        kept = {key: text for key, text in stored.items() if not gone or not key.startswith(gone)}
        return super().merge_metadata(kept, patch)


class OnlyDeletesOnDelete(Fault):
    """Deletes metadata keys, but sets none in the same patch."""

    breaks = frozenset(
        {
            "metadata-patch-deletes-nothing",
            "metadata-patch-does-all-at-once",
            "metadata-patch-over-16-keys",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
        }
    ) | {"metadata-cas-config-patch-beside-keys"}

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Do one thing at a time."""
        if self.operation == "update" and None in patch.values():
            patch = {key: text for key, text in patch.items() if text is None}
        return super().merge_metadata(stored, patch)


class DeletesOneKeyAtATime(Fault):
    """Deletes only the first of the metadata keys that a patch sets to null."""

    breaks = frozenset(
        {"metadata-patch-null-deletes", "metadata-patch-within-16-keys", "metadata-patches-follow-one-another"}
    )

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Ignore the other nulls."""
        nulls = [key for key, text in patch.items() if text is None]
        return super().merge_metadata(stored, {key: text for key, text in patch.items() if key not in nulls[1:]})


class NeverDeletesTheLastKey(Fault):
    """Keeps the metadata as it was where a patch would empty it."""

    breaks = frozenset({"metadata-patch-null-deletes", "metadata-patches-follow-one-another"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take an empty bag for no bag."""
        return super().merge_metadata(stored, patch) or stored


class IgnoresNullValues(Fault):
    """Leaves a metadata key as it was that is set to null."""

    breaks = frozenset(
        {
            "metadata-patch-does-all-at-once",
            "metadata-patch-null-deletes",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
        }
    ) | {"metadata-cas-config-patch-beside-keys"}

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Skip the nulls."""
        return super().merge_metadata(stored, {key: text for key, text in patch.items() if text is not None})


class EmptiesDeletedKeys(Fault):
    """Sets a metadata key to the empty string that an update deletes."""

    breaks = frozenset(
        {
            "metadata-patch-does-all-at-once",
            "metadata-patch-null-deletes",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
        }
    ) | {"metadata-cas-config-patch-beside-keys"}

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep the key."""
        if self.operation == "update":
            patch = {key: "" if text is None and key in stored else text for key, text in patch.items()}
        return super().merge_metadata(stored, patch)


class NeverForgetsDeletedKeys(Fault):
    """Refuses to set a metadata key again that was deleted once, without saying so."""

    breaks = frozenset({"metadata-patch-within-16-keys", "metadata-patches-follow-one-another"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Bury the keys."""
        buried: set[str] = self.__dict__.setdefault(stored.id, set())
        changes = super().update_metadata(stored, value)
        buried |= {*stored.metadata} - {*changes["metadata"]}
        return changes | {"metadata": {key: text for key, text in changes["metadata"].items() if key not in buried}}


class ClearsOnAnEmptyPatch(Fault):
    """Deletes all metadata keys when an update sends an empty object."""

    breaks = frozenset(
        {"metadata-cas-config-is-not-counted", "metadata-empty-patch", "metadata-patches-follow-one-another"}
    )

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take nothing for everything."""
        return super().merge_metadata({} if self.call.body.get("metadata") == {} else stored, patch)


class NeverReplacesValues(Fault):
    """Adds metadata keys, but leaves the value of those that are there already."""

    breaks = frozenset({"metadata-patch-replaces"})
    wide = True

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Prefer what is stored."""
        kept = {key: stored[key] for key, text in patch.items() if text is not None and key in stored}
        return super().merge_metadata(stored, patch | kept)


class NeverAddsKeys(Fault):
    """Changes metadata keys, but adds none to a deployment that has some."""

    breaks = frozenset({"metadata-patch-adds"})
    wide = True

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Change what is there only."""
        return super().merge_metadata(stored, {k: text for k, text in patch.items() if not stored or k in stored})


class AppendsToValues(Fault):
    """Sets a metadata value only if it does not begin like the stored one."""

    breaks = frozenset({"metadata-patch-replaces"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Take the longer one."""
        longer = {k: stored[k] for k, text in patch.items() if text and stored.get(k, "").startswith(text)}
        return super().merge_metadata(stored, patch | longer)


class RefusesToDeleteNothing(Fault):
    """Answers 404 to a patch that deletes a metadata key that is not there."""

    breaks = frozenset(
        {
            "metadata-patch-deletes-nothing",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
            "update-repeated-is-the-same",
        }
    )

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Look for each key."""
        if self.operation == "update" and any(text is None and key not in stored for key, text in patch.items()):
            raise not_found("metadata-key", "No such key.")
        return super().merge_metadata(stored, patch)


class ReadsEmptyAsDelete(Fault):
    """Deletes a metadata key that an update sets to the empty string."""

    breaks = frozenset({"metadata-empty-value", "metadata-patch-empty-value", "metadata-patches-follow-one-another"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Take all that is false for null."""
        if isinstance(value, dict):
            value = {key: None if text == "" else text for key, text in value.items()}
        return super().update_metadata(stored, value)


class FoldsKeysOnUpdate(Fault):
    """Takes metadata keys for the same that differ in case only, when it updates them."""

    breaks = frozenset({"metadata-patches-follow-one-another"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Find the stored spelling."""
        spelled = {key.lower(): key for key in stored}
        return super().merge_metadata(stored, {spelled.get(key.lower(), key): text for key, text in patch.items()})


class PatchesHalfOfTheMetadata(Fault):
    """Stores the metadata keys that come before the one that it refuses."""

    breaks = frozenset(
        {
            "metadata-patch-over-16-keys",
            "metadata-patch-within-16-keys",
            "metadata-refused-patch",
            "update-refused-changes-nothing",
        }
    )

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

    breaks = frozenset({"metadata-cas-config-is-never-lost"})

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Look into it at once."""
        if value is None:
            raise Problem("internal", "api_error", "Internal error.")
        return super().update_metadata(stored, value)
