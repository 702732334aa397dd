"""`--har`: every request of a run, in order and redacted, in a file that is whole at every moment."""

from __future__ import annotations

import json
import resource
import signal
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import jsonschema
import pytest
from report.test_har import HAR
from test_cli_process import run as start_run
from test_cli_process import serving

from conformance import recording
from conformance.cli import main
from conformance.exchange import Exchange, Redactor
from conformance.failures import Throttled
from conformance.model import Target
from conformance.reference import process
from conformance.report import json_format
from conformance.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Entry = dict[str, Any]

TOKEN = "canary/7f3a+x"  # noqa: S105 - not a real one
NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)
SENT = Exchange("POST", "http://h/x", "/x", (("authorization", f"Bearer {TOKEN}"),), b"{}", 200, (), b"{}", 1.5)


def entries(path: Path) -> list[Entry]:
    """The entries of a file that is HAR 1.2 and in order."""
    text = path.read_text(encoding="ascii")
    document = json.loads(text)
    validator = jsonschema.Draft202012Validator(HAR)
    assert not [error.message for error in validator.iter_errors(document)]
    found: list[Entry] = document["log"]["entries"]
    return found


def began(found: list[Entry]) -> list[str]:
    return [entry["startedDateTime"] for entry in found]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def recorder() -> Callable[..., recording.Recorder]:
    """Makes what a process writes with."""
    redactor = Redactor({TOKEN: "$TOKEN"})
    return lambda worker="main": recording.Recorder(
        recording.Part(recording.part(Path("all.har"), worker)).add, redactor, lambda: f"case-of-{worker}"
    )


def test_the_file_is_whole_after_every_request(recorder: Callable[..., recording.Recorder]) -> None:
    """So nothing is lost with a process that is killed."""
    record = recorder()
    assert entries(Path("all.har")) == []
    for number in range(3):
        record(SENT, NOON + timedelta(milliseconds=number), None)
        assert len(entries(Path("all.har"))) == number + 1
    found = entries(Path("all.har"))

    assert began(found) == [f"2026-06-14T12:00:00.00{number}+00:00" for number in range(3)]
    assert {entry["comment"] for entry in found} == {"case-of-main"}
    assert found[0]["request"]["headers"] == [{"name": "authorization", "value": "Bearer $TOKEN"}]


def test_parts_become_one_file_in_order(recorder: Callable[..., recording.Recorder]) -> None:
    """By when the requests began, whichever process sent them; the parts are gone, and so is what stood there."""
    Path("all.har").write_text("the last run's", encoding="utf-8")
    Path("all.har.gw7.part").write_text("the last run's", encoding="utf-8")
    Path("all.har.gw0.part.txt").write_text("not ours", encoding="utf-8")
    record = recording.Record(Path("all.har"))
    record.begin()
    for worker, minutes in (("main", (0, 9)), ("gw0", (3, 1)), ("gw1", (2, 4)), ("clean", (10,))):
        for minute in minutes:
            recorder(worker)(SENT, NOON + timedelta(minutes=minute), None)
    record.finish()
    found = entries(Path("all.har"))

    assert began(found) == [f"2026-06-14T12:{minute:02}:00.000+00:00" for minute in (0, 1, 2, 3, 4, 9, 10)]
    assert [entry["comment"][8:] for entry in found] == ["main", "gw0", "gw1", "gw0", "gw1", "main", "clean"]
    assert sorted(path.name for path in Path().iterdir()) == ["all.har", "all.har.gw0.part.txt"]
    assert record.shortfall(7) == []
    assert record.shortfall(8) == ["--har all.har holds 7 of 8 requests, or is left in parts"]


def test_no_answer_is_an_entry_too(recorder: Callable[..., recording.Recorder]) -> None:
    """With status 0 and the reason, from which secrets are removed."""
    refused = Transport(Target("http://127.0.0.1:1/v1"), witness=recorder())
    with pytest.raises(Exception, match="no connection"):
        refused.send("GET", f"http://127.0.0.1:1/{TOKEN}", "/x", (), None)
    refused.close()
    recorder()(SENT, NOON, ConnectionError(f"closed by {TOKEN}"))
    first, second = entries(Path("all.har"))

    assert (first["response"]["status"], first["request"]["url"]) == (0, "http://127.0.0.1:1/$TOKEN")
    assert "refused" in first["response"]["_error"]
    assert second["response"]["_error"] == "closed by $TOKEN"


def test_what_is_sent_again_is_recorded_again(recorder: Callable[..., recording.Recorder]) -> None:
    """429 and 503 are waited for, and a case sees the last answer only; the file has all of them."""

    def busy(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("429 Too Many Requests", [])
        return [b"{}"]

    carrier = httpx.WSGITransport(busy)
    waits: list[float] = []
    patient = Transport(Target("http://h/v1"), carrier=carrier, sleep=waits.append, witness=recorder())
    with pytest.raises(Throttled):
        patient.send("GET", "http://h/v1/x", "/x", (), None)
    found = entries(Path("all.har"))

    assert [entry["response"]["status"] for entry in found] == [429] * (len(waits) + 1)
    age = datetime.now(UTC) - datetime.fromisoformat(found[0]["startedDateTime"])
    assert timedelta() <= age < timedelta(minutes=10)
    assert began(found) == sorted(began(found))


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk that is full, as a process sees it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 100])
def test_a_full_disk_ends_the_record_and_not_the_run(room: int, recorder: Callable[..., recording.Recorder]) -> None:
    """The file stays whole, and the run tells what it lacks."""
    whole = recording.Record(Path("all.har"))
    whole.begin()
    record = recorder()
    record(SENT, NOON, None)
    with no_file_larger_than(Path("all.har").stat().st_size + room):
        record(SENT, NOON, None)
    record(SENT, NOON, None)
    whole.finish()

    assert len(entries(Path("all.har"))) == 1
    assert whole.shortfall(3) == ["--har all.har holds 1 of 3 requests, or is left in parts"]


