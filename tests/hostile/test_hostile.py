"""Whatever bytes come, a run ends in time, within its memory, and with a verdict or the target's move."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from garbage.servers import serve
from hostile.answers import ALL, End, Hostile
from hostile.server import Server, listening

pytestmark = pytest.mark.matrix

GROUP = 10
BOUND_S = 60
PEAK_MB = 300
ROOT = Path(__file__).parents[2]
GROUPS = [ALL[start : start + GROUP] for start in range(0, len(ALL), GROUP)]
CASES = {
    "get": ("get-by-id-returns-it", "object-shape", "object-created-not-after-updated", "object-same-in-every-answer"),
    "list": ("list-agent-follows-changes", "page-cursor-may-leave-the-filter", "create-is-listed-first"),
    "create": ("create-starts-active", "create-is-readable-at-once", "create-omitted-metadata-is-empty"),
}


def _examine(servers: list[Server]) -> list[dict[str, Any]]:
    """One process examines all of them, one after the other."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    with contextlib.ExitStack() as stack:
        lines = [json.dumps(_asked(server, stack.enter_context(serve(server)))) for server in servers]
        done = subprocess.run(
            [sys.executable, "-m", "hostile.examine"],
            input="\n".join(lines),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=BOUND_S * len(servers),
        )
    assert done.stderr == ""
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def _asked(server: Server, base_url: str) -> dict[str, Any]:
    row = server.hostile
    return {
        "base_url": base_url,
        "token": server.service.tokens["full"],
        "timeout_s": row.timeout_s,
        "only": CASES[row.route],
    }


@pytest.mark.parametrize("rows", GROUPS, ids=[f"from {rows[0].name}" for rows in GROUPS])
@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.full)], ids=["route", "everywhere"])
def test_a_hostile_answer_ends_in_a_verdict_or_with_the_target(rows: tuple[Hostile, ...], *, everywhere: bool) -> None:
    strangers: list[bytes] = []
    with listening(strangers) as elsewhere:
        servers = [Server(row, everywhere, elsewhere) for row in rows]
        ends = _examine(servers)

    wrong = [f"{row.name}: {why}" for row, end in zip(rows, ends, strict=True) for why in _wrong(row, end, everywhere)]
    assert wrong == []
    assert strangers == []
    assert [head for server in servers for head in server.heads if b"\r\ncookie:" in head.lower()] == []


def _wrong(row: Hostile, end: dict[str, Any], everywhere: bool) -> list[str]:  # noqa: FBT001 - as the test has it
    """What is not as it has to be, whatever came; and, on one route, as the table says."""
    problems = [] if end["seconds"] < BOUND_S else [f"took {end['seconds']} s"]
    problems += [] if end["peak_mb"] < PEAK_MB else [f"held {end['peak_mb']} MB"]
    problems += [] if end["status"] in {0, 1, 3, 4, 6} else [f"status {end['status']}: {end['printed']}"]
    problems += [f"no {name}" for name in end["lacking"]]
    problems += ["an escape"] if "\x1b[31m" in end["printed"] or "\x1b]" in end["printed"] else []
    problems += [f"blames us: {end['reasons']}"] if end["said"].get("inconclusive suite") else []
    lines = {**end["reasons"], "smoke": end["unreachable"]}
    problems += [f"not one line: {why[:300]!r}" for why in lines.values() if "\n" in why or len(why) > 1000]
    return problems if everywhere else problems + _unlike(row, end)


def _unlike(row: Hostile, end: dict[str, Any]) -> list[str]:
    said = end["said"]
    accused, ours = said.get("failed", 0) + said.get("warned", 0), said.get("inconclusive target", 0)
    as_it_should = {
        End.SOUND: end["status"] == 3 and not accused and not ours and said.get("passed", 0) > 0,
        End.ACCUSED: accused > 0,
        End.TARGET: end["status"] in {3, 6} and not accused and ours > 0,
        End.ANY: end["status"] in {1, 3, 6},
    }[row.end]
    return [] if as_it_should else [f"expected: {row.end}; status {end['status']}, {said}, {end['reasons']}"[:900]]


def test_the_table_has_many_rows_each_of_its_own() -> None:
    assert len({row.name for row in ALL}) == len(ALL) >= 60
