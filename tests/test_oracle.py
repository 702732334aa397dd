"""The oracle against a scan of every minute that was written without it, and what it says of known cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby, islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.oracle import (
    BadExpression,
    UnknownZone,
    ambiguities,
    certain,
    earliest_lenient_fire,
    first_fire,
    matches,
    next_fires,
)

WINDOW = timedelta(days=21)
WINDOWS = (
    ("UTC", date(2028, 2, 15)),
    ("Europe/Berlin", date(2026, 3, 20)),
    ("Europe/Berlin", date(2026, 10, 15)),
    ("Europe/London", date(2040, 3, 18)),
    ("America/New_York", date(2027, 3, 5)),
    ("America/New_York", date(2026, 10, 25)),
    ("Australia/Sydney", date(2026, 9, 25)),
    ("Australia/Sydney", date(2027, 3, 28)),
    ("Australia/Lord_Howe", date(2026, 9, 25)),  # forward by half an hour
    ("Australia/Lord_Howe", date(2027, 3, 28)),
    ("Pacific/Chatham", date(2026, 9, 20)),
    ("Pacific/Chatham", date(2027, 3, 28)),
    ("Asia/Kolkata", date(2028, 2, 20)),
    ("Asia/Kathmandu", date(2026, 12, 20)),
    ("America/Havana", date(2026, 10, 25)),  # back at 01:00 to midnight
    ("Asia/Beirut", date(2026, 10, 20)),  # back at midnight into the day before
    ("America/St_Johns", date(2011, 10, 28)),  # back at 00:01 into the day before
    ("Antarctica/Troll", date(2026, 10, 15)),  # by two hours
    ("Antarctica/Casey", date(2010, 2, 25)),  # by three hours
    ("Pacific/Apia", date(2011, 12, 20)),  # the whole of 30 December is skipped
    ("Pacific/Kiritimati", date(2099, 12, 20)),
    ("Pacific/Pago_Pago", date(2096, 2, 20)),
)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


@dataclass(frozen=True)
class Scan:
    """Each minute of a window, as the zone shows it: runs of one local date, in the order of time."""

    runs: list[tuple[date, list[datetime]]]
    changes: list[int]


@cache
def scan(zone: str, start: date) -> Scan:
    """Convert each minute of the window from UTC, which asks nothing of gaps and folds."""
    first, clock = datetime(start.year, start.month, start.day, tzinfo=UTC), ZoneInfo(zone)
    local = [(first + timedelta(minutes=m)).astimezone(clock) for m in range(WINDOW // timedelta(minutes=1))]
    offsets = [moment.utcoffset() for moment in local]
    changes = [m for m in range(1, len(local)) if offsets[m] != offsets[m - 1]]
    return Scan([(day, list(run)) for day, run in groupby(local, key=datetime.date)], changes or [len(local) // 2])


def naive_values(text: str, low: int, high: int) -> set[int]:
    """Read one field in the plainest way."""
    values: set[int] = set()
    for term in text.split(","):
        base, _, step = term.partition("/")
        first, _, last = (f"{low}-{high}" if base == "*" else base).partition("-")
        values |= set(range(int(first), int(last or first) + 1, int(step or 1)))
    return values


def naive_day(expression: str, day: date) -> bool:
    """Tell by the words of POSIX whether a day is matched."""
    fields = expression.split()
    dom, month, dow = (naive_values(fields[i], *RANGES[i]) for i in (2, 3, 4))
    by_dom, by_dow = day.day in dom, (day.weekday() + 1) % 7 in dow
    either = fields[2] != "*" and fields[4] != "*"
    return day.month in month and (by_dom or by_dow if either else by_dom and by_dow)


def naive_match(expression: str, local: datetime) -> bool:
    """Tell whether a wall time is matched."""
    minutes, hours = (naive_values(expression.split()[i], *RANGES[i]) for i in (0, 1))
    return local.minute in minutes and local.hour in hours and naive_day(expression, local.date())


def scanned_fires(expression: str, window: Scan, after: datetime) -> Iterator[datetime]:
    """Yield the fires that the scan sees."""
    minutes, hours = (naive_values(expression.split()[i], *RANGES[i]) for i in (0, 1))
    for _, run in (found for found in window.runs if naive_day(expression, found[0])):
        for moment in run:
            if moment.hour in hours and moment.minute in minutes and moment.astimezone(UTC) > after:
                yield moment.astimezone(UTC)


def terms(low: int, high: int) -> st.SearchStrategy[str]:
    """Return values, ranges and ranges with a step."""
    value = st.integers(low, high)
    ends = st.tuples(value, value).map(sorted)
    step = st.one_of(st.just(""), st.integers(1, high).map("/{}".format))
    return st.one_of(value.map(str), st.builds("{0[0]}-{0[1]}{1}".format, ends, step))


def fields(low: int, high: int, *often: str) -> st.SearchStrategy[str]:
    """Return a whole field; `often` are spellings that make it likely to fire in the window."""
    lists = st.lists(terms(low, high), min_size=1, max_size=2).map(",".join)
    return st.one_of(st.just("*"), st.sampled_from([*often, "*/2"]), lists)


EXPRESSIONS = st.tuples(
    fields(0, 59, "0", "30", "*/15"),
    fields(0, 23, "0", "1", "2", "3", "0-3", "23"),
    fields(1, 31, "*", "29"),
    fields(1, 12, "*", "1-12"),
    fields(0, 6, "*", "0"),
).map(" ".join)


@st.composite
def places(draw: st.DrawFn) -> tuple[str, Scan, datetime]:
    """Return a zone, its scan and an instant in it, as often as not close to a change of the clock."""
    zone, start = draw(st.sampled_from(WINDOWS))
    window = scan(zone, start)
    near_change = st.sampled_from(window.changes).flatmap(lambda m: st.integers(m - 200, m + 200))
    minute = draw(st.one_of(near_change, st.integers(0, 19 * 1440)))
    instant = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(minutes=minute)
    return zone, window, instant + timedelta(seconds=draw(st.sampled_from([0, 0, 1, 59])))


def test_it_agrees_with_a_scan_of_every_minute() -> None:
    """Compare fires, matches and guard on thousands of triples of expression, zone and instant."""
    seen: list[int] = []

    @settings(max_examples=3200, derandomize=True, deadline=None, database=None)
    @given(expression=EXPRESSIONS, place=places())
    def compare(expression: str, place: tuple[str, Scan, datetime]) -> None:
        zone, window, after = place
        end = window.runs[-1][1][-1]
        expected = list(islice(scanned_fires(expression, window, after), 5))
        fires = next_fires(expression, zone, after)
        local = after.astimezone(ZoneInfo(zone))
        earliest = earliest_lenient_fire(expression, zone, after)
        seen.append(len(expected))

        assert [fire for fire in fires if fire <= end] == expected
        assert matches(expression, zone, after) == naive_match(expression, local)
        assert not fires or (earliest is not None and after <= earliest <= fires[0])

    compare()

    assert len(seen) >= 3000
    assert sum(count == 5 for count in seen) > 1000


def instant(text: str) -> datetime:
    """Read an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "zone", "after", "fires"),
    [
        ("30 2 29 3 *", "Europe/Berlin", "2026-03-01", ["2027-03-29T00:30"]),  # 02:30 is skipped in 2026
        ("30 2 25 10 *", "Europe/Berlin", "2026-10-01", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("30 2 25 10 *", "Europe/Berlin", "2026-10-25T00:30", ["2026-10-25T01:30", "2027-10-25T00:30"]),
        ("0 0 29 2 *", "UTC", "2096-03-01", ["2104-02-29", "2108-02-29"]),
        ("0 0 30 2 *", "UTC", "2026-01-01", []),
        ("0 0 30 12 *", "Pacific/Apia", "2011-12-01", ["2012-12-29T10:00"]),
        ("0 9 13 2 5", "UTC", "2026-02-01", ["2026-02-06T09:00", "2026-02-13T09:00", "2026-02-20T09:00"]),
        ("0 9 * * sun", "UTC", "2026-11-22T09:00", ["2026-11-29T09:00"]),
        ("0 9 * * 7", "UTC", "2026-11-22T08:59:59", ["2026-11-22T09:00"]),
        ("0 9 * JAN-feb 5-7/2", "UTC", "2026-12-30", ["2027-01-01T09:00", "2027-01-03T09:00"]),
        ("50/5 9 1 1 *", "UTC", "2026-12-30", ["2027-01-01T09:50", "2027-01-01T09:55", "2028-01-01T09:50"]),
        ("5-5/2 9 1 1 *", "UTC", "2026-12-30", ["2027-01-01T09:05", "2028-01-01T09:05"]),
        ("15 9 1 1 *", "Asia/Kathmandu", "2026-12-30", ["2027-01-01T03:30"]),
    ],
)
def test_known_fires(expression: str, zone: str, after: str, fires: list[str]) -> None:
    """It knows gaps, overlaps, leap years, either day field, names and steps."""
    found = next_fires(expression, zone, instant(after), max(1, len(fires)))

    assert found == [instant(fire) for fire in fires]
    assert first_fire(expression, zone, instant(after)) == next(iter(found), None)


