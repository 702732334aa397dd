"""Faults in which metadata keys and values are taken, and in how they are kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

# --- types ------------------------------------------------------------------------------------------------------------


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

    breaks = frozenset({"metadata-invalid-is-400", "metadata-non-string-value"})

    def convert(self, text: object) -> object:
        """Write numbers down."""
        return str(text) if isinstance(text, (int, float)) and not isinstance(text, bool) else text


class WritesFalsehoodsAsText(_Converts):
    """Takes false, 0, [] and {} in metadata for the empty string."""

    breaks = frozenset({"metadata-non-string-value"})

    def convert(self, text: object) -> object:
        """Look for truth only."""
        return text or (None if text is None else "")


class StoresJsonAsText(_Converts):
    """Makes JSON text of an array or an object in metadata."""

    breaks = frozenset({"metadata-non-string-value"})

    def convert(self, text: object) -> object:
        """Write it down."""
        return json.dumps(text) if isinstance(text, (list, dict)) else text


class IgnoresBooleans(Fault):
    """Leaves a metadata key out whose value is true or false."""

    breaks = frozenset({"metadata-non-string-value"})

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Skip what is no text."""
        return {key: text for key, text in super().user_keys(value).items() if not isinstance(text, bool)}


class TakesAnyValueOnUpdate(Fault):
    """Checks the type of metadata values on create only."""

    breaks = frozenset({"metadata-invalid-is-400", "metadata-non-string-value"})

    def check_metadata_value(self, text: object) -> None:
        """Let an update pass."""
        if self.operation == "create" or isinstance(text, str):
            super().check_metadata_value(text)


class TakesEmptyKeys(Fault):
    """Takes the empty metadata key."""

    breaks = frozenset({"metadata-empty-key", "metadata-invalid-is-400"})

    def check_metadata_key(self, key: str) -> None:
        """Measure it only."""
        super().check_metadata_key(key or "x")


class RefusesLongValuesAsConflicts(Fault):
    """Answers 409 to a metadata value that is too long."""

    breaks = frozenset({"metadata-invalid-is-400"})

    def check_metadata_value(self, text: object) -> None:
        """Call it a conflict."""
        if isinstance(text, str) and len(text) > 512:
            raise conflict("metadata-value-length", "The value is too long.")
        super().check_metadata_value(text)


class ShowsNullMetadata(Fault):
    """Keeps a metadata value of null that a create sends."""

    breaks = frozenset({"metadata-null-on-create"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep all on create."""
        return {**patch} if self.operation == "create" else super().merge_metadata(stored, patch)


class WritesNullAsText(Fault):
    """Makes the text "null" of a metadata value of null that a create sends."""

    breaks = frozenset({"metadata-null-on-create"})

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Write it down on create."""
        named = {key: "null" if text is None else text for key, text in patch.items()}
        return super().merge_metadata(stored, named if self.operation == "create" else patch)


# --- kept as sent -----------------------------------------------------------------------------------------------------


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

    breaks = frozenset(
        {
            "create-metadata-is-kept",
            "metadata-empty-value",
            "metadata-patch-empty-value",
            "metadata-patches-follow-one-another",
        }
    ) | {"create-fields-are-kept-together"}

    def merge_metadata(self, stored: dict[str, str], patch: dict[str, Any]) -> dict[str, str]:
        """Keep what says something."""
        return super().merge_metadata(stored, {key: text or None for key, text in patch.items()})


class LowersMetadataKeys(_Keeps):
    """Writes metadata keys in lower case."""

    breaks = frozenset(
        {
            "base-text-is-kept-in-metadata-keys",
            "create-metadata-is-kept",
            "metadata-keys-keep-spelling",
            "metadata-patches-follow-one-another",
        }
    ) | {"create-fields-are-kept-together"}

    def key(self, key: str) -> str:
        """Lower it."""
        return key.lower()


class ReplacesDots(_Keeps):
    """Writes an underscore for a dot in metadata keys, as some databases want it."""

    breaks = frozenset({"base-text-is-kept-in-metadata-keys", "metadata-keys-keep-spelling"})

    def key(self, key: str) -> str:
        """Replace it."""
        return key.replace(".", "_")


class DropsLikeTheReserved(Fault):
    """Takes every metadata key that begins like the reserved one for the reserved one."""

    breaks = frozenset({"metadata-keys-keep-spelling", "metadata-no-key-is-reserved"})

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Look at the beginning."""
        return {key: text for key, text in value.items() if not key.startswith(self.RESERVED_KEY)}


class SkipsOddKeys(Fault):
    """Leaves metadata keys out that are not made of ASCII letters, digits, dashes, dots and underscores."""

    breaks = frozenset(
        {
            "metadata-counts-characters",
            "metadata-key-over-64",
            "metadata-keys-keep-spelling",
            "metadata-key-blanks-are-kept-or-refused",
        }
    )

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Keep the plain ones."""
        plain = {key for key in value if not key or (key.isascii() and not set(key) & set(' /:$"~'))}
        return {key: text for key, text in super().user_keys(value).items() if key in plain}


class UnescapesValues(_Keeps):
    """Decodes percent signs in metadata values."""

    breaks = frozenset(
        {
            "base-text-is-kept-by-create",
            "base-text-is-kept-by-lists",
            "base-text-is-kept-by-update",
            "metadata-values-stay-strings",
        }
    )

    def text(self, text: str) -> str:
        """Decode one."""
        return text.replace("%41", "A")


class ReadsValuesAsJson(Fault):
    """Shows metadata values that look like JSON as the JSON that they look like."""

    breaks = frozenset({"base-text-is-kept-in-metadata-keys", "metadata-values-stay-strings"})

    def render_metadata(self, deployment: Deployment) -> dict[str, Any]:
        """Guess what each is."""
        shown = super().render_metadata(deployment)
        return {key: self.guess(text) if isinstance(text, str) else text for key, text in shown.items()}

    def guess(self, text: str) -> object:
        """Read a number or a word of JSON."""
        return json.loads(text) if text in {"true", "false", "null"} or (text.isdecimal() and text[0] != "0") else text


class TrimsKeys(_Keeps):
    """Cuts blanks off at both ends of metadata keys."""

    breaks = frozenset({"metadata-key-blanks-are-kept-or-refused"})

    def key(self, key: str) -> str:
        """Cut them off, but for a key of blanks."""
        return key.strip() or key
