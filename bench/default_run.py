"""The default run beside its floor: a plain httpx loop that sends as many requests to the same server.

Half of the loop's requests make deployments, archive them or are refused, as about half of a run's do; it looks at no
answer. Both are measured in the same round, so that their ratio holds on any machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from conformance.cli_files import show
from conformance.model import Options, Report, Target
from conformance.reference import process
from conformance.runner import run


def ours() -> tuple[float, float, Report]:
    """Seconds of the default run with all its reports, of the processors that it and its server had, what it said."""
    with tempfile.TemporaryDirectory() as folder:
        start, used = time.perf_counter(), processors()
        report = run(Target(), Options(report_dir=folder))
        show(report, Path(folder))
        return time.perf_counter() - start, processors() - used, report


def processors() -> float:
    """Seconds of the processors that this process had, and those that it started and that have ended."""
    both = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


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


def main() -> None:
    """Measure in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    runs, used, floors = [], [], []
    for _ in range(rounds):
        seconds, of_processors, report = ours()
        runs.append(seconds)
        used.append(of_processors)
        floors.append(floor(sum(report.requests_by_status.values())))
    measured = {
        "python": sys.version.split()[0],
        "sentence": report.sentence,
        "requests": sum(report.requests_by_status.values()),
        "run_s": round(statistics.median(runs), 2),
        "cpu_s": round(statistics.median(used), 2),
        "floor_s": round(statistics.median(floors), 2),
        "ratio": round(statistics.median(a / b for a, b in zip(runs, floors, strict=True)), 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write("".join(f"{name:<10}{value}\n" for name, value in measured.items()) + json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
