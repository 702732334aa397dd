"""What a case expects of an answer. Each function raises `Violation` with its own message, or returns what it checked.

`expect_*` accuse the target. `need_*` are for what has to work before a promise can be asked about: they read an
answer as tolerantly as they can, and raise `ControlFailed` (inconclusive) instead of accusing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from conformance import json_pointer, schemas
from conformance.exchange import NO_JSON, Exchange, Members
from conformance.failures import ControlFailed, Unmet, Violation
from conformance.model import Difference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

Json: TypeAlias = Any
Object: TypeAlias = dict[str, Any]

NO_MEMBER = "no such member"
"""Stands for what an answer does not have."""


@dataclass(frozen=True)
class Page:
    """A page of a list: `items` is `data`, in order; the others are None where the answer has none.

    In an edition without `has_more` it is told by `next_page`, which such an edition has null on the last page.
    """

    items: list[Object]
    exchange: Exchange
    has_more: Json = None
    first_id: Json = None
    last_id: Json = None
    next_page: Json = None

    @property
    def ids(self) -> list[str]:
        """The ids on the page, in order."""
        return [str(item.get("id")) for item in self.items]


def fail(message: str, *, expected: object, actual: object, pointer: str = "", at: Exchange | None = None) -> NoReturn:
    """Accuse the target."""
    __tracebackhide__ = True
    raise Violation(message, Difference(show(expected), show(actual), pointer), at)


class Words(str):
    """What is said to people, and is no value: it is shown without quotes."""

    __slots__ = ()


def show(value: object, limit: int = 300) -> str:
    """A value in one short line, as JSON where it can be."""
    if isinstance(value, Words):
        return str(value[:limit])
    if isinstance(value, str) and value.startswith(("status ", "a ", "an ", "no ", "the ", "one ", "by the ")):
        return value[:limit]
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


# --- status ---------------------------------------------------------------------------------------------------


def expect_status(exchange: Exchange, *statuses: int) -> Exchange:
    """The answer has one of these statuses."""
    __tracebackhide__ = True
    if exchange.status not in statuses:
        wanted = " or ".join(str(status) for status in statuses)
        message = f"{exchange.operation}: expected status {wanted}, got {exchange.status}"
        fail(message, expected=f"status {wanted}", actual=f"status {exchange.status}", at=exchange)
    return exchange


def expect_refusal(exchange: Exchange) -> Exchange:
    """The request was refused as the client's mistake: any 4xx."""
    __tracebackhide__ = True
    if not 400 <= exchange.status < 500:
        message = f"{exchange.operation}: expected a refusal (4xx), got {exchange.status}"
        fail(message, expected="a status of 4xx", actual=f"status {exchange.status}", at=exchange)
    return exchange


def expect_error(exchange: Exchange, status: int, type_: str | None = None) -> Object:
    """A refusal with exactly this status, the error envelope, and the error type that belongs to the status."""
    __tracebackhide__ = True
    expect_status(exchange, status)
    error = expect_envelope(exchange)
    wanted = type_ or exchange.revision.errors[status]
    if error.get("type") != wanted:
        message = f"{exchange.operation}: error type of a {status} is {show(error.get('type'))}, expected {wanted}"
        fail(message, expected=wanted, actual=error.get("type"), pointer="/error/type", at=exchange)
    return error


def expect_envelope(exchange: Exchange) -> Object:
    """The body is the error envelope; returns its `error` object."""
    __tracebackhide__ = True
    body = exchange.json
    if not isinstance(body, dict):
        fail(f"{exchange.operation}: the error is not a JSON object", expected="an object", actual=body, at=exchange)
    if body.get("type") != "error":
        message = f"{exchange.operation}: the error envelope lacks type 'error'"
        fail(message, expected="error", actual=body.get("type"), pointer="/type", at=exchange)
    error = body.get("error")
    for member in ("type", "message"):
        if not isinstance(error, dict) or not isinstance(error.get(member), str):
            message = f"{exchange.operation}: the error envelope lacks a string error.{member}"
            actual = error.get(member) if isinstance(error, dict) else error
            fail(message, expected="a string", actual=actual, pointer=f"/error/{member}", at=exchange)
    return dict(error) if isinstance(error, dict) else {}


# --- bodies ---------------------------------------------------------------------------------------------------


def expect_object(exchange: Exchange) -> Object:
    """Status 200 with a JSON object."""
    __tracebackhide__ = True
    expect_status(exchange, 200)
    if not isinstance(exchange.json, dict):
        message = f"{exchange.operation}: the answer is not a JSON object"
        fail(message, expected="an object", actual=_what(exchange), at=exchange)
    body: Object = exchange.json
    return body


def expect_schema(value: Json, name: str, at: Exchange, pointer: str = "") -> None:
    """A value fits the schema of this name ("deployment", "error", ...); `pointer` is where it stands in the body."""
    __tracebackhide__ = True
    problem = schemas.explain(at.revision.name, name, value)
    if problem is not None:
        where = pointer + problem.pointer
        message = f"{at.operation}: {where or 'the answer'} breaks the schema {name}: {problem.message}"
        fail(
            message, expected=f"a value by schema {name}", actual=resolve(value, problem.pointer), pointer=where, at=at
        )


