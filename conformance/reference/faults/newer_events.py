"""Faults in what the later editions say of events: blocks, what goes together, and outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.cma_events import CmaEvents
from conformance.reference.faults import CMA, NEWER, Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

BLOCKS, NEEDS_USER, LAST, ONE = (
    "event-content-stays-blocks",
    "event-system-message-needs-a-user",
    "event-system-message-is-last",
    "event-one-system-message",
)
TOGETHER, OUTCOME = "event-combination-is-400", "event-define-outcome-is-accepted"
LENGTH, LONGER = "event-rubric-up-to-maximum", "event-rubric-over-maximum"
ITERATIONS, MORE, DEFAULT = (f"event-outcome-iterations{end}" for end in ("", "-over-maximum", "-default"))

Events = list[dict[str, Any]]


# --- blocks -----------------------------------------------------------------------------------------------------


class JoinsBlocks(Fault):
    """Keeps the blocks of a message as one."""

    revisions = NEWER
    breaks = frozenset({BLOCKS})

    def create_initial_events(self, value: object) -> Events:
        """Join the texts."""
        return [self.joined(event) for event in super().create_initial_events(value)]

    def joined(self, event: dict[str, Any]) -> dict[str, Any]:
        """Give an event with one block."""
        blocks = event.get("content")
        if not isinstance(blocks, list) or any(block.get("type") != "text" for block in blocks):
            return event
        return event | {"content": [{"type": "text", "text": "".join(block["text"] for block in blocks)}]}


class TakesEmptyTexts(Fault, CmaEvents):
    """Takes a block of text without any."""

    revisions = CMA
    breaks = frozenset({"event-empty-text-is-refused"})

    def check_text(self, _text: str) -> None:
        """Take it."""


# --- what goes together -----------------------------------------------------------------------------------------


class TakesWhatNobodyAsks(Fault, CmaEvents):
    """Takes a message of the system alone."""

    revisions = CMA
    breaks = frozenset({NEEDS_USER, TOGETHER})

    def check_asking(self, _kinds: list[Any]) -> None:
        """Take it."""


class MakesWithoutAnything(Fault, CmaEvents):
    """Makes a deployment without events, if the array is there."""

    revisions = CMA
    breaks = frozenset({"event-none-is-refused", "event-count-is-400"})

    def create_initial_events(self, value: object) -> Events:
        """Take none."""
        return [] if value == [] else super().create_initial_events(value)


class LetsTheSystemSpeakFirst(Fault, CmaEvents):
    """Takes one message of the system, wherever it stands."""

    revisions = CMA
    breaks = frozenset({LAST, TOGETHER})

    def check_system_last(self, kinds: list[Any]) -> None:
        """Count them."""
        super().check_system_last(sorted(kinds, key="system.message".__eq__))


class LetsTheSystemGoOn(Fault, CmaEvents):
    """Takes several messages of the system at the end."""

    revisions = CMA
    breaks = frozenset({ONE, TOGETHER})

    def check_system_last(self, kinds: list[Any]) -> None:
        """Look at the last of those that follow one another."""
        ends = [kind for kind, following in zip(kinds, [*kinds[1:], None], strict=True) if kind != following]
        super().check_system_last(ends)


class ConflictsOfEvents(Fault):
    """Answers 409 to events that do not go together."""

    revisions = CMA
    breaks = frozenset({TOGETHER})

    def error_status(self, problem: Problem) -> int:
        """Take it for a conflict."""
        return 409 if problem.rule == "events-asking" else super().error_status(problem)


class LetsTheSystemShowImages(Fault, CmaEvents):
    """Takes any block in a message of the system."""

    revisions = CMA
    breaks = frozenset({"event-system-message-is-text"})

    def check_block(self, block: dict[str, Any], event: dict[str, Any]) -> None:
        """Take it for one of a user."""
        super().check_block(block, event | {"type": "user.message"})


# --- outcomes ---------------------------------------------------------------------------------------------------


class DoesNotKnowOutcomes(Fault, CmaEvents):
    """Refuses what a user wants to come out."""

    revisions = CMA
    breaks = frozenset({OUTCOME, LENGTH, ITERATIONS, DEFAULT})

    def check_outcome(self, _event: dict[str, Any]) -> None:
        """Do not know it."""
        raise invalid("event-type", "Unknown event type.", "initial_events")


class WantsAMessageBesideAnOutcome(Fault, CmaEvents):
    """Refuses an outcome without a message."""

    revisions = CMA
    wide = True
    breaks = frozenset({OUTCOME})
    ASKING_TYPES = ("user.message",)


class LosesTheRubric(Fault, CmaEvents):
    """Keeps of an outcome what is to come out, but not by what to judge it."""

    revisions = CMA
    breaks = frozenset({OUTCOME, LENGTH, ITERATIONS, "event-type-is-kept"})

    def create_initial_events(self, value: object) -> Events:
        """Leave it out."""
        events = super().create_initial_events(value)
        return [{member: each for member, each in event.items() if member != "rubric"} for event in events]


class RefusesTheLongestRubric(Fault, CmaEvents):
    """Refuses a rubric of as many characters as are allowed."""

    revisions = CMA
    breaks = frozenset({LENGTH})
    RUBRIC_MAX = CmaEvents.RUBRIC_MAX - 1


class CountsBytesOfRubrics(Fault, CmaEvents):
    """Counts the bytes of a rubric."""

    revisions = CMA
    breaks = frozenset({LENGTH})

    def check_rubric_text(self, text: str) -> None:
        """Encode it."""
        super().check_rubric_text("x" * len(text.encode()))


class TakesAnyRubric(Fault, CmaEvents):
    """Takes a rubric of any length."""

    revisions = CMA
    breaks = frozenset({LONGER})

    def check_rubric_text(self, text: str) -> None:
        """Look at its beginning."""
        super().check_rubric_text(text[:1])


class RefusesTheLastIteration(Fault, CmaEvents):
    """Refuses 20 iterations."""

    revisions = CMA
    breaks = frozenset({ITERATIONS})
    ITERATIONS_MAX = 19


class IteratesForEver(Fault, CmaEvents):
    """Takes any number of iterations."""

    revisions = CMA
    breaks = frozenset({MORE})

    def check_iterations(self, _number: int) -> None:
        """Take it."""


class IteratesFiveTimes(Fault, CmaEvents):
    """Fills in five iterations where none are sent."""

    revisions = CMA
    breaks = frozenset({DEFAULT})

    def create_initial_events(self, value: object) -> Events:
        """Put the number behind it."""
        events = super().create_initial_events(value)
        return [{"max_iterations": 5} | event if event["type"] == "user.define_outcome" else event for event in events]
