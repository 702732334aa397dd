"""Expressions taken that have to be refused."""

from __future__ import annotations

from conformance.reference.faults import Fault

COUNT, TEXT, VALUE, RANGE, STEP, LIST = (
    f"schedule-{what}-refused"
    for what in ("field-count", "text", "value-out-of-range", "bad-range", "bad-step", "bad-list")
)
DIALECTS = "schedule-dialects-refused"
UPDATE = "update-invalid-cron-is-400"


# --- the number of fields -------------------------------------------------------------------------------------


class TakesSeconds(Fault):
    """Takes a sixth field, in front, for seconds."""

    breaks = frozenset({COUNT, DIALECTS, UPDATE})

    def check_expression(self, text: str) -> str:
        """Look at the last five fields only."""
        fields = self.split_expression(text)
        super().check_expression(" ".join(fields[1:] if len(fields) == 6 else fields))
        return text


class TakesYears(Fault):
    """Takes a sixth field, at the end, for years."""

    breaks = frozenset({COUNT, DIALECTS, UPDATE})

    def check_expression(self, text: str) -> str:
        """Look at the first five fields only."""
        fields = self.split_expression(text)
        super().check_expression(" ".join(fields[:5] if len(fields) == 6 else fields))
        return text


class FillsUpFields(Fault):
    """Takes a field that is missing for a star."""

    breaks = frozenset({COUNT, UPDATE})

    def check_expression(self, text: str) -> str:
        """Add stars."""
        super().check_expression(f"{text} *" if len(self.split_expression(text)) == 4 else text)
        return text


class TakesAnEmptyExpression(Fault):
    """Takes an empty expression, which then never fires."""

    breaks = frozenset({COUNT, UPDATE})

    def check_expression(self, text: str) -> str:
        """Look at what is not empty."""
        return super().check_expression(text) if text else text


class TakesAnyFiveFields(Fault):
    """Looks at the number of fields, and not at what they hold."""

    wide = True
    breaks = frozenset({TEXT, VALUE, RANGE, STEP, LIST, DIALECTS, UPDATE})

    def is_cron_part(self, _part: str, _low: int, _high: int) -> bool:
        """Take it."""
        return True


# --- values ---------------------------------------------------------------------------------------------------


class TakesMinute60(Fault):
    """Counts minutes from 0 to 60."""

    breaks = frozenset({VALUE, UPDATE})
    CRON_RANGES = ((0, 60), (0, 23), (1, 31), (1, 12), (0, 7))


class TakesHour24(Fault):
    """Takes 24 for midnight."""

    breaks = frozenset({VALUE, UPDATE})
    CRON_RANGES = ((0, 59), (0, 24), (1, 31), (1, 12), (0, 7))


class TakesDay0(Fault):
    """Counts days from 0."""

    breaks = frozenset({VALUE, UPDATE})
    CRON_RANGES = ((0, 59), (0, 23), (0, 31), (1, 12), (0, 7))


class TakesDay32(Fault):
    """Counts days to 32."""

    breaks = frozenset({VALUE})
    CRON_RANGES = ((0, 59), (0, 23), (1, 32), (1, 12), (0, 7))


class TakesMonth0(Fault):
    """Counts months from 0."""

    breaks = frozenset({VALUE})
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (0, 12), (0, 7))


class TakesMonth13(Fault):
    """Counts months to 13."""

    breaks = frozenset({VALUE, UPDATE})
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 13), (0, 7))


class TakesWeekday8(Fault):
    """Counts weekdays to 8."""

    breaks = frozenset({VALUE})
    CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 8))


class ChecksTheFirstOfAList(Fault):
    """Looks at the first item of a list only."""

    breaks = frozenset({VALUE, LIST, "schedule-expression-over-maximum"})

    def check_expression(self, text: str) -> str:
        """Cut the other items off."""
        super().check_expression(" ".join(field.partition(",")[0] for field in text.split()))
        return text


