"""Faults in keeping text."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

_CREATE = "base-text-is-kept-by-create"
_UPDATE = "base-text-is-kept-by-update"
_LISTS = "base-text-is-kept-by-lists"
_LINES = "base-line-breaks-are-kept"
_ODD = "base-odd-text-is-kept-or-refused"


class _Changes(Fault):
    """Changes text before it stores it."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS})

    def alter(self, text: str) -> str:
        """Give the other text."""
        raise NotImplementedError(text)


class _Names(_Changes):
    """Changes names before it stores them."""

    def check_name(self, value: object) -> str:
        """Change it."""
        return self.alter(super().check_name(value))


class _Descriptions(_Changes):
    """Changes descriptions before it stores them."""

    def check_description(self, value: object) -> str:
        """Change it."""
        return self.alter(super().check_description(value))


class _Values(_Changes):
    """Changes the values of metadata before it stores them."""

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Change the strings."""
        found = super().user_keys(value)
        return {key: self.alter(text) if isinstance(text, str) else text for key, text in found.items()}


class _Events(_Changes):
    """Changes the text of events before it stores them."""

    def check_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Change their content."""
        events = super().check_initial_events(value)
        return [each | {"content": self.altered(each["content"])} if each.get("content") else each for each in events]

    def altered(self, content: Any) -> Any:
        """Change a text, be it in blocks."""
        if isinstance(content, str):
            return self.alter(content)
        return [block | {"text": self.alter(block["text"])} if "text" in block else block for block in content]


class ComposesNames(_Names):
    """Normalises names to NFC."""

    def alter(self, text: str) -> str:
        """Compose."""
        return unicodedata.normalize("NFC", text)


class DecomposesDescriptions(_Descriptions):
    """Normalises descriptions to NFD."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, "sequence-objects"})

    def alter(self, text: str) -> str:
        """Decompose."""
        return unicodedata.normalize("NFD", text)


class FoldsCompatibleValues(_Values):
    """Normalises the values of metadata to NFKC."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, _ODD, "sequence-objects"})

    def alter(self, text: str) -> str:
        """Fold."""
        return unicodedata.normalize("NFKC", text)


class TrimsNames(_Names):
    """Cuts the blanks off both ends of a name."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, _ODD})

    def alter(self, text: str) -> str:
        """Trim."""
        return text.strip()


class TrimsDescriptions(_Descriptions):
    """Cuts the white space off the end of a description."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, _LINES, _ODD})

    def alter(self, text: str) -> str:
        """Trim."""
        return text.rstrip()


class CollapsesBlanks(_Names):
    """Makes one blank of several in a name."""

    def alter(self, text: str) -> str:
        """Collapse."""
        return re.sub(" +", " ", text)


class MixesUpEncodings(_Events):
    """Stores the text of events as UTF-8 and reads it as Latin-1."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, _ODD, "event-long-content-is-kept-or-refused", "sequence-objects"})

    def alter(self, text: str) -> str:
        """Decode it with the wrong one."""
        return text.encode("utf-8", "surrogatepass").decode("latin-1")


class ReplacesAstral(_Values):
    """Replaces what is beyond the basic plane in the values of metadata."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, _ODD, "sequence-objects"})

    def alter(self, text: str) -> str:
        """Replace it."""
        return "".join(each if ord(each) < 0x10000 else "\ufffd" for each in text)


class RefusesAstral(_Names):
    """Refuses a name with characters beyond the basic plane."""

    breaks = frozenset(
        {_CREATE, _UPDATE, "create-name-counts-characters", "update-name-counts-characters", "sequence-answers"}
    )

    def alter(self, text: str) -> str:
        """Refuse it."""
        if any(ord(each) >= 0x10000 for each in text):
            raise invalid("name-plane", "Incorrect string value.", "name")
        return text


class EscapesMarkup(_Descriptions):
    """Stores descriptions as HTML."""

    breaks = frozenset({_CREATE, _UPDATE, _LISTS, "sequence-objects"})

    def alter(self, text: str) -> str:
        """Escape."""
        return html.escape(text, quote=False)


class UnescapesTwice(_Events):
    """Reads the escapes in the text of events once more."""

    def alter(self, text: str) -> str:
        """Unescape."""
        return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


class FillsInTemplates(_Events):
    """Fills in what stands in double braces in the text of events, where it knows nothing of that name."""

    def alter(self, text: str) -> str:
        """Leave it out."""
        return re.sub(r"\{\{[^{}]*\}\}", "", text)


class ReadsDates(_Descriptions):
    """Takes a description that looks like a date for one, and writes it in UTC."""

    def alter(self, text: str) -> str:
        """Read it, as some readers of JSON do."""
        try:
            return datetime.fromisoformat(text).astimezone(UTC).isoformat() if "T" in text else text
        except ValueError:
            return text


class DropsInvisible(_Names):
    """Leaves characters of no width out of names."""

    def alter(self, text: str) -> str:
        """Filter."""
        return "".join(each for each in text if unicodedata.category(each) != "Cf")


class UnifiesLineBreaks(_Descriptions):
    """Makes one kind of line break of all in descriptions."""

    breaks = frozenset({_LINES, _CREATE, _UPDATE, _LISTS})

    def alter(self, text: str) -> str:
        """Unify."""
        return "\n".join(text.splitlines()) + ("\n" if text.endswith("\n") else "")


class DropsCarriageReturns(_Events):
    """Leaves carriage returns out of the text of events."""

    breaks = frozenset({_LINES})

    def alter(self, text: str) -> str:
        """Filter."""
        return text.replace("\r", "")


class MakesBlanksOfTabs(_Values):
    """Makes blanks of the tabs in the values of metadata."""

    breaks = frozenset({_LINES, _ODD})

    def alter(self, text: str) -> str:
        """Replace."""
        return text.replace("\t", "    ")


class CutsAtNul(_Names):
    """Ends a name where NUL is."""

    breaks = frozenset({_ODD})

    def alter(self, text: str) -> str:
        """Cut."""
        return text.partition("\0")[0]


class DropsControls(_Descriptions):
    """Leaves control characters out of descriptions."""

    breaks = frozenset({_ODD})

    def alter(self, text: str) -> str:
        """Filter."""
        return "".join(each for each in text if unicodedata.category(each) != "Cc" or each in "\r\n\t\x85")


class CrashesOnNulInText(_Events):
    """Fails when the text of an event holds NUL."""

    breaks = frozenset({_ODD})

    def alter(self, text: str) -> str:
        """Hand it to the database."""
        if "\0" in text:
            raise RuntimeError(text)
        return text


class ForgetsBlankNames(_Names):
    """Gives a deployment a name of its own where its name is blank."""

    breaks = frozenset({_ODD})

    def alter(self, text: str) -> str:
        """Replace."""
        return text if text.strip() else "untitled"
