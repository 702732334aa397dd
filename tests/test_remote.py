"""Workers on other machines: the same verdicts, one journal, one budget and one record, and no token shown."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import execnet
import pytest
from targets import gateway, with_tokens

from conformance import errands, machines
from conformance.cli import main
from conformance.journal import Journal
from conformance.model import Options, Report, Target, Verdict
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.runner import run
from conformance.settings import Settings
from conformance.surroundings import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.call import Reply, Request


class Watching(Service):
    """Looks, while it is asked, into the journal of the run and at the processes of this machine."""

    def __init__(self, journal: Path) -> None:
        super().__init__()
        self.journal = journal
        self.made: list[str] = []
        self.not_written_down: list[str] = []
        self.writes = 0
        self.seen_where: set[str] = set()

    def answer(self, request: Request) -> Reply:
        self.writes += request.method != "GET" and not request.path.endswith("/archive")
        if request.method == "POST" and request.path.endswith("/deployments"):
            self._look(str(json.loads(request.body or b"{}").get("name")))
        return super().answer(request)

    def _look(self, name: str) -> None:
        told = [json.loads(line) for line in self.journal.read_text(encoding="utf-8").splitlines()]
        self.not_written_down += [] if name in {each.get("name") for each in told if "intend" in each} else [name]
        self.made.append(name)
        if len(self.made) % 5 == 1:
            self.seen_where |= {where for token in self.tokens.values() for where in _processes_with(token)}


def _processes_with(secret: str) -> Iterator[str]:
    """Where the processes of this machine show a secret to others: in their command lines and environments."""
    for process in Path("/proc").glob("[0-9]*"):
        for where in ("cmdline", "environ"):
            try:
                text = (process / where).read_bytes()
            except OSError:  # of others, or gone
                continue
            if secret.encode() in text:
                yield f"{where} of {process.name}"


def _examined(service: Service, options: Options, **target: int) -> Report:
    with serve_in_thread(service) as running:
        return run(with_tokens(running.base_url, running.tokens, **target), options)


def _workers(names: list[str]) -> set[str]:
    return {re.sub(r"^conformance-\w+-|-\d+$", "", name) for name in names}


def test_machines_say_what_is_true_and_all_that_they_do_comes_home(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    service = Watching(tmp_path / "journal.jsonl")
    far = tuple(map(gateway, folders))
    har = tmp_path / "all.har"
    options = Options(("get", "pause"), workers=1, report_dir=str(tmp_path), har=str(har), remote=far)
    report = _examined(service, options, max_writes=1000)
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]

    asked = [each for each in report.results if each.area in options.only]
    assert {each.verdict for each in asked if "--slow" not in each.reason} == {Verdict.PASSED}
    assert (report.notes, report.leftovers, report.invalid) == ((), (), None)
    assert _workers(service.made) == {"gw0", "remote0", "remote1"}
    assert service.not_written_down == []
    assert service.seen_where == set()
    assert report.requests_total <= len(entries) <= report.requests_total + 2  # those of the first look
    assert sorted(path.name for path in tmp_path.glob("*.part")) == []
    assert [path.name for folder in folders for path in folder.iterdir()] == ["tmp", "tmp"]


def test_machines_spend_one_budget_of_writes(tmp_path: Path) -> None:
    service = Watching(tmp_path / "journal.jsonl")
    options = Options(("get",), workers=1, report_dir=str(tmp_path), remote=(gateway(tmp_path / "a"),))
    report = _examined(service, options, max_writes=9)

    assert service.writes == 9
    assert {each.reason for each in report.results if each.area == "get" and each.verdict is Verdict.SKIPPED} == {
        "--max-writes 9 was spent"
    }
    assert report.leftovers == ()


class Lost(Watching):
    """Has the process of a machine killed, as soon as it has sent a create."""

    def __init__(self, journal: Path, folder: Path) -> None:
        super().__init__(journal)
        self.folder = folder

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        if self.made and "remote0" in self.made[-1] and self.folder.exists():
            for process in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError):  # of others, or gone
                    if process.joinpath("cwd").readlink() == self.folder:
                        os.kill(int(process.name), signal.SIGKILL)
        return reply


@pytest.mark.full
def test_a_machine_that_is_lost_is_replaced_and_what_it_made_is_put_away(tmp_path: Path) -> None:
    service = Lost(tmp_path / "journal.jsonl", tmp_path / "a")
    far = (gateway(service.folder),)
    report = _examined(service, Options(("update",), workers=1, report_dir=str(tmp_path), remote=far))

    assert _workers(service.made) > {"gw0", "remote0"}
    assert [note.partition(":")[0] for note in report.notes] == ["worker remote0 died"]
    assert [each for each in report.results if each.is_broken] == []
    assert report.leftovers == ()


# --- what is asked for, one by one ---------------------------------------------------------------------------------

ERRAND = """
from conformance.errands import Errands

