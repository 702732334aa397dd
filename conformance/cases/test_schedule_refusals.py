"""Schedules: what is no cron expression of five fields, no time zone, or no complete schedule is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.upcoming import cron
from conformance.expect import expect_error, expect_refusal, need, need_success
from conformance.failures import NotApplicable
from conformance.far_schedules import far_month, invalid_catalogue
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.revisions import CMA
from conformance.server_time import server_now

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.cases.conftest import Bodies
    from conformance.client import Client
    from conformance.expect import Object
    from conformance.far_schedules import InvalidSchedule
    from conformance.suite import Suite

SOURCE = "create#schedule-object"
ERRORS = "create#errors"


@pytest.fixture(scope="session")
def valid(api: Client, bodies: Bodies, suite: Suite) -> Object:
    """The control for refusals: a far schedule that was accepted in this run, for a case to change in one thing."""
    schedule = cron(f"30 9 12 {far_month(server_now(api))} *", "Asia/Shanghai")
    exchange = need_success(api.create(bodies(schedule=schedule)), "a schedule is refused for one thing only")
    suite.shared.add(exchange.json["id"])
    return schedule


# --- expressions ----------------------------------------------------------------------------------------------


def invalid(*names: str) -> pytest.MarkDecorator:
    """Ask the case for each of these expressions of the catalogue of invalid ones, as its argument `expression`."""
    return pytest.mark.parametrize("expression", names, indirect=True)


@pytest.fixture
def expression(suite: Suite, now: datetime, request: pytest.FixtureRequest) -> str:
    """An invalid expression; if a lax service runs it all the same, that is not soon."""
    catalogue: dict[str, InvalidSchedule] = {each.name: each for each in invalid_catalogue(now)}
    found = catalogue[request.param]
    if found.may_fire and not suite.settings.consent.schedules:
        raise NotApplicable(f"{found.expression} might fire within days: give --allow-schedules")
    return found.expression


@requirement("schedule-field-count-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid("four-fields", "six-fields", "seven-fields", "empty", "blank")
def test_other_than_five_fields_are_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """An expression of fewer or of more than five fields is refused with 400 invalid_request_error."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-text-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid("text", "plain-words", "letter", "unknown-name", "decimal-minute", "non-ascii-digits")
def test_text_is_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """An expression with anything but whole numbers in the place of a value is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-value-out-of-range-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid(
    "minute-60",
    "hour-24",
    "day-0",
    "day-32",
    "month-0",
    "month-13",
    "weekday-8",
    "minute-in-list-60",
    "hour-range-to-24",
    "negative-minute",
)
def test_a_value_outside_its_field_is_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """A value that its field does not have, alone, in a list or at the end of a range, is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-bad-range-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid("minute-range-reversed", "hour-range-reversed", "day-range-reversed", "double-range", "open-range")
def test_a_range_that_is_none_is_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """A range that runs backwards, has no end or too many is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-bad-step-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid("minute-step-0", "hour-step-0", "day-range-step-0", "step-missing", "step-twice", "negative-step")
def test_a_step_that_is_none_is_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """A step of zero, of less, of nothing, or two of them are refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-bad-list-refused", MUST, source=ERRORS, covers="SCH-005")
@invalid("empty-list-item", "trailing-comma")
def test_a_list_with_a_hole_is_refused(api: Client, bodies: Bodies, valid: Object, expression: str) -> None:
    """A list of which an item is missing is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-dialects-refused", SHOULD, source=SOURCE, covers="SCH-008", levels={CMA: MUST})
@invalid(
    "macro-daily",
    "macro-yearly",
    "last-day",
    "nearest-workday",
    "last-workday",
    "last-friday",
    "second-monday",
    "question-mark-day",
    "question-mark-weekday",
    "seconds-field",
    "year-field",
    "hashed-minute",
    "random-minute",
)
def test_what_only_some_tools_understand_is_refused(
    api: Client, bodies: Bodies, valid: Object, expression: str
) -> None:
    """Macros, L, W, #, ?, H and fields of seconds or years are not of standard cron, and are refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"expression": expression}))

    expect_error(exchange, 400)


@requirement("schedule-expression-over-maximum", MUST, source=SOURCE, covers="SCH-031", revisions=(CMA,))
def test_an_expression_of_more_than_256_characters_is_refused(
    api: Client, bodies: Bodies, valid: Object, now: datetime
) -> None:
    """An expression of more than 256 characters is refused, where one of 256 is accepted."""
    minutes, hours = (",".join(map(str, range(count))) for count in (60, 24))
    longest, longer = (
        f"{minutes} {hours} {days} {far_month(now)} *" for days in ("1,2,3,4,5,6,7,8,9,10", "1,2,3,4,5,6,7,8,10,11")
    )
    need((len(longest), len(longer)) == (256, 257), "the lengths have to be those of the limit")
    need_success(api.create(bodies(schedule=valid | {"expression": longest})))

    exchange = api.create(bodies(schedule=valid | {"expression": longer}))

    expect_refusal(exchange)


