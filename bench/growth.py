"""How the cost of a run grows: with what the account holds already, and with `--examples`.

The server is in this process, so that seconds of processors are those of the run alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from command import examined
from figures import show

from conformance.reference.seed import crowd
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.reference.process import Running

SIZES, EXAMPLES = (0, 100, 1_000, 10_000), (10, 100, 1_000)
DEFAULT = EXAMPLES[0]


@contextmanager
def account(size: int) -> Iterator[Running]:
    """A server whose account holds so many deployments of somebody else, a third paused and a tenth archived."""
    service = Service()
    with serve_in_thread(service) as running:
        if size:
            _make_one(running)
            crowd(service, size - 1)
        yield running


def _make_one(running: Running) -> None:
    body = {
        "name": "somebody else's",
        "agent": running.agent_id,
        "environment_id": running.environment_id,
        "initial_events": [{"type": "user.message", "content": "No action is needed"}],
    }
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    httpx.post(f"{running.base_url}/deployments", json=body, headers=headers, trust_env=False).raise_for_status()


def measure(size: int, examples: int) -> dict[str, float]:
    """One run: requests, seconds, and seconds of its processor."""
    with account(size) as running:
        spent, report = examined(running, "--examples", str(examples))
    return {
        "requests": report.requests_total,
        "seconds": spent.seconds,
        "cpu_s": spent.cpu_s,
        "peak_mib": float(spent.peak_mib),
    }


def row(times: Sequence[dict[str, float]], base: Sequence[dict[str, float]], step: float | None) -> dict[str, Any]:
    """The medians of some rounds, and their ratios to those of `base` by round; `step` is how many times more."""
    middle = {name: statistics.median(each[name] for each in times) for name in times[0]}
    ratios = {
        name: statistics.median(a[name] / b[name] for a, b in zip(times, base, strict=True))
        for name in ("requests", "seconds", "cpu_s")
    }
    return {
        "requests": round(middle["requests"]),
        "x": round(ratios["requests"], 2),
        "seconds": round(middle["seconds"], 1),
        "x ": round(ratios["seconds"], 2),
        "cpu s": round(middle["cpu_s"], 1),
        "x  ": round(ratios["cpu_s"], 2),
        "peak MiB": round(middle["peak_mib"]),
        "examples x": step,
    }


def main() -> None:
    """Measure each once in a round, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deployments", type=int, nargs="*", default=SIZES, metavar="N")
    parser.add_argument("--examples", type=int, nargs="*", default=EXAMPLES, metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    pairs = list(dict.fromkeys([*((n, DEFAULT) for n in given.deployments), *((0, n) for n in given.examples)]))
    times: dict[tuple[int, int], list[dict[str, float]]] = {pair: [] for pair in pairs}
    for _ in range(given.rounds):
        for size, examples in pairs:
            times[size, examples].append(one := measure(size, examples))
            sys.stderr.write(f"{size} deployments, {examples} examples: {one['seconds']:.1f} s\n")
    rows = {
        f"{size:,} deployments, {examples:,} examples": row(took, times[pairs[0]], examples / DEFAULT)
        for (size, examples), took in times.items()
    }
    show({"rounds": given.rounds, "rows": rows}, given.json)


if __name__ == "__main__":
    main()
