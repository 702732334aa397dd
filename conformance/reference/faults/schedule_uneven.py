"""Faults in steps that do not divide their field, in lists whose items overlap, and in stars written otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from conformance.reference.records import Schedule

_STEPS, _ORDER, _ECHO = "schedule-fires-steps", "schedule-upcoming-ascending", "schedule-expression-echoes"
_STEP = re.compile(r"\*/([0-9]+)")


class _RunsOn(Fault):
    """Counts a step on where its field begins anew."""

    PLACE: int

    def count(self, local: datetime) -> int:
        """Tell what is counted."""
        raise NotImplementedError(local)

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Take every so many of all."""
        fields = expression.split()
        step = _STEP.fullmatch(fields[self.PLACE])
        if step is None:
            return super().local_fires(expression, start)
        fields[self.PLACE] = "*"
        every, fires = int(step[1]), super().local_fires(" ".join(fields), start)
        return (local for local in fires if self.count(local) % every == 0)


class CountsHoursOn(_RunsOn):
    """Fires every so many hours, across midnight."""

    breaks = frozenset({_STEPS, "schedule-fires-any"})
    PLACE = 1

    def count(self, local: datetime) -> int:
        """Count the hours."""
        return local.toordinal() * 24 + local.hour


class CountsMinutesOn(_RunsOn):
    """Fires every so many minutes, across the hour."""

    breaks = frozenset({_STEPS, "schedule-fires-any"})
    PLACE = 0

    def count(self, local: datetime) -> int:
        """Count the minutes of the day."""
        return local.hour * 60 + local.minute


class FiresForEachItem(Fault):
    """Announces a fire once for each item of a list of minutes that names it."""

    breaks = frozenset({_ORDER})

    def upcoming(self, schedule: Schedule) -> list[datetime]:
        """Repeat it."""
        named = [minute for part in schedule.expression.split()[0].split(",") for minute in _minutes(part)]
        fires = super().upcoming(schedule)
        return [fire for fire in fires for _ in range(max(1, named.count(fire.minute)))][: self.UPCOMING_COUNT]


def _minutes(part: str) -> range:
    """Give the minutes that an item names, but for those of a star."""
    base, _, step = part.partition("/")
    first, _, last = base.partition("-")
    return range(0) if first == "*" else range(int(first), int(last or first) + 1, int(step or 1))


class CollapsesWholeRanges(Fault):
    """Shows a range of all minutes as a star."""

    breaks = frozenset({_ECHO})

    def check_expression(self, text: str) -> str:
        """Write it shorter."""
        return re.sub(r"^0-59\b", "*", super().check_expression(text))


class DropsStepsOfOne(Fault):
    """Shows a step of one as a star."""

    breaks = frozenset({_ECHO})

    def check_expression(self, text: str) -> str:
        """Write it shorter."""
        return re.sub(r"\*/1\b", "*", super().check_expression(text))
