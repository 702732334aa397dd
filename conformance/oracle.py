"""When a cron expression fires: five fields matched literally against the wall clock of an IANA zone."""

import heapq
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from conformance.cron_expression import EVERY_DAY, EVERY_WEEKDAY, BadExpression, Schedule, ambiguities, parse

__all__ = [
    "BadExpression",
    "UnknownZone",
    "ambiguities",
    "certain",
    "earliest_lenient_fire",
    "find_zone",
    "first_fire",
    "matches",
    "may_fire_within",
    "next_fires",
]

LONGEST_SHIFT = timedelta(hours=3)  # no zone has moved its clock by more at once since 1970, but for skipped days
ZONE_MARGIN = timedelta(hours=26)  # from UTC-12 to UTC+14: a server may take the time zone for any other
CARRY_MARGIN = timedelta(days=4)  # "0 99 1 6 *" may be carried over into 5 June

LEAP_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTH_ENDS = frozenset({1, 2, 3, 28, 29, 30, 31})  # where a day that its month lacks is cut or carried to
MACROS = {"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0"}


class UnknownZone(ValueError):
    """A time zone that the IANA database does not have."""


def next_fires(expression: str, zone: str, after: datetime, count: int = 5) -> list[datetime]:
    """Return the next `count` instants at which `expression` fires in `zone`.

    They are in UTC, ascending and strictly later than `after`, which is aware; fewer if thirty years bring no more.
    A wall time that the zone skips does not fire, one that it repeats fires twice.

    Raises:
        BadExpression: the expression is not five fields of cron.
        UnknownZone: the zone is not in the IANA database.
        ValueError: `after` is naive.
    """
    fires = _instants(parse(expression), find_zone(zone), _utc(after))
    return list(islice(fires, count))


def first_fire(expression: str, zone: str, after: datetime) -> datetime | None:
    """Return the first of `next_fires`, or None if thirty years bring none; raises as that does."""
    return next(iter(next_fires(expression, zone, after, 1)), None)


def matches(expression: str, zone: str, instant: datetime) -> bool:
    """Tell whether the wall clock of `zone` matches `expression` in the minute of `instant`; raises as above."""
    schedule, wall = parse(expression), _utc(instant).astimezone(find_zone(zone))
    return wall.minute in schedule.minutes and wall.hour in schedule.hours and schedule.falls_on(wall.date())


def certain(expression: str, zone: str, after: datetime, count: int = 5) -> bool:
    """Tell whether every lawful reading agrees on `next_fires` of the same arguments; raises as that does.

    They do not agree where `ambiguities` has something to say, where there are no fires (an impossible date), and
    where one of the wall times up to the last fire is skipped or repeated by the zone.
    """
    fires = next_fires(expression, zone, after, count)
    return bool(fires) and not ambiguities(expression) and _all_occur_once(expression, zone, after, fires[-1])


def earliest_lenient_fire(expression: str, zone: str, after: datetime) -> datetime | None:
    """Return a time before which no server fires, however leniently it reads the expression.

    It is `after` itself (in UTC) where that cannot be excluded, and None for text that gives nothing to fire.
    Only the days count: the hour is taken for any, and `zone` for any other, because a lax server may ignore it.
    """
    del zone
    now = _utc(after)
    days = [_first_day(reading, now - margin) for reading, margin in _lenient_readings(expression)]
    starts = [datetime.combine(day, time(), UTC) - ZONE_MARGIN for day in days if day]
    return max(now, min(starts)) if starts else None


