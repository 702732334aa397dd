"""The schedule of a deployment: how it is read, and which fires it announces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.cron import CronRules
from conformance.reference.envelope import EnvelopeRules
from conformance.reference.problem import invalid
from conformance.reference.records import Deployment, Schedule

if TYPE_CHECKING:
    from datetime import datetime


class ScheduleRules(CronRules, EnvelopeRules):
    """A schedule is of type cron, complete, and announces its next five fires."""

    UPCOMING_COUNT = 5
    SCHEDULE_FIELDS = ("type", "expression", "timezone")

    def check_schedule(self, value: object) -> Schedule:
        """Refuse a schedule that is incomplete or does not make sense."""
        if not isinstance(value, dict):
            raise invalid("schedule-type", "schedule must be an object.", "schedule")
        for field in self.SCHEDULE_FIELDS:
            self.check_schedule_member(field, value)
        self.check_schedule_kind(value.get("type"))
        expression, timezone = value.get("expression", ""), value.get("timezone", "UTC")
        return Schedule(self.check_expression(expression), self.check_timezone(timezone))

    def check_schedule_member(self, field: str, value: dict[str, Any]) -> None:
        """Refuse a schedule that lacks a member or has it in another type than string."""
        if value.get(field) is None:
            raise invalid("schedule-missing", f"Missing required field: schedule.{field}", f"schedule.{field}")
        if not isinstance(value[field], str):
            raise invalid("schedule-member", f"schedule.{field} must be a string.", f"schedule.{field}")

    def check_schedule_kind(self, kind: object) -> None:
        """Refuse any type of schedule but cron."""
        if kind != "cron":
            raise invalid("schedule-kind", "schedule.type must be cron.", "schedule.type")

    def upcoming(self, schedule: Schedule) -> list[datetime]:
        """Give the next fires from now on; they are kept until the first of them has passed."""
        now = self.now()
        made_at, fires = self.upcoming_cache.get(schedule, (None, []))
        if made_at is None or now < made_at or (fires and fires[0] <= now):
            fires = self.next_fires(
                schedule.expression, schedule.timezone, self.upcoming_from(now), self.UPCOMING_COUNT
            )
            self.upcoming_cache[schedule] = (now, fires)
        return fires

    def upcoming_from(self, now: datetime) -> datetime:
        """Tell from which instant on fires are announced."""
        return now

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Give the fires that a deployment announces: none once it is archived."""
        if deployment.schedule is None or deployment.archived_at is not None:
            return []
        return self.upcoming(deployment.schedule)

    def render_upcoming(self, deployment: Deployment) -> list[str]:
        """Write the announced fires."""
        return [self.render_time(instant) for instant in self.upcoming_of(deployment)]

    def render_schedule(self, deployment: Deployment) -> dict[str, Any] | None:
        """Write the schedule of a deployment; null where it is run by hand only."""
        schedule = deployment.schedule
        if schedule is None:
            return None
        rendered: dict[str, Any] = {
            "expression": schedule.expression,
            "timezone": schedule.timezone,
            "type": "cron",
            "upcoming_runs_at": self.render_upcoming(deployment),
        }
        last = self.last_run_at(deployment)
        if last is not None:
            rendered["last_run_at"] = self.render_time(last)
        return rendered

    def last_run_at(self, deployment: Deployment) -> datetime | None:
        """Tell when a deployment last ran, however it was triggered; skipped runs did not run."""
        runs = self.account.runs_of.get(deployment.id, ())
        return next((run.created_at for run in reversed(runs) if run.outcome != "skipped"), None)
