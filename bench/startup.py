"""How long the command needs before it is of use: `--help`, `list`, and the first request of a run.

Times on different machines do not compare, so each is also given as a ratio to `python -c pass` of the same round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from figures import show

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = (sys.executable, "-m", "conformance.cli")
NOTHING = "python -c pass"


class Doorbell(ThreadingHTTPServer):
    """A server that tells when the first request came in."""

    rung: threading.Event


class _Answer(BaseHTTPRequestHandler):
    server: Doorbell

    def do_GET(self) -> None:
        """Ring, and send nobody anywhere."""
        self.server.rung.set()
        self.send_error(404)

    do_POST = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""


def whole(*arguments: str) -> Callable[[], float]:
    """A measurement of a process from its start to its end, in seconds."""

    def measure() -> float:
        start = time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    return measure


def first_request() -> float:
    """Seconds from the start of `run` until its first request has arrived."""
    with Doorbell(("127.0.0.1", 0), _Answer) as server, tempfile.TemporaryDirectory() as folder:
        server.rung = threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        start = time.perf_counter()
        process = _start(f"http://127.0.0.1:{server.server_port}", folder)
        arrived = server.rung.wait(30)
        elapsed = time.perf_counter() - start
        process.kill()
        process.wait()
        server.shutdown()
    if not arrived:
        raise TimeoutError("no request within 30 s")
    return elapsed


def _start(url: str, folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "run", "--base-url", url, "--report-dir", folder],
        env=os.environ | {"DEPLOYMENTS_TOKEN": "bench"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


MEASUREMENTS: dict[str, Callable[[], float]] = {
    NOTHING: whole(sys.executable, "-c", "pass"),
    "--help": whole(*COMMAND, "--help"),
    "list": whole(*COMMAND, "list"),
    "first request of run": first_request,
}


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Median seconds and median ratio of each; a round takes each once, so that a busy moment hits all alike."""
    times = [{name: take() for name, take in MEASUREMENTS.items()} for _ in range(rounds)]
    return {
        name: {
            "seconds": round(statistics.median(one[name] for one in times), 3),
            "ratio": round(statistics.median(one[name] / one[NOTHING] for one in times), 1),
        }
        for name in MEASUREMENTS
    }


def main() -> None:
    """Print a table, then the same as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    show({"python": sys.version.split()[0], "rows": measure(given.rounds)}, given.json)


if __name__ == "__main__":
    main()
