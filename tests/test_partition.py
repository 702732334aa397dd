"""How a run is divided into shards: each requirement in one of them, all shards alike, by the same rule everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from typing import Any

import pytest

from conformance import partition, plan
from conformance.cli import main
from conformance.model import Options, Target
from conformance.revisions import ALL
from conformance.runner import catalogue
from conformance.settings import Settings
from conformance.shard import Shard

HERE, THERE = "http://127.0.0.1:1/v1", "https://api.example.com/v1"


def _settings(base_url: str = HERE, revision: str = ALL[0], **target: Any) -> Settings:
    return Settings(Target(base_url, revision=revision, **target), Options(), "test")


def _ids(revision: str = ALL[0]) -> list[str]:
    return [each.id for each in catalogue(revision) if not each.unobservable]


@pytest.mark.parametrize("revision", ALL)
@pytest.mark.parametrize("number", [1, 2, 3, 7, 1000])
def test_every_requirement_is_in_one_shard(number: int, revision: str) -> None:
    parts = partition.parts(_settings(revision=revision), _ids(revision), number)

    assert len(parts) == number
    assert sorted(id_ for part in parts for id_ in part) == sorted(_ids(revision))


@pytest.mark.parametrize("revision", ALL)
@pytest.mark.parametrize("settings", [{}, {"base_url": THERE, "allow_writes": True}, {"base_url": THERE}])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_all_shards_take_about_as_long(number: int, settings: dict[str, Any], revision: str) -> None:
    """By the figures that were recorded: no shard has much more to do than it would have if all were alike."""
    asked = _settings(revision=revision, **settings)
    seconds = partition.weights(asked, _ids(revision))
    loads = [sum(seconds[id_] for id_ in part) for part in partition.parts(asked, _ids(revision), number)]

    assert max(loads) <= 1.1 * sum(loads) / number


@pytest.mark.parametrize("number", [2, 5, 20])
def test_what_rests_on_one_story_stays_together(number: int) -> None:
    parts = partition.parts(_settings(), _ids(), number)
    places = defaultdict(set)
    for place, part in enumerate(parts):
        for id_ in part:
            places[partition.bundle(id_)].add(place)

    assert {"sequence", "generated", "crowd", "history"} <= places.keys()
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
    for area in ("sequence", "generated"):
        assert {partition.bundle(id_) for id_ in _ids() if id_.startswith(f"{area}-")} == {area}


def test_what_was_not_recorded_counts_as_the_one_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"a": {"seconds": [1, 1]}, "b": {"seconds": [2, 2]}, "c": {"seconds": [9, 9]}}
    monkeypatch.setattr(plan, "recorded", lambda: rows)

    assert partition.weights(_settings(), ["a", "b", "c", "new"]) == {"a": 1, "b": 2, "c": 9, "new": 2}
    assert partition.weights(_settings(), ["new"]) == {"new": 1}
    assert partition.parts(_settings(), ["a", "b", "c", "new"], 2) == [{"c"}, {"a", "b", "new"}]


def test_elsewhere_requests_take_longer_and_what_must_not_be_asked_takes_nothing() -> None:
    writes = next(id_ for id_ in _ids() if "writes" in plan.recorded().get(id_, {}).get("needs", ()))
    here, there = (partition.weights(_settings(url, allow_writes=True), _ids())[writes] for url in (HERE, THERE))

    assert there > here > 0
    assert partition.weights(_settings(THERE), _ids())[writes] == 0


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_process_divides_alike(seed: str) -> None:
    """Whatever order its sets have."""
    script = (
        "from test_partition import _ids, _settings; from conformance import partition; "
        "from conformance.shard import Shard; print(partition.of(_settings(), frozenset(_ids()), Shard(2, 5))[1].cut)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.path.dirname(__file__)}  # noqa: PTH120 - one line
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)

    mine, shard = partition.of(_settings(), _ids(), Shard(2, 5))
    assert told.stdout.strip() == shard.cut
    assert shard.cut == partition.of(_settings(), _ids()[::-1], Shard(1, 5))[1].cut
    assert shard.cut != partition.of(_settings(), sorted(mine), Shard(1, 5))[1].cut


@pytest.mark.parametrize(
    "text", ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/5", "one/3", "1 / 3", "99999/99999", "¹/³"]
)
def test_what_is_no_shard_is_refused_in_one_line(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--shard", text]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--shard" in line
    assert "1/" in line or "expected one argument" in line


def test_a_shard_of_the_interface_for_python_is_checked_too() -> None:
    with pytest.raises(ValueError, match="5/4 is no shard: those of 4 are 1/4 to 4/4"):
        Shard(5, 4)
