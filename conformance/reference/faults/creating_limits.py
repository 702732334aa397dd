"""Faults in limits of a create that not every edition has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.faults import CMA, Fault
from conformance.reference.problem import conflict, invalid

if TYPE_CHECKING:
    from conformance.reference.records import Resource

_UP_TO, _OVER = "create-description-up-to-maximum", "create-description-over-maximum"


class TakesAnyDescription(Fault):
    """Has no limit for the description of a new deployment."""

    revisions = CMA
    breaks = frozenset({_OVER, "create-description-over-maximum-is-400"})

    def create_description(self, value: object) -> str:
        """Look at the type only."""
        return value if isinstance(value, str) else super().create_description(value)


class CutsLongDescriptions(Fault):
    """Cuts the description of a new deployment to what it has room for."""

    revisions = CMA
    breaks = frozenset({_OVER, "create-description-over-maximum-is-400", "create-long-description-is-kept-or-refused"})

    def create_description(self, value: object) -> str:
        """Cut first."""
        return super().create_description(value[:2048] if isinstance(value, str) else value)


class HasALittleLessRoom(Fault):
    """Refuses a description of as many characters as it may have."""

    revisions = CMA
    breaks = frozenset({_UP_TO, "create-largest-is-accepted"})

    def create_description(self, value: object) -> str:
        """Compare one off."""
        text = super().create_description(value)
        if len(text) == 2048:
            raise invalid("description-length", "description is too long.")
        return text


class CallsALongDescriptionAConflict(Fault):
    """Answers 409 to a description that is too long."""

    revisions = CMA
    breaks = frozenset({"create-description-over-maximum-is-400"})

    def create_description(self, value: object) -> str:
        """Blame the state."""
        if isinstance(value, str) and len(value) > 2048:
            raise conflict("description-length", "description is too long.")
        return super().create_description(value)


class ReadsTheBeginningOfLongIds(Fault):
    """Finds the agent with which a very long id begins."""

    revisions = CMA
    breaks = frozenset({"create-long-id-is-refused"})

    def find_agent(self, name: str) -> Resource:
        """Have no room for more."""
        known = [id_ for id_ in self.account.agents if len(name) > 128 and name.startswith(id_)]
        return super().find_agent(known[0] if known else name)


class MeasuresDescriptionsInBytes(Fault):
    """Counts the bytes of a new description in UTF-8."""

    revisions = CMA
    breaks = frozenset({_UP_TO})

    def create_description(self, value: object) -> str:
        """Count them."""
        if isinstance(value, str) and len(value.encode()) > 2048:
            raise invalid("description-length", "description has at most 2048 characters.")
        return super().create_description(value)
