"""The command as a process of its own: exit statuses, signals, pipes, and how little it imports."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.cli import main
from conformance.reference.editions import EDITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMAND = (sys.executable, "-m", "conformance.cli")
QUIET = (0, 130, -signal.SIGINT)


def environment(**more: str) -> dict[str, str]:
    """The environment without anything of ours, and with the package that is under test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DEPLOYMENTS_", "PYTHON"))}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} | more


def start(*arguments: str, cwd: Path, **more: str) -> subprocess.Popen[str]:
    """Start the command in a folder, with pipes. Ctrl-C reaches it, also where a shell has us ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**more),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@contextmanager
def serving(cwd: Path, *arguments: str) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """The mock, and what its export lines say."""
    process = start("serve", *arguments, cwd=cwd)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(10)]
    try:
        yield dict(re.findall(r"^export (\w+)=(\S+)$", "".join(lines), re.MULTILINE)), process
    finally:
        process.kill()
        process.communicate()


def run(cwd: Path, exports: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """Start a run against the mock."""
    secrets = {name: value for name, value in exports.items() if name.endswith("TOKEN")}
    return start("run", "--base-url", exports["DEPLOYMENTS_BASE_URL"], *arguments, cwd=cwd, **secrets)


def wait_for(path: Path, text: str) -> None:
    """Wait until a file that another process writes holds a text."""
    end = time.monotonic() + 30
    while not (path.is_file() and text in path.read_text(encoding="utf-8")):
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("command", [(), ("compare",)])
def test_help_imports_nothing_heavy(command: tuple[str, ...], tmp_path: Path) -> None:
    """What `--help` does not need would make it slow."""
    asked = [sys.executable, "-X", "importtime", *COMMAND[1:], *command, "--help"]
    done = subprocess.run(asked, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "DEPLOYMENTS_TOKEN" in done.stdout
    assert "conformance.arguments" in imported
    assert not {"pytest", "httpx", "rich", "jinja2", "hypothesis", "uvicorn", "jsonschema"} & imported


@pytest.mark.parametrize("revision", EDITIONS)
def test_serve_tells_what_it_holds_and_ends_quietly(tmp_path: Path, revision: str) -> None:
    """The export lines are all a client needs, of any edition; Ctrl-C leaves no traceback."""
    with serving(tmp_path, "--revision", revision) as (exports, process):
        answer = httpx.get(
            exports["DEPLOYMENTS_BASE_URL"] + "/agents/" + exports["DEPLOYMENTS_AGENT_ID"],
            headers={"authorization": "Bearer " + exports["DEPLOYMENTS_TOKEN"]},
        )
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)

    assert answer.status_code == 200
    assert process.returncode in QUIET
    assert not err


def test_fault_is_found_and_named(tmp_path: Path) -> None:
    """A broken promise ends the run with 1 and is told in words."""
    with serving(tmp_path, "--fault", "TakesLongNames") as (exports, _):
        process = run(tmp_path, exports, "--only", "create")
        out, _ = process.communicate(timeout=300)

    assert process.returncode == 1
    assert "256 characters" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_still_reports(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end with 130, and what was found is written."""
    with serving(tmp_path, "--latency", "50") as (exports, _):
        process = run(tmp_path, exports)
        wait_for(tmp_path / "reports" / "journal.jsonl", '"made"')
        process.send_signal(number)
        _, err = process.communicate(timeout=300)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert json.loads((tmp_path / "reports" / "report.json").read_text())["interrupted"] is True


def test_killed_run_is_cleaned_up_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`clean` archives what the journal of a killed run names; doing it again is harmless."""
    journal = tmp_path / "reports" / "journal.jsonl"
    with serving(tmp_path) as (exports, _):
        process = run(tmp_path, exports)
        wait_for(journal, '"made"')
        process.kill()
        process.communicate()
        monkeypatch.setenv("DEPLOYMENTS_TOKEN", exports["DEPLOYMENTS_TOKEN"])

        assert main(["clean", str(journal)]) == 0
        assert "Left behind: 0." in capsys.readouterr().out
        assert main(["clean", str(journal)]) == 0
        assert "Nothing to put away" in capsys.readouterr().out


def test_refused_token_ends_with_4(tmp_path: Path) -> None:
    """A token that the service does not take is told apart from a broken service."""
    with serving(tmp_path) as (exports, _):
        process = run(tmp_path, exports | {"DEPLOYMENTS_TOKEN": "wrong"})
        out, err = process.communicate(timeout=300)

    assert process.returncode == 4
    assert "token" in out
    assert "Traceback" not in out + err


class Page(BaseHTTPRequestHandler):
    """Answers everything with a page of HTML."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Welcome</h1>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


def test_another_kind_of_service_ends_with_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A web site is no Deployments API, and the sentence says so."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/v1"

        assert main(["run", "--base-url", url, "--report-dir", str(tmp_path)]) == 4
        server.shutdown()

    assert "without JSON" in capsys.readouterr().out


def test_nobody_there_ends_with_4(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused connection is told, and the report is written."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")

    assert main(["run", "--base-url", "http://127.0.0.1:1/v1", "--report-dir", str(tmp_path)]) == 4
    assert "could not be examined" in capsys.readouterr().out
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "unreachable"


def test_closed_pipe_is_no_error(tmp_path: Path) -> None:
    """`list | head` ends without a word."""
    process = start("list", "--json", cwd=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()

    assert not process.stderr.read()
    assert process.wait(10) == 141
    process.stderr.close()
