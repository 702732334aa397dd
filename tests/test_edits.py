"""What sets a refused request apart from an accepted one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.edits import Edit, edit, sends
from conformance.exchange import Exchange

PLAIN = {"name": "conformance-1a2b3c-main-1", "agent": "agent_1", "initial_events": [{"type": "user.message"}]}


def request(body: object, path: str = "/deployments", method: str = "POST", status: int = 200) -> Exchange:
    """A request with this body, and its answer."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(method, f"http://t{path}", path, (), raw, status, (), b"{}", 1.0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "conformance-1a2b3c-main-2"}, None),
        ({"name": 5}, Edit("/name", "/name = 5")),
        ({"name": True}, Edit("/name", "/name = true")),
        ({"name": "x" * 257}, Edit("/name", f'/name = "{"x" * 89}… (257 characters)')),
        ({"initial_events": [{"type": "x"}]}, Edit("/initial_events/0/type", '/initial_events/0/type = "x"')),
        ({"initial_events": []}, Edit("/initial_events", "/initial_events = []")),
        ({"a/b~": 1}, Edit("/a~1b~0", "/a~1b~0 = 1")),
        ({"x": 1, "y": 2, "z": 3}, Edit("/x", "/x = 1 and /y = 2 and 1 more", 3)),
    ],
    ids=repr,
)
def test_a_create_is_compared_with_the_most_similar_one(change: dict[str, Any], expected: Edit | None) -> None:
    """A name of ours is another in every body, and no edit."""
    full = request(PLAIN | {"description": "one", "metadata": {"a": "b"}})

    assert edit(request(PLAIN | change), [full, request(PLAIN)]) == expected


def test_what_is_left_out_is_an_edit() -> None:
    """And is told as such."""
    body = {name: value for name, value in PLAIN.items() if name != "agent"}

    assert edit(request(body), [request(PLAIN)]) == Edit("/agent", "/agent left out")


def test_an_update_and_a_query_are_all_edit() -> None:
    """There need not be another one to compare with."""
    update = request({"name": ""}, "/deployments/dep_1")

    assert edit(update, [request(PLAIN)]) == Edit("/name", '/name = ""')
    assert edit(request(None, "/deployments?limit=0", "GET"), []) == Edit("", "?limit=0")


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/name", True),
        ("/initial_events/0/type", True),
        ("/initial_events/1", False),
        ("/initial_events/x", False),
        ("/name/x", False),
        ("/schedule/upcoming_runs_at", False),
    ],
)
def test_a_place_is_found_in_what_was_sent(pointer: str, *, found: bool) -> None:
    """Through objects and arrays."""
    assert sends(request(PLAIN), pointer) is found


@pytest.mark.parametrize(
    "sent",
    [request(b"{"), request([1]), request(PLAIN), request(None, "/deployments", "GET")],
    ids=["no JSON", "no object", "alone", "no query"],
)
def test_nothing_is_told_where_nothing_can_be(sent: Exchange) -> None:
    """A request is never compared with itself, nor with what is no object."""
    assert edit(sent, [sent, request(b"{"), request([])]) is None
