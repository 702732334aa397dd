"""Right expressions in the wrong zone, and fires announced wrongly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from croniter import croniter

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.records import Deployment, Schedule

ANY, IN_ZONE, ODD, DST = (f"schedule-fires-{what}" for what in ("any", "by-the-zone", "odd-offsets", "across-dst"))
GET, LIST, OWN = (f"schedule-upcoming-{what}" for what in ("in-get", "in-list", "is-its-own"))
UPDATE = "update-schedule-recomputes-runs"


def offset_at(zone: ZoneInfo, moment: datetime) -> timedelta:
    """Tell how far a zone is from UTC at a moment."""
    return moment.astimezone(zone).utcoffset() or timedelta()


# --- zones ----------------------------------------------------------------------------------------------------


class IgnoresTheZone(Fault):
    """Reads every expression by the clock of UTC."""

    wide = True
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, UPDATE})

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

    breaks = frozenset({ODD, GET, LIST, ANY, UPDATE})

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
        """Look for the time on any day, and keep the days that match in UTC."""
        minute, hour, *days = expression.split()
        if timezone == "UTC":
            return super().fires(expression, timezone, after)
        daily = super().fires(f"{minute} {hour} * * *", timezone, after)
        return (fire for fire in daily if croniter.match(" ".join(["* *", *days]), fire))


class ReadsTheZoneBackwards(Fault):
    """Adds the offset of a zone where it has to be subtracted."""

    wide = True
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, UPDATE})

    def instants(self, local: datetime, zone: ZoneInfo) -> list[datetime]:
        """Go the wrong way."""
        return [(local + offset_at(zone, local.replace(tzinfo=zone))).replace(tzinfo=UTC)]


# --- how fires are written ------------------------------------------------------------------------------------


class _WritesFires(Fault):
    """Writes the announced fires in a way of its own."""

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Write each fire."""
        zone = ZoneInfo(deployment.schedule.timezone if deployment.schedule else "UTC")
        return [self.write_fire(fire, zone) for fire in self.upcoming_of(deployment)]

    def write_fire(self, fire: datetime, _zone: ZoneInfo) -> str:
        """Write one fire."""
        return self.render_time(fire)


class WritesLocalTimesWithZ(_WritesFires):
    """Writes the wall time of the zone and calls it UTC."""

    wide = True
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, UPDATE})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Write the wall time."""
        return self.render_time(fire.astimezone(zone))


class WritesOffsets(_WritesFires):
    """Writes fires with the offset of their zone."""

    breaks = frozenset({"schedule-upcoming-in-utc", "object-shape", UPDATE})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Write the offset."""
        return fire.astimezone(zone).isoformat()


class WritesFiresWithoutZ(_WritesFires):
    """Writes fires without saying that they are in UTC."""

    breaks = frozenset({"schedule-upcoming-in-utc", "object-shape", UPDATE})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Leave the Z out."""
        return super().write_fire(fire, zone).removesuffix("Z")


class KeepsTheSeconds(_WritesFires):
    """Announces fires at some second of their minute."""

    breaks = frozenset({"schedule-upcoming-whole-minutes", UPDATE})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Add seconds."""
        return super().write_fire(fire + timedelta(seconds=17), zone)


# --- which fires are announced --------------------------------------------------------------------------------


class AnnouncesSixFires(Fault):
    """Announces six fires."""

    breaks = frozenset({"schedule-upcoming-at-most-five", "object-shape"})
    UPCOMING_COUNT = 6


class AnnouncesFourFires(Fault):
    """Announces four fires."""

    breaks = frozenset({"schedule-upcoming-five"})
    UPCOMING_COUNT = 4


class AnnouncesTheNextYearOnly(Fault):
    """Announces the fires within a year."""

    breaks = frozenset({"schedule-upcoming-five", "schedule-fires-on-leap-days"})

    def upcoming(self, schedule: Schedule) -> list[datetime]:
        """Leave out what is later."""
        end = self.now() + timedelta(days=366)
        return [fire for fire in super().upcoming(schedule) if fire < end]


class SkipsTheNextFire(Fault):
    """Announces the fires after the next one."""

    wide = True
    breaks = frozenset({"schedule-fires-values", "schedule-fires-lists", "schedule-fires-across-dst", ANY, GET, LIST})

    def next_fires(self, expression: str, timezone: str, after: datetime, count: int) -> list[datetime]:
        """Leave out the first."""
        return list(islice(self.fires(expression, timezone, after), 1, count + 1))


class LooksBackAYear(Fault):
    """Announces fires of the last year as well."""

    wide = True
    breaks = frozenset({"schedule-upcoming-future", UPDATE})

    def upcoming_from(self, now: datetime) -> datetime:
        """Begin long ago."""
        return now - timedelta(days=400)


class LooksBackAnHour(Fault):
    """Announces fires from the beginning of the hour on."""

    breaks = frozenset({"schedule-upcoming-future"})

    def upcoming_from(self, now: datetime) -> datetime:
        """Begin earlier."""
        return now - timedelta(minutes=70)


class LooksBackTwoMinutes(Fault):
    """Announces a fire that has just passed."""

    breaks = frozenset({"schedule-upcoming-future"})

    def upcoming_from(self, now: datetime) -> datetime:
        """Begin a little earlier."""
        return now - timedelta(minutes=2)


class AnnouncesTheLatestFirst(Fault):
    """Announces the fires in descending order."""

    breaks = frozenset({"schedule-upcoming-ascending", UPDATE})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Turn them round."""
        return super().render_upcoming(deployment)[::-1]


class RepeatsTheNextFire(Fault):
    """Announces the next fire twice."""

    breaks = frozenset({"schedule-upcoming-ascending", UPDATE})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Write the first one again."""
        fires = super().render_upcoming(deployment)
        return [*fires[:1], *fires[:-1]]


class AnnouncesNothingInLists(Fault):
    """Leaves the announced fires out of the elements of a list."""

    breaks = frozenset({LIST})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Spare the work."""
        return [] if self.operation == "list" else super().render_upcoming(deployment)


class ForgetsTheZoneOnRead(Fault):
    """Announces the right fires when a deployment is made, and those of UTC when it is read."""

    breaks = frozenset({GET, LIST, OWN, UPDATE})

    def upcoming(self, schedule: Schedule) -> list[datetime]:
        """Take the zone for UTC."""
        zone = "UTC" if self.operation in {"get", "list"} else schedule.timezone
        return self.next_fires(schedule.expression, zone, self.now(), self.UPCOMING_COUNT)


class CachesFiresByExpression(Fault):
    """Keeps the fires of an expression for the next schedule that has it, in whatever zone."""

    wide = True
    breaks = frozenset({OWN, ODD, DST})

    def next_fires(self, expression: str, timezone: str, after: datetime, count: int) -> list[datetime]:
        """Ask for each expression once."""
        cache: dict[Any, Any] = self.upcoming_cache
        if expression not in cache:
            cache[expression] = super().next_fires(expression, timezone, after, count)
        return list(cache[expression])
