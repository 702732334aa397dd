"""Schedules kept or shown otherwise than they were sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import invalid
from conformance.reference.records import Schedule

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

OMITTED, NULL = "schedule-omitted-is-null", "schedule-null-is-accepted"
EXPRESSION, TIMEZONE = "schedule-expression-echoes", "schedule-timezone-echoes"
OWN_FIELDS, LAST_RUN = "schedule-own-fields-ignored", "schedule-last-run-absent-at-first"


# --- one or none ----------------------------------------------------------------------------------------------


class ShowsNoScheduleAsEmpty(Fault):
    """Shows an empty object where there is no schedule."""

    wide = True
    breaks = frozenset({OMITTED, NULL, "object-shape"})

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Write an object."""
        return super().render_schedule(deployment) or {}


class SchedulesEverything(Fault):
    """Gives a yearly schedule to a deployment that is made without one."""

    wide = True
    breaks = frozenset({OMITTED, NULL})

    def create_schedule(self, value: object) -> Schedule | None:
        """Make one up."""
        return super().create_schedule(value) or Schedule("0 0 1 1 *", "UTC")


class RefusesANullSchedule(Fault):
    """Refuses a create with a schedule of null."""

    breaks = frozenset({NULL})

    def create_schedule(self, value: object) -> Schedule | None:
        """Tell null from nothing."""
        if value is None and "schedule" in self.call.body:
            raise invalid("schedule-type", "schedule must be an object.", "schedule")
        return super().create_schedule(value)


class RefusesUtc(Fault):
    """Wants a time zone of the form Area/City."""

    wide = True
    breaks = frozenset({"schedule-utc-is-accepted"})

    def check_timezone(self, name: str) -> str:
        """Ask for the slash."""
        return super().check_timezone(name if "/" in name else "")


# --- what was sent comes back ---------------------------------------------------------------------------------


class _Rewrites(Fault):
    """Shows expression and time zone otherwise than they were sent."""

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Write them anew."""
        shown = super().render_schedule(deployment)
        return shown and self.rewritten(shown)

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Give the schedule as it is shown."""
        return shown


class SortsLists(_Rewrites):
    """Shows the lists of an expression in order."""

    breaks = frozenset({EXPRESSION})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Sort them."""
        fields = [",".join(sorted(f.split(","))) for f in shown["expression"].split()]
        return shown | {"expression": " ".join(fields)}


class WritesQuartersOut(_Rewrites):
    """Shows every quarter of an hour as a list."""

    breaks = frozenset({EXPRESSION})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Write the values out."""
        return shown | {"expression": shown["expression"].replace("*/15 ", "0,15,30,45 ")}


class WritesSundayAsSeven(_Rewrites):
    """Shows weekday 0 as 7."""

    breaks = frozenset({EXPRESSION})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Replace it."""
        return shown | {"expression": re.sub(r" 0$", " 7", shown["expression"])}


class AddsSecondsOnRead(_Rewrites):
    """Shows an expression of six fields in what is read."""

    wide = True
    breaks = frozenset({EXPRESSION})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Put the seconds in front."""
        return shown | {"expression": f"0 {shown['expression']}"} if self.operation == "get" else shown


class ReplacesAliases(_Rewrites):
    """Shows a time zone by the name that stands in its newest table."""

    breaks = frozenset({TIMEZONE})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Look the name up."""
        return shown | {"timezone": {"Asia/Calcutta": "Asia/Kolkata"}.get(shown["timezone"], shown["timezone"])}


class ShowsUtcAsEtcUtc(_Rewrites):
    """Shows UTC by its longer name."""

    wide = True
    breaks = frozenset({TIMEZONE})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Replace it."""
        return shown | {"timezone": {"UTC": "Etc/UTC"}.get(shown["timezone"], shown["timezone"])}


class ForgetsTheZoneItShows(_Rewrites):
    """Says that every schedule is in UTC."""

    wide = True
    breaks = frozenset({TIMEZONE})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Say so."""
        return shown | {"timezone": "UTC"}


# --- what the service says itself -----------------------------------------------------------------------------


class SetsLastRunAtCreation(Fault):
    """Takes the making of a deployment for a run."""

    breaks = frozenset({LAST_RUN})

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell when it was made."""
        return super().last_run_at(deployment) or deployment.created_at


class WritesNoLastRunAsText(_Rewrites):
    """Writes an empty text where there was no run."""

    wide = True
    breaks = frozenset({LAST_RUN, "object-shape"})

    def rewritten(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Fill the gap."""
        return shown | {"last_run_at": shown.get("last_run_at") or ""}


class TakesLastRunAsSent(Fault):
    """Believes the last run that a schedule is sent with."""

    revisions = QODER
    breaks = frozenset({OWN_FIELDS})
    believed: ClassVar[dict[Schedule, str]] = {}

    def check_schedule(self, value: object) -> Schedule:
        """Keep it."""
        schedule = super().check_schedule(value)
        if isinstance(value, dict) and isinstance(value.get("last_run_at"), str):
            self.believed[schedule] = value["last_run_at"]
        return schedule

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell what was sent."""
        sent = self.believed.get(deployment.schedule) if deployment.schedule else None
        return datetime.fromisoformat(sent) if sent else super().last_run_at(deployment)


class TakesFiresAsSent(Fault):
    """Announces the fires that a schedule is sent with when it is updated."""

    revisions = QODER
    breaks = frozenset({OWN_FIELDS})

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Put them where the announced ones are kept."""
        schedule = super().update_schedule(stored, value)
        if schedule and isinstance(value, dict) and value.get("upcoming_runs_at"):
            fires = [datetime.fromisoformat(fire) for fire in value["upcoming_runs_at"]]
            self.upcoming_cache[schedule] = (self.now(), fires)
        return schedule
