"""Schedules for the cases to send: none can fire soon after `now`, and together they use all of cron and of DST."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Literal

from conformance.dst_changes import DstChange, dst_changes
from conformance.oracle import first_fire, may_fire_within, next_fires

# Two more days than the client asks for, so that a list made this morning is still good tonight.
FAR = timedelta(days=3)
DST_ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")

# {m} is a far month, from 1 to 6 so that it is also a weekday; {n} the month after it; {d} a day far in any month.
CATALOGUE = (
    ("single-values", "30 9 12 {m} *", "UTC", "one value a field"),
    ("month-start", "0 0 1 {m} *", "UTC", "the lowest value of each field"),
    ("last-minute", "59 23 28 {m} *", "UTC", "the highest minute and hour"),
    ("minute-list", "0,20,40 9 12 {m} *", "UTC", "a list of minutes"),
    ("hour-list", "0 6,12,18 12 {m} *", "UTC", "a list of hours"),
    ("day-list", "0 9 3,14,25 {m} *", "UTC", "a list of days"),
    ("month-list", "0 9 12 {m},{n} *", "UTC", "a list of months"),
    ("weekday-list", "0 9 * {m} 1,3,5", "UTC", "a list of weekdays"),
    ("unsorted-list", "40,0,20 9 12 {m} *", "UTC", "a list need not be sorted"),
    ("minute-range", "10-14 9 12 {m} *", "UTC", "a range of minutes"),
    ("hour-range", "0 9-17 12 {m} *", "UTC", "a range of hours"),
    ("day-range", "0 9 10-14 {m} *", "UTC", "a range of days"),
    ("month-range", "0 9 12 {m}-{n} *", "UTC", "a range of months"),
    ("weekday-range", "0 9 * {m} 1-5", "UTC", "a range of weekdays"),
    ("minute-step", "*/15 9 12 {m} *", "UTC", "every so many minutes"),
    ("hour-step", "0 */6 12 {m} *", "UTC", "every so many hours"),
    ("hour-step-uneven", "0 */9 12-13 {m} *", "UTC", "hours are counted anew each day"),
    ("minute-step-uneven", "*/25 8-9 12 {m} *", "UTC", "minutes are counted anew each hour"),
    ("whole-fields", "0-59 */1 7 {m} *", "UTC", "all minutes and hours, written otherwise than as a star"),
    ("overlapping-list", "10-30/10,20-50/10 9 12 {m} *", "UTC", "what two items of a list name fires once"),
    ("day-step", "0 9 */5 {m} *", "UTC", "every so many days, from the first"),
    ("weekday-range-to-saturday", "0 9 * {m} 3-6", "UTC", "a range that ends with the week"),
    ("weekday-step", "0 9 * {m} */2", "UTC", "every so many weekdays, from Sunday"),
    ("day-range-step", "0 9 1-30/7 {m} *", "UTC", "a step within a range of days"),
    ("minute-range-step", "10-50/10 9 12 {m} *", "UTC", "a step within a range that begins above 0"),
    ("hour-range-step", "0 9-21/4 12 {m} *", "UTC", "a step within a range of hours"),
    ("range-list", "58,0-1,10-30/10 9 12 {m} *", "UTC", "a value, a range and a step in one list"),
    ("sunday", "0 9 * {m} 0", "UTC", "0 is Sunday"),
    ("saturday", "0 9 * {m} 6", "UTC", "6 is Saturday"),
    ("day-or-weekday", "0 9 13 {m} 5", "UTC", "both day fields restricted: either matches"),
    ("days-or-weekdays", "0 9 1-3,20 {m} 2,4", "UTC", "both day fields restricted, with lists"),
    ("every-minute-of-an-hour", "* 3 7 {m} *", "UTC", "a star, within one hour"),
    ("every-minute-of-a-day", "* * 7 {m} *", "UTC", "stars, within one day"),
    ("half-hour-zone", "30 9 10-14 {m} *", "Asia/Kolkata", "UTC+5:30"),
    ("quarter-hour-zone", "15 9 10-14 {m} *", "Asia/Kathmandu", "UTC+5:45"),
    ("half-hour-dst-zone", "0 12 10-14 {m} *", "Australia/Lord_Howe", "UTC+10:30, or +11 in summer"),
    ("quarter-hour-dst-zone", "0 12 10-14 {m} *", "Pacific/Chatham", "UTC+12:45, or +13:45 in summer"),
    ("negative-half-hour-zone", "0 12 10-14 {m} *", "Pacific/Marquesas", "UTC-9:30"),
    ("easternmost-zone", "0 9 10-14 {m} *", "Pacific/Kiritimati", "UTC+14: the UTC date is the day before"),
    ("westernmost-zone", "0 20 10-14 {m} *", "Pacific/Pago_Pago", "UTC-11: the UTC date is the day after"),
    ("midnight-east", "30 0 10-14 {m} *", "Asia/Tokyo", "just after local midnight, UTC is on the day before"),
    ("evening-west", "30 23 10-14 {m} *", "America/Bogota", "just before local midnight, UTC is on the day after"),
    ("month-boundary", "0 1 1 {m} *", "Asia/Tokyo", "UTC is in the month before, which is not in the expression"),
    ("weekday-boundary", "0 1 * {m} 1", "Asia/Tokyo", "Monday there while it is Sunday in UTC"),
    ("leap-day", "0 0 29 2 *", "UTC", "only leap years have this day"),
)
AMBIGUOUS = (
    ("weekday-7", "0 9 * {m} 7", "UTC", "7 as Sunday"),
    ("weekday-range-to-7", "0 9 * {m} 5-7", "UTC", "a range that ends in 7"),
    ("weekday-name", "0 9 * {m} MON", "UTC", "the name of a weekday"),
    ("weekday-name-mixed-case", "0 9 * {m} Mon", "UTC", "a name in mixed case"),
    ("month-name", "0 9 {d} JAN *", "UTC", "the name of a month"),
    ("step-after-a-value", "5/15 9 12 {m} *", "UTC", "a step after a single value"),
    ("step-longer-than-its-field", "*/90 9 12 {m} *", "UTC", "a step longer than its field"),
    ("stepped-day-and-weekday", "0 9 */2 {m} 1", "UTC", "is a day field with a step restricted?"),
    ("leading-zeros", "05 09 12 {m} *", "UTC", "two digits for a number below ten"),
    ("blanks", "0  9 12 {m} *", "UTC", "two blanks between fields"),
)
CERTAINLY_INVALID = (
    ("four-fields", "0 9 {m} {m}", "a field is missing"),
    ("six-fields", "0 0 9 {m} {m} *", "a field too many"),
    ("seven-fields", "0 0 0 {m} {m} {m} *", "two fields too many"),
    ("empty", "", "nothing"),
    ("blank", " ", "only white space"),
    ("text", "not a cron expression", "words"),
    ("plain-words", "every day", "English, which some tools understand"),
    ("minute-60", "60 9 12 {m} *", "minutes end at 59"),
    ("hour-24", "0 24 12 {m} *", "hours end at 23"),
    ("day-0", "0 9 0 {m} *", "days begin at 1"),
    ("day-32", "0 9 32 {m} *", "days end at 31"),
    ("month-0", "0 9 {d} 0 *", "months begin at 1"),
    ("month-13", "0 9 {d} 13 *", "months end at 12"),
    ("weekday-8", "0 9 * {m} 8", "weekdays end at 7"),
    ("minute-in-list-60", "0,60 9 12 {m} *", "one item of a list is out of range"),
    ("hour-range-to-24", "0 20-24 12 {m} *", "a range ends out of range"),
    ("minute-range-reversed", "5-1 9 12 {m} *", "a range runs backwards"),
    ("hour-range-reversed", "0 17-9 12 {m} *", "a range runs backwards"),
    ("day-range-reversed", "0 9 20-10 {m} *", "a range runs backwards"),
    ("minute-step-0", "*/0 9 12 {m} *", "a step of nothing"),
    ("hour-step-0", "0 */0 12 {m} *", "a step of nothing"),
    ("day-range-step-0", "0 9 1-30/0 {m} *", "a step of nothing"),
    ("step-missing", "*/ 9 12 {m} *", "a slash without a step"),
    ("step-twice", "*/5/2 9 12 {m} *", "two steps"),
    ("negative-minute", "-1 9 12 {m} *", "a negative number"),
    ("negative-step", "*/-5 9 12 {m} *", "a negative step"),
    ("decimal-minute", "1.5 9 12 {m} *", "a fraction"),
    ("empty-list-item", "1,,2 9 12 {m} *", "a list with a hole"),
    ("trailing-comma", "1, 9 12 {m} *", "a list that ends in a comma"),
    ("double-range", "1-5-9 9 12 {m} *", "a range with three ends"),
    ("open-range", "5- 9 12 {m} *", "a range without an end"),
    ("letter", "x 9 12 {m} *", "a letter"),
    ("unknown-name", "0 9 * {m} FOO", "no weekday is called so"),
    (
        "non-ascii-digits",
        "\N{ARABIC-INDIC DIGIT THREE}\N{ARABIC-INDIC DIGIT ZERO} 9 12 {m} *",
        "digits of another script",
    ),
)
EXTENDED = (
    ("macro-daily", "@daily", "a macro"),
    ("macro-yearly", "@yearly", "a macro"),
    ("last-day", "0 9 L {m} *", "L: the last day of the month"),
    ("nearest-workday", "0 9 15W {m} *", "W: the nearest working day"),
    ("last-workday", "0 9 LW {m} *", "LW: the last working day"),
    ("last-friday", "0 9 * {m} 5L", "L: the last Friday of the month"),
    ("second-monday", "0 9 * {m} 1#2", "#: the second Monday"),
    ("question-mark-day", "0 9 ? {m} 1", "?: no particular day"),
    ("question-mark-weekday", "0 9 12 {m} ?", "?: no particular weekday"),
    ("seconds-field", "*/30 0 9 {m} {m} *", "a field of seconds in front"),
    ("year-field", "0 9 {m} {m} {m} 2099", "a field of years at the end"),
    ("hashed-minute", "H 9 12 {m} *", "H: a minute of the server's choice"),
    ("random-minute", "0~30 9 12 {m} *", "~: a random minute"),
)


@dataclass(frozen=True, slots=True)
class FarSchedule:
    """A valid schedule; `may_fire` tells that today it is near, so that only a loopback target may be sent it."""

    name: str
    expression: str
    zone: str
    why: str
    may_fire: bool = False


@dataclass(frozen=True, slots=True)
class InvalidSchedule:
    """An expression to be refused: `certain` by any cron of five fields, `extended` where it is someone's dialect."""

    name: str
    expression: str
    group: Literal["certain", "extended"]
    why: str
    zone: str = "UTC"
    may_fire: bool = False


