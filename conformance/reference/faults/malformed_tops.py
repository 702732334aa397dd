"""Faults in reading bodies that are JSON, but no objects."""

from __future__ import annotations

from conformance.reference.faults import Fault


class _Tops(Fault):
    """Takes something else than an object for a body."""

    breaks = frozenset({"base-body-is-an-object"})

    def decode(self, raw: bytes) -> object:
        """Make an object of it."""
        value = super().decode(raw)
        return value if isinstance(value, dict) else self.take(value)

    def take(self, value: object) -> object:
        """Give an object for it, or the value itself."""
        raise NotImplementedError(value)


class TakesNullForNothing(_Tops):
    """Takes an update of null for an empty one."""

    def take(self, value: object) -> object:
        """Give an empty object."""
        return {} if value is None and self.operation == "update" else value


class TakesEmptyArraysForNothing(_Tops):
    """Takes an update of an empty array for an empty object."""

    def take(self, value: object) -> object:
        """Give an empty object."""
        return {} if value == [] and self.operation == "update" else value


class TakesTheFirstOfMany(_Tops):
    """Creates the first of an array."""

    def take(self, value: object) -> object:
        """Give the first."""
        return value[0] if isinstance(value, list) and value and self.operation == "create" else value


class CrashesOnScalars(_Tops):
    """Fails when a body is text."""

    def take(self, value: object) -> object:
        """Look for its members."""
        if isinstance(value, str) and value:
            raise TypeError(value)
        return value


class CrashesOnArrays(_Tops):
    """Answers 500 when a body is an array."""

    def take(self, value: object) -> object:
        """Look for its members."""
        if isinstance(value, list):
            raise KeyError("name")
        return value
