"""Expressions read wrongly: which fires a schedule has."""

from __future__ import annotations

import re
from datetime import timedelta
from heapq import merge
from typing import TYPE_CHECKING

from conformance.reference.faults import Fault
from conformance.reference.problem import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

MINUTE, HOUR, DAY, MONTH, WEEKDAY = range(5)
ANY = "schedule-fires-any"

_WEEKDAYS = frozenset(
    {
        "schedule-fires-weekdays",
        "schedule-fires-either-day",
        "schedule-fires-by-the-zone",
        ANY,
        "schedule-fires-on-weekday-7",
    }
)
"""What fails where weekdays are counted wrongly."""


def edited(expression: str, place: int, edit: Callable[[str], str]) -> str:
    """Give an expression with one field changed."""
    fields = expression.split()
    return " ".join([*fields[:place], edit(fields[place]), *fields[place + 1 :]])


def renumbered(field: str, number: Callable[[int], int]) -> str:
    """Give a field with its values changed, but not its steps."""
    return re.sub(r"(?<![/\d])\d+", lambda found: str(number(int(found[0]))), field)


def each_range(expression: str, edit: Callable[[re.Match[str]], str]) -> str:
    """Give an expression with its ranges changed: the groups are the first value, the last one, and the step or ""."""
    return re.sub(r"(\d+)-(\d+)(?:/(\d+))?", edit, expression)


class CountsWeekdaysFromMonday(Fault):
    """Takes weekday 0 for Monday."""

    breaks = _WEEKDAYS

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Fire a day later."""
        return super().local_fires(edited(expression, WEEKDAY, lambda f: renumbered(f, lambda n: n + 1)), start)


class CountsWeekdaysFromOne(Fault):
    """Takes weekday 1 for Sunday, as Quartz does."""

    breaks = _WEEKDAYS

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Fire a day earlier."""
        shifted = edited(expression, WEEKDAY, lambda f: renumbered(f, lambda n: (n + 6) % 7 or 7))
        return super().local_fires(each_range(shifted, lambda f: f[0] if int(f[1]) <= int(f[2]) else f[2]), start)


class RefusesWeekdayZero(Fault):
    """Knows the weekdays 1 to 7 only."""

    breaks = frozenset({"schedule-fires-weekdays", ANY})
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7))


class IgnoresTheWeekday(Fault):
    """Fires on any weekday."""

    breaks = _WEEKDAYS

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Take it for a star."""
        return super().local_fires(edited(expression, WEEKDAY, lambda _: "*"), start)


class IgnoresTheWeekdayBesideADay(Fault):
    """Fires on the days of the month only, where weekdays are given too."""

    breaks = frozenset({"schedule-fires-either-day"})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Take the weekday for a star."""
        if expression.split()[DAY] == "*":
            return super().local_fires(expression, start)
        return super().local_fires(edited(expression, WEEKDAY, lambda _: "*"), start)


