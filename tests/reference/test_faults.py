"""Faults: found, combined, and each doing what its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.reference.faults import Fault, all_faults, combine, find
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference.conftest import Caller

    CallService = Callable[[type[Service]], Caller]


def test_each_fault_tells_its_habit() -> None:
    """A fault without a docstring of its own could not be explained to anyone."""
    for name, fault in all_faults().items():
        assert fault.__doc__, name
        assert fault.__doc__ != Fault.__doc__, name


def test_unknown_fault_is_named_with_those_close_to_it() -> None:
    """A slip of the pen is helped with."""
    with pytest.raises(KeyError, match="TakesLongNames"):
        find("TakesLongName")


def test_no_fault_is_the_correct_service() -> None:
    """Nothing to combine leaves the service as it is."""
    assert combine([]) is Service


def test_combined_faults_act_together(call_service: CallService) -> None:
    """Faults of different rules do not get in each other's way."""
    api = call_service(combine(["TakesLongNames", "SaysCreated", "FlatUnauthorized"]))

    assert api.create(name="x" * 257).status == 201
    assert api.create(name="x" * 258).status == 400
    assert "error" not in api.send("GET", "/deployments", authorization="").body


def test_habits_show(call_service: CallService) -> None:
    """Four habits of one service are all seen."""
    api = call_service(combine(["RepeatsTheCursor", "ReplacesMetadata", "IgnoresTheAgentFilter", "WakesOnUpdate"]))
    made = api.made(metadata={"a": "1"})
    path = f"/deployments/{made['id']}"
    api.post(f"{path}/pause")

    changed = api.post(path, {"metadata": {"b": "2"}}).body
    assert (changed["status"], "a" in changed["metadata"]) == ("active", False)
    assert len(api.get(f"/deployments?agent_id=agent_0&after_id={made['id']}").body["data"]) == 1


def test_days_may_be_read_together(call_service: CallService) -> None:
    """The next Friday the 13th is in November."""
    schedule = {"type": "cron", "expression": "0 0 13 * 5", "timezone": "UTC"}
    made = call_service(combine(["WantsBothDays"])).made(schedule=schedule)

    assert made["schedule"]["upcoming_runs_at"][0] == "2026-11-13T00:00:00Z"