# --- the other members ----------------------------------------------------------------------------------------


@requirement("schedule-member-missing-refused", MUST, source=SOURCE, covers="SCH-003")
@pytest.mark.parametrize("missing", ["type", "expression", "timezone"])
def test_a_schedule_without_a_member_is_refused(api: Client, bodies: Bodies, valid: Object, missing: str) -> None:
    """Type, expression and timezone are each required: a schedule without one of them is refused with 400."""
    exchange = api.create(bodies(schedule={key: value for key, value in valid.items() if key != missing}))

    expect_error(exchange, 400)


@requirement("schedule-empty-refused", MUST, source=SOURCE, covers="SCH-003")
def test_an_empty_schedule_is_refused(api: Client, bodies: Bodies, valid: Object) -> None:
    """A schedule without any member is refused with 400."""
    need(bool(valid), "a complete schedule has to be accepted")

    exchange = api.create(bodies(schedule={}))

    expect_error(exchange, 400)


@requirement("schedule-member-null-refused", SHOULD, source=SOURCE, covers="SCH-003")
@pytest.mark.parametrize("member", ["type", "expression", "timezone"])
def test_a_schedule_with_a_member_of_null_is_refused(api: Client, bodies: Bodies, valid: Object, member: str) -> None:
    """A type, expression or timezone of null counts as missing, and is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {member: None}))

    expect_error(exchange, 400)


@requirement("schedule-wrong-type-refused", MUST, source="conventions/errors", covers="SCH-032")
@pytest.mark.parametrize("wrong", ["text", "", 1, 0, True, False, "list", "list of it"])
def test_a_schedule_that_is_no_object_is_refused(api: Client, bodies: Bodies, valid: Object, wrong: Any) -> None:
    """A schedule that is a string, an array, a number or a boolean is refused with 400."""
    value = {"text": valid["expression"], "list": [], "list of it": [valid]}.get(wrong, wrong)

    exchange = api.create(bodies(schedule=value))

    expect_error(exchange, 400)


@requirement("schedule-member-wrong-type-refused", MUST, source="conventions/errors", covers="SCH-003 SCH-032")
@pytest.mark.parametrize("wrong", [8, True, "list", "object"])
@pytest.mark.parametrize("member", ["type", "expression", "timezone"])
def test_a_member_that_is_no_string_is_refused(
    api: Client, bodies: Bodies, valid: Object, member: str, wrong: Any
) -> None:
    """A type, expression or timezone that is not a string is refused with 400."""
    value = {"list": [valid[member]], "object": {"value": valid[member]}}.get(wrong, wrong)

    exchange = api.create(bodies(schedule=valid | {member: value}))

    expect_error(exchange, 400)


OTHER_TYPES = pytest.mark.parametrize("type_", ["interval", "once", "manual", "crontab", ""])


@requirement("schedule-other-type-refused", MUST, source=SOURCE, covers="SCH-004")
@OTHER_TYPES
def test_another_type_than_cron_is_refused(api: Client, bodies: Bodies, valid: Object, type_: str) -> None:
    """The type of a schedule is "cron", and any other is refused."""
    exchange = api.create(bodies(schedule=valid | {"type": type_}))

    expect_refusal(exchange)


@requirement("schedule-other-type-is-400", SHOULD, source=SOURCE, covers="SCH-004")
@OTHER_TYPES
def test_another_type_than_cron_is_400(api: Client, bodies: Bodies, valid: Object, type_: str) -> None:
    """Another type than "cron" is refused with 400 invalid_request_error."""
    exchange = api.create(bodies(schedule=valid | {"type": type_}))

    need(not exchange.ok, "another type had to be refused")
    expect_error(exchange, 400)


@requirement("schedule-type-is-exact", SHOULD, source=SOURCE, covers="SCH-004")
@pytest.mark.parametrize("type_", ["CRON", "Cron", "cron "])
def test_the_type_is_read_letter_by_letter(api: Client, bodies: Bodies, valid: Object, type_: str) -> None:
    """The type is "cron" in small letters and without blanks, and anything else is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"type": type_}))

    expect_error(exchange, 400)


@requirement("schedule-unknown-timezone-refused", SHOULD, source=SOURCE, covers="SCH-011", levels={CMA: MUST})
@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Base",
        "",
        " ",
        "GMT+8",
        "UTC+8",
        "+08:00",
        "Asia",
        "Asia/Beijing",
        "Asia/Shanghaii",
        "../Asia/Shanghai",
        "China Standard Time",
        "Local",
        "8",
    ],
)
def test_what_is_no_time_zone_is_refused(api: Client, bodies: Bodies, valid: Object, zone: str) -> None:
    """A time zone that is not in the IANA database, such as an offset or a town, is refused with 400."""
    exchange = api.create(bodies(schedule=valid | {"timezone": zone}))

    expect_error(exchange, 400)
