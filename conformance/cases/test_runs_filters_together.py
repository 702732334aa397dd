"""RUNS: filters beside one another. Of all that are given, each in turn is one that our runs do not pass."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.cases.histories import FINAL, RunList
from conformance.cases.pages import expect_only
from conformance.cases.test_runs_filters import LONG, expect_each, utc
from conformance.expect import Object, need, need_page
from conformance.model import SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from conformance.cases.histories import History
    from conformance.client import Client

ONLY = (QODER_JUNE,)


def ended(runs: RunList, history: History) -> list[Object]:
    """Our runs that have ended, as a list without filters shows them; as a control that there are some."""
    ours = history.ids(history.busy)
    shown = [run for run in need_page(runs(limit=100)).items if run.get("id") in ours and run.get("status") in FINAL]
    need(bool(shown), "the list has to show runs of ours that have ended")
    return shown


def usual(runs: list[Object]) -> Object:
    """The status that most runs ended with, and whether those have an error: filters."""
    (status, failed), _ = Counter((run["status"], run.get("error") is not None) for run in runs).most_common(1)[0]
    return {"status": status, "has_error": failed}


def passing(runs: list[Object], asked: Object) -> list[str]:
    """The ids of those that pass `status` and, where they are given, `has_error` and `trigger_type`."""
    return [
        run["id"]
        for run in runs
        if run["status"] == asked["status"]
        if asked.get("has_error") in {None, run.get("error") is not None}
        if asked.get("trigger_type") in {None, run["trigger_context"]["type"]}
    ]


@requirement(
    "runs-filters-of-all-hold-together",
    SHOULD,
    source="list-all-runs#query-parameters",
    covers="RNS-005 RNS-008 RNS-009 RNS-010",
    revisions=ONLY,
)
@pytest.mark.parametrize("failing", ["none", "status", "trigger_type", "has_error", "deployment_id"])
def test_filters_of_all_runs_hold_together(api: Client, history: History, busy: Object, failing: str) -> None:
    """With four filters the list of all runs shows what passes all, and nothing that fails one, whichever that is."""
    runs = ended(RunList(api, busy["id"], nested=False), history)
    asked = {**usual(runs), "trigger_type": "manual", "deployment_id": busy["id"]}
    other = {"status": "pending", "trigger_type": "retry", "has_error": not asked["has_error"]}
    other["deployment_id"] = history.idle["id"]
    asked |= {key: value for key, value in other.items() if key == failing}

    walked = RunList(api, asked["deployment_id"], nested=False).walk(**asked, limit=100)

    due = [] if failing == "deployment_id" else passing(runs, asked)
    expect_only(walked, [run["id"] for run in runs], due, "run")
    for page in walked:
        expect_each(page, "/deployment_id", asked["deployment_id"])


@requirement(
    "runs-filters-of-one-hold-together",
    SHOULD,
    source="list-runs#query-parameters",
    covers="RNS-004 RNS-005",
    revisions=ONLY,
)
@pytest.mark.parametrize(
    ("failing", "limit"),
    [*((failing, 100) for failing in ("none", "status", "triggered_after", "triggered_before")), ("none", 1)],
)
def test_filters_of_one_list_hold_together(
    api: Client, history: History, busy: Object, failing: str, limit: int
) -> None:
    """With three filters each page of a deployment's runs shows what passes all, and nothing that fails one."""
    nested = RunList(api, busy["id"], nested=True)
    runs, (first, last) = ended(nested, history), history.span
    early, late = utc(first - LONG), utc(last + LONG)
    asked = {"status": usual(runs)["status"], "triggered_after": early, "triggered_before": late}
    other = {"status": "pending", "triggered_after": late, "triggered_before": early}
    asked |= {key: value for key, value in other.items() if key == failing}

    walked = nested.walk(**asked, limit=limit)

    due = [] if failing.startswith("triggered") else passing(runs, asked)
    expect_only(walked, [run["id"] for run in runs], due, "run")
