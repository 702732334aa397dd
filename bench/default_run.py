"""The default run beside its floor: a plain httpx loop that sends as many requests to the same server.

Half of the loop's requests make deployments, archive them or are refused, as about half of a run's do; it looks at no
answer. Both are measured in the same round, so that their ratio holds on any machine. What the run spends its time on
is measured in a round of its own, which it makes slower.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from command import examined
from figures import show

from conformance import cli_files
from conformance.model import Options, Target
from conformance.reference import process
from conformance.runner import run

if TYPE_CHECKING:
    from child import Spent

    from conformance.model import Report


@dataclass(frozen=True)
class Round:
    """One run and its floor, in seconds."""

    spent: Spent
    report: Report
    floor_s: float


def floor(requests: int) -> float:
    """Seconds of as many requests by httpx alone."""
    with process.start() as running:
        headers = {"authorization": f"Bearer {running.tokens['full']}"}
        body = {
            "name": "floor",
            "agent": running.agent_id,
            "environment_id": running.environment_id,
            "initial_events": [{"type": "user.message", "content": "No action is needed"}],
        }
        url = f"{running.base_url}/deployments"
        with httpx.Client(headers=headers, trust_env=False) as client:
            start = time.perf_counter()
            for number in range(requests // 6):
                made = client.post(url, json=body | {"name": f"floor {number}"}).json()["id"]
                client.get(f"{url}/{made}")
                client.get(url, params={"limit": 5})
                client.post(url, json={})
                client.get(f"{url}/{made}")
                client.post(f"{url}/{made}/archive")
            return time.perf_counter() - start


def shares() -> dict[str, float]:
    """Percent of the time of a run, with its reports, by what it is spent on."""
    from shares import looking

    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()), looking() as looks:
        cli_files.show(run(Target(), Options(report_dir=folder)), Path(folder))
    return looks.percent()


def main() -> None:
    """Measure in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    rounds = []
    for _ in range(given.rounds):
        spent, report = examined(None)
        rounds.append(Round(spent, report, floor(report.requests_total)))
    show(figures(rounds) | {"rows": {name: {"percent": share} for name, share in shares().items()}}, given.json)


def figures(rounds: list[Round]) -> dict[str, Any]:
    """The medians, and memory at its worst."""
    last, spent = rounds[-1].report, [each.spent for each in rounds]
    return {
        "python": sys.version.split()[0],
        "sentence": last.sentence,
        "requests": last.requests_total,
        "run_s": round(statistics.median(each.seconds for each in spent), 2),
        "cpu_s": round(statistics.median(each.cpu_s for each in spent), 2),
        "floor_s": round(statistics.median(each.floor_s for each in rounds), 2),
        "ratio": round(statistics.median(each.spent.seconds / each.floor_s for each in rounds), 2),
        "peak_mib": max(each.peak_mib for each in spent),
        "peak_with_server_mib": max(each.peak_all_mib for each in spent),
    }


if __name__ == "__main__":
    main()
