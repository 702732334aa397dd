"""Correct services that differ from the reference in what a body may hold, and in when a schedule fires.

As in `variations`, each docstring says what it does, and why it may.
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from lawful.variations import Variation, _RefusesMadeUp

from conformance.reference.editions.cma_events import CmaEvents
from conformance.reference.editions.content_blocks import ContentBlocks
from conformance.reference.editions.environment_variables import EnvironmentVariables
from conformance.reference.problem import invalid
from conformance.revisions import CMA, NEWER, QODER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

Events = list[dict[str, Any]]


# --- events -----------------------------------------------------------------------------------------------------


class TakesPlainText(Variation, ContentBlocks):
    """Takes content that is a string, and keeps it as one: the first edition had it so (C-10)."""

    revisions = NEWER

    def check_content(self, event: dict[str, Any]) -> None:
        if not event.get("content") or not isinstance(event["content"], str):
            super().check_content(event)


class WrapsPlainText(TakesPlainText):
    """Takes content that is a string, and keeps it as a block."""

    def check_initial_events(self, value: object) -> Events:
        return [self._wrapped(event) for event in super().check_initial_events(value)]

    @staticmethod
    def _wrapped(event: dict[str, Any]) -> dict[str, Any]:
        content = event.get("content")
        return event | {"content": [{"type": "text", "text": content}]} if isinstance(content, str) else event


class TellsIterations(Variation, CmaEvents):
    """Shows the number of iterations that holds where none was sent (EVT-009)."""

    revisions = (CMA,)

    def check_initial_events(self, value: object) -> Events:
        events = super().check_initial_events(value)
        return [{"max_iterations": 3} | event if "rubric" in event else event for event in events]


class RefusesWhatIsMadeUp(_RefusesMadeUp, CmaEvents):
    """Refuses vault ids, resources and images that name nothing, or show nothing (readings)."""

    revisions = (CMA,)

    def check_block(self, block: dict[str, Any], event: dict[str, Any]) -> None:
        super().check_block(block, event)
        if block.get("type") != "text":
            raise invalid("block-image", "The image shows nothing.", "initial_events")


# --- variables --------------------------------------------------------------------------------------------------


class PlainVariables(Variation, EnvironmentVariables):
    """Refuses values that are empty, long, or more than letters, digits and a few signs; and null for all of them."""

    revisions = (QODER_SEPTEMBER,)

    def check_environment_variables(self, value: object) -> str:
        sent = "environment_variables" in self.call.body
        return super().check_environment_variables("=" if value is None and sent else value)

    def check_variable(self, line: str) -> None:
        super().check_variable(line)
        if re.fullmatch(r"[\w ./-]{1,1000}", line.partition("=")[2], re.ASCII) is None:
            raise invalid("variable-value", "A variable's value is not plain.", "environment_variables")


# --- schedules --------------------------------------------------------------------------------------------------

NAMES = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
NAMES |= {name: str(number) for number, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN"), 1)}


class KnowsNames(Variation):
    """Takes the names of weekdays and months (SCH-009)."""

    def check_expression(self, text: str) -> str:
        super().check_expression(self._numbered(text))
        return text

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        return super().local_fires(self._numbered(expression), start)

    @staticmethod
    def _numbered(text: str) -> str:
        return re.sub("[A-Za-z]+", lambda found: NAMES.get(found[0].upper(), found[0]), text)


class MovesTheNight(Variation):
    """Fires an hour late what the clocks skip, and once what they repeat: only CMA says otherwise (SCH-021/022)."""

    revisions = QODER

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        return super().instants(local, zone)[:1] or [local.replace(tzinfo=zone).astimezone(UTC)]


class KnowsSixWeekdays(Variation):
    """Counts weekdays from 0 to 6: only CMA says that 7 is one (SCH-007)."""

    revisions = QODER
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


class RefusesLongSteps(KnowsSixWeekdays):
    """Refuses a step that leads out of its range at once: a standard cron expression need not have one (SCH-006)."""

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        base, _, step = part.partition("/")
        first, dash, last = base.partition("-")
        span = int(last) - int(first) if dash and first.isdecimal() and last.isdecimal() else high - low
        return super().is_cron_part(part, low, high) and int(step or 0) <= span
