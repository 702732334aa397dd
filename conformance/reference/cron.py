"""Cron expressions: which are accepted, and when they fire by the wall clock of a zone."""

from __future__ import annotations

import functools
import heapq
import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

from conformance.reference.problem import invalid
from conformance.reference.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

# "localtime" is a link of the machine, not a zone of the database.
_NOT_ZONES = frozenset({"localtime"})
_LONGEST_OVERLAP = timedelta(hours=3)
_RANGE = re.compile(r"\b([0-9]+)-([0-9]+)(?:/[0-9]+)?")
_NUMBER = re.compile(r"[0-9]{1,2}")


@functools.cache
def _known_zones() -> frozenset[str]:
    """Name all time zones; reading the database takes long enough to do it once."""
    return frozenset(zoneinfo.available_timezones()) - _NOT_ZONES


def _plain(expression: str) -> str:
    """Write a range of one value as that value: croniter takes `7-7` for the whole field."""
    return _RANGE.sub(lambda found: found[1] if int(found[1]) == int(found[2]) else found[0], expression)


class CronRules(State):
    """Five numeric fields of lists, ranges and steps, matched against the wall clock."""

    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    DAY_OR = True

    def check_expression(self, text: str) -> str:
        """Refuse what is not a cron expression of five fields."""
        fields = self.split_expression(text)
        if len(fields) != len(self.CRON_RANGES):
            raise invalid("cron-fields", "A cron expression has five fields.", "schedule.expression")
        for field, (low, high) in zip(fields, self.CRON_RANGES, strict=True):
            if not all(self.is_cron_part(part, low, high) for part in field.split(",")):
                raise invalid("cron-value", f"Invalid cron field: {field}", "schedule.expression")
        return text

    def split_expression(self, text: str) -> list[str]:
        """Cut an expression into its fields."""
        return [field for field in re.split(r"[ \t]+", text) if field]

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Tell whether one element of a list is a value, or `*` or a range, perhaps with a step."""
        base, slash, step = part.partition("/")
        if slash and not self.is_step(base, step):
            return False
        if base == "*":
            return True
        first, dash, last = base.partition("-")
        if not dash:
            return self.is_cron_value(first, low, high)
        return self.is_cron_range(first, last, low, high)

    def is_step(self, base: str, step: str) -> bool:
        """Tell whether a step is a positive number behind `*` or a range."""
        return (base == "*" or "-" in base) and _NUMBER.fullmatch(step) is not None and int(step) > 0

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Tell whether a range has two ends in the right order."""
        ends = all(self.is_cron_value(end, low, high) for end in (first, last))
        return ends and int(first) <= int(last)

    def is_cron_value(self, text: str, low: int, high: int) -> bool:
        """Tell whether a number lies within its field."""
        return _NUMBER.fullmatch(text) is not None and low <= int(text) <= high

    def check_timezone(self, name: str) -> str:
        """Refuse what is not a zone of the IANA database."""
        if name not in _known_zones():
            raise invalid("timezone", "Unknown time zone.", "schedule.timezone")
        return name

    def next_fires(self, expression: str, timezone: str, after: datetime, count: int) -> list[datetime]:
        """Give the first instants in UTC, later than `after`, at which the wall clock shows what is asked for."""
        return list(islice(self.fires(expression, timezone, after), count))

    def fires(self, expression: str, timezone: str, after: datetime) -> Iterator[datetime]:
        """Give all instants in order; those of a repeated hour wait until the hour's first turn is through."""
        zone = ZoneInfo(timezone)
        waiting: list[datetime] = []
        for local in self.local_fires(expression, self.local_start(after, zone)):
            instants = self.instants(local, zone)
            while instants and waiting and waiting[0] < instants[0]:
                yield heapq.heappop(waiting)
            for instant in instants:
                if instant > after:
                    heapq.heappush(waiting, instant)
        yield from sorted(waiting)

    def local_start(self, after: datetime, zone: ZoneInfo) -> datetime:
        """Tell from which wall time on to look: in the first turn of a repeated hour, from before that hour."""
        local = after.astimezone(zone).replace(tzinfo=None)
        return local - _LONGEST_OVERLAP if len(self.instants(local, zone)) > 1 else local

    def local_fires(self, expression: str, start: datetime) -> Iterator[datetime]:
        """Give the matching wall times after `start`; none for a date that does not exist."""
        try:
            times = croniter(_plain(expression), start, ret_type=datetime, day_or=self.DAY_OR)
            while True:
                yield times.get_next(datetime)
        except (CroniterError, OverflowError):
            # No further date in the calendar: the same as having no more fires.
            return

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Give the instants at which a zone's clocks show a time: one, none in a gap, two in a repeated hour."""
        found = []
        for fold in (0, 1):
            instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if instant not in found and instant.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0):
                found.append(instant)
        return found
