"""What answers look like, noted within bounds, and how it is told that they look different."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from conformance.exchange import Exchange, Redactor
from conformance.report.shape_changes import shape_changes
from conformance.shape import MANY, Shape
from conformance.shape_book import MOST_FIELDS, MOST_VALUES, ShapeBook, united

HEADERS = (("content-type", "application/json"), ("x-request-id", "1"))


def answer(body: object, status: int = 200, path: str = "/deployments/dep_1", method: str = "GET") -> Exchange:
    """An answer with this body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(method, f"http://t{path}", path, (), None, status, HEADERS, raw, 1.0)


def shapes(*answers: Exchange) -> tuple[Shape, ...]:
    """The shapes of these answers."""
    book = ShapeBook()
    for each in answers:
        book.note(each)
    return book.shapes(str)


def test_kinds_of_value_are_told_apart() -> None:
    """With the forms of what a service chooses, and not of what its caller wrote."""
    body = {
        "id": "dep_0195fa",
        "name": "dep_0195fa",
        "created_at": "2026-07-01T12:00:00Z",
        "updated_at": "2026-07-01T12:00:00.5+02:00",
        "archived_at": None,
        "paused": False,
        "version": 1,
        "ratio": 0.5,
        "schedule": {"upcoming_runs_at": ["2026-07-01T12:00:00"]},
    }

    (shape,) = shapes(answer(body))

    assert (shape.operation, shape.status) == ("GET /deployments/{id}", 200)
    assert shape.headers == ("content-type", "x-request-id")
    assert shape.fields == {
        "archived_at": ("null",),
        "created_at": ("date-time",),
        "id": ("id dep_…",),
        "name": ("string",),
        "paused": ("boolean",),
        "ratio": ("number",),
        "schedule": ("object",),
        "schedule.upcoming_runs_at": ("array",),
        "schedule.upcoming_runs_at[]": ("date-time without zone",),
        "updated_at": ("date-time with fraction with offset",),
        "version": ("integer",),
    }


def test_a_search_is_no_update_of_a_deployment_of_that_name() -> None:
    """Its path is like one with an id in it."""
    asked = [answer({}, path=path, method="POST") for path in ("/deployments/search", "/deployments/dep_1")]

    assert [shape.operation for shape in shapes(*asked)] == ["POST /deployments/search", "POST /deployments/{id}"]


def test_words_of_enumerations_are_kept_and_those_of_callers_are_not() -> None:
    """Nor what looks like an id, nor more than an enumeration has."""
    body = {"status": "active", "name": "active", "metadata": {"tier": "gold"}, "next_page": "c_1234567"}
    many = [answer({"colour": f"c{chr(97 + n)}"}) for n in range(MOST_VALUES + 1)]

    (shape,) = shapes(answer(body), *many)

    assert shape.values == {"colour": (MANY,), "status": ("active",)}
    assert shape.fields["metadata.*"] == ("string",)


@pytest.mark.parametrize(
    "exchange", [answer({}, 503), answer({}, 429), answer({}, path="/agents"), answer({}, path="/x")]
)
def test_what_says_nothing_of_the_api_is_left_out(exchange: Exchange) -> None:
    """Bad moments, and other paths."""
    assert shapes(exchange) == ()


def nested(depth: int) -> Any:
    """An object in an object in an object..."""
    value: Any = "end"
    for _ in range(depth):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    "body",
    [
        {f"field_{n}": 1 for n in range(50_000)},
        {"data": [{f"field_{n}": n} for n in range(50_000)]},
        {"x" * 1_000_000: "y" * 1_000_000},
        nested(900),
        [[[[1] * 50] * 50] * 20],
        b"no JSON",
        b"\xff\xfe",
        "text",
    ],
    ids=["members", "items", "long", "deep", "arrays", "garbage", "binary", "scalar"],
)
def test_answers_without_end_are_bounded(body: object) -> None:
    """In what is kept, and in time."""
    begun = time.monotonic()

    (shape,) = shapes(*[answer(body)] * 3)

    assert len(shape.fields) <= MOST_FIELDS
    assert sum(map(len, shape.fields)) < 100_000
    assert time.monotonic() - begun < 60


def test_names_that_read_alike_lose_nothing() -> None:
    """A dot or brackets in a name lead to a path that another place may have."""
    (shape,) = shapes(answer({"a": {"b": 1, "[]": "x"}, "a.b": "text"}))

    assert shape.fields == {"a": ("object",), "a.b": ("integer", "string"), "a.[]": ("string",)}


def test_no_secret_is_kept() -> None:
    """Wherever the target writes it."""
    book = ShapeBook()
    book.note(answer({"tok_secret": {"status": "tok_secret"}}))

    assert "tok_secret" not in str(book.shapes(Redactor({"tok_secret": "$TOKEN"})))


def test_what_several_processes_saw_is_united() -> None:
    """As if one had seen it all, in any order."""
    one, other = answer({"a": 1, "status": "on"}), answer({"a": "x", "status": "off"}, method="GET")
    third = answer({"a": None}, 404)

    assert united([*shapes(one), *shapes(other), *shapes(third)]) == shapes(third, other, one)


def test_each_kind_of_change_is_a_line() -> None:
    """With the answers that show it, once for all of them."""
    before = shapes(
        answer({"a": 1, "b": {"c": 1}, "status": "on"}),
        answer({"data": [{"a": 1, "b": {"c": 1}}]}, path="/deployments"),
    )
    after = shapes(
        answer({"a": "x", "status": "off", "e": None}),
        answer({"data": [{"a": "x", "e": None}]}, path="/deployments"),
        answer({}, 404),
        answer({}, path="/deployments/dep_1/pause", method="POST"),
    )

    assert set(shape_changes(before, after)) == {
        "HTTP status 404 appeared (get)",
        "a is string, and was integer (list 200, get 200)",
        "b vanished: object (list 200, get 200)",
        "e appeared: null (list 200, get 200)",
        'a took the value "x" (list 200, get 200)',
        'status took the value "off" (get 200)',
        'status never took the value "on" any more (get 200)',
    }
    assert shape_changes(before, before) == ()