errands = Errands(channel.receive())
try:
    errands.write_down({"intend": "remote0-0", "kind": "deployment", "name": "n"})
except OSError as error:
    channel.send(error.strerror)
else:
    channel.send("")
channel.send((errands.count_write(), errands.count_write(), errands.halted()))
"""


def _errands(settings: Settings) -> tuple[object, object]:
    """What a worker elsewhere is told when it asks."""
    group = execnet.Group(execmodel="main_thread_only")
    try:
        far = group.makegateway(f"popen//python={sys.executable}")
        asked, lines = far.remote_exec(ERRAND), far.newchannel()
        errands.Desk(settings, "remote0", lines)
        asked.send(lines)
        return asked.receive(30), asked.receive(30)
    finally:
        group.terminate(timeout=5)


def test_a_create_waits_for_the_journal_and_is_not_sent_where_that_is_gone(tmp_path: Path) -> None:
    budget, halt, path = (tmp_path / name for name in ("budget", "halt", "journal.jsonl"))
    budget.write_bytes(b"..")
    halt.write_text("get-x", encoding="utf-8")
    journal = Journal(path)
    journal.begin(run_id="test")
    settings = Settings(Target("http://127.0.0.1:1/v1"), Options(), "test", str(path), None, str(budget))
    settings = dataclasses.replace(settings, halt_path=str(halt))

    assert _errands(settings) == ("", (3, 4, "get-x"))
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[1])["name"] == "n"
    path.unlink()
    assert _errands(settings) == ("No such file or directory", (5, 6, "get-x"))
    journal.close()


def test_settings_go_without_files_and_with_the_time_that_is_left(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")
    target = Target("https://api.example.com/v1", ca_file=str(authority), max_rate=6)
    settings = Settings(target, Options(workers=1, remote=("ssh=a", "ssh=b")), "test", "journal", None, "budget")
    settings = dataclasses.replace(settings, halt_path="halt", deadline=time.monotonic() + 100)
    packed = Settings.load(settings.packed().dump())

    assert (packed.journal_path, packed.budget_path, packed.halt_path) == (None, None, None)
    assert packed.target.ca_file == "-----BEGIN CERTIFICATE-----"
    assert 90 < packed.deadline < 101
    assert 90 < packed.unpacked().deadline - time.monotonic() < 101
    assert packed.pace.writes == 2


# --- machines that cannot take part --------------------------------------------------------------------------------


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["run", "--no-settings", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    "spec",
    [
        *("", "nonsense", "ssh", "ssh=", "popen=x", "popen//ssh=h", "popen//popen", "popen//via=h", "popen//id=x"),
        *("socket=host", "socket=host:x", "python=/bin/python3", "popen//_x=1", "popen//", "popen//python"),
    ],
)
def test_what_is_no_machine_is_refused(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--remote" in (line := _refused(capsys, "--remote", spec))
    assert "write ssh=HOST" in line


def test_a_machine_without_python_or_without_the_suite_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = ("--report-dir", str(tmp_path / "reports"))
    bare = f"popen//python={Path(sys.base_prefix) / 'bin/python3'}//chdir={tmp_path}"

    assert "no Python could be reached there" in _refused(capsys, *folder, "--remote", "popen//python=/nowhere/python")
    line = _refused(capsys, *folder, "--remote", f"popen//python={sys.executable}", "--remote", bare)
    assert f"--remote {bare}: there is no deployments-conformance" in line


def test_a_machine_with_another_version_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machines, "__version__", "99")
    line = _refused(capsys, "--report-dir", str(tmp_path), "--remote", f"popen//python={sys.executable}")

    assert "and 99 is at work here; install the same there" in line


@pytest.mark.parametrize("base_url", [None, "http://localhost:8080/v1"])
def test_a_machine_that_has_another_loopback_is_refused(base_url: str | None) -> None:
    """What listens there is not what listens here, and would be written to."""
    with pytest.raises(UsageError, match="not to be reached from there; give a --base-url that is"):
        run(Target(base_url, "token"), Options(remote=("ssh=user@elsewhere",)))