def far_month(now: datetime) -> int:
    """Return the month, from 1 to 6, that is farthest from `now` (aware): at least three months either way."""
    this = _today(now).month
    return max(range(1, 7), key=lambda month: min((month - this) % 12, (this - month) % 12))


def far_day(now: datetime) -> int:
    """Return a day of the month that, in whatever month, is at least a week ahead of `now` (aware)."""
    return 22 if _today(now).day <= 14 else 8


def catalogue(now: datetime) -> list[FarSchedule]:
    """Return the schedules to be judged: all lawful readings agree on their next five fires after `now` (aware)."""
    rows = [_far(now, *row) for row in CATALOGUE]
    for zone in DST_ZONES:
        name = zone.split("/")[1].lower().replace("_", "-")
        rows += [
            _far(now, f"dst-spring-{name}", _around_change(now, zone, forward=True), zone, "the clock goes forward"),
            _far(now, f"dst-autumn-{name}", _around_change(now, zone, forward=False), zone, "the clock goes back"),
            _far(now, f"dst-seasons-{name}", "0 12 {d} 1,4,7,10 *", zone, "noon in all seasons"),
        ]
    wrap = _first_far(now, "0 12 1,31 1,12 *", "0 12 15 1,12 *")
    odd = _first_far(now, "30 9 31 */2 *", _fill(now, "30 9 {d} */2 *"))
    return [
        *rows,
        _far(now, "year-wrap", wrap, "UTC", "from December into January"),
        _far(now, "month-step", odd, "UTC", "every so many months, from January; two of them have no 31st"),
    ]


