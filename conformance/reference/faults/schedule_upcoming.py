"""Fires written wrongly, too many or too few of them, and those of the past."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment, Schedule

ANY, IN_ZONE, ODD, DST = (f"schedule-fires-{what}" for what in ("any", "by-the-zone", "odd-offsets", "across-dst"))
GET, LIST, OWN = (f"schedule-upcoming-{what}" for what in ("in-get", "in-list", "is-its-own"))
AFTER, ADDED = "schedule-upcoming-after-update", "schedule-upcoming-when-added"
OTHERS, PAUSED = "update-of-others-keeps-runs", "update-schedule-replaces-runs-when-paused"


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
    breaks = frozenset({IN_ZONE, ODD, DST, GET, LIST, OWN, ANY, AFTER, ADDED, OTHERS, PAUSED})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Write the wall time."""
        return self.render_time(fire.astimezone(zone))


class WritesOffsets(_WritesFires):
    """Writes fires with the offset of their zone."""

    breaks = frozenset({"schedule-upcoming-in-utc", "object-shape"})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Write the offset."""
        return fire.astimezone(zone).isoformat()


class WritesFiresWithoutZ(_WritesFires):
    """Writes fires without saying that they are in UTC."""

    breaks = frozenset({"schedule-upcoming-in-utc", "object-shape"})

    def write_fire(self, fire: datetime, zone: ZoneInfo) -> str:
        """Leave the Z out."""
        return super().write_fire(fire, zone).removesuffix("Z")


class KeepsTheSeconds(_WritesFires):
    """Announces fires at some second of their minute."""

    breaks = frozenset({"schedule-upcoming-whole-minutes"})

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

    revisions = QODER
    breaks = frozenset({"schedule-upcoming-five"})
    UPCOMING_COUNT = 4


class AnnouncesTheNextYearOnly(Fault):
    """Announces the fires within a year."""

    breaks = frozenset({"schedule-upcoming-five", "schedule-fires-on-leap-days", "schedule-fires-skip-the-gap"})

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
    breaks = frozenset({"schedule-upcoming-future"})

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

    breaks = frozenset({"schedule-upcoming-ascending"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Turn them round."""
        return super().render_upcoming(deployment)[::-1]


class RepeatsTheNextFire(Fault):
    """Announces the next fire twice."""

    breaks = frozenset({"schedule-upcoming-ascending"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Write the first one again."""
        fires = super().render_upcoming(deployment)
        return [*fires[:1], *fires[:-1]]


class AnnouncesNothingInLists(Fault):
    """Leaves the announced fires out of the elements of a list."""

    breaks = frozenset({LIST, "update-schedule-replaces-runs-in-lists"})

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Spare the work."""
        return [] if self.operation == "list" else super().render_upcoming(deployment)


class ForgetsTheZoneOnRead(Fault):
    """Announces the right fires when a deployment is made, and those of UTC when it is read."""

    breaks = frozenset({GET, LIST, OWN, AFTER, ADDED, OTHERS, PAUSED, "update-schedule-replaces-runs-in-lists"})

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


class KeepsFiresOnUpdate(Fault):
    """Goes on announcing the fires that a deployment had first."""

    breaks = frozenset({AFTER, PAUSED, "update-schedule-replaces-runs-in-lists"})

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Remember them."""
        cache: dict[Any, Any] = self.upcoming_cache
        fires = super().upcoming_of(deployment)
        return list(cache.setdefault(deployment.id, fires)) if fires else fires


class RecomputesForExpressionsOnly(Fault):
    """Goes on announcing the fires that a deployment had, where the zone alone is new."""

    breaks = frozenset({AFTER})

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Compare the expressions."""
        new, old = super().update_schedule(stored, value), stored.schedule
        if new and old and new.expression == old.expression:
            self.upcoming_cache[new] = (self.now(), self.upcoming(old))
        return new


class AnnouncesNoAddedSchedules(Fault):
    """Announces no fires where a deployment was made without a schedule."""

    breaks = frozenset({ADDED})

    def create_schedule(self, value: object) -> Schedule | None:
        """Note it by the name."""
        cache: dict[Any, Any] = self.upcoming_cache
        if value is None:
            cache[self.call.body["name"]] = "made without"
        return super().create_schedule(value)

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Look whether it was noted."""
        cache: dict[Any, Any] = self.upcoming_cache
        return [] if deployment.name in cache else super().upcoming_of(deployment)