def may_fire_within(expression: str, zone: str, now: datetime, within: timedelta) -> bool:
    """Tell whether some server might fire between `now` (aware) and `now + within`; True when unsure."""
    earliest = earliest_lenient_fire(expression, zone, now)
    return earliest is not None and earliest <= now + within


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo:
    """Return an IANA zone, or raise UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # a folder of the database is an OSError
        raise UnknownZone(f"expected an IANA time zone, got {name!r}") from error


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"expected an aware datetime, got {instant!r}")
    return instant.astimezone(UTC)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _instants(schedule: Schedule, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the fires in order: a repeated wall time waits on a heap until no other can come before it."""
    tomorrow = after + timedelta(days=1)
    turned_back = _local(tomorrow, zone) - timedelta(days=1)  # earlier than now if the clock goes back until then
    waiting: list[datetime] = []
    for wall in schedule.walls_from(min(_local(after, zone), turned_back)):
        first, last = _occurrences(wall, zone)
        while waiting and waiting[0] < min(first, last):
            yield heapq.heappop(waiting)
        for instant in {first, last} if first <= last else ():
            if instant > after:
                heapq.heappush(waiting, instant)
    yield from sorted(waiting)


def _occurrences(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a clock shows `wall`; it never does if the last comes first."""
    first, last = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, last


def _all_occur_once(expression: str, zone: str, after: datetime, until: datetime) -> bool:
    clock = find_zone(zone)
    for wall in parse(expression).walls_from(_local(after, clock) - LONGEST_SHIFT):
        first, last = _occurrences(wall, clock)
        if min(first, last) > until:
            break
        if first != last:
            return False
    return True


@lru_cache(maxsize=4096)
def _lenient_readings(expression: str) -> tuple[tuple[Schedule, timedelta], ...]:
    """Return what a server may take the expression for, and how much later than its day each may fire."""
    text = MACROS.get(expression.strip().lower(), expression)
    strict = _possible(text)
    if strict:
        return ((strict, ZONE_MARGIN),)
    return tuple((_lenient(*fields), ZONE_MARGIN + CARRY_MARGIN) for fields in _lenient_fields(text))


def _possible(expression: str) -> Schedule | None:
    """Return what is allowed by a valid expression that some day matches: 30 February may become another day."""
    try:
        schedule = parse(expression)
    except BadExpression:
        return None
    return schedule if _first_day(schedule, LEAP_YEAR) else None


def _lenient_fields(text: str) -> Iterator[list[str]]:
    fields = text.split()
    if "@" in text or len(fields) > 7:
        yield ["*", "*", "*"]
    elif re.search(r"[\d*?]", text):  # mere words cannot be run
        missing = ["*"] * (5 - len(fields))
        yield (fields + missing)[2:5]
        yield (missing + fields)[2:5] if len(fields) <= 5 else fields[3:6]


def _lenient(day: str, month: str, weekday: str) -> Schedule:
    any_weekday = weekday in {"*", "?"}
    days = _lenient_days(day) if any_weekday else EVERY_DAY
    return Schedule((0,), (0,), days, _lenient_months(month), EVERY_WEEKDAY, either_day=False)


def _first_day(schedule: Schedule, after: datetime) -> date | None:
    return next(schedule.dates_from(after.date()), None)


def _lenient_days(text: str) -> frozenset[int]:
    numbers = _lenient_numbers(text, 31)
    lacking = any(not 1 <= number <= 28 for number in numbers)
    return frozenset(number % 31 or 31 for number in numbers) | (MONTH_ENDS if lacking else frozenset())


def _lenient_months(text: str) -> frozenset[int]:
    """Return the months a field may mean: in or out of range, counted from 1 or from 0, a day before or after."""
    for number, name in enumerate(MONTH_NAMES, 1):
        text = text.upper().replace(name, str(number))
    numbers = [near for number in _lenient_numbers(text, 12) for near in (number, max(1, min(number, 12)))]
    return frozenset((near + step - 1) % 12 + 1 for near in numbers for step in (-1, 0, 1))


def _lenient_numbers(text: str, longest: int) -> list[int]:
    """Return the numbers of a field, or all up to `longest` where it is not a list of numbers and rising ranges."""
    numbers: list[int] = []
    for term in filter(None, text.split(",")):
        found = re.fullmatch(r"-?(\d{1,2})(?:[-.](\d{1,2}))?", term)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, longest)
        numbers += range(first, last + 1) if first <= last else range(1, longest + 1)
    return numbers or list(range(1, longest + 1))
