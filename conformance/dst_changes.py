"""When a time zone changes its offset, as daylight saving time begins and ends."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from conformance.oracle import find_zone

MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)  # no zone changes twice within a week
WEEKS_AHEAD = 3 * 53


@dataclass(frozen=True, slots=True)
class DstChange:
    """The instant (UTC) from which a zone has another offset."""

    instant: datetime
    before: timedelta
    after: timedelta

    @property
    def forward(self) -> bool:
        """Tell whether the clock goes forward, as in spring."""
        return self.after > self.before


def dst_changes(zone: str, after: datetime, count: int) -> list[DstChange]:
    """Return the next `count` changes of a zone's offset after `after` (aware), fewer if three years bring no more.

    Raises:
        UnknownZone: the zone is not in the IANA database.
    """
    return list(islice(_changes(find_zone(zone), after.astimezone(UTC)), count))


def _changes(clock: ZoneInfo, after: datetime) -> Iterator[DstChange]:
    weeks = (after + week * WEEK for week in range(WEEKS_AHEAD))
    for (start, before), (_, later) in pairwise((week, _offset(week, clock)) for week in weeks):
        if before != later:
            yield DstChange(_first_instant(start, later, clock), before, later)


def _first_instant(start: datetime, offset: timedelta, clock: ZoneInfo) -> datetime:
    """Return the first full minute of the week after `start` at which the zone has this offset."""
    first = start.replace(second=0, microsecond=0)
    changed = bisect_left(range(WEEK // MINUTE), 1, key=lambda m: int(_offset(first + m * MINUTE, clock) == offset))
    return first + changed * MINUTE


def _offset(instant: datetime, clock: ZoneInfo) -> timedelta:
    return instant.astimezone(clock).utcoffset() or timedelta()
