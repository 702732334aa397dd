"""`diff` and `merge` read reports, say what they found, and end with its exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.model import MUST, Report, Result, Verdict
from conformance.report import json_format

if TYPE_CHECKING:
    from pathlib import Path


def report(verdict: Verdict, *, name: str = "get-one") -> Report:
    """A report of a single MUST."""
    reason = "" if verdict is Verdict.PASSED else "expected status 200, got 500"
    one = Result(name, MUST, "get", "get#response", "It is found.", verdict, reason=reason, fingerprint=reason)
    return Report("0.1.0", "http://127.0.0.1/v1", "qoder-2026-06", "2026-06-14T08:53:32Z", 1.0, 0, (one,))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a good report and a bad one of the same promise, and a good one of another."""
    held, broken = report(Verdict.PASSED), report(Verdict.FAILED)
    monkeypatch.chdir(tmp_path)
    named = {"good": held, "bad": broken, "other": report(Verdict.PASSED, name="get-two")}
    for name, each in named.items():
        (tmp_path / f"{name}.json").write_text(json_format.dump(each), encoding="utf-8")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("before", "after", "status"), [("good", "bad", 1), ("bad", "good", 0), ("good", "good", 0)])
def test_diff_ends_with_1_if_something_regressed(
    before: str, after: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """What changed is named."""
    assert main(["diff", f"{before}.json", f"{after}.json"]) == status
    assert ("get-one" in capsys.readouterr().out) is (before != after)


@pytest.mark.usefixtures("files")
def test_merge_joins_shards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The joined report holds the requirements of all shards and ends as its worst."""
    assert main(["merge", "bad.json", "other.json", "--report-dir", "joined"]) == 1
    assert "get-one" in capsys.readouterr().out
    assert {one.id for one in json_format.read(tmp_path / "joined" / "report.json").results} == {"get-one", "get-two"}


@pytest.mark.usefixtures("files")
def test_merge_of_the_same_report_twice_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Its requests would count twice."""
    assert main(["merge", "good.json", "good.json"]) == 2
    assert "twice" in capsys.readouterr().err


@pytest.mark.usefixtures("files")
def test_diff_writes_a_page(tmp_path: Path) -> None:
    """`--html` writes the difference as one file."""
    assert main(["diff", "good.json", "bad.json", "--html", "diff.html"]) == 1
    assert "get-one" in (tmp_path / "diff.html").read_text(encoding="utf-8")
