"""The difference between two runs names what was changed between them, and nothing else."""

from __future__ import annotations

from functools import cache

import pytest
from lawful import variations
from matrix.kill import Carrier, examine, target

from conformance.model import Options, Report
from conformance.reference.faults import all_faults
from conformance.report import compare
from conformance.runner import run

pytestmark = pytest.mark.matrix

FAULTS: dict[str, tuple[str, ...]] = {
    "ArchivesTheUnknown": ("HTTP status 404 vanished (archive)",),
    "CallsPausedInvalid": ("HTTP status 400 appeared (run)",),
    "DefaultsEmptyTypes": (),
    "ForgetsSettingsWhenArchived": (),
    "HasAnIdleUnarchive": (),
    "IgnoresNewAgents": (),
    "JudgesLongNamesElsewhere": ("HTTP status 409 appeared (create)",),
    "KeepsOneEndOfTheWindow": (),
    "LeavesOutPausedReason": ("paused_reason is never null any more (list 200)",),
    "ListsOnPut": (
        "HTTP status 200 appeared (PATCH /deployments, PUT /deployments)",
        "HTTP status 405 vanished (PATCH /deployments, PUT /deployments)",
    ),
    "LooksBackAnHour": (),
    "MasksSecretsElsewhere": (
        "resources[].credentials appeared: array (list 200, get 200, create 200, update 200, archive 200)",
    ),
    "MissingAgentsAreUnknown": (),
    "NamesTheLastFirst": (),
    "SaysUnauthorizedForScope": (
        "HTTP status 403 vanished (list-all-runs, get-run-global, list, get, list-runs and 7 more)",
    ),
    "TakesFewerEventsOnUpdate": (),
    "TakesPausedReason": (),
    "TakesTypesFromBodies": ('type took the value "agent" (create 200)',),
    "WritesNoneAsText": (),
    "WritesSundayAsSeven": (),
}
"""Defects, with what answers look like differently because of them."""

LAWFUL: dict[str, tuple[str, ...]] = {
    "EmptyCursorsAsText": (
        "first_id is string, and was null (list-all-runs 200, list 200, list-runs 200)",
        "last_id is string, and was null (list-all-runs 200, list 200, list-runs 200)",
    ),
    "DescriptionNull": (
        "description can be null, too (list 200, get 200, create 200, update 200, archive 200 and 2 more)",
    ),
    "NoRequestId": (
        (
            "header x-request-id vanished "
            "(list-all-runs 200, list-all-runs 400, get-run-global 200, get-run-global 404, list 200 and 14 more)"
        ),
    ),
    "CapsPages": (),
}
"""Correct services that differ, with how it shows in the areas `LOOKED_AT`."""

SAMPLE = {name for number, name in enumerate(FAULTS) if FAULTS[name] or number % 4 == 0}
"""What plain tox looks at: all that shows in the shapes of answers, and some of what does not."""

LOOKED_AT = ("list", "object", "runs")


EXAMPLES = 3


@cache
def _reference(areas: tuple[str, ...]) -> Report:
    return examine(only=areas, examples=EXAMPLES).report


@pytest.mark.parametrize(
    "fault", [each if each in SAMPLE else pytest.param(each, marks=pytest.mark.full) for each in FAULTS]
)
def test_a_defect_is_the_whole_difference(fault: str) -> None:
    """What it breaks has regressed; the other way round it is fixed; nothing else is said."""
    breaks = set(all_faults()[fault].breaks)
    areas = tuple(sorted({id_.partition("-")[0] for id_ in breaks}))
    before, after = _reference(areas), examine(fault, only=areas, examples=EXAMPLES).report

    forth, back = compare(before, after), compare(after, before)

    assert {title: {change.id for change in changes} for title, changes in forth.groups if changes} == {
        "Regressed": breaks
    }
    assert {change.id for change in back.fixed} == breaks
    assert (forth.exit_status, back.exit_status) == (1, 0)
    assert forth.seen == FAULTS[fault]


@pytest.mark.parametrize("variation", LAWFUL)
def test_a_lawful_difference_is_told_and_is_no_regression(variation: str) -> None:
    """Answers look otherwise, and every promise holds as before."""
    service = getattr(variations, variation)()
    options = Options(only=LOOKED_AT, examples=EXAMPLES)

    comparison = compare(_reference(LOOKED_AT), run(target(service), options, carrier=Carrier(service)))

    assert [changes for _, changes in comparison.groups if changes] == []
    assert comparison.seen == LAWFUL[variation]


def test_two_runs_of_one_target_do_not_differ() -> None:
    """Ids, dates and the time that a request took are no difference."""
    assert (
        compare(_reference(LOOKED_AT), examine(only=LOOKED_AT, examples=EXAMPLES).report).sentence == "Nothing changed."
    )
