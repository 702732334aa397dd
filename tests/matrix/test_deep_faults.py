"""Faults that only three or more calls, or several clients at once, can show: the defaults find each, with any seed."""

from __future__ import annotations

import pytest
from matrix.kill import examine

from conformance.reference.faults import all_faults, find

RACES = sorted(
    name for name, fault in all_faults().items() if fault.__module__.rpartition(".")[2] in {"racing", "racing_lists"}
)
"""Seen only when requests are under way at the same time."""

DEEP = {
    "AnnouncesNothingAfterAPause": "create, pause, unpause, get",
    "AnnouncesRunsOfWhatWasPaused": "create, pause, archive",
    "AnnouncesTheScheduleOfYore": "create, pause, update, unpause",
    "ArchivesTheFirstName": "create, update, archive",
    "CountsPagesFromTheTop": "run often, list, run, list on",
    "DelistsWhatWasUnpaused": "create, pause, unpause, list",
    "EndsAtArchivedCursors": "create many, list, archive, list on",
    "ForgetsWhatWasPausedWhenArchived": "create, pause, archive, list",
    "GivesAReasonOnlyOnce": "create, pause, unpause, pause",
    "LosesTheDescriptionInTheEnd": "create, update, update",
    "RedatesWhatWasPaused": "create, pause, archive, archive, get",
    "RefusesArchivedCursors": "create many, list, archive, list on",
    "RemembersNames": "create, archive, create",
    "RemembersNamesInUpdates": "create, archive, create, update",
    "RemembersPlaces": "create many, list, create, list on",
    "ReopensOnUpdate": "create, update, archive, update",
    "RepinsOnOtherUpdates": "create, new version of the agent, update, get",
    "RepinsOnUnpause": "create, new version of the agent, pause, unpause",
    "RestoresTheScheduleOfYore": "create, pause, update, unpause",
    "RestoresTheSnapshot": "create, pause, update, unpause",
    "RevivesOnUnpause": "create, pause, archive, unpause",
    "RevivesWhileRefusing": "create, pause, archive, unpause, get",
    "RunsForgetTheirVersion": "create, run, new version of the agent, get the run",
    "RunsTheFirstAgent": "create, run, update, run",
    "StartsAnewAtLostCursors": "create many, list by status, pause the cursor, list on",
    "SuffixesOnlyWhatIsActive": "create, pause, archive",
    "TiresOfPausing": "create, pause, unpause, pause",
    "TurnsTheClockBack": "create, update, pause",
    "UnpausesTheArchived": "create, pause, archive, unpause",
    "UnpausesTwice": "create, pause, unpause, unpause",
    "WakesOnUpdate": "create, pause, update",
}
"""The calls without which each cannot be seen."""


def test_there_are_enough_of_them() -> None:
    assert len({*RACES, *DEEP}) >= 40
    assert {*DEEP} <= {*all_faults()}


@pytest.mark.full
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", [*DEEP, *RACES])
def test_the_defaults_find_it_with_any_seed(name: str, seed: int) -> None:
    """In the areas that it names, with as many examples as a run has by default."""
    named = find(name).breaks
    areas = tuple(sorted({id_.partition("-")[0] for id_ in named}))

    assert examine(name, only=areas, seed=seed, examples=10).broken & named
