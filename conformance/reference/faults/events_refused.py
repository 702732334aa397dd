"""Faults in which events a create refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, Fault
from conformance.reference.faults.events import Events, _ReadsEvents

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

NO_TYPE, UNKNOWN, OTHER = "event-without-type-is-400", "event-unknown-type-is-400", "event-other-type-is-400"
TYPE, ARRAY, OBJECT = "event-type-not-a-string-is-400", "event-list-not-an-array-is-400", "event-not-an-object-is-400"


class _ReadsEach(_ReadsEvents):
    """Reads each event of a create as something else."""

    def read(self, value: Any) -> object:
        """Change each."""
        return [self.read_event(event) for event in value] if isinstance(value, list) else value

    def read_event(self, event: Any) -> object:
        """Tell what one is taken for."""
        if not isinstance(event, dict) or "type" not in event:
            return event
        return event | {"type": self.read_type(event["type"])}

    def read_type(self, kind: Any) -> object:
        """Tell what its type is taken for."""
        raise NotImplementedError(kind)


# --- looking at some only ---------------------------------------------------------------------------------------


class _LooksAtSome(Fault):
    """Judges some events of a create only."""

    breaks = frozenset(
        {
            NO_TYPE,
            UNKNOWN,
            OBJECT,
            "event-combination-is-400",
            "event-one-system-message",
            "event-system-message-is-last",
            "event-system-message-needs-a-user",
        }
    )

    def create_initial_events(self, value: object) -> Events:
        """Judge the number of all, and the rest of some."""
        events = self.check_array(value, "initial_events")
        self.check_events_count(len(events))
        for event in self.chosen(events):
            self.check_event(event)
        return events

    def chosen(self, events: list[Any]) -> list[Any]:
        """Tell which are judged."""
        raise NotImplementedError(events)


class LooksAtTheFirstEvent(_LooksAtSome):
    """Judges the first event of a create only."""

    breaks = _LooksAtSome.breaks | {"event-empty-text-is-refused", "event-system-message-is-text"}

    def chosen(self, events: list[Any]) -> list[Any]:
        """Look at one."""
        return events[:1]


class LooksAtTheLastEvent(_LooksAtSome):
    """Judges the last event of a create only."""

    breaks = _LooksAtSome.breaks | {OTHER, TYPE}

    def chosen(self, events: list[Any]) -> list[Any]:
        """Look at one."""
        return events[-1:]


class OverlooksTheLastEvent(_LooksAtSome):
    """Judges all events of a create but the last of several."""

    breaks = _LooksAtSome.breaks | {"event-empty-text-is-refused", "event-system-message-is-text"}

    def chosen(self, events: list[Any]) -> list[Any]:
        """Stop one too early."""
        return events[:-1] or events


class LooksAtFortyNineEvents(_LooksAtSome):
    """Judges the first 49 events of a create."""

    def chosen(self, events: list[Any]) -> list[Any]:
        """Stop one too early."""
        return events[:49]


# --- the type of an event ---------------------------------------------------------------------------------------


class DefaultsToUserMessages(_ReadsEach):
    """Takes an event without a type for a user.message."""

    breaks = frozenset({NO_TYPE})

    def read_event(self, event: Any) -> object:
        """Fill it in."""
        return {"type": "user.message"} | event if isinstance(event, dict) else event


class NullIsAUserMessage(_ReadsEach):
    """Takes an event whose type is null for a user.message."""

    breaks = frozenset({TYPE})

    def read_type(self, kind: Any) -> object:
        """Fill it in."""
        return "user.message" if kind is None else kind


class UnwrapsTypes(_ReadsEach):
    """Takes an array of one type for the type of an event."""

    breaks = frozenset({TYPE})

    def read_type(self, kind: Any) -> object:
        """Unwrap it."""
        return kind[0] if isinstance(kind, list) and kind else kind


class CrashesOnUnhashableTypes(_ReadsEach):
    """Answers 500 to an event whose type is an object."""

    breaks = frozenset({TYPE})

    def read_type(self, kind: Any) -> object:
        """Look it up."""
        return next((each for each in self.EVENT_TYPES if each == kind), kind) if hash(kind) else kind


class FoldsTypes(_ReadsEach):
    """Takes the type of an event in any case."""

    breaks = frozenset({OTHER})

    def read_type(self, kind: Any) -> object:
        """Fold it."""
        return kind.lower() if isinstance(kind, str) else kind


class TrimsTypes(_ReadsEach):
    """Takes blanks off the type of an event."""

    breaks = frozenset({OTHER})

    def read_type(self, kind: Any) -> object:
        """Trim."""
        return kind.strip() if isinstance(kind, str) else kind


class DefaultsEmptyTypes(_ReadsEach):
    """Takes an event whose type is empty for a user.message."""

    breaks = frozenset({OTHER})

    def read_type(self, kind: Any) -> object:
        """Fill it in."""
        return "user.message" if kind == "" else kind


class _KnowsMoreTypes(Fault):
    """Takes more types than there are."""

    def check_event_type(self, kind: object) -> None:
        """Let more pass."""
        if self.operation != "create" or not isinstance(kind, str) or not self.knows(kind):
            super().check_event_type(kind)

    def knows(self, kind: str) -> bool:
        """Tell whether a type is let pass."""
        raise NotImplementedError(kind)


class TakesAnyEventType(_KnowsMoreTypes):
    """Takes an event of any type."""

    breaks = frozenset({UNKNOWN, OTHER})
    wide = True

    def knows(self, kind: str) -> bool:
        """Know them all."""
        return bool(kind)


class TakesAnythingOfUsers(_KnowsMoreTypes):
    """Takes an event of any type that begins with user."""

    breaks = frozenset({UNKNOWN, OTHER})
    wide = True

    def knows(self, kind: str) -> bool:
        """Look at the beginning."""
        return kind.startswith("user.")


class TakesEventsOfSessions(_KnowsMoreTypes):
    """Takes an event that is sent to a session, but not to a deployment."""

    breaks = frozenset({OTHER})

    def knows(self, kind: str) -> bool:
        """Share the list with sessions."""
        return kind in {"user.interrupt", "user.tool_confirmation"}


class TakesShortTypes(_KnowsMoreTypes):
    """Takes the last part of a type for the type."""

    breaks = frozenset({OTHER})

    def knows(self, kind: str) -> bool:
        """Look at the end."""
        return any(each.endswith(f".{kind}") for each in self.EVENT_TYPES)


class UnknownTypesAreNotFound(Fault):
    """Answers 404 to a create with an event of an unknown type."""

    breaks = frozenset({UNKNOWN, OTHER, TYPE})
    wide = True

    def error_status(self, problem: Problem) -> int:
        """Mistake it for a reference."""
        return 404 if problem.rule == "event-type" and self.operation == "create" else super().error_status(problem)


# --- arrays and objects -----------------------------------------------------------------------------------------


class TakesASingleEvent(_ReadsEvents):
    """Takes an object for an array of one event."""

    breaks = frozenset({ARRAY})

    def read(self, value: Any) -> object:
        """Wrap it."""
        return [value] if isinstance(value, dict) and value else value


class TakesTheValues(_ReadsEvents):
    """Takes the values of an object for events, as PHP does."""

    breaks = frozenset({ARRAY})

    def read(self, value: Any) -> object:
        """Forget the keys."""
        return list(value.values()) if isinstance(value, dict) and "0" in value else value


class SpeaksForTheCaller(_ReadsEvents):
    """Takes a string for the text of one event."""

    revisions = JUNE
    breaks = frozenset({ARRAY})

    def read(self, value: Any) -> object:
        """Wrap it."""
        return [{"type": "user.message", "content": value}] if isinstance(value, str) and value else value


class TakesTexts(_ReadsEach):
    """Takes a string in the array for the text of an event."""

    revisions = JUNE
    breaks = frozenset({OBJECT})

    def read_event(self, event: Any) -> object:
        """Wrap it."""
        return {"type": "user.message", "content": event} if isinstance(event, str) and event else event


class SkipsNullEvents(_ReadsEvents):
    """Leaves out events that are null."""

    breaks = frozenset({OBJECT})

    def read(self, value: Any) -> object:
        """Keep what is there."""
        many = isinstance(value, list) and len(value) > 1
        return [event for event in value if event is not None] if many else value


class FlattensEvents(_ReadsEvents):
    """Takes an array within the array for more events."""

    breaks = frozenset({OBJECT})

    def read(self, value: Any) -> object:
        """Flatten it."""
        if not isinstance(value, list):
            return value
        return [event for each in value for event in (each if isinstance(each, list) and each else [each])]
