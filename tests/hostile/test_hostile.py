"""Whatever bytes come, a run ends in time, within its memory, and with a verdict or the target's move."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from garbage.servers import serve
from hostile.answers import ALL, BY_NAME, End, Hostile
from hostile.server import Server, listening

pytestmark = pytest.mark.matrix

GROUP = 12
BOUND_S = 120
PEAK_MB = 300
ROOT = Path(__file__).parents[2]
SAMPLE = ALL[::5]
"""What plain tox looks at; a step that meets each kind of hostility."""

CASES = {
    "get": ("get-by-id-returns-it", "object-shape", "object-created-not-after-updated", "object-same-in-every-answer"),
    "list": ("list-answers-a-page", "page-next-page-advances", "page-cursor-may-leave-the-filter"),
    "create": ("create-starts-active", "create-is-readable-at-once", "create-omitted-metadata-is-empty"),
}


def _groups(rows: tuple[Hostile, ...]) -> list[tuple[Hostile, ...]]:
    """So many rows share one process, which takes a second to start."""
    return [rows[start : start + GROUP] for start in range(0, len(rows), GROUP)]


def _all(sample: tuple[Hostile, ...]) -> list[Any]:
    """Groups of all rows; plain tox takes those of the sample."""
    rest = tuple(row for row in ALL if row not in sample)
    taken = [pytest.param(group, id=f"from {group[0].name}") for group in _groups(sample)]
    return taken + [pytest.param(group, id=f"from {group[0].name}", marks=pytest.mark.full) for group in _groups(rest)]


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


@pytest.mark.parametrize("rows", _all(SAMPLE))
def test_a_hostile_answer_ends_as_described(rows: tuple[Hostile, ...]) -> None:
    ends = _meet(rows)

    assert [f"{row.name}: {why}" for row, end in zip(rows, ends, strict=True) for why in _wrong(end)] == []
    assert [f"{row.name}: {why}" for row, end in zip(rows, ends, strict=True) for why in _unlike(row, end)] == []


@pytest.mark.parametrize("rows", _all(SAMPLE[::3]))
def test_hostile_answers_to_everything_end_in_time_and_blame_the_target(rows: tuple[Hostile, ...]) -> None:
    ends = _meet(rows, everywhere=True)

    assert [f"{row.name}: {why}" for row, end in zip(rows, ends, strict=True) for why in _wrong(end)] == []


def _meet(rows: tuple[Hostile, ...], *, everywhere: bool = False) -> list[dict[str, Any]]:
    """How the runs end that meet each of the answers; nothing of ours may be sent to another host, nor cookies back."""
    strangers: list[bytes] = []
    with listening(strangers) as elsewhere:
        servers = [Server(row, everywhere, elsewhere) for row in rows]
        ends = _examine(servers)
    assert strangers == []
    assert [head for server in servers for head in server.heads if b"\r\ncookie:" in head.lower()] == []
    return ends


REDIRECTS = tuple(row for row in ALL if row.name.startswith("30") and "another host" in row.name)


def test_no_redirect_is_followed_wherever_it_is_met() -> None:
    strangers: list[bytes] = []
    with listening(strangers) as elsewhere:
        servers = [Server(row, elsewhere=elsewhere) for row in REDIRECTS]
        ends = _examine(servers)
        with httpx.Client(trust_env=False) as plain:  # that other host is there, and would have told
            assert plain.get(elsewhere).is_success

    assert [end["said"].get("failed", 0) for end in ends] == [1] * len(REDIRECTS) == [1] * 4
    assert len(strangers) == 1


def test_cookies_are_set_by_every_answer_and_never_sent_back() -> None:
    server = Server(BY_NAME["a cookie"], everywhere=True)
    (end,) = _examine([server])

    assert end["said"] == {"passed": len(CASES["get"])}
    assert len(server.heads) > len(CASES["get"])
    assert [head for head in server.heads if b"cookie" in head.lower()] == []


def _wrong(end: dict[str, Any]) -> list[str]:
    """What is not as it has to be, whatever came."""
    problems = [] if end["seconds"] < BOUND_S else [f"took {end['seconds']} s"]
    problems += [] if end["peak_mb"] < PEAK_MB else [f"held {end['peak_mb']} MB"]
    problems += [] if end["status"] in {0, 1, 3, 4, 6} else [f"status {end['status']}: {end['printed']}"]
    problems += [f"no {name}" for name in end["lacking"]]
    problems += ["an escape"] if "\x1b[31m" in end["printed"] or "\x1b]" in end["printed"] else []
    problems += [f"blames us: {end['reasons']}"] if end["said"].get("inconclusive suite") else []
    lines = {**end["reasons"], "smoke": end["unreachable"]}
    problems += [f"not one line: {why[:300]!r}" for why in lines.values() if "\n" in why or len(why) > 1000]
    return problems


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


def test_plain_tox_meets_each_route_and_each_end() -> None:
    assert {row.route for row in SAMPLE} == {*CASES}
    assert {row.end for row in SAMPLE} == {*End}


def test_the_table_has_many_rows_each_of_its_own() -> None:
    assert len({row.name for row in ALL}) == len(ALL) >= 60