def test_parts_that_cannot_be_put_together_stay(recorder: Callable[..., recording.Recorder]) -> None:
    """Each is a HAR file by itself."""
    whole = recording.Record(Path("all.har"))
    whole.begin()
    recorder("gw0")(SENT, NOON, None)
    with no_file_larger_than(100):
        whole.finish()

    assert "File too large" in whole.shortfall(1)[0]
    assert len(entries(Path("all.har.gw0.part"))) == 1
    assert sorted(path.name for path in Path().iterdir()) == ["all.har", "all.har.gw0.part"]


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.matrix
def test_every_request_of_a_run_is_recorded(workers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those before the cases, of the cases, several at once, and of the cleaning; no token in any form."""
    Path("all.har").write_text("the last run's", encoding="utf-8")
    asked = [word for area in ("concurrent", "get", "auth") for word in ("--only", area)]
    with process.start() as server:
        for kind, name in (("full", ""), ("other", "OTHER_"), ("expired", "EXPIRED_"), ("unscoped", "UNSCOPED_")):
            monkeypatch.setenv(f"DEPLOYMENTS_{name}TOKEN", server.tokens[kind])
        run = [
            "run",
            "--base-url",
            server.base_url,
            *asked,
            "--allow-partial",
            "--workers",
            workers,
            "--har",
            "all.har",
        ]
        assert main(run) == 0
        secrets = list(server.tokens.values())
    found = entries(Path("all.har"))
    report = json_format.read(Path("reports/report.json"))
    statuses = [str(entry["response"]["status"]) for entry in found]
    purposes = {entry["comment"] for entry in found}

    assert {status: statuses.count(status) for status in report.requests_by_status} == {
        # the look at the service, before it is examined, is not counted in a report
        status: number + (status == "200")
        for status, number in report.requests_by_status.items()
    }
    assert {"suite", "clean"} < purposes
    assert {result.id for result in report.results if result.requests} <= purposes
    assert began(found) == sorted(began(found))
    assert not report.notes
    assert not [path for path in Path().iterdir() if path.name.endswith(".part")]
    text = Path("all.har").read_text(encoding="utf-8")
    assert not [secret for secret in secrets if secret in text]


ENDS = {(signal.SIGINT, "2"), (signal.SIGTERM, "1"), (signal.SIGKILL, "2")}
"""What plain tox sees; all of them in `tox -e full`."""


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("number", "workers"),
    [
        pytest.param(number, workers, marks=() if (number, workers) in ENDS else pytest.mark.full)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
        for workers in ("1", "2")
    ],
)
def test_what_ends_a_run_early_leaves_files_that_can_be_read(
    number: signal.Signals, workers: str, tmp_path: Path
) -> None:
    """One file of all where the run could end it; else one of each process."""
    part = tmp_path / ("all.har" if workers == "1" else "all.har.gw1.part")
    with serving(tmp_path, "--latency", "20") as (exports, _):
        running = start_run(tmp_path, exports, "--har", "all.har", "--workers", workers)
        end = time.monotonic() + 60
        while not part.exists() or part.read_bytes().count(b'"startedDateTime"') < 20:
            assert time.monotonic() < end
            time.sleep(0.05)
        running.send_signal(number)
        _, err = running.communicate(timeout=300)
    killed = number is signal.SIGKILL

    assert "Traceback" not in err
    assert running.returncode == (-number if killed else 130)
    assert len(entries(part if killed else tmp_path / "all.har")) >= 20
    if not killed:
        found = entries(tmp_path / "all.har")
        assert began(found) == sorted(began(found))
        assert not list(tmp_path.glob("*.part"))
        assert "clean" in {entry["comment"] for entry in found}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("folder", "--har folder: there is something that is no file; name another file"),
        ("file/all.har", "--har file/all.har: "),
        ("/proc/all.har", "--har /proc/all.har: "),
        ("reports/exchanges.har", "--har reports/exchanges.har: the report itself is written there"),
        ("reports/../reports/journal.jsonl", "the report itself is written there"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(name: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, before anything is sent."""
    Path("folder").mkdir()
    Path("file").touch()

    assert main(["run", "--har", name]) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert not out
    assert err.count("\n") == 1


def test_an_unreachable_service_leaves_what_was_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look at it is a request, too; folders are made."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", TOKEN)

    assert main(["run", "--base-url", "http://127.0.0.1:1/v1", "--har", "new/all.har"]) == 4
    (tried,) = entries(Path("new/all.har"))
    assert tried["response"]["status"] == 0
