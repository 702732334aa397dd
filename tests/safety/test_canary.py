"""No token leaves the memory of a run: not in a report, a log, a crash or a list of processes, in whatever form."""

from __future__ import annotations

import io
import json
import signal
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from safety.leaky import TAME, TOKENS, Leaky, halves, written
from test_cli_process import environment, start

from conformance.cli import main
from conformance.exchange import Exchange
from conformance.journal import read as read_journal
from conformance.model import Options, Target
from conformance.reference.thread import serve_in_thread
from conformance.settings import Settings
from conformance.suite import Suite

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from conformance.reference import Running

NAMES = ("DEPLOYMENTS_TOKEN", "DEPLOYMENTS_OTHER_TOKEN", "DEPLOYMENTS_EXPIRED_TOKEN", "DEPLOYMENTS_UNSCOPED_TOKEN")
VARIABLES = dict(zip(NAMES, TOKENS.values(), strict=True))
FORMS = {form: kind for kind, token in TOKENS.items() for form in (*written(token), *halves(token))}
SOME = [word for area in ("auth", "error", "get") for word in ("--only", area)]


# --- looking for leaks ------------------------------------------------------------------------------------------


def leaks(text: str) -> list[str]:
    """Which tokens a text gives away, and in which form."""
    return [f"{kind}: {form[:60]}" for form, kind in FORMS.items() if form in text]


def leaks_of(folder: Path) -> dict[str, list[str]]:
    """What the files below a folder give away, by their names or by what they hold."""
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()}
    return {path.name: found for path, text in texts.items() if (found := leaks(f"{path.name}\n{text}"))}


