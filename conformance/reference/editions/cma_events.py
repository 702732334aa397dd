"""Which events a deployment may begin with."""

from __future__ import annotations

from typing import Any

from conformance.reference.editions.content_blocks import ContentBlocks
from conformance.reference.problem import invalid

_PARAM = "initial_events"


class CmaEvents(ContentBlocks):
    """Somebody asks for something, and what the system adds comes last."""

    ASKING_TYPES: tuple[str, ...] = ("user.message", "user.define_outcome")
    RUBRIC_MAX = 262_144
    ITERATIONS_MAX = 20

    def check_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Refuse events that are good one by one, but not together."""
        events = super().check_initial_events(value)
        kinds = [event.get("type") for event in events]
        self.check_asking(kinds)
        self.check_system_last(kinds)
        return events

    def check_asking(self, kinds: list[Any]) -> None:
        """Refuse events of which none asks for anything."""
        if not any(kind in self.ASKING_TYPES for kind in kinds):
            raise invalid("events-asking", "initial_events needs a user event.", _PARAM)

    def check_system_last(self, kinds: list[Any]) -> None:
        """Refuse a message of the system before the end, and so a second one, too."""
        if "system.message" in kinds[:-1]:
            raise invalid("events-system", "A system.message must be the last event.", _PARAM)

    def check_event(self, value: object) -> None:
        """Refuse an outcome that is not fully told."""
        super().check_event(value)
        event = self.check_object(value, _PARAM)
        if event.get("type") == "user.define_outcome":
            self.check_outcome(event)

    def check_outcome(self, event: dict[str, Any]) -> None:
        """Refuse an outcome without a description or a rubric, or with too many iterations."""
        if not self.check_string(event.get("description"), _PARAM):
            raise invalid("outcome-description", "description must not be empty.", _PARAM)
        self.check_rubric(self.check_object(event.get("rubric"), _PARAM))
        iterations = event.get("max_iterations")
        if iterations is not None:
            self.check_iterations(self.check_integer(iterations, _PARAM, 1))

    def check_rubric(self, rubric: dict[str, Any]) -> None:
        """Refuse a rubric that is neither a text nor a file."""
        kind = rubric.get("type")
        if kind == "text":
            self.check_rubric_text(self.check_string(rubric.get("content"), _PARAM))
        elif kind == "file":
            self.check_string(rubric.get("file_id"), _PARAM)
        else:
            raise invalid("rubric-type", "Unknown type of rubric.", _PARAM)

    def check_rubric_text(self, text: str) -> None:
        """Refuse a rubric that is empty or too long."""
        if not 1 <= self.measure(text) <= self.RUBRIC_MAX:
            raise invalid("rubric-length", f"A rubric has 1 to {self.RUBRIC_MAX} characters.", _PARAM)

    def check_iterations(self, number: int) -> None:
        """Refuse too many iterations."""
        if number > self.ITERATIONS_MAX:
            raise invalid("outcome-iterations", f"max_iterations is at most {self.ITERATIONS_MAX}.", _PARAM)

    def check_block(self, block: dict[str, Any], event: dict[str, Any]) -> None:
        """Refuse anything but text from the system."""
        super().check_block(block, event)
        if event.get("type") == "system.message" and block.get("type") != "text":
            raise invalid("block-system", "A system.message is of text only.", _PARAM)

    def check_text(self, text: str) -> None:
        """Refuse an empty text."""
        if not text:
            raise invalid("block-empty", "A text block must not be empty.", _PARAM)
