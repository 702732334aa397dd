"""Faults in the metadata that a user owns: limits, types, and how keys and values are kept."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- limits -----------------------------------------------------------------------------------------------------


class TakesSeventeenKeys(Fault):
    """Takes one metadata key more than may be."""

    METADATA_KEYS_MAX = 17


class TakesFifteenKeys(Fault):
    """Takes one metadata key less than may be."""

    METADATA_KEYS_MAX = 15


class NeverCountsKeysOnCreate(Fault):
    """Counts metadata keys in updates only."""

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Let a create pass."""
        if self.operation != "create":
            super().check_metadata_count(merged)


class CountsThePatchAlone(Fault):
    """Counts the keys that an update sends, not those that it leaves."""

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

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Count the patch like a bag."""
        self.check_metadata_count(patch)
        return super().merge_metadata(stored, patch)


class CountsBeforeDeleting(Fault):
    """Counts the keys to be deleted among those that are stored."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Count old and new keys together."""
        self.check_metadata_count(dict.fromkeys((*stored, *(key for key in patch if patch[key] is not None)), ""))
        return super().merge_metadata(stored, patch)


class CountsAddedKeys(Fault):
    """Refuses to add a key to a full bag, before it deletes what the same patch deletes."""

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

    METADATA_KEY_MAX = 65


class TakesLongKeysOnUpdate(Fault):
    """Measures metadata keys on create only."""

    def check_metadata_key(self, key: str) -> None:
        """Let an update pass."""
        super().check_metadata_key(key[:64] if self.operation == "update" else key)


class TakesShortKeysOnly(Fault):
    """Takes metadata keys of 63 characters at most."""

    METADATA_KEY_MAX = 63


class TakesLongValues(Fault):
    """Takes a metadata value of 513 characters."""

    METADATA_VALUE_MAX = 513


class CutsLongValues(Fault):
    """Cuts a metadata value that is too long, and says nothing."""

    METADATA_VALUE_MAX = 1_000_000

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep the beginning."""
        return super().merge_metadata(stored, {key: text and text[:512] for key, text in patch.items()})


class TakesValuesBelow512(Fault):
    """Takes metadata values of 511 characters at most."""

    METADATA_VALUE_MAX = 511


class LimitsTheWholeBag(Fault):
    """Stores no more than 8,000 characters of metadata, all keys and values together."""

    def check_metadata_count(self, merged: dict[str, str]) -> None:
        """Measure the whole."""
        super().check_metadata_count(merged)
        if sum(map(len, (*merged, *merged.values()))) > 8000:
            raise invalid("metadata-size", "metadata is too large.", "metadata")


class MeasuresMetadataInBytes(Fault):
    """Measures metadata in bytes of UTF-8."""

    def check_metadata_key(self, key: str) -> None:
        """Count the bytes of a key."""
        super().check_metadata_key(key.encode().decode("latin-1"))

    def check_metadata_value(self, text: object) -> None:
        """Count the bytes of a value."""
        super().check_metadata_value(text.encode().decode("latin-1") if isinstance(text, str) else text)


class MeasuresMetadataInUtf16(Fault):
    """Measures metadata values in units of UTF-16, as Java and JavaScript do."""

    def check_metadata_value(self, text: object) -> None:
        """Count an emoji as two."""
        units = "x" * (len(text.encode("utf-16-le")) // 2) if isinstance(text, str) else text
        super().check_metadata_value(units)


# --- types ------------------------------------------------------------------------------------------------------


class _Converts(Fault):
    """Converts metadata values before it looks at them."""

    def convert(self, text: object) -> object:
        """Make a string of something."""
        return text

    def check_metadata(self, value: object) -> dict[str, Any]:
        """Convert all values of the user's keys."""
        if isinstance(value, dict):
            value = {key: text if key == self.RESERVED_KEY else self.convert(text) for key, text in value.items()}
        return super().check_metadata(value)


class WritesNumbersAsText(_Converts):
    """Makes a string of a number in metadata."""

    def convert(self, text: object) -> object:
        """Write numbers down."""
        return str(text) if isinstance(text, (int, float)) and not isinstance(text, bool) else text


class WritesFalsehoodsAsText(_Converts):
    """Takes false, 0, [] and {} in metadata for the empty string."""

    def convert(self, text: object) -> object:
        """Look for truth only."""
        return text or (None if text is None else "")


