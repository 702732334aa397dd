"""The types and sizes that values in a body may have."""

from __future__ import annotations

from typing import Any

from conformance.reference.problem import invalid
from conformance.reference.state import State


class MeasureRules(State):
    """Types are exact, and texts are counted in characters."""

    def measure(self, text: str) -> int:
        """Count the characters (code points) of a text."""
        return len(text)

    def check_string(self, value: object, param: str) -> str:
        """Refuse what is not a string."""
        if not isinstance(value, str):
            raise invalid(f"{param}-type", f"{param} must be a string.", param)
        return value

    def check_integer(self, value: object, param: str, least: int) -> int:
        """Refuse what is not an integer, or too small a one; true and false are no integers."""
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise invalid(f"{param}-type", f"{param} must be an integer of at least {least}.", param)
        return value

    def check_object(self, value: object, param: str) -> dict[str, Any]:
        """Refuse what is not an object."""
        if not isinstance(value, dict):
            raise invalid(f"{param}-type", f"{param} must be an object.", param)
        return value

    def check_array(self, value: object, param: str) -> list[Any]:
        """Refuse what is not an array."""
        if not isinstance(value, list):
            raise invalid(f"{param}-type", f"{param} must be an array.", param)
        return value
