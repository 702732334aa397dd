"""Dialects of cron taken, and members of a schedule that are missing or of another type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.problem import Problem
    from conformance.reference.records import Schedule

DIALECTS = "schedule-dialects-refused"
MISSING, NULL, WRONG = (f"schedule-member-{what}-refused" for what in ("missing", "null", "wrong-type"))
KIND, KIND_CODE, KIND_EXACT = "schedule-other-type-refused", "schedule-other-type-is-400", "schedule-type-is-exact"


# --- dialects -------------------------------------------------------------------------------------------------


class KnowsMacros(Fault):
    """Takes @yearly and its like."""

    breaks = frozenset({DIALECTS})

    def check_expression(self, text: str) -> str:
        """Write them out."""
        macros = {"@yearly": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@daily": "0 0 * * *"}
        return super().check_expression(macros.get(text, text))


class KnowsTheLastDay(Fault):
    """Takes L for the last day of a month."""

    breaks = frozenset({DIALECTS})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Ask for the field of days."""
        return (part == "L" and high == 31) or super().is_cron_part(part, low, high)


class KnowsQuestionMarks(Fault):
    """Takes ? for no particular weekday."""

    breaks = frozenset({DIALECTS})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Ask for the field of weekdays."""
        return (part == "?" and high == 7) or super().is_cron_part(part, low, high)


class KnowsSecondMondays(Fault):
    """Takes 1#2 for the second Monday."""

    breaks = frozenset({DIALECTS})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Cut the number off."""
        return super().is_cron_part(part.partition("#")[0] if high == 7 else part, low, high)


class KnowsWorkdays(Fault):
    """Takes 15W for the working day nearest to the 15th."""

    breaks = frozenset({DIALECTS})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Cut the letter off."""
        return super().is_cron_part(part.removesuffix("W") if high == 31 else part, low, high)


class ChoosesTheMinute(Fault):
    """Takes H for a minute of its own choice."""

    breaks = frozenset({DIALECTS})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Ask for the letter."""
        return part == "H" or super().is_cron_part(part, low, high)


# --- members --------------------------------------------------------------------------------------------------


class _FillsIn(Fault):
    """Fills in what a schedule lacks."""

    FILLED: frozenset[str] = frozenset()
    DEFAULTS: ClassVar[dict[str, str]] = {"type": "cron", "expression": "0 0 1 1 *", "timezone": "UTC"}

    def check_schedule(self, value: object) -> Schedule:
        """Add it."""
        if isinstance(value, dict):
            value = {key: self.DEFAULTS[key] for key in self.FILLED} | value
        return super().check_schedule(value)


class AssumesCron(_FillsIn):
    """Takes a schedule without a type for one of cron."""

    breaks = frozenset({MISSING, "update-partial-schedule"})
    FILLED = frozenset({"type"})


class AssumesUtc(_FillsIn):
    """Takes a schedule without a time zone for one in UTC."""

    breaks = frozenset({MISSING, "update-partial-schedule"})
    FILLED = frozenset({"timezone"})


class AssumesAnExpression(_FillsIn):
    """Takes a schedule without an expression for one that fires every year."""

    breaks = frozenset({MISSING, "update-partial-schedule", "update-invalid-value-is-400"})
    FILLED = frozenset({"expression"})


class TakesAnEmptySchedule(Fault):
    """Takes an empty object for no schedule."""

    breaks = frozenset({"schedule-empty-refused"})

    def create_schedule(self, value: object) -> Schedule | None:
        """Ask whether there is anything in it."""
        return None if value == {} else super().create_schedule(value)


class TakesNullForUtc(Fault):
    """Takes a time zone of null for UTC."""

    breaks = frozenset({NULL})

    def check_schedule(self, value: object) -> Schedule:
        """Replace it."""
        if isinstance(value, dict) and value.get("timezone", "") is None:
            value = {**value, "timezone": "UTC"}
        return super().check_schedule(value)


class TakesNullForCron(Fault):
    """Takes a type of null for cron."""

    breaks = frozenset({NULL})

    def check_schedule(self, value: object) -> Schedule:
        """Replace it."""
        if isinstance(value, dict) and value.get("type", "") is None:
            value = {**value, "type": "cron"}
        return super().check_schedule(value)


class IgnoresAWrongSchedule(Fault):
    """Takes a schedule that is no object for none."""

    breaks = frozenset({"schedule-wrong-type-refused"})

    def create_schedule(self, value: object) -> Schedule | None:
        """Ask for an object."""
        return super().create_schedule(value) if isinstance(value, dict) else None


class TakesNothingForNone(Fault):
    """Takes 0, false and an empty text or array for no schedule."""

    breaks = frozenset({"schedule-wrong-type-refused"})

    def create_schedule(self, value: object) -> Schedule | None:
        """Ask whether there is anything."""
        return super().create_schedule(value) if value or isinstance(value, dict) else None


class TakesAnExpressionForASchedule(Fault):
    """Takes a text for the expression of a schedule in UTC."""

    breaks = frozenset({"schedule-wrong-type-refused"})

    def create_schedule(self, value: object) -> Schedule | None:
        """Put it into an object."""
        wrapped = {"type": "cron", "expression": value, "timezone": "UTC"} if isinstance(value, str) else value
        return super().create_schedule(wrapped)


class TakesTheFirstOfAnArray(Fault):
    """Takes an array for its first element."""

    breaks = frozenset({WRONG})

    def check_schedule(self, value: object) -> Schedule:
        """Unwrap each member."""
        if isinstance(value, dict):
            value = {key: member[0] if isinstance(member, list) else member for key, member in value.items()}
        return super().check_schedule(value)


class CrashesOnNumbers(Fault):
    """Fails on a time zone that is a number."""

    wide = True
    breaks = frozenset({WRONG})

    def check_schedule_member(self, field: str, value: dict[str, Any]) -> None:
        """Look up what it has no name for."""
        if isinstance(value.get(field), int):
            raise KeyError(field)
        super().check_schedule_member(field, value)


# --- the type -------------------------------------------------------------------------------------------------


class TakesAnyTypeOfSchedule(Fault):
    """Does not look at the type of a schedule."""

    breaks = frozenset({KIND, KIND_EXACT})

    def check_schedule_kind(self, kind: object) -> None:
        """Take it."""


class TakesAnEmptyTypeOfSchedule(Fault):
    """Takes an empty type for cron."""

    breaks = frozenset({KIND})

    def check_schedule_kind(self, kind: object) -> None:
        """Ask whether there is anything."""
        super().check_schedule_kind(kind or "cron")


class IgnoresTheCaseOfTheType(Fault):
    """Takes CRON for cron."""

    breaks = frozenset({KIND_EXACT})

    def check_schedule_kind(self, kind: object) -> None:
        """Write it small."""
        super().check_schedule_kind(kind.lower() if isinstance(kind, str) else kind)


class CannotProcessOtherTypes(Fault):
    """Answers 422 to another type than cron."""

    breaks = frozenset({KIND_CODE, KIND_EXACT})

    def error_status(self, problem: Problem) -> int:
        """Say that it is understood, but wrong."""
        return 422 if problem.rule == "schedule-kind" else super().error_status(problem)


class CannotProcessBadCron(Fault):
    """Answers 422 to an expression that is not of cron."""

    wide = True
    breaks = frozenset(f"schedule-{what}-refused" for what in ("field-count", "text", "bad-range", "bad-step"))

    def error_status(self, problem: Problem) -> int:
        """Say that it is understood, but wrong."""
        return 422 if problem.rule.startswith("cron") else super().error_status(problem)