class StoresJsonAsText(_Converts):
    """Makes JSON text of an array or an object in metadata."""

    def convert(self, text: object) -> object:
        """Write it down."""
        return json.dumps(text) if isinstance(text, (list, dict)) else text


class IgnoresBooleans(Fault):
    """Leaves a metadata key out whose value is true or false."""

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Skip what is no text."""
        return {key: text for key, text in super().user_keys(value).items() if not isinstance(text, bool)}


class TakesAnyValueOnUpdate(Fault):
    """Checks the type of metadata values on create only."""

    def check_metadata_value(self, text: object) -> None:
        """Let an update pass."""
        if self.operation == "create" or isinstance(text, str):
            super().check_metadata_value(text)


class TakesEmptyKeys(Fault):
    """Takes the empty metadata key."""

    def check_metadata_key(self, key: str) -> None:
        """Measure it only."""
        super().check_metadata_key(key or "x")


class RefusesMetadataAsUnprocessable(Fault):
    """Answers 409 to metadata that breaks a limit."""

    def check_metadata_value(self, text: object) -> None:
        """Call it a conflict."""
        if isinstance(text, str) and len(text) > 512:
            from conformance.reference.problem import conflict

            raise conflict("metadata-value-length", "The value is too long.")
        super().check_metadata_value(text)


class ShowsNullMetadata(Fault):
    """Keeps a metadata value of null that a create sends."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep all on create."""
        return {**patch} if self.operation == "create" else super().merge_metadata(stored, patch)


class WritesNullAsText(Fault):
    """Makes the text "null" of a metadata value of null that a create sends."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Write it down on create."""
        named = {key: "null" if text is None else text for key, text in patch.items()}
        return super().merge_metadata(stored, named if self.operation == "create" else patch)


# --- kept as sent -----------------------------------------------------------------------------------------------


class _Keeps(Fault):
    """Keeps metadata in its own way."""

    def key(self, key: str) -> str:
        """Spell a key."""
        return key

    def text(self, text: str) -> str:
        """Spell a value."""
        return text

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Spell all."""
        spelled = {self.key(key): None if text is None else self.text(text) for key, text in patch.items()}
        return super().merge_metadata(stored, spelled)


class DropsEmptyValues(Fault):
    """Leaves metadata keys out whose value is empty."""

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep what says something."""
        return super().merge_metadata(stored, {key: text or None for key, text in patch.items()})


class LowersMetadataKeys(_Keeps):
    """Writes metadata keys in lower case."""

    def key(self, key: str) -> str:
        """Lower it."""
        return key.lower()


class ReplacesDots(_Keeps):
    """Writes an underscore for a dot in metadata keys, as some databases want it."""

    def key(self, key: str) -> str:
        """Replace it."""
        return key.replace(".", "_")


class DropsLikeTheReserved(Fault):
    """Takes every metadata key that begins like the reserved one for the reserved one."""

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Look at the beginning."""
        return {key: text for key, text in value.items() if not key.startswith(self.RESERVED_KEY)}


class SkipsOddKeys(Fault):
    """Leaves metadata keys out that are not made of ASCII letters, digits, dashes, dots and underscores."""

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Keep the plain ones."""
        plain = {key for key in value if not key or (key.isascii() and not set(key) & set(' /:$"~'))}
        return {key: text for key, text in super().user_keys(value).items() if key in plain}


class TrimsValues(_Keeps):
    """Trims metadata values."""

    def text(self, text: str) -> str:
        """Strip it."""
        return text.strip()


class UnescapesValues(_Keeps):
    """Decodes percent signs in metadata values."""

    def text(self, text: str) -> str:
        """Decode one."""
        return text.replace("%41", "A")


class NormalisesMetadata(_Keeps):
    """Normalises metadata keys to NFKC."""

    def key(self, key: str) -> str:
        """Fold what looks alike."""
        return unicodedata.normalize("NFKC", key)


class ReadsValuesAsJson(Fault):
    """Shows metadata values that look like JSON as the JSON that they look like."""

    def render_metadata(self, deployment: Deployment) -> dict[str, Any]:
        """Guess what each is."""
        shown = super().render_metadata(deployment)
        return {key: self.guess(text) if isinstance(text, str) else text for key, text in shown.items()}

    def guess(self, text: str) -> object:
        """Read a number or a word of JSON."""
        return json.loads(text) if text in {"true", "false", "null"} or (text.isdecimal() and text[0] != "0") else text
