"""What takes minutes: every race is found, and neither five minutes, lost answers nor a freedom accuse anybody."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from chaos.proxy import Proxy
from chaos.weather import WEATHERS, Plan
from lawful.test_lawful import EVERY, _target, _varied
from lawful.variations import NoAgentsToMake
from safety.accounts import Account
from soak.visits import serving, soak, start
from targets import with_tokens

from conformance.model import Options
from conformance.reference.editions import EDITIONS
from conformance.reference.faults import all_faults, load_faults
from conformance.reference.thread import serve_in_thread
from conformance.revisions import QODER_JUNE
from conformance.runner import run
from conformance.soak.asked import Asked
from conformance.soak.campaign import soak as in_python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.full

LONG_S = float(os.environ.get("SOAK_SECONDS", "300"))
WITHIN_S = 120
"""So long a race may take to be found."""

RACES = [
    name for name, fault in all_faults().items() if fault.__module__.rpartition(".")[2] in {"racing", "racing_lists"}
]
CROWDING = [name for name, fault in load_faults().items() if fault.breaks]


def test_there_are_races_enough() -> None:
    assert len(RACES) >= 10
    assert len(CROWDING) >= 10


@pytest.mark.parametrize("fault", [*RACES, *CROWDING])
def test_each_race_is_found_within_two_minutes(fault: str, tmp_path: Path) -> None:
    options = ("--users", "30", "--duration", str(WITHIN_S), "--fail-fast")
    with serving(fault) as running:
        found = soak(tmp_path, *options, running=running)

    assert found.report["invalid"] is None
    assert found.accused, found.said
    assert found.load["lasted_s"] < WITHIN_S
    assert {*found.accused} <= load_faults()[fault].breaks if fault in CROWDING else True
    print(f"\n{fault}: {found.load['lasted_s']:.0f} s, {', '.join(found.accused)}")  # seen with -s


@pytest.mark.parametrize("fault", load_faults())
def test_a_run_finds_nothing_in_what_only_a_load_shows(fault: str) -> None:
    with serving(fault) as running:
        report = run(with_tokens(running.base_url, running.tokens), Options())

    assert [result.id for result in report.results if result.is_broken] == []


def test_a_server_that_slows_down_is_observed_and_not_accused(tmp_path: Path) -> None:
    with serving("SlowsDownWithAge") as running:
        found = soak(tmp_path, "--users", "20", "--duration", "30", running=running)

    assert found.accused == {}
    answers = [each["answer"] for each in found.report["observations"]]
    assert answers == ["slower"]


@pytest.mark.parametrize("revision", EDITIONS)
@pytest.mark.parametrize("processes", [1, 2])
def test_minutes_of_load_lose_nothing_and_accuse_nobody(revision: str, processes: int, tmp_path: Path) -> None:
    """Five minutes with fifty users, a fifth of that but for the first edition and one process."""
    seconds = LONG_S if (revision, processes) == (QODER_JUNE, 1) else LONG_S / 5
    options = ("--users", "50", "--duration", f"{seconds:g}", "--processes", str(processes), "--revision", revision)
    found = soak(tmp_path, *options, bound_s=seconds + 400)

    assert (found.status, found.accused) == (0, {}), found.said[-2000:]
    assert (found.report["leftovers"], found.report["invalid"], found.load["dropped"]) == ([], None, 0)
    print(f"\n{found.load['requests']:,} requests, {sum(found.load['checks'].values()):,} comparisons")


@pytest.mark.parametrize("weather", WEATHERS.values(), ids=lambda each: each.name)
def test_a_way_that_loses_answers_accuses_nobody_and_leaves_nothing(weather: Any, tmp_path: Path) -> None:
    with serving() as running:
        account = Account(running)
        account.seeded = frozenset(account.unarchived())
        with Proxy(running.base_url, Plan(weather, 7), 2.0) as proxy:
            options = ("--users", "12", "--duration", "12", "--timeout", "2")
            found = soak(tmp_path, *options, running=running, base_url=proxy.base_url)
            proxy.heal()
            assert found.report["invalid"] is None, found.said[-2000:]
            assert found.accused == {}
            assert sum(proxy.injected.values()) > 0
        left = {each["id"] for each in found.report["leftovers"]}
        assert {*account.unarchived()} <= left or not left


PAIRS = [(each, revision) for each in EVERY for revision in EDITIONS if revision in each.revisions]


@pytest.mark.parametrize(("variation", "revision"), PAIRS)
def test_a_freedom_of_the_service_is_not_accused(variation: Any, revision: str, tmp_path: Path) -> None:
    with serve_in_thread(_varied(variation, revision)) as running:
        target = replace(_target(running, with_ids=variation is NoAgentsToMake), revision=revision)
        report, load = in_python(target, Options(report_dir=str(tmp_path)), Asked(users=6, seconds=4))

    assert report.invalid is None
    assert [f"{each.id}: {each.reason}" for each in report.results if each.is_broken] == []
    assert report.leftovers == ()
    assert load.requests > 0


def test_users_on_another_machine_are_counted_and_judged(tmp_path: Path) -> None:
    """A master with a process of its own and one that was started elsewhere, each with its own journal."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    with serving("LosesPatchesAtOnce") as running:
        account = Account(running)
        account.seeded = frozenset(account.unarchived())
        helper = start(there, "--worker", "--master-port", "5601", "--duration", "20", running=running)
        options = ("--users", "20", "--duration", "10", "--expect-workers", "1", "--master-port", "5601")
        found = soak(here, *options, running=running)
        said, _ = helper.communicate(timeout=120)

        assert (found.status, helper.returncode) == (1, 0), found.said + said
        assert account.unarchived() == []
    assert found.load["processes"] == 2
    assert found.report["leftovers"] == []