class CountsMonthsFromZero(Fault):
    """Takes month 1 for February, as JavaScript does."""

    wide = True
    breaks = frozenset({"schedule-fires-values", "schedule-fires-lists", "schedule-fires-across-years", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Fire a month later."""
        return super().local_fires(edited(expression, MONTH, lambda f: renumbered(f, lambda n: n % 12 + 1)), start)


class StepsCountFromZero(Fault):
    """Counts a step of days from 0, so that it fires on the 5th and not on the 1st."""

    breaks = frozenset({"schedule-fires-steps", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Begin with the step itself."""
        return super().local_fires(edited(expression, DAY, lambda f: re.sub(r"^\*/(\d+)", r"\1-31/\1", f)), start)


class AlignsStepsInRanges(Fault):
    """Counts a step in a range from the beginning of the field, not of the range."""

    breaks = frozenset({"schedule-fires-range-steps", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Keep the multiples of the step."""

        def aligned(found: re.Match[str]) -> str:
            values = range(int(found[1]), int(found[2]) + 1)
            return ",".join(str(v) for v in values if v % int(found[3] or 1) == 0) or found[0]

        return super().local_fires(each_range(expression, aligned), start)


class IgnoresStepsInRanges(Fault):
    """Fires at every value of a range that has a step."""

    breaks = frozenset({"schedule-fires-range-steps", "schedule-fires-lists", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Leave the step out."""
        return super().local_fires(each_range(expression, lambda f: f"{f[1]}-{f[2]}"), start)


class StopsBeforeTheEndOfRanges(Fault):
    """Leaves out the last value of a range."""

    wide = True
    breaks = frozenset({"schedule-fires-ranges", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """End one earlier."""

        def shorter(found: re.Match[str]) -> str:
            return f"{found[1]}-{max(int(found[1]), int(found[2]) - 1)}" + (f"/{found[3]}" if found[3] else "")

        return super().local_fires(each_range(expression, shorter), start)


class ReadsTheFirstOfAList(Fault):
    """Fires at the first item of a list only."""

    breaks = frozenset(
        {
            "schedule-fires-lists",
            "schedule-fires-weekdays",
            "schedule-fires-either-day",
            "schedule-fires-across-dst",
            "schedule-fires-across-years",
            ANY,
        }
    )

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Cut the others off."""
        return super().local_fires(re.sub(r",\S+", "", expression), start)


class ReadsRangesInListsAsValues(Fault):
    """Fires at the first value of a range that stands in a list."""

    breaks = frozenset({"schedule-fires-lists", "schedule-fires-either-day", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Cut the ranges off."""
        fields = [each_range(f, lambda found: found[1]) if "," in f else f for f in expression.split()]
        return super().local_fires(" ".join(fields), start)


class RefusesUnsortedLists(Fault):
    """Wants the values of a list in ascending order."""

    breaks = frozenset({"schedule-fires-lists", ANY})

    def check_expression(self, text: str) -> str:
        """Look at the first value of each item."""
        for field in text.split():
            values = [int(v) for v in re.findall(r"(?:^|,)(\d+)", field)]
            if values != sorted(values):
                raise invalid("cron-value", f"Invalid cron field: {field}", "schedule.expression")
        return super().check_expression(text)


class RefusesRangesOfMonths(Fault):
    """Takes no range in the field of months."""

    breaks = frozenset({"schedule-fires-ranges", ANY})

    def check_expression(self, text: str) -> str:
        """Look for a dash."""
        if "-" in (text.split() + [""] * 5)[MONTH]:
            raise invalid("cron-value", "Invalid month.", "schedule.expression")
        return super().check_expression(text)


class RefusesStepsAfterRanges(Fault):
    """Takes a step after a star only."""

    breaks = frozenset({"schedule-fires-range-steps", "schedule-fires-lists", ANY})

    def is_step(self, base: str, step: str) -> bool:
        """Ask for the star."""
        return base == "*" and super().is_step(base, step)


class TakesAStarForZero(Fault):
    """Fires at minute 0 where every minute is asked for."""

    breaks = frozenset({"schedule-fires-stars", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Put 0 in the place of the star."""
        return super().local_fires(edited(expression, MINUTE, lambda f: "0" if f == "*" else f), start)


class EndsMinutesAt58(Fault):
    """Does not know minute 59."""

    breaks = frozenset({"schedule-fires-stars", "schedule-fires-values", ANY})
    CRON_RANGES = ((0, 58), (0, 23), (1, 31), (1, 12), (0, 7))


class CountsHoursToTwelve(Fault):
    """Reads hours as those of a clock face, so that 23 is 11."""

    wide = True
    breaks = frozenset({"schedule-fires-values", "schedule-fires-lists", ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Begin again after 12."""
        return super().local_fires(edited(expression, HOUR, lambda f: renumbered(f, lambda n: n % 12)), start)


class RefusesTheLastDay(Fault):
    """Does not know day 31, as not every month has it."""

    wide = True
    breaks = frozenset({ANY})
    CRON_RANGES = ((0, 59), (0, 23), (1, 30), (1, 12), (0, 7))


class ForgetsJanuaryAfterDecember(Fault):
    """Does not get from December to January."""

    breaks = frozenset({"schedule-fires-across-years"})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Leave January out."""
        both = {"1", "12"} <= set(expression.split()[MONTH].split(","))
        return (fire for fire in super().local_fires(expression, start) if not both or fire.month != 1)


class MovesLeapDays(Fault):
    """Fires on 1 March where there is no 29 February."""

    breaks = frozenset({"schedule-fires-on-leap-days"})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Look for the day after 28 February."""
        return super().local_fires(expression.replace(" 29 2 ", " 1 3 "), start)


class RefusesLeapDays(Fault):
    """Does not take 29 February for a date."""

    breaks = frozenset({"schedule-fires-on-leap-days"})

    def check_expression(self, text: str) -> str:
        """Look into the calendar of a common year."""
        if " 29 2 " in text:
            raise invalid("cron-value", "No such date.", "schedule.expression")
        return super().check_expression(text)


class ClampsLongDays(Fault):
    """Fires on the last day of a month that is too short for day 31."""

    breaks = frozenset({ANY})

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Add the 30th of the months that end with it."""
        days, months = expression.split()[DAY].split(","), expression.split()[MONTH].split(",")
        short = {"2", "4", "6", "9", "11"} & set(months)
        clamped = super().local_fires(
            edited(edited(expression, DAY, lambda _: "28-30"), MONTH, lambda _: ",".join(short) or "1"), start
        )
        last = (fire for fire in clamped if (fire + timedelta(days=1)).day == 1)
        return merge(super().local_fires(expression, start), last if short and "31" in days else iter(()))
