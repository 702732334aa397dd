"""What a cron expression allows: five fields read by cronsim's field parser, strictly, without any time zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from operator import gt

from cronsim.cronsim import CronSimError, Field

YEARS_AHEAD = 30  # the longest wait between two leap days is eight years, from 2096 to 2104
FIELDS = (Field.MINUTE, Field.HOUR, Field.DAY, Field.MONTH, Field.DOW)
LONGEST_STEP = (59, 23, 31, 12, 6)
TERM = re.compile(r"(?P<base>\*|(?:[0-9]{1,4}|[A-Z]{3})(?P<range>-(?:[0-9]{1,4}|[A-Z]{3}))?)(?:/(?P<step>[0-9]{1,4}))?")
EVERY_DAY = frozenset(range(1, 32))
EVERY_WEEKDAY = frozenset(range(7))


class BadExpression(ValueError):
    """An expression that is not five fields of cron."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What an expression allows, field by field; a weekday is 0 (Sunday) to 6."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def falls_on(self, day: date) -> bool:
        """Tell whether it fires on this day, at some time."""
        if day.month not in self.months:
            return False
        in_days, in_weekdays = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (in_days or in_weekdays) if self.either_day else (in_days and in_weekdays)

    def dates_from(self, start: date) -> Iterator[date]:
        """Yield the days on which it fires, in order, for thirty years."""
        day, end = start, date(min(start.year + YEARS_AHEAD, 9998), 12, 31)
        while day <= end:
            if day.month not in self.months:
                day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
                continue
            if self.falls_on(day):
                yield day
            day += timedelta(days=1)

    def walls_from(self, start: datetime) -> Iterator[datetime]:
        """Yield the wall times (naive) at which it fires, in order, whether or not a zone has them."""
        for day in self.dates_from(start.date()):
            for hour, minute in product(self.hours, self.minutes):
                wall = datetime.combine(day, time(hour, minute))
                if wall >= start:
                    yield wall


@lru_cache(maxsize=4096)
def parse(expression: str) -> Schedule:
    """Return what a five-field expression allows, or raise BadExpression."""
    fields = re.split("[ \t]+", expression.strip(" \t").upper())
    if len(fields) != 5 or not expression.isascii():
        raise BadExpression(f"expected five fields of ASCII text, got {expression!r}")
    minutes, hours, days, months, weekdays = map(_values, FIELDS, fields)
    sunday_is_zero = frozenset(weekday % 7 for weekday in weekdays)
    both_restricted = fields[2] != "*" and fields[4] != "*"
    return Schedule(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, sunday_is_zero, both_restricted)


def ambiguities(expression: str) -> tuple[str, ...]:
    """Return what families of cron read differently, or refuse, in a valid expression; raises BadExpression."""
    schedule, text = parse(expression), expression.upper()
    fields = text.split()
    found = {
        "names": bool(re.search("[A-Z]", text)),
        "7 as Sunday": bool(re.search("(?<![0-9/])0*7(?![0-9])", fields[4])),
        "a step after a single value": bool(re.search("(?<![0-9A-Z*-])[0-9A-Z]+/", text)),
        "a step longer than its field": any(map(_overlong, fields, LONGEST_STEP)),
        "leading zeros": bool(re.search("(?<![0-9])0[0-9]", text)),
        "a star within a list": any("," in field and "*" in field for field in fields),
        "blanks": text != " ".join(fields),
        "a day field that is nearly a star": schedule.either_day and _nearly_star(schedule, fields),
    }
    return tuple(reason for reason, holds in found.items() if holds)


def _values(field: Field, text: str) -> frozenset[int]:
    return frozenset(value for term in text.split(",") for value in _term(field, term))


def _term(field: Field, text: str) -> list[int]:
    """Return the values of one term; cronsim reads the base, but not the step: it takes 5-5/2 for 5-59/2."""
    found = TERM.fullmatch(text)
    if not found or (found["step"] and int(found["step"]) == 0):
        raise BadExpression(f"bad {field.name.lower()} field: {text!r}")
    values = _base(field, found["base"])
    if found["step"] and not found["range"] and found["base"] != "*":
        values = list(range(values[0], max(_base(field, "*")) + 1))
    return values[:: int(found["step"] or 1)]


def _base(field: Field, text: str) -> list[int]:
    try:
        return sorted(value for value in field.parse(text) if isinstance(value, int))
    except CronSimError as error:
        raise BadExpression(f"bad {field.name.lower()} field: {text!r}") from error


def _overlong(field: str, longest: int) -> bool:
    """Tell whether a step leads out of what it steps through, be that a range or all of the field."""
    steps = [int(step) for step in re.findall("/([0-9]+)", field)]
    spans = [int(last) - int(first) for first, last in re.findall("([0-9]+)-([0-9]+)/", field)]
    within = [int(step) for step in re.findall("[0-9]+-[0-9]+/([0-9]+)", field)]
    return any(step > longest for step in steps) or any(map(gt, within, spans))


def _nearly_star(schedule: Schedule, fields: list[str]) -> bool:
    """Tell whether a day field counts as restricted by POSIX alone: `*/2`, or all values written out."""
    return "*" in fields[2] + fields[4] or schedule.days == EVERY_DAY or schedule.weekdays == EVERY_WEEKDAY
