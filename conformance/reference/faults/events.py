"""Faults in which events a new deployment takes, and in how it keeps them."""

from __future__ import annotations

import json
from typing import Any

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import Problem, invalid

UP_TO, OVER, COUNT = "event-count-up-to-maximum", "event-count-over-maximum", "event-count-is-400"
ORDER, CONTENT = "event-order-is-kept", "event-content-stays-a-string"
LONG, EMPTY = "event-long-content-is-kept-or-refused", "event-empty-content-is-kept-or-refused"

Events = list[dict[str, Any]]


class _ReadsEvents(Fault):
    """Reads the events of a create as something else before it judges them."""

    def create_initial_events(self, value: object) -> Events:
        """Change what came."""
        return super().create_initial_events(self.read(value))

    def read(self, value: Any) -> object:
        """Tell what the events are taken for."""
        raise NotImplementedError(value)


class _KeepsEvents(Fault):
    """Judges the events of a create as they came, and keeps something else."""

    def create_initial_events(self, value: object) -> Events:
        """Change what was judged."""
        return self.keep(super().create_initial_events(value))

    def keep(self, events: Events) -> Events:
        """Tell what is kept."""
        return [self.keep_event(event) for event in events]

    def keep_event(self, event: dict[str, Any]) -> dict[str, Any]:
        """Tell what is kept of one."""
        content = event.get("content")
        if isinstance(content, str):
            return event | {"content": self.keep_text(content)}
        if isinstance(content, list):
            return event | {"content": [self.keep_block(block) for block in content]}
        return event

    def keep_block(self, block: dict[str, Any]) -> dict[str, Any]:
        """Tell what is kept of a block, where content is in blocks."""
        return block | {"text": self.keep_text(block["text"])} if isinstance(block.get("text"), str) else block

    def keep_text(self, text: str) -> object:
        """Tell what is kept of its text."""
        raise NotImplementedError(text)


class _CountsEvents(Fault):
    """Counts the events of a create otherwise; the count of an update is right."""

    LEAST, MOST = 1, 50

    def check_events_count(self, count: int) -> None:
        """Compare with other limits."""
        if self.operation != "create":
            super().check_events_count(count)
        elif not self.LEAST <= count <= self.MOST:
            raise invalid("events-count", "initial_events has 1 to 50 events.", "initial_events")


# --- how many ---------------------------------------------------------------------------------------------------


class MakesWithoutEvents(_CountsEvents):
    """Makes a deployment without events, if the array is there."""

    revisions = QODER
    breaks = frozenset({"event-none-is-refused", COUNT})
    LEAST = 0


class TakesOneEventMore(_CountsEvents):
    """Makes a deployment of 51 events."""

    breaks = frozenset({OVER, COUNT})
    MOST = 51


class RefusesFiftyEvents(_CountsEvents):
    """Refuses 50 events: the limit itself is not allowed."""

    breaks = frozenset({UP_TO, ORDER})
    MOST = 49


class CutsNewEvents(_ReadsEvents):
    """Keeps the first 50 of more events."""

    breaks = frozenset({OVER, COUNT})

    def read(self, value: Any) -> object:
        """Take as many as are allowed."""
        return value[:50] if isinstance(value, list) else value


class CountsDistinctEvents(_ReadsEvents):
    """Does not count an event that is there twice, nor keep it."""

    breaks = frozenset({OVER, ORDER, COUNT, EMPTY})

    def read(self, value: Any) -> object:
        """Make a set of them."""
        return list({json.dumps(event): event for event in value}.values()) if isinstance(value, list) else value


class TooManyEventsAreTooLarge(Fault):
    """Answers 413 to more than 50 events."""

    breaks = frozenset({COUNT})

    def error_status(self, problem: Problem) -> int:
        """Mistake the number for a size."""
        over = problem.rule == "events-count" and self.operation == "create"
        return 413 if over and self.call.body["initial_events"] else super().error_status(problem)


class LosesTheFiftieth(_KeepsEvents):
    """Keeps 49 events at most."""

    breaks = frozenset({UP_TO, ORDER})

    def keep(self, events: Events) -> Events:
        """Stop one too early."""
        return events[:49]


class KeepsTheFirstNewEvent(_KeepsEvents):
    """Keeps the first event only."""

    breaks = frozenset({UP_TO, ORDER})
    wide = True

    def keep(self, events: Events) -> Events:
        """Take the message."""
        return events[:1]


# --- order ------------------------------------------------------------------------------------------------------


class SortsNewEvents(_KeepsEvents):
    """Keeps events in the order of their texts."""

    breaks = frozenset({ORDER, UP_TO})
    wide = True

    def keep(self, events: Events) -> Events:
        """Sort."""
        return sorted(events, key=json.dumps)


class ReversesNewEvents(_KeepsEvents):
    """Keeps the last event first."""

    breaks = frozenset({ORDER, UP_TO})
    wide = True

    def keep(self, events: Events) -> Events:
        """Push them on a stack."""
        return events[::-1]


class DropsRepeatedNewEvents(_KeepsEvents):
    """Keeps one of neighbours that are alike."""

    breaks = frozenset({ORDER, EMPTY})

    def keep(self, events: Events) -> Events:
        """Compare each with the one before."""
        return [event for place, event in enumerate(events) if place == 0 or event != events[place - 1]]


# --- content ----------------------------------------------------------------------------------------------------


class ParsesNewContent(_KeepsEvents):
    """Keeps content that looks like JSON as what it means."""

    breaks = frozenset({CONTENT, "event-content-stays-blocks"})
    wide = True

    def keep_text(self, text: str) -> object:
        """Read it."""
        try:
            return json.loads(text)
        except ValueError:
            return text


class WrapsNewContent(_KeepsEvents):
    """Shows content that is a string as an array of blocks."""

    revisions = JUNE
    breaks = frozenset({CONTENT})
    wide = True

    def keep_text(self, text: str) -> object:
        """Wrap it."""
        return [{"type": "text", "text": text}]


class CutsNewContent(_KeepsEvents):
    """Cuts long content to 4,096 characters."""

    breaks = frozenset({LONG})

    def keep_text(self, text: str) -> object:
        """Keep what fits."""
        return text[:4096]


class CutsContentTo64KB(_KeepsEvents):
    """Cuts long content to 65,535 bytes, as a TEXT column does."""

    breaks = frozenset({LONG})

    def keep_text(self, text: str) -> object:
        """Keep what fits."""
        return text.encode()[:65_535].decode(errors="ignore")


class FillsEmptyContent(_KeepsEvents):
    """Takes a word for content that is empty."""

    breaks = frozenset({EMPTY})

    def keep_text(self, text: str) -> object:
        """Say something."""
        return text if text.strip() else "Continue"


class DropsEmptyEvents(_KeepsEvents):
    """Leaves out an event whose content is empty."""

    breaks = frozenset({EMPTY})

    def keep(self, events: Events) -> Events:
        """Keep what says something."""
        return [event for event in events if self.speaks(event.get("content", event))]

    def speaks(self, content: Any) -> bool:
        """Look for a text, in whatever form."""
        texts = [block.get("text", block) for block in content] if isinstance(content, list) else [content]
        return any(not isinstance(text, str) or bool(text.strip()) for text in texts)