class ChecksTheStartOfARange(Fault):
    """Looks at the first value of a range only."""

    wide = True
    breaks = frozenset({VALUE, RANGE})

    def is_cron_range(self, first: str, _last: str, low: int, high: int) -> bool:
        """Look at one end."""
        return self.is_cron_value(first, low, high)


class TakesNegativeNumbers(Fault):
    """Takes -1 for a minute."""

    breaks = frozenset({VALUE})

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Take a range without a beginning for a negative number."""
        return not first or super().is_cron_range(first, last, low, high)


class ReadsWordsAsValues(Fault):
    """Takes any word for the name of a value."""

    breaks = frozenset({TEXT, DIALECTS})

    def is_cron_value(self, text: str, low: int, high: int) -> bool:
        """Ask for letters."""
        return text.isalpha() or super().is_cron_value(text, low, high)


class CutsFractions(Fault):
    """Takes 1.5 for 1."""

    breaks = frozenset({TEXT})

    def is_cron_value(self, text: str, low: int, high: int) -> bool:
        """Look at what is before the point."""
        return super().is_cron_value(text.partition(".")[0], low, high)


class ReadsDigitsOfAllScripts(Fault):
    """Takes the digits of any script for digits."""

    breaks = frozenset({TEXT})

    def is_cron_value(self, text: str, low: int, high: int) -> bool:
        """Ask Unicode."""
        return text.isdecimal() and low <= int(text) <= high


# --- ranges, steps and lists ----------------------------------------------------------------------------------


class TurnsRangesRound(Fault):
    """Takes a range that runs backwards, over midnight as it were."""

    breaks = frozenset({RANGE})

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Look at both ends, whichever comes first."""
        return all(self.is_cron_value(end, low, high) for end in (first, last))


class TurnsRangesOfHoursRound(Fault):
    """Takes a range of hours that runs over midnight."""

    breaks = frozenset({RANGE})

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Turn a range of hours round."""
        turned = high == 23 and first.isdecimal() and last.isdecimal() and int(first) > int(last)
        return super().is_cron_range(*((last, first) if turned else (first, last)), low, high)


class ReadsOpenRanges(Fault):
    """Takes a range without an end for one up to the highest value."""

    breaks = frozenset({RANGE})

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Fill in the end."""
        return super().is_cron_range(first, last or str(high), low, high)


class IgnoresTheThirdEnd(Fault):
    """Takes 1-5-9 for 1-5."""

    breaks = frozenset({RANGE})

    def is_cron_range(self, first: str, last: str, low: int, high: int) -> bool:
        """Cut it off."""
        return super().is_cron_range(first, last.partition("-")[0] or last, low, high)


class TakesAStepOf0(Fault):
    """Takes a step of zero for none."""

    breaks = frozenset({STEP, UPDATE})

    def is_step(self, base: str, step: str) -> bool:
        """Take zero for one."""
        return super().is_step(base, "1" if step == "0" else step)


class TakesAStepOf0InRanges(Fault):
    """Takes a step of zero where it follows a range."""

    breaks = frozenset({STEP})

    def is_step(self, base: str, step: str) -> bool:
        """Take zero for one behind a dash."""
        return super().is_step(base, "1" if step == "0" and "-" in base else step)


class TakesAMissingStep(Fault):
    """Takes a slash without a step for a step of one."""

    breaks = frozenset({STEP})

    def is_step(self, base: str, step: str) -> bool:
        """Take nothing for one."""
        return super().is_step(base, step or "1")


class TakesStepsTwice(Fault):
    """Takes a step of a step."""

    breaks = frozenset({STEP})

    def is_step(self, base: str, step: str) -> bool:
        """Look at the first."""
        return super().is_step(base, step.partition("/")[0])


class SkipsEmptyItems(Fault):
    """Takes a list with a hole for one without."""

    breaks = frozenset({LIST})

    def is_cron_part(self, part: str, low: int, high: int) -> bool:
        """Skip what is empty."""
        return not part or super().is_cron_part(part, low, high)