def descendants(pid: int) -> Iterator[int]:
    """A process and all that it started, and that they started."""
    yield pid
    with suppress(OSError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from descendants(int(child))


def command_lines(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a list of processes shows of this one and of those below it, as long as it runs."""
    seen: dict[str, str] = {}
    end = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < end:
        for pid in descendants(process.pid):
            with suppress(OSError):
                shown = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                seen[str(pid)] = shown or seen.get(str(pid), "")  # one that has ended and was not waited for shows none
        time.sleep(0.2)
    return seen


def finish(process: subprocess.Popen[str], folder: Path) -> int:
    """Wait for the end, and keep what was printed where the leaks are looked for."""
    printed, complained = process.communicate(timeout=300)
    (folder / "printed.txt").write_text(printed, encoding="utf-8")
    (folder / "complained.txt").write_text(complained, encoding="utf-8")
    return process.returncode


@pytest.fixture
def leaky() -> Iterator[Running]:
    """A service that gives away whatever it is told."""
    with serve_in_thread(Leaky()) as running:
        yield running


def begin(folder: Path, leaky: Running, *arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start a run against it, that records all it can."""
    recorded = ("--har", "all.har", "--evidence", "all")
    return start("run", "--base-url", leaky.base_url, *recorded, *arguments, cwd=folder, **VARIABLES, **more)


# --- runs that end as they should -------------------------------------------------------------------------------


def test_the_service_gives_away_every_token(leaky: Running) -> None:
    """So that the tests below have something to find."""
    header = {"authorization": f"Bearer {TOKENS['full']}"}
    answers = [httpx.get(f"{leaky.base_url}/deployments/{n}", headers=header, trust_env=False) for n in range(40)]
    text = "".join(answer.text for answer in answers) + "".join(map(str, answers[0].headers.multi_items()))

    assert {found.partition(":")[0] for found in leaks(text)} == {*TOKENS}
    assert TAME[1].lower() in answers[0].headers


@pytest.mark.matrix
def test_a_run_with_failures_and_what_is_made_of_it_hold_no_token(leaky: Running, tmp_path: Path) -> None:
    """Every file, what is printed, the list of processes, and what diff and merge make of the report."""
    job = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md")}
    running = begin(tmp_path, leaky, *SOME, "--workers", "2", **job)
    shown = command_lines(running)
    assert finish(running, tmp_path) == 1
    report = tmp_path / "reports/report.json"
    for command in (("diff", report, report, "--html", tmp_path / "diff.html"), ("merge", report)):
        with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
            main([*map(str, command), *(["--report-dir", str(tmp_path / "merged")] if command[0] == "merge" else [])])
        (tmp_path / f"{command[0]}.txt").write_text(printed.getvalue(), encoding="utf-8")

    assert leaks_of(tmp_path) == {}
    assert leaks(json.dumps(shown)) == []
    assert len(shown) >= 3, "two workers and who started them"
    text = report.read_text(encoding="utf-8")
    assert all(f"${name}" in text for name in ("TOKEN", *NAMES[1:]))
    assert "session=0123456789" not in text
    scripts = [path.read_text(encoding="utf-8") for path in (tmp_path / "reports/reproduce").iterdir()]
    assert any("'authorization: Bearer '\"$TOKEN\"" in script for script in scripts)


@pytest.mark.matrix
def test_a_comparison_shows_neither_the_tokens_of_one_nor_of_the_other(leaky: Running, tmp_path: Path) -> None:
    """One account may be behind both addresses, so that each knows what the other was told."""
    urls = ("--base-url", leaky.base_url) * 2
    own = {
        "DEPLOYMENTS_TOKEN_B": TOKENS["other"],
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": f"{tmp_path}/step.md",
    }
    running = start("compare", *urls, *SOME, "--evidence", "all", cwd=tmp_path, **VARIABLES, **own)
    shown = command_lines(running)

    assert finish(running, tmp_path) in {0, 1, 3}
    assert leaks_of(tmp_path) == {}
    assert leaks(json.dumps(shown)) == []
    texts = [(tmp_path / "reports" / side / "report.json").read_text(encoding="utf-8") for side in "ab"]
    assert all("$DEPLOYMENTS_EXPIRED_TOKEN" in text for text in texts)
    assert (tmp_path / "reports/comparison.md").exists()


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.matrix
def test_the_embedded_service_gets_its_tokens_unseen(workers: str, tmp_path: Path) -> None:
    """It and the workers are other processes, whose command lines everybody can read."""
    running = start("run", "--only", "get", "--workers", workers, cwd=tmp_path)
    shown = json.dumps(command_lines(running))

    assert finish(running, tmp_path) == 3
    assert "conformance.reference" in shown
    assert "pt-full-" not in shown + "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())


# --- runs that do not -------------------------------------------------------------------------------------------

SABOTAGE = {
    "a case": """
from conformance import client
def get(self, deployment_id, **send):
    mine = self.authorization
    raise RuntimeError(f"{mine} {mine!r} {mine.encode()}" + mine * 30)
client.Client.get = get
""",
    "a hook": """
from conformance import verdicts
def with_evidence(part, session, *_arguments, **_named):
    token = session.transport.target.token
    raise RuntimeError(token * 20)
verdicts.with_evidence = with_evidence
""",
    "clearing away": """
from conformance import suite
def put_away_after_case(self):
    token = self.settings.target.token
    raise RuntimeError(token * 20 + "x" * 20)
suite.Suite.put_away_after_case = put_away_after_case
""",
    "a worker's summary": """
from conformance import suite
def finish(self):
    raise RuntimeError(self.client.authorization)
suite.Suite.finish = finish
""",
    "the command": """
import os
from conformance import report
def write_all(*_arguments, **_named):
    raise RuntimeError(os.environ["DEPLOYMENTS_TOKEN"] + os.environ["DEPLOYMENTS_EXPIRED_TOKEN"])
report.write_all = write_all
""",
}
"""What somebody of us may break one day, put in place before a process begins."""

STATUS = {"a case": {3}, "clearing away": {1, 3}}
"""What a run ends with that goes on, and may have found something by then; the others are invalid."""


HERE = {"a case": "1", "a hook": "2", "clearing away": "1", "a worker's summary": "2", "the command": "1"}
"""With so many workers in plain tox, each the way that has more to go wrong; both in `tox -e full`."""


@pytest.mark.parametrize(
    ("broken", "workers"),
    [
        pytest.param(broken, workers, marks=() if HERE[broken] == workers else pytest.mark.full)
        for broken in SABOTAGE
        for workers in ("1", "2")
    ],
)
@pytest.mark.matrix
def test_a_defect_of_the_suite_gives_no_token_away(broken: str, workers: str, leaky: Running, tmp_path: Path) -> None:
    """Exceptions carry tokens, and tracebacks show exceptions."""
    work, habits = tmp_path / "work", tmp_path / "habits"
    work.mkdir()
    habits.mkdir()
    (habits / "sitecustomize.py").write_text(SABOTAGE[broken], encoding="utf-8")
    path = f"{habits}:{environment()['PYTHONPATH']}"
    status = finish(begin(work, leaky, "--only", "get", "--workers", workers, PYTHONPATH=path), work)

    assert leaks_of(work) == {}
    told = "".join(path.read_text(encoding="utf-8") for path in work.rglob("*") if path.is_file())
    assert "RuntimeError" in told
    assert status in STATUS.get(broken, {70})


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.matrix
def test_a_killed_run_leaves_no_token_and_can_be_cleaned_up(
    workers: str, leaky: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids with a token in them are not written down: what they name is found again by its name."""
    running = begin(tmp_path, leaky, "--workers", workers)
    journal = tmp_path / "reports/journal.jsonl"
    end = time.monotonic() + 120
    while not (journal.exists() and journal.read_text(encoding="utf-8").count('"intend"') > 30):
        assert time.monotonic() < end
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    assert finish(running, tmp_path) == -signal.SIGKILL
    time.sleep(1)  # for what workers still write

    assert leaks_of(tmp_path) == {}
    assert '"made"' not in journal.read_text(encoding="utf-8")
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    assert workers == "2" or read_journal(journal)[1].unfinished(), "workers put away what they made"
    assert main(["clean", str(journal)]) == 0
    assert not read_journal(journal)[1].unfinished()
    assert leaks_of(tmp_path) == {}


def test_a_service_that_is_none_cannot_make_us_tell(tmp_path: Path) -> None:
    """The advice before a run repeats what a service said of itself."""

    class Login(Leaky):
        def encode(self, _payload: object) -> bytes:
            return TOKENS["full"].encode()

    with serve_in_thread(Login()) as running:
        assert finish(begin(tmp_path, running), tmp_path) == 4
    assert "without JSON" in (tmp_path / "printed.txt").read_text(encoding="utf-8")
    assert leaks_of(tmp_path) == {}


# --- in memory --------------------------------------------------------------------------------------------------


def test_no_value_shows_a_token_when_it_is_printed() -> None:
    """Debuggers, assertions and log lines write values out."""
    full, other, expired, unscoped = TOKENS.values()
    target = Target("http://127.0.0.1:1/v1", full, other, expired, unscoped)
    settings = Settings(target, Options(), "run")
    suite = Suite(settings)
    sent = (("authorization", f"Bearer {TOKENS['full']}"),)
    exchange = Exchange("GET", "http://h/v1/deployments", "/deployments", sent, None, 200, sent, b"", 1.0)
    suite.client.session.sent.append(exchange)
    suite.client.session.transport.close()

    assert leaks(f"{target!r} {settings!r} {suite!r} {suite.client!r} {suite.client.session!r} {exchange!r}") == []
    assert repr(exchange) == "<GET /deployments: 200>"
