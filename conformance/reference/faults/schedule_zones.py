"""Time zones taken that have to be refused, and fires reckoned in the wrong zone or offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = "schedule-timezone-names"
ZONE = "schedule-unknown-timezone-refused"
ANY, IN_ZONE, ODD, DST = (f"schedule-fires-{what}" for what in ("any", "by-the-zone", "odd-offsets", "across-dst"))
GET, LIST, OWN = (f"schedule-upcoming-{what}" for what in ("in-get", "in-list", "is-its-own"))
AFTER, ADDED = "schedule-upcoming-after-update", "schedule-upcoming-when-added"
OTHERS, PAUSED = "update-of-others-keeps-runs", "update-schedule-replaces-runs-when-paused"


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    """Tell how far a zone is from UTC at a moment."""
    return moment.astimezone(zone).utcoffset() or timedelta()


# --- offsets --------------------------------------------------------------------------------------------------


class IgnoresTheZone(Fault):
    """Reads every expression by the clock of UTC."""

    wide = True
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, AFTER, ADDED, OTHERS, PAUSED})

    def fires(self, expression: str, _timezone: str, after: datetime) -> Iterator[datetime]:
        """Look at UTC."""
        return super().fires(expression, "UTC", after)


class UsesTheOffsetOfToday(Fault):
    """Takes the present offset of a zone for all times."""

    wide = True
    breaks = frozenset({DST, ANY})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Subtract the offset of now."""
        return [(local - offset_at(zone, self.now())).replace(tzinfo=UTC)]


class UsesTheOffsetOfWinter(Fault):
    """Knows nothing of daylight saving time."""

    wide = True
    breaks = frozenset({DST, ANY})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Subtract the smaller offset of the year."""
        offsets = [offset_at(zone, datetime(local.year, month, 1, tzinfo=UTC)) for month in (1, 7)]
        return [(local - min(offsets)).replace(tzinfo=UTC)]


class UsesTheOffsetOfTheFirstFire(Fault):
    """Turns the first fire into UTC, and counts on from there by the UTC clock."""

    wide = True
    breaks = frozenset({DST, ANY})

    def fires(self, expression: str, timezone: str, after: datetime) -> Iterator[datetime]:
        """Keep the offset of the first fire."""
        zone, kept = ZoneInfo(timezone), None
        for fire in super().fires(expression, timezone, after):
            kept = kept or offset_at(zone, fire)
            yield fire + offset_at(zone, fire) - kept


class RoundsOffsets(Fault):
    """Takes a zone for whole hours from UTC."""

    breaks = frozenset({ODD, GET, LIST, ANY, PAUSED, "update-schedule-replaces-runs-in-lists"})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Drop the minutes of the offset."""
        minutes = timedelta(seconds=offset_at(zone, local.replace(tzinfo=zone)).seconds % 3600)
        return [instant + minutes for instant in super().instants(local, zone)]


class LosesTheSignOfMinutes(Fault):
    """Reads -09:30 as nine hours back and half an hour forth."""

    breaks = frozenset({ODD, ANY})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Add the minutes that were to be subtracted."""
        offset = offset_at(zone, local.replace(tzinfo=zone))
        minutes = timedelta(seconds=(-offset).seconds % 3600 if offset < timedelta() else 0)
        return [instant - 2 * minutes for instant in super().instants(local, zone)]


class LooksUpDatesInUtc(Fault):
    """Reads the time of day by the clock of the zone, but the date by UTC's."""

    wide = True
    breaks = frozenset({IN_ZONE, OWN, GET, LIST})

    def fires(self, expression: str, timezone: str, after: datetime) -> Iterator[datetime]:
        """Look for the time of day within each day of UTC that matches."""
        minute, hour, *days = expression.split()
        for day in self.local_fires(" ".join(["0 0", *days]), after.replace(tzinfo=None) - timedelta(days=1)):
            begin = day.replace(tzinfo=UTC)
            for time in super().fires(f"{minute} {hour} * * *", timezone, begin - timedelta(minutes=1)):
                if time >= begin + timedelta(days=1):
                    break
                yield from [time] if time > after else []


class ReadsTheZoneBackwards(Fault):
    """Adds the offset of a zone where it has to be subtracted."""

    wide = True
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, AFTER, ADDED, OTHERS, PAUSED})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Go the wrong way."""
        return [(local + offset_at(zone, local.replace(tzinfo=zone))).replace(tzinfo=UTC)]


class ReadsEtcAsEverybodyWould(Fault):
    """Takes Etc/GMT+8 for eight hours east, which it is not."""

    breaks = frozenset({NAMES})

    def fires(self, expression: str, timezone: str, after: datetime) -> Iterator[datetime]:
        """Turn the sign round."""
        return super().fires(expression, timezone.replace("GMT+", "GMT-"), after)


# --- names taken ------------------------------------------------------------------------------------------------


class TakesAnyZone(Fault):
    """Takes any time zone, and reads what it does not know as UTC."""

    breaks = frozenset({ZONE})

    def check_timezone(self, name: str) -> str:
        """Keep it."""
        return name

    def fires(self, expression: str, timezone: str, after: datetime) -> Iterator[datetime]:
        """Look it up when it is needed."""
        try:
            known = super().check_timezone(timezone)
        except Problem:
            known = "UTC"
        return super().fires(expression, known, after)


class TakesOffsetsForZones(Fault):
    """Takes GMT+8 for a time zone."""

    breaks = frozenset({ZONE})

    def check_timezone(self, name: str) -> str:
        """Write it as the database does."""
        return super().check_timezone({"GMT+8": "Etc/GMT-8", "UTC+8": "Etc/GMT-8"}.get(name, name))


class TakesAnEmptyZone(Fault):
    """Takes an empty time zone for UTC."""

    breaks = frozenset({ZONE})

    def check_timezone(self, name: str) -> str:
        """Fill it in."""
        return super().check_timezone(name or "UTC")


class TakesItsOwnZone(Fault):
    """Takes Local for the zone of the machine."""

    breaks = frozenset({ZONE})

    def check_timezone(self, name: str) -> str:
        """Ask the machine."""
        return super().check_timezone("UTC" if name == "Local" else name)


class DoesNotFindZones(Fault):
    """Answers 404 to an unknown time zone."""

    breaks = frozenset({ZONE})

    def error_status(self, problem: Problem) -> int:
        """Say that it does not exist."""
        return 404 if problem.rule == "timezone" else super().error_status(problem)


class WantsAreaAndCity(Fault):
    """Takes names of two parts only, and of letters."""

    breaks = frozenset({NAMES})

    def check_timezone(self, name: str) -> str:
        """Look at the form."""
        fine = name == "UTC" or re.fullmatch(r"[A-Z][a-z]+/[A-Z][A-Za-z_]+", name)
        return super().check_timezone(name if fine else "")
