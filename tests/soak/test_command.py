"""`soak` as a command: what it refuses, what it finds in seconds, what it leaves, and how it is interrupted."""

from __future__ import annotations

import importlib.util
import json
import signal
import time
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from safety.accounts import Account
from soak.visits import serving, soak, start

from conformance import resources
from conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

WITH_LOCUST = pytest.mark.skipif(importlib.util.find_spec("locust") is None, reason="needs the extra soak")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("soak --users 0", "--users: 0 is below 1"),
        ("soak --duration 0", "'0' is not a number above 0"),
        ("soak --duration 5m", "'5m' is not a number of 0 or more"),
        ("soak --processes 0", "--processes: 0 is below 1"),
        ("soak --read-only", "--read-only"),
        ("soak --fault TakesLongNames", "--fault"),
        ("soak --revision auto", "wants an edition by its name"),
        ("soak --worker", "--base-url"),
        ("soak --agent-id agent_1", "no --base-url says of which"),
        ("soak --base-url https://api.example.invalid/v1", "give --allow-writes"),
        ("soak --base-url https://api.example.invalid/v1 --allow-runs", "give --allow-writes"),
    ],
)
@WITH_LOCUST
def test_what_makes_no_sense_is_refused_in_one_line(
    command: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "pt-secret")

    assert main(command.split()) == 2

    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) == 1
    assert [*tmp_path.iterdir()] == []


def test_without_the_extra_it_is_told_how_to_install_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    assert main(["soak"]) == 2

    assert "pip install 'deployments-conformance[soak]'" in capsys.readouterr().err


@WITH_LOCUST
@pytest.mark.matrix
def test_a_few_seconds_on_the_embedded_server(tmp_path: Path) -> None:
    """With two processes and so with a master: nothing is lost, nothing accused, nothing left."""
    found = soak(tmp_path, "--users", "6", "--duration", "3", "--processes", "2")

    assert found.status in {0, 3}, found.said  # a MUST that had no turn in so short a time is not said to hold
    assert found.accused == {}
    report, load = found.report, found.load
    jsonschema_rs.Draft202012Validator(json.loads(resources.report_schema_path().read_bytes())).validate(report)
    assert (report["leftovers"], report["invalid"], report["outcome"]) == ([], None, "partial")
    assert (load["users"], load["processes"]) == (6, 2)
    assert load["requests"] > 50
    assert load["checks"]["sequence-objects"] > 0
    passed = {each["id"] for each in report["results"] if each["verdict"] == "passed"}
    assert passed == {*load["checks"]}
    asked = {each["id"] for each in report["results"] if each["skip"] != "not selected"}
    assert all(id_.startswith(("sequence-", "concurrent-")) for id_ in asked)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'id="load"' in page
    assert page.count('class="canvas"') == 2


@WITH_LOCUST
@pytest.mark.matrix
def test_a_lost_update_is_found_and_told_as_a_story(tmp_path: Path) -> None:
    with serving("LosesPatchesAtOnce") as running:
        found = soak(tmp_path, "--users", "12", "--duration", "60", "--fail-fast", running=running)

    assert found.status == 1, found.said
    assert found.seconds < 60
    assert [*found.accused] == ["concurrent-metadata-patches-add-up"]
    results = {each["id"]: each for each in found.report["results"]}
    wrong = results[next(iter(found.accused))]
    assert len(wrong["exchanges"]) > 1
    assert wrong["exchanges"][wrong["differing"]]["response_body"]
    assert running.tokens["full"] not in found.said + json.dumps(found.report)
    assert "FAIL" in found.said


@WITH_LOCUST
@pytest.mark.matrix
@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.full)])
def test_an_interrupted_soak_puts_everything_away(tmp_path: Path, number: signal.Signals) -> None:
    with serving() as running:
        account = Account(running)
        account.seeded = frozenset(account.unarchived())
        process = start(tmp_path, "--users", "8", "--duration", "300", running=running)
        while not _made(tmp_path / "journal.jsonl"):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        said, _ = process.communicate(timeout=120)

        assert process.returncode == 130, said
        assert account.unarchived() == []
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["interrupted"], report["leftovers"], report["invalid"]) == (True, [], None)


def _made(journal: Path) -> bool:
    """Whether there is something to put away."""
    return journal.is_file() and journal.read_bytes().count(b'"deployment"') > 20


def test_run_never_imports_what_replaces_sockets(tmp_path: Path) -> None:
    """Nor do the modules of the command that a soak shares with the others."""
    import subprocess
    import sys

    code = "import sys, conformance.cli_soak, conformance.soak.campaign, conformance.runner; "
    code += "sys.exit(sorted({'locust', 'gevent', 'zmq'} & {*sys.modules}) != [])"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