def expect_page(exchange: Exchange) -> Page:
    """Status 200 with a list page: an object with `data`, `next_page`, and what else the edition puts there."""
    __tracebackhide__ = True
    body = expect_object(exchange)
    for member in exchange.revision.page_members:
        if member not in body:
            message = f"{exchange.operation}: the page has no {member}"
            fail(message, expected=f"a member {member}", actual=sorted(body), pointer=f"/{member}", at=exchange)
    if not isinstance(body["data"], list) or not all(isinstance(item, dict) for item in body["data"]):
        message = f"{exchange.operation}: data is not an array of objects"
        fail(message, expected="an array of objects", actual=body["data"], pointer="/data", at=exchange)
    return _page(exchange, body)


def expect_equal(actual: Json, expected: Json, what: str, *, at: Exchange, pointer: str = "") -> None:
    """Two JSON values are the same (true is not 1); names the first place that differs."""
    __tracebackhide__ = True
    if _are_texts(expected) and _are_texts(actual) and expected != actual:
        message = f"{at.operation}: {what}: {_unlike(expected, actual)}"
        fail(message, expected=expected, actual=actual, pointer=pointer, at=at)
    found = first_difference(expected, actual)
    if found is not None:
        where, want, got = found
        shown = f"{what}{' at ' + where if where else ''}"
        message = f"{at.operation}: {shown}: expected {show(want, 120)}, got {show(got, 120)}"
        fail(message, expected=want, actual=got, pointer=pointer + where, at=at)


def _are_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unlike(expected: list[str], actual: list[str]) -> str:
    """How two lists differ, in words: a reader need not compare them item by item."""
    missing = [item for item in expected if item not in actual]
    besides = [item for item in actual if item not in expected]
    said = [f"{show(missing, 120)} missing"] if missing else []
    said += [f"{show(besides, 120)} should not be there"] if besides else []
    if not said:
        said = ["in another order" if sorted(expected) == sorted(actual) else "some more than once, or too seldom"]
    return "; ".join(said)


def expect_true(  # noqa: PLR0913 - all of it is told to people
    holds: bool,  # noqa: FBT001 - reads as a sentence
    message: str,
    *,
    expected: object,
    actual: object,
    at: Exchange,
    pointer: str = "",
) -> None:
    """Something holds; `message` is the sentence for people when it does not."""
    __tracebackhide__ = True
    if not holds:
        expected = Words(expected) if isinstance(expected, str) else expected
        fail(f"{at.operation}: {message}", expected=expected, actual=actual, pointer=pointer, at=at)


# --- deployments ----------------------------------------------------------------------------------------------

TIME_DERIVED = ("/schedule/upcoming_runs_at", "/metadata/cas_config/stats", "/updated_at")
"""What may lawfully differ between two reads of one unchanged deployment."""


KNOWN = {
    "": (
        *("id", "type", "name", "description", "agent", "environment_id", "schedule", "initial_events", "resources"),
        *("vault_ids", "metadata", "status", "paused_reason", "archived_at", "created_at", "updated_at"),
    ),
    "/agent": ("id", "type", "version"),
    "/schedule": ("type", "expression", "timezone", "upcoming_runs_at", "last_run_at"),
    "/paused_reason": ("type", "error"),
    "/metadata/cas_config": ("session_strategy", "config", "stats"),
}
"""The documented members of a deployment; what else an answer has may be anything, a countdown for example."""


def settled(deployment: Object, *, without: Iterable[str] = TIME_DERIVED, further: Collection[str] = ()) -> Object:
    """A copy for comparison: documented members only, without those that time changes, times as instants.

    `further` are members that are documented in some editions only.

    A description of "" and of null mean the same (conflicts C-31), and so do a last_run_at of null and none (C-20).
    """
    copy: Object = json.loads(json.dumps(deployment), object_hook=Members)
    for pointer, known in KNOWN.items():
        holder = resolve(copy, pointer)
        kept = known if pointer else (*known, *further)
        for key in [key for key in holder if key not in kept] if isinstance(holder, dict) else ():
            del holder[key]
    for pointer in without:
        parent, _, last = pointer.rpartition("/")
        holder = resolve(copy, parent)
        if isinstance(holder, dict):
            holder.pop(last, None)
    return _normal(copy)


def _normal(copy: Object) -> Object:
    for key in ("created_at", "updated_at", "archived_at"):
        if isinstance(copy.get(key), str):
            copy[key] = _normal_time(copy[key])
    if "description" in copy:
        copy["description"] = copy["description"] or ""
    schedule = copy.get("schedule")
    if isinstance(schedule, dict) and schedule.get("last_run_at") is None:
        schedule.pop("last_run_at", None)
    return copy


