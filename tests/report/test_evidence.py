"""`--evidence all`: what passed is shown with its whole exchanges, and no file grows beyond use."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from report.conftest import CREATE, report, result

from conformance.cli import main
from conformance.model import Options, Target, Verdict
from conformance.reference import process
from conformance.report import html, html_views, json_format
from conformance.runner import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.matrix
def test_a_run_keeps_what_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By option; nothing of what passed without it, and no token with it."""
    monkeypatch.chdir(tmp_path)
    asked = ["run", "--only", "get", "--only", "auth-altered-token-is-401", "--allow-partial"]
    with process.start() as server:
        monkeypatch.setenv("DEPLOYMENTS_TOKEN", server.tokens["full"])
        assert main([*asked, "--base-url", server.base_url, "--evidence", "all"]) == 0
        found = json_format.read(tmp_path / "reports" / "report.json")
        texts = [path.read_text() for path in (tmp_path / "reports").iterdir() if path.is_file()]
        assert main([*asked, "--base-url", server.base_url, "--evidence", "failed"]) == 0
        plain = json_format.read(tmp_path / "reports" / "report.json")
        token = server.tokens["full"]

    assert all(bool(each.exchanges) is (each.verdict is Verdict.PASSED) for each in found.results)
    assert not [each for each in plain.results if each.exchanges]
    assert not [text for text in texts if token in text or token[2:-2] in text]
    assert main(["run", "--evidence", "some"]) == 2
    assert "'failed', 'all'" in capsys.readouterr().err


def test_verdicts_are_the_same_either_way() -> None:
    """Evidence is kept after the fact."""
    with process.start(("TakesLongNames",)) as server:
        target = Target(server.base_url, server.tokens["full"])
        both = [run(target, Options(only=("create",), evidence=which)) for which in ("failed", "all")]

    told = [
        [(each.id, each.verdict, each.fingerprint, len(each.exchanges)) for each in one.results if each.is_broken]
        for one in both
    ]
    assert told[0]
    assert told[0] == told[1]


@pytest.mark.matrix
def test_a_page_shows_some_exchanges_of_each_case() -> None:
    """And says how many more there are; of what failed it shows all."""
    many = result("create-x", exchanges=(replace(CREATE, response_body="y" * 4_000),) * 48)
    broken = replace(many, id="create-y", verdict=Verdict.FAILED, fingerprint="f")
    one = report(many, broken, replace(broken, id="create-z"))
    shown = {case.result.id: case.exchanges for case in html_views.cases(one, (), {})}

    assert [len(each) for each in shown.values()] == [9, 48, 48]
    assert shown["create-x"][-1].title == "… and 40 more"
    assert json.loads(json_format.dump(one))["results"][0]["exchanges"][47]
    thousand = report(*(replace(many, id=f"create-{number}") for number in range(500)))
    assert len(html.render(thousand)) < 30_000_000
