"""One run that meets many hostile answers among sound ones: its reports are written and its memory is bounded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from garbage.servers import serve
from hostile.answers import ALL
from hostile.server import Mixed, listening

from conformance.model import Blame
from conformance.report import json_format

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.matrix

BOUND_S = 600
QUICK = tuple(row for row in ALL if not row.slow and "bomb" not in row.name and "MB" not in row.name)
FILES = ("report.html", "cases.html", "summary.md", "badge.json", "exchanges.har", "journal.jsonl")


@pytest.mark.parametrize(
    "areas",
    [("get", "object"), pytest.param((), marks=pytest.mark.full)],
    ids=["two areas", "everything"],
)
@pytest.mark.parametrize("start", [0, *(pytest.param(n, marks=pytest.mark.full) for n in (40, 80, 120))])
def test_a_run_among_hostile_answers_is_reported(tmp_path: Path, areas: tuple[str, ...], start: int) -> None:
    strangers: list[bytes] = []
    with listening(strangers) as elsewhere:
        server = Mixed(ALL[0], elsewhere=elsewhere, rows=(*QUICK[start:], *QUICK[:start]))
        with serve(server) as base_url:
            done = _run(base_url, server.service.tokens["full"], tmp_path, areas)

    assert "Traceback" not in done.stderr
    assert done.returncode in {1, 3, 6}
    report = json_format.read(tmp_path / "report.json")
    assert [each.reason for each in report.results if each.blame is Blame.SUITE] == []
    assert all((tmp_path / name).stat().st_size for name in FILES)
    assert ET.parse(tmp_path / "junit.xml").getroot().tag == "testsuites"  # noqa: S314 - we have written it
    json.loads((tmp_path / "exchanges.har").read_text())
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]|\x1b[\]\[]", done.stdout)
    assert strangers == []


def _run(base_url: str, token: str, folder: Path, areas: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    only = [word for area in areas for word in ("--only", area)]
    command = [sys.executable, "-m", "conformance.cli", "run", "--base-url", base_url, "--report-dir", str(folder)]
    return subprocess.run(
        [*command, "--timeout", "5", "--no-settings", *only],
        env={**os.environ, "DEPLOYMENTS_TOKEN": token},
        capture_output=True,
        text=True,
        check=False,
        timeout=BOUND_S,
    )
