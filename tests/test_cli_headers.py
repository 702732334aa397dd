"""What the owner of a target adds: headers, secret ones from the environment, and values in which it differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.cli import main
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference import Running
    from conformance.reference.call import Request

CANARY = "canary-9c41 with a blank"


class Gateway(Service):
    """Answers nobody who does not show its key and the name of a team."""

    def segments(self, path: str) -> list[str]:
        """Lead nowhere without the headers, which is before all else."""
        given = self.call_headers
        known = given.get("x-gateway-key") == CANARY and given.get("x-team") == "red"
        return super().segments(path) if known else []

    def arrive(self, request: Request) -> float:
        """Note what came."""
        self.call_headers = request.headers
        return super().arrive(request)


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.chdir(tmp_path)
    with serve_in_thread(Gateway()) as running:
        monkeypatch.setenv("DEPLOYMENTS_TOKEN", running.tokens["full"])
        monkeypatch.setenv("GATEWAY_KEY", CANARY)
        yield running


HEADERS = ("--header", "X-Team: red", "--header-from-env", "X-Gateway-Key: GATEWAY_KEY")


def test_headers_go_with_each_request_and_the_secret_one_is_nowhere_to_be_seen(gateway: Running) -> None:
    arguments = ["run", "--base-url", gateway.base_url, "--only", "get", "--only", "page", "--allow-partial"]
    arguments += ["--evidence", "all", "--har", "all.har"]
    assert main(arguments) == 4
    assert main([*arguments, *HEADERS]) == 0

    texts = {path: path.read_text(encoding="utf-8") for path in Path().rglob("*") if path.is_file()}
    assert [path for path, text in texts.items() if CANARY in text] == []
    assert "$GATEWAY_KEY" in texts[Path("reports/report.json")]
    assert json.loads(texts[Path("reports/report.json")])["leftovers"] == []


@pytest.mark.matrix
def test_workers_and_clean_send_them_too(gateway: Running) -> None:
    asked = ("--base-url", gateway.base_url, "--only", "get", "--allow-partial", "--workers", "2")
    assert main(["run", *asked, *HEADERS]) == 0
    assert main(["clean", "reports/journal.jsonl", *HEADERS]) == 0


def test_a_settings_file_can_hold_all_of_it(gateway: Running, capsys: pytest.CaptureFixture[str]) -> None:
    Path("deployments-conformance.toml").write_text(
        f'base-url = "{gateway.base_url}"\n'
        'header = ["X-Team: red"]\n'
        'header-from-env = ["X-Gateway-Key: GATEWAY_KEY"]\n'
        'deviation = ["name_max=200"]\n'
        'only = ["get"]\n'
        "allow-partial = true\n",
        encoding="utf-8",
    )
    assert main(["run"]) == 0
    said = "".join(capsys.readouterr())
    assert CANARY not in said
    assert "name_max=200" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--header", "X-Team"], 'expected "NAME: VALUE"'),
        (["--header", "X Team: red"], 'expected "NAME: VALUE"'),
        (["--header", "X-Team: "], "not empty"),
        (["--header", "X-Team: r\ned"], "printable ASCII"),
        (["--header", "Authorization: Bearer x"], "DEPLOYMENTS_TOKEN"),
        (["--header", "Host: example.com"], "leave it out"),
        (["--header", "X-Api-Key: abc"], "--header-from-env"),
        (["--header-from-env", "X-Api-Key: lower"], "capital letters"),
        (["--header-from-env", "X-Api-Key: NOT_SET"], "export NOT_SET="),
        (["--deviation", "name_max"], "NAME=VALUE"),
        (["--deviation", "name_maximum=5"], "did you mean name_max?"),
        (["--deviation", "frobnicate=5"], "there are name_max"),
        (["--deviation", "name_max=many"], "a whole number"),
        (["--deviation", "archive_renames=maybe"], "true or false"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", "pt-a-token")
    assert main(["run", "--base-url", "http://127.0.0.1:1/v1", *arguments]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert "abc" not in said