BAD = (
    "* * * *|* * * * * *||every day|60 * * * *|* 24 * * *|* * 0 * *|* * 32 * *|* * * 0 *|* * * 13 *|* * * * 8|"
    "5-1 * * * *|*/0 * * * *|-1 * * * *|1.5 * * * *|1,,2 * * * *|1, * * * *|1-5-9 * * * *|*/5/2 * * * *|"
    "*/ * * * *|5- * * * *|@daily|* * L * *|* * LW * *|* * 15W * *|* * * * 5L|* * * * 1#2|* * ? * *|H * * * *|"
    "* * * FOO *|MON * * * *|\u0663 * * * *|* * * * \u017fun|* * * * *\n|*\u00a0* * * *|99999 * * * *|0x1 * * * *|"
    "+1 * * * *"
)


@pytest.mark.parametrize("expression", BAD.split("|"))
def test_bad_expressions_are_refused(expression: str) -> None:
    """What is not five fields of cron raises, with the field or the count in the message."""
    with pytest.raises(BadExpression, match=r"expected five fields|bad \w+ field"):
        next_fires(expression, "UTC", instant("2026-01-01"))


@pytest.mark.parametrize("zone", ["Mars/Base", "", "GMT+8", "America", "../etc/passwd", "UTC\0", "/etc/localtime"])
def test_unknown_zones_are_refused(zone: str) -> None:
    """What is not in the IANA database raises."""
    with pytest.raises(UnknownZone, match="expected an IANA time zone"):
        next_fires("* * * * *", zone, instant("2026-01-01"))


