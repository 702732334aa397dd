"""RUNS: filters beside one another. Of all that are given, each in turn is one that our runs do not pass.

The control is that each does by itself what is asked of it: so what fails here is how they go together.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from conformance.cases.histories import FINAL, RunList, triggered
from conformance.cases.pages import expect_only
from conformance.cases.test_runs_filters import LONG, expect_each, utc
from conformance.expect import Object, need, need_page, resolve
from conformance.model import SHOULD
from conformance.requirement import requirement
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.cases.histories import History
    from conformance.client import Client
    from conformance.exchange import Exchange

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


PASSES: dict[str, Callable[[Object, Any], bool]] = {
    "status": lambda run, wanted: run.get("status") == wanted,
    "has_error": lambda run, wanted: (run.get("error") is not None) == wanted,
    "trigger_type": lambda run, wanted: resolve(run, "/trigger_context/type") == wanted,
    "deployment_id": lambda run, wanted: run.get("deployment_id") == wanted,
    "triggered_after": lambda run, wanted: triggered(run) > datetime.fromisoformat(wanted),
    "triggered_before": lambda run, wanted: triggered(run) < datetime.fromisoformat(wanted),
}
"""Whether a run passes a filter."""


def passing(runs: list[Object], asked: Object) -> list[str]:
    """The ids of those that pass all these filters."""
    return [run["id"] for run in runs if all(PASSES[key](run, wanted) for key, wanted in asked.items())]


def need_alone(ask: Callable[..., Exchange], runs: list[Object], asked: Object, failing: str) -> None:
    """The filter that is not passed does that alone, too; each of them is passed alone where all are."""
    ids = {run["id"] for run in runs}
    for key in asked if failing == "none" else (failing,):
        alone = {key: asked[key]}
        shown = ids.intersection(need_page(ask(**alone, limit=100)).ids)
        need(shown == set(passing(runs, alone)), f"{key} has to be a filter by itself")


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
    of_all = RunList(api, busy["id"], nested=False)
    runs = ended(of_all, history)
    asked = {**usual(runs), "trigger_type": "manual", "deployment_id": busy["id"]}
    other = {"status": "pending", "trigger_type": "retry", "has_error": not asked["has_error"]}
    other["deployment_id"] = history.idle["id"]
    asked |= {key: value for key, value in other.items() if key == failing}
    need_alone(of_all, runs, asked, failing)

    walked = of_all.walk(**asked, limit=100)

    expect_only(walked, [run["id"] for run in runs], passing(runs, asked), "run")
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
    need_alone(nested, runs, asked, failing)

    walked = nested.walk(**asked, limit=limit)

    expect_only(walked, [run["id"] for run in runs], passing(runs, asked), "run")
