"""Deep faults are shown with the calls that are needed, and no more."""

from __future__ import annotations

import json
import re

import pytest
from matrix.kill import examine

pytestmark = pytest.mark.matrix

ID = re.compile(r"dep_\w+")

NEEDED = {
    "TiresOfPausing": ("sequence-answers", ["create", "pause", "unpause", "pause"]),
    "LosesTheDescriptionInTheEnd": ("sequence-objects", ["create", "update", "update"]),
    "DelistsWhatWasUnpaused": ("sequence-lists", ["create", "pause", "unpause", "list"]),
    "ReopensOnUpdate": ("sequence-archived-is-locked", ["create", "update", "archive", "update"]),
    "TurnsTheClockBack": ("sequence-updated-at-never-goes-back", ["create", "update", "pause"]),
}
"""The calls without which these faults cannot be seen."""


def _operation(method: str, path: str) -> str:
    parts = ID.sub("{id}", path.partition("?")[0]).split("/")[1:]
    if len(parts) == 1:
        return "list" if method == "GET" else "create"
    return parts[2] if len(parts) > 2 else "get" if method == "GET" else "update"


@pytest.mark.parametrize("fault", NEEDED)
def test_a_failing_sequence_is_as_short_as_it_can_be(fault: str) -> None:
    """No call could be left out, and no field is sent that does not matter."""
    id_, needed = NEEDED[fault]
    result = next(each for each in examine(fault, only=("sequence",), examples=10).report.results if each.id == id_)

    assert [_operation(each.method, each.path) for each in result.exchanges] == needed
    sent = [json.loads(each.request_body or "{}") for each in result.exchanges]
    updates = [body for body, name in zip(sent, needed, strict=True) if name == "update"]
    assert all(len(body) <= 1 for body in updates)
    assert result.differing == len(needed) - 1
