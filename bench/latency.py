"""Latency times workers: how long a run takes where each answer takes a while, beside what can be had at best.

`python bench/latency.py --latency 100 --workers 8` measures one pair; without options it is all of them, for two hours.
At best a run takes (requests x latency / workers): all workers wait for answers all the time, and nothing else.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

from command import examined
from figures import show

from conformance.reference import process

LATENCIES, WORKERS = (0, 20, 100, 300), (1, 2, 4, 8, 16)


def measure(latency_ms: int, workers: int, options: list[str]) -> dict[str, float]:
    """One run: seconds, requests, seconds of processors, and the ratio to the least that is possible."""
    with process.start(latency_ms=latency_ms) as running:
        spent, report = examined(running, *options, "--workers", str(workers))
    least = report.requests_total * latency_ms / 1000 / workers
    return {"seconds": spent.seconds, "requests": report.requests_total, "cpu_s": spent.cpu_s, "least": least}


def row(times: list[dict[str, float]]) -> dict[str, Any]:
    """The medians of some rounds."""
    middle = {name: statistics.median(each[name] for each in times) for name in times[0]}
    return {
        "requests": round(middle["requests"]),
        "seconds": round(middle["seconds"], 1),
        "cpu s": round(middle["cpu_s"], 1),
        "least": round(middle["least"], 1) if middle["least"] else None,
        "ratio": round(statistics.median(each["seconds"] / each["least"] for each in times), 2)
        if middle["least"]
        else None,
    }


def main() -> None:
    """Measure each pair once in a round, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=int, nargs="+", default=LATENCIES, metavar="MS")
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS, metavar="N")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="ask a part only, as of `run`")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    options = [word for each in given.only for word in ("--only", each)]
    options += ["--allow-partial"] if options else []
    pairs = [(latency, workers) for latency in given.latency for workers in given.workers]
    times: dict[tuple[int, int], list[dict[str, float]]] = {pair: [] for pair in pairs}
    for _ in range(given.rounds):
        for latency, workers in pairs:
            times[latency, workers].append(one := measure(latency, workers, options))
            sys.stderr.write(f"{latency} ms, {workers} workers: {one['seconds']:.1f} s\n")
    show({"rows": {f"{latency} ms, {n} workers": row(took) for (latency, n), took in times.items()}}, given.json)


if __name__ == "__main__":
    main()