def test_a_naive_instant_is_refused() -> None:
    """An instant without an offset is a mistake of the caller."""
    with pytest.raises(ValueError, match="aware"):
        next_fires("* * * * *", "UTC", datetime(2026, 1, 1))  # noqa: DTZ001 - that it is naive is the point


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("0 9 * * MON", "names"),
        ("0 9 * jan *", "names"),
        ("0 9 * * 7", "7 as Sunday"),
        ("0 9 * * 5-7", "7 as Sunday"),
        ("5/15 * * * *", "a step after a single value"),
        ("*/90 * * * *", "a step longer than its field"),
        ("0 9 * * */7", "a step longer than its field"),
        ("0 9 1-2/7 * *", "a step longer than its field"),
        ("05 9 * * *", "leading zeros"),
        ("*,5 9 * * *", "a star within a list"),
        ("0  9 * * *", "blanks"),
        (" 0 9 * * *", "blanks"),
        ("0 9 */2 * 1", "a day field that is nearly a star"),
        ("0 9 1-31 * 1", "a day field that is nearly a star"),
        ("0 9 1 * 0-6", "a day field that is nearly a star"),
    ],
)
def test_ambiguities_are_told(expression: str, reason: str) -> None:
    """What families of cron read differently is never certain."""
    assert ambiguities(expression) == (reason,)
    assert not certain(expression, "UTC", instant("2026-01-01"))


@pytest.mark.parametrize(
    ("expression", "zone", "after", "expected"),
    [
        ("0 9 */2 * *", "UTC", "2026-01-01", True),
        ("0,20-40/10 9 13 * 5", "UTC", "2026-01-01", True),
        ("*/7 9 * * */2", "UTC", "2026-01-01", True),
        ("0 0 30 2 *", "UTC", "2026-01-01", False),
        ("30 2 * * *", "Europe/Berlin", "2026-03-20", True),  # five fires, all before the gap
        ("30 2 * * *", "Europe/Berlin", "2026-03-25", False),
        ("30 2 * * *", "Europe/Berlin", "2026-03-29T01:10", False),  # a server may catch up the skipped 02:30 at 03:30
        ("30 2 * * *", "Europe/Berlin", "2026-03-30", True),
        ("30 2 * * *", "Europe/Berlin", "2026-10-22", False),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45", False),  # the first of the two is past
        ("30 12 * * *", "Europe/Berlin", "2026-10-22", True),
    ],
)
def test_certain_only_where_all_readings_agree(expression: str, zone: str, after: str, *, expected: bool) -> None:
    """Skipped and repeated wall times make fires uncertain, the days around them do not."""
    assert certain(expression, zone, instant(after)) is expected
