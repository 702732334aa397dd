"""Faults in the limits of metadata."""

from __future__ import annotations

from typing import Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

# --- limits -----------------------------------------------------------------------------------------------------------


class TakesSeventeenKeys(Fault):
    """Takes one metadata key more than may be."""

    breaks = frozenset(
        {
            "metadata-cas-config-gives-no-17th-key",
            "metadata-invalid-is-400",
            "metadata-over-16-keys",
            "metadata-patch-over-16-keys",
        }
    )

    METADATA_KEYS_MAX = 17


class TakesFifteenKeys(Fault):
    """Takes one metadata key less than may be."""

    breaks = frozenset(
        {
            "create-largest-is-accepted",
            "metadata-16-keys",
            "metadata-all-limits-at-once",
            "metadata-cas-config-is-not-counted",
        }
    )

    METADATA_KEYS_MAX = 15


class NeverCountsKeysOnCreate(Fault):
    """Counts metadata keys in updates only."""

    breaks = frozenset({"metadata-cas-config-gives-no-17th-key", "metadata-invalid-is-400", "metadata-over-16-keys"})

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Let a create pass."""
        if self.operation != "create":
            super().check_metadata_count(merged)


class CountsThePatchAlone(Fault):
    """Counts the keys that an update sends, not those that it leaves."""

    breaks = frozenset({"metadata-patch-over-16-keys", "metadata-patch-within-16-keys"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Count before merging."""
        self.check_patch_count(patch)
        return super().merge_metadata(stored, patch)

    def check_patch_count(self, patch: dict[str, Any]) -> None:
        """Refuse a long patch."""
        if len(patch) > 16:
            raise invalid("metadata-count", "metadata has at most 16 keys.", "metadata")

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Never look at what comes out."""


class CountsThePatchToo(Fault):
    """Refuses an update that names more than 16 keys, though it deletes most of them."""

    breaks = frozenset({"metadata-patch-within-16-keys"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Count the patch like a bag."""
        self.check_metadata_count(patch)
        return super().merge_metadata(stored, patch)


class CountsBeforeDeleting(Fault):
    """Counts the keys to be deleted among those that are stored."""

    breaks = frozenset({"metadata-patch-within-16-keys"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Count old and new keys together."""
        self.check_metadata_count(dict.fromkeys((*stored, *(key for key in patch if patch[key] is not None)), ""))
        return super().merge_metadata(stored, patch)


class CountsAddedKeys(Fault):
    """Refuses to add a key to a full bag, before it deletes what the same patch deletes."""

    breaks = frozenset({"metadata-patch-within-16-keys"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Add first, delete later, as the keys come."""
        merged = dict(stored)
        for key, text in patch.items():
            if text is None:
                merged.pop(key, None)
            else:
                merged[key] = text
            self.check_metadata_count(merged)
        return merged


class TakesLongKeys(Fault):
    """Takes a metadata key of 65 characters."""

    breaks = frozenset({"metadata-invalid-is-400", "metadata-key-over-64"})

    METADATA_KEY_MAX = 65


class TakesLongKeysOnUpdate(Fault):
    """Measures metadata keys on create only."""

    breaks = frozenset({"metadata-invalid-is-400", "metadata-key-over-64"})

    def check_metadata_key(self, key: str) -> None:
        """Let an update pass."""
        super().check_metadata_key(key[:64] if self.operation == "update" else key)


class TakesShortKeysOnly(Fault):
    """Takes metadata keys of 63 characters at most."""

    breaks = frozenset(
        {
            "metadata-all-limits-at-once",
            "metadata-counts-astral-characters-once",
            "metadata-counts-characters",
            "metadata-key-up-to-64",
        }
    )

    METADATA_KEY_MAX = 63


class TakesLongValues(Fault):
    """Takes a metadata value of 513 characters."""

    breaks = frozenset({"metadata-invalid-is-400", "metadata-value-over-512"})

    METADATA_VALUE_MAX = 513


class CutsLongValues(Fault):
    """Cuts a metadata value that is too long, and says nothing."""

    breaks = frozenset({"metadata-invalid-is-400", "metadata-value-over-512"})

    METADATA_VALUE_MAX = 1_000_000

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep the beginning."""
        return super().merge_metadata(stored, {key: text and text[:512] for key, text in patch.items()})


class TakesValuesBelow512(Fault):
    """Takes metadata values of 511 characters at most."""

    breaks = frozenset(
        {
            "metadata-all-limits-at-once",
            "metadata-counts-astral-characters-once",
            "metadata-counts-characters",
            "metadata-value-up-to-512",
        }
    )

    METADATA_VALUE_MAX = 511


class LimitsTheWholeBag(Fault):
    """Stores no more than 8,000 characters of metadata, all keys and values together."""

    breaks = frozenset({"create-largest-is-accepted", "metadata-all-limits-at-once"})

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Measure the whole."""
        super().check_metadata_count(merged)
        if sum(map(len, (*merged, *merged.values()))) > 8000:
            raise invalid("metadata-size", "metadata is too large.", "metadata")


class MeasuresMetadataInBytes(Fault):
    """Measures metadata in bytes of UTF-8."""

    breaks = frozenset({"metadata-counts-astral-characters-once", "metadata-counts-characters"})

    def check_metadata_key(self, key: str) -> None:
        """Count the bytes of a key."""
        super().check_metadata_key(key.encode().decode("latin-1"))

    def check_metadata_value(self, text: object) -> None:
        """Count the bytes of a value."""
        super().check_metadata_value(text.encode().decode("latin-1") if isinstance(text, str) else text)


class MeasuresMetadataInUtf16(Fault):
    """Measures metadata values in units of UTF-16, as Java and JavaScript do."""

    breaks = frozenset({"metadata-counts-astral-characters-once"})

    def check_metadata_value(self, text: object) -> None:
        """Count an emoji as two."""
        units = "x" * (len(text.encode("utf-16-le")) // 2) if isinstance(text, str) else text
        super().check_metadata_value(units)
