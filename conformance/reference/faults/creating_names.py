"""Faults in what the name of a new deployment may be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid, not_found

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

OVER = "create-name-over-maximum"


class _ReadsNames(Fault):
    """Reads the name of a create as something else before it judges it."""

    def create_name(self, value: object) -> str:
        """Change what came."""
        return super().create_name(self.read(value))

    def read(self, value: Any) -> object:
        """Tell what the name is taken for."""
        raise NotImplementedError(value)


class _KeepsNames(Fault):
    """Judges the name of a create as it came, and keeps something else."""

    def create_name(self, value: object) -> str:
        """Change what was judged."""
        return self.keep(super().create_name(value))

    def keep(self, name: str) -> str:
        """Tell what is kept."""
        raise NotImplementedError(name)


# --- length -----------------------------------------------------------------------------------------------------


class RefusesTheLongestName(Fault):
    """Refuses a new name of 256 characters: the limit itself is not allowed."""

    breaks = frozenset({"create-largest-is-accepted", "create-name-counts-characters", "create-name-up-to-maximum"})

    def create_name(self, value: object) -> str:
        """Compare with >= instead of >."""
        if isinstance(value, str) and len(value) >= self.NAME_MAX:
            raise invalid("name-length", "name is too long.", "name")
        return super().create_name(value)


class TakesOneCharacterMore(Fault):
    """Accepts a new name of 257 characters."""

    breaks = frozenset({OVER, "create-name-over-maximum-is-400", "create-name-is-measured-as-sent"})

    def create_name(self, value: object) -> str:
        """Let one more pass."""
        return value if isinstance(value, str) and len(value) == 257 else super().create_name(value)


class CutsLongNewNames(_ReadsNames):
    """Cuts a new name that is too long, instead of refusing it."""

    breaks = frozenset({OVER, "create-name-over-maximum-is-400", "create-name-is-measured-as-sent"})

    def read(self, value: Any) -> object:
        """Keep what fits."""
        return value[: self.NAME_MAX] if isinstance(value, str) else value


class CutsNamesToFitAColumn(_KeepsNames):
    """Accepts a new name of 256 characters, and keeps 255."""

    breaks = frozenset({"create-name-up-to-maximum", "create-name-counts-characters", "create-largest-is-kept"})

    def keep(self, name: str) -> str:
        """Store it in a column of 255."""
        return name[:255]


class CountsNewNamesInBytes(Fault):
    """Counts the bytes of a new name in UTF-8."""

    breaks = frozenset({"create-name-counts-characters"})

    def create_name(self, value: object) -> str:
        """Measure what is sent over the wire."""
        if isinstance(value, str) and len(value.encode()) > self.NAME_MAX:
            raise invalid("name-length", "name is too long.", "name")
        return super().create_name(value)


class CountsNewNamesInUtf16(Fault):
    """Counts the UTF-16 units of a new name, as Java and JavaScript do."""

    breaks = frozenset({"create-name-counts-characters"})

    def create_name(self, value: object) -> str:
        """Count surrogates."""
        if isinstance(value, str) and len(value.encode("utf-16-le")) // 2 > self.NAME_MAX:
            raise invalid("name-length", "name is too long.", "name")
        return super().create_name(value)


class CountsAsciiOnly(Fault):
    """Counts only the ASCII characters of a new name."""

    breaks = frozenset({OVER})

    def create_name(self, value: object) -> str:
        """Overlook the others."""
        if isinstance(value, str) and value and sum(character.isascii() for character in value) <= self.NAME_MAX:
            return value
        return super().create_name(value)


class MeasuresTrimmedNewNames(Fault):
    """Leaves outer blanks out when it measures a new name, and keeps them."""

    breaks = frozenset({"create-name-is-measured-as-sent"})

    def create_name(self, value: object) -> str:
        """Measure what is between."""
        if isinstance(value, str) and value:
            self.check_name_length(value.strip())
            return value
        return super().create_name(value)


class JudgesLongNamesElsewhere(Fault):
    """Refuses a name that is too long with 409."""

    breaks = frozenset({"create-name-over-maximum-is-400"})

    def error_type(self, problem: Problem) -> str:
        """Say conflict."""
        return "conflict_error" if self.is_long(problem) else super().error_type(problem)

    def error_status(self, problem: Problem) -> int:
        """Answer conflict."""
        return 409 if self.is_long(problem) else super().error_status(problem)

    def is_long(self, problem: Problem) -> bool:
        """Tell whether a name was too long for a create."""
        return problem.rule == "name-length" and self.operation == "create"


class TakesEmptyNewNames(Fault):
    """Accepts an empty name for a new deployment."""

    breaks = frozenset({"create-empty-name-is-400"})

    def create_name(self, value: object) -> str:
        """Ask for presence only."""
        return "" if value == "" else super().create_name(value)


class NamesTheNameless(_ReadsNames):
    """Gives a new deployment with an empty name a name of its own."""

    breaks = frozenset({"create-empty-name-is-400"})

    def read(self, value: Any) -> object:
        """Think of one."""
        return "Untitled" if value == "" else value


# --- type -------------------------------------------------------------------------------------------------------

TYPE = "create-name-not-a-string-is-400"


class WritesNumbersAsNames(_ReadsNames):
    """Takes a number for a new name."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Write it out."""
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


class WritesBooleansAsNames(_ReadsNames):
    """Takes true and false for new names."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Write it out."""
        return str(value).lower() if isinstance(value, bool) else value


class TakesTheOnlyName(_ReadsNames):
    """Takes an array of one string for a new name."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Unwrap it."""
        return value[0] if isinstance(value, list) and len(value) == 1 else value


class WritesObjectsAsNames(_ReadsNames):
    """Takes the JSON of an object for a new name."""

    breaks = frozenset({TYPE})

    def read(self, value: Any) -> object:
        """Write it out."""
        return json.dumps(value) if isinstance(value, dict) and value else value


class NamesOfOtherTypesAreNotFound(Fault):
    """Refuses a new name that is no string with 404."""

    breaks = frozenset({TYPE})

    def create_name(self, value: object) -> str:
        """Mistake it for a reference."""
        if not isinstance(value, str):
            raise not_found("name-unknown", "Name does not exist.", "name")
        return super().create_name(value)