def ambiguous_catalogue(now: datetime) -> list[FarSchedule]:
    """Return valid schedules that lawful servers read differently, or refuse: to be observed, not judged."""
    rows = [_far(now, *row) for row in AMBIGUOUS]
    impossible = _first_far(now, "0 0 30 2 *", "0 0 31 9 *")
    return [
        *rows,
        _at_change(now, "dst-gap", "{minute} {hour} {day} {month} *", forward=True),
        _at_change(now, "dst-gap-night", "*/30 {first}-{last} {day} {month} *", forward=True),
        _at_change(now, "dst-overlap", "{minute} {hour} {day} {month} *", forward=False),
        _at_change(now, "dst-overlap-night", "*/30 {first}-{last} {day} {month} *", forward=False),
        _far(now, "impossible-date", impossible, "UTC", "a day that no month has"),
    ]


def invalid_catalogue(now: datetime) -> list[InvalidSchedule]:
    """Return the expressions to be refused; if a lax server runs one all the same, it is not soon after `now`."""
    certain = [_invalid(now, name, text, "certain", why) for name, text, why in CERTAINLY_INVALID]
    return certain + [_invalid(now, name, text, "extended", why) for name, text, why in EXTENDED]


def _today(now: datetime) -> datetime:
    """Return the beginning of the UTC day, so that all workers of a run choose alike."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _fill(now: datetime, template: str) -> str:
    month = far_month(now)
    return template.format(m=month, n=month + 1, d=far_day(now))


def _near(now: datetime, expression: str) -> bool:
    return may_fire_within(expression, "UTC", _today(now), FAR)


def _far(now: datetime, name: str, template: str, zone: str, why: str) -> FarSchedule:
    expression = _fill(now, template)
    return FarSchedule(name, expression, zone, why, _near(now, expression))


def _invalid(
    now: datetime, name: str, template: str, group: Literal["certain", "extended"], why: str
) -> InvalidSchedule:
    expression = _fill(now, template)
    return InvalidSchedule(name, expression, group, why, may_fire=_near(now, expression))


def _first_far(now: datetime, *expressions: str) -> str:
    return next(expression for expression in expressions if not _near(now, expression))


@lru_cache(maxsize=64)
def _next_change(today: datetime, zone: str, *, forward: bool) -> tuple[DstChange, datetime]:
    """Return the next change in this direction, and the wall time (naive) at which the clock is turned."""
    change = next(change for change in dst_changes(zone, today, 2) if change.forward is forward)
    return change, (change.instant + change.before).replace(tzinfo=None)


def _around_change(now: datetime, zone: str, *, forward: bool) -> str:
    """Return a schedule with fires on both sides of the next change, on its day unless that is too near."""
    change, turn = _next_change(_today(now), zone, forward=forward)
    on_the_day = f"30 0,12,14,16,18 {turn.day} {turn.month} *"
    fires = next_fires(on_the_day, zone, _today(now))
    crosses = fires[0] < change.instant < fires[1]  # not if an earlier year has that date first
    return on_the_day if crosses and not _near(now, on_the_day) else "30 12 {d} 1,4,7,10 *"


def _at_change(now: datetime, name: str, template: str, *, forward: bool) -> FarSchedule:
    """Return a schedule by a wall time that the next far change skips or repeats, or by all from an hour before it."""
    why = f"a wall time that the zone {'skips' if forward else 'repeats'}"
    for zone in DST_ZONES:
        change, turn = _next_change(_today(now), zone, forward=forward)
        wall = turn + timedelta(minutes=30 if forward else -30)
        expression = template.format(
            minute=wall.minute,
            hour=wall.hour,
            day=wall.day,
            month=wall.month,
            first=turn.hour - 1,
            last=turn.hour + forward,
        )
        noon = first_fire(f"0 12 {wall.day} {wall.month} *", zone, _today(now))
        if noon and abs(noon - change.instant) < timedelta(days=1) and not _near(now, expression):
            return _far(now, name, expression, zone, why)
    raise LookupError(f"expected one of {DST_ZONES} to change its clock on a far day, got none after {now}")
