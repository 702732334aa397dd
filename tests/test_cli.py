"""The command refuses what it cannot use in one clear line, and its small commands say what they should."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from conformance import __version__, runner
from conformance.cli import main
from conformance.reference import faults

if TYPE_CHECKING:
    from pathlib import Path

HOST = "http://127.0.0.1:1/v1"  # nothing answers there: a status other than 4 tells that nothing was asked
TOKENS = ("DEPLOYMENTS_TOKEN", "DEPLOYMENTS_OTHER_TOKEN", "DEPLOYMENTS_EXPIRED_TOKEN", "DEPLOYMENTS_UNSCOPED_TOKEN")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and nothing of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> str:
    """The single line that the command printed as it refused these arguments."""
    assert main(arguments) == status
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("deployments-conformance: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "no command given"),
        ("frobnicate", "'frobnicate'"),
        ("run --frobnicate", "--frobnicate"),
        ("run --base", "--base"),
        ("run --token secret", "--token"),
        ("run --base-url api.example.com/v1", "no http:// or https://"),
        ("run --base-url ftp://api.example.com/v1", "no http:// or https://"),
        ("run --base-url http://", "no http:// or https://"),
        ("run --base-url http://[::1", "is not a URL"),
        ("run --base-url http://h:99999/v1", "is not a URL"),
        ("run --base-url http://h:port/v1", "is not a URL"),
        ("run --base-url http://h/v1?x=1", "query"),
        ("run --base-url http://h/v1#x", "fragment"),
        ("run --base-url http://h/ü", "percent-encoded"),
        ("run --base-url https://h/v1/deployments", "ends before it: https://h/v1"),
        ("run --base-url https://h/v1/deployments/", "ends before it: https://h/v1"),
        ("run --revision qoder-1999-01", "qoder-2026-06"),
        ("list --revision qoder-1999-01", "qoder-2026-06"),
        ("serve --revision qoder-1999-01", "qoder-2026-06"),
        ("run --allow-writes --read-only", "--read-only"),
        ("run --read-only --allow-runs", "--read-only exclude each other"),
        ("run --agent-id agent_1", "no --base-url"),
        ("run --base-url http://h --agent-id a/../b", "is not an id"),
        ("run --base-url http://h --environment-id .", "is not an id"),
        ("run --workers 0", "--workers: 0 is below 1"),
        ("run --workers two", "'two' is not a whole number"),
        ("run --seed -1", "--seed: -1 is below 0"),
        ("run --examples 0", "--examples: 0 is below 1"),
        ("run --max-writes -5", "--max-writes: -5 is below 0"),
        ("run --max-rate -1", "'-1' is not a number of 0 or more"),
        ("run --max-rate inf", "'inf' is not a number of 0 or more"),
        ("run --timeout nan", "'nan' is not a number of 0 or more"),
        ("run --timeout 0", "'0' is not a number above 0"),
        ("run --ca-file missing.pem", "--ca-file missing.pem"),
        ("run --only no-such-thing", "no-such-thing"),
        ("serve --port 70000", "65535"),
        ("serve --latency -1", "--latency: -1 is below 0"),
        ("serve --fault no-such-fault", "no-such-fault"),
        ("diff one.json", "AFTER.json"),
        ("diff one.json two.json", "one.json"),
        ("merge", "REPORT.json"),
        ("merge one.json", "one.json"),
        ("clean journal.jsonl", "journal.jsonl"),
    ],
)
def test_bad_input_is_refused_in_one_line(line: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line says what is wrong and where."""
    assert told in refusal(capsys, *line.split())


def test_password_in_the_url_is_refused_and_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """A URL with a password is not used, and the password is not shown."""
    said = refusal(capsys, "run", "--base-url", "https://user:hunter2@h/v1")

    assert "DEPLOYMENTS_TOKEN" in said
    assert "hunter2" not in said


def test_other_service_needs_a_token(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a token nothing is sent, and the line tells how to set it."""
    assert "export DEPLOYMENTS_TOKEN=" in refusal(capsys, "run", "--base-url", HOST)


@pytest.mark.parametrize("token", ["two words", "tail\n", "\thead", "töken", "nul\x7f"])
@pytest.mark.parametrize("variable", TOKENS)
def test_token_that_no_header_can_hold_is_refused(
    variable: str, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names the variable, never the value."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")
    monkeypatch.setenv(variable, token)

    said = refusal(capsys, "run", "--base-url", HOST)

    assert variable in said
    assert token.strip() not in said


def test_consent_without_the_consent_to_write_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On another machine a run of an agent needs a deployment, which needs the consent to write."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")

    said = refusal(capsys, "run", "--base-url", "https://api.example.invalid/v1", "--allow-runs")

    assert "--allow-writes" in said


def test_report_folder_is_checked_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the way of the report folder ends the command at once."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")
    (tmp_path / "file").touch()

    said = refusal(capsys, "run", "--base-url", HOST, "--report-dir", "file/reports")

    assert "--report-dir file/reports" in said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]\n[]",
        '{"journal": 1}',
        '{"journal": 1, "base_url": "file:///etc", "revision": "qoder-2026-06"}',
        '{"journal": 1, "base_url": "http://h", "revision": "x"}',
    ],
)
def test_journal_that_is_none_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A token is sent only to where a run of ours has been."""
    (tmp_path / "j.jsonl").write_text(text + "\n", encoding="utf-8")

    assert "j.jsonl" in refusal(capsys, "clean", "j.jsonl")


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"schema_version": 99, "results": []}', "\x00"])
def test_baseline_that_is_no_report_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is read is checked before anything is sent."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "good")
    (tmp_path / "old.json").write_text(text, encoding="utf-8")

    assert "old.json" in refusal(capsys, "run", "--base-url", HOST, "--baseline", "old.json")


def test_close_fault_names_are_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped fault is answered with the ones that look like it."""
    name = next(iter(faults.all_faults()))

    assert name in refusal(capsys, "serve", "--fault", name[:-1])


def test_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert port in refusal(capsys, "serve", "--port", port)


def test_defect_of_ours_is_one_line_without_tokens(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even what nobody foresaw shows a traceback, a token, or a character that steers the terminal."""

    def broken(_revision: str) -> None:
        raise KeyError("canary-7f3a\x1b[31m")

    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "canary-7f3a")
    monkeypatch.setattr(runner, "catalogue", broken)

    said = refusal(capsys, "list", status=70)

    assert "defect of the suite" in said
    assert "CONTRIBUTING" in said
    assert "canary" not in said
    assert "\x1b" not in said


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The version is that of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"deployments-conformance {__version__}\n"


def test_list_names_every_requirement_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines for pipes and JSON for programs hold the same ids in the same order."""
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["requirements"]

    ids = [one["id"] for one in found]
    assert [line.split()[0] for line in lines] == ids
    assert len(set(ids)) == len(ids)
    assert {one["kind"] for one in found} == {"requirement", "observation", "unobservable"}
    assert all(one["unobservable"] for one in found if one["kind"] == "unobservable")