def expect_same(  # noqa: PLR0913 - all of it is told to people
    actual: Object, expected: Object, what: str, *, at: Exchange, but: Iterable[str] = (), pointer: str = ""
) -> None:
    """Two answers show the same deployment, but for what time changes and the members at the pointers `but`.

    `pointer` is where the actual one stands in the body, such as "/data/3".
    """
    __tracebackhide__ = True
    without = (*TIME_DERIVED, *but)
    further = at.revision.further_members
    seen, wanted = (settled(each, without=without, further=further) for each in (actual, expected))
    expect_equal(seen, wanted, what, at=at, pointer=pointer)


def user_metadata(deployment: Object, reserved: str | None = "cas_config") -> Json:
    """The metadata without the reserved key, which belongs to the service."""
    metadata = deployment.get("metadata")
    return {k: v for k, v in metadata.items() if k != reserved} if isinstance(metadata, dict) else metadata


# --- controls -------------------------------------------------------------------------------------------------


def need_success(exchange: Exchange, why: str = "") -> Exchange:
    """A control: any success will do."""
    __tracebackhide__ = True
    if not exchange.ok:
        purpose = f" ({why})" if why else ""
        raise ControlFailed(f"{exchange.operation} had to succeed first{purpose}, but was answered {exchange.status}")
    return exchange


def need_object(exchange: Exchange, why: str = "") -> Object:
    """A control: any success with a JSON object that has an id."""
    __tracebackhide__ = True
    need_success(exchange, why)
    body = exchange.json
    if not isinstance(body, dict) or not isinstance(body.get("id"), str):
        raise ControlFailed(f"{exchange.operation} had to answer with an object that has an id, got {_what(exchange)}")
    found: Object = body
    return found


def need_page(exchange: Exchange) -> Page:
    """A control: any success with `data`, an array of objects (null for none); the rest is not looked at."""
    __tracebackhide__ = True
    need_success(exchange)
    body = exchange.json if isinstance(exchange.json, dict) else {}
    data = body.get("data", "none") or []
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise ControlFailed(f"{exchange.operation} had to answer with a page that has data, got {_what(exchange)}")
    return _page(exchange, {**body, "data": data})


def need(holds: bool, why: str) -> None:  # noqa: FBT001 - reads as a sentence
    """A control: something has to hold before the promise can be asked about."""
    __tracebackhide__ = True
    if not holds:
        raise Unmet(why)


# --- times ----------------------------------------------------------------------------------------------------


def instant(text: Json) -> datetime | None:
    """An RFC 3339 timestamp in UTC as an aware datetime, or None if it is not one; digits beyond µs are cut."""
    if not isinstance(text, str) or not text.endswith(("Z", "+00:00")) or "T" not in text:
        return None
    head, dot, fraction = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    if dot and not (fraction.isascii() and fraction.isdigit()):
        return None
    try:
        return datetime.fromisoformat(head + (f".{fraction[:6]:0<6}" if dot else "")).replace(tzinfo=UTC)
    except ValueError:
        return None


def expect_instant(text: Json, what: str, *, at: Exchange, pointer: str = "") -> datetime:
    """A value is a UTC timestamp."""
    __tracebackhide__ = True
    found = instant(text)
    if found is None:
        message = f"{at.operation}: {what} is not a UTC timestamp: {show(text, 80)}"
        fail(message, expected="a timestamp such as 2026-06-14T08:53:32Z", actual=text, pointer=pointer, at=at)
    return found


# --- comparing ------------------------------------------------------------------------------------------------


def first_difference(expected: Json, actual: Json, pointer: str = "") -> tuple[str, Json, Json] | None:
    """The JSON pointer of the first place where two values differ, with both values there; None if they are equal."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return next(_member_differences(expected, actual, pointer), None)
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        found = (first_difference(e, a, f"{pointer}/{i}") for i, (e, a) in pairs)
        return next((each for each in found if each is not None), None)
    same = type(expected) is type(actual) or {type(expected), type(actual)} == {int, float}
    return None if same and expected == actual else (pointer, expected, actual)


def _member_differences(expected: Object, actual: Object, pointer: str) -> Iterator[tuple[str, Json, Json]]:
    for key in sorted({*expected, *actual}):
        where = pointer + json_pointer.step(key)
        if key not in expected or key not in actual:
            yield where, expected.get(key, NO_MEMBER), actual.get(key, NO_MEMBER)
        elif found := first_difference(expected[key], actual[key], where):
            yield found


def resolve(value: Json, pointer: str) -> Json:
    """The value at a JSON pointer, or "no such member"."""
    return json_pointer.follow(value, pointer, NO_MEMBER)


def _page(exchange: Exchange, body: Object) -> Page:
    cursors = {key: body.get(key) for key in ("has_more", "first_id", "last_id", "next_page")}
    if "has_more" not in exchange.revision.page_members:
        cursors["has_more"] = cursors["next_page"] is not None
    return Page(items=list(body["data"]), exchange=exchange, **cursors)


def _what(exchange: Exchange) -> str:
    return show(exchange.text, 80) if exchange.json is NO_JSON else show(exchange.json, 80)


def _normal_time(text: str) -> str:
    found = instant(text)
    return text if found is None else found.replace(microsecond=0).isoformat()
