"""Faults in which types of events there are, and in how an event of another type than user.message is kept."""

from __future__ import annotations

from typing import Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.faults.events import Events, _KeepsEvents
from conformance.reference.problem import invalid


class KnowsNoSystemMessages(Fault):
    """Refuses events of the type system.message."""

    breaks = frozenset({"event-system-message-is-accepted"})
    EVENT_TYPES = frozenset({"user.message", "user.define_outcome"})


class KnowsNoOutcomes(Fault):
    """Refuses events of the type user.define_outcome as unknown."""

    revisions = QODER
    breaks = frozenset({"event-define-outcome-is-known"})
    EVENT_TYPES = frozenset({"user.message", "system.message"})


class KnowsNoOutcomesByName(Fault):
    """Refuses events of the type user.define_outcome, and names the type in the message."""

    revisions = QODER
    breaks = frozenset({"event-define-outcome-is-known"})

    def check_event_type(self, kind: object) -> None:
        """Tell which type it does not know."""
        if not isinstance(kind, str) or kind not in {"user.message", "system.message"}:
            raise invalid("event-type", f"initial_events: {kind} is not supported.", "initial_events")


class TakesAllForUserMessages(_KeepsEvents):
    """Keeps system messages as user messages."""

    breaks = frozenset({"event-type-is-kept"})

    def keep_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Know one type only."""
        return event | {"type": "user.message"} if event["type"] == "system.message" else event


class PutsSystemMessagesFirst(_KeepsEvents):
    """Keeps system messages before all others."""

    breaks = frozenset({"event-type-is-kept"})

    def keep(self, events: Events) -> Events:
        """Sort by type."""
        return sorted(events, key=lambda event: event["type"] != "system.message")


class KeepsContentOnly(_KeepsEvents):
    """Keeps nothing of an event but its type and its content."""

    breaks = frozenset(
        {
            "event-type-is-kept",
            "event-define-outcome-is-accepted",
            "event-outcome-iterations",
            "event-rubric-up-to-maximum",
        }
    )

    def keep_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Pick two members."""
        return {key: event[key] for key in ("type", "content") if key in event}
