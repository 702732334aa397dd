"""Run the reference server alone: one line of JSON says where it is and what it holds."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import threading
from typing import TYPE_CHECKING

from conformance.reference.app import listen, make_server
from conformance.reference.editions import EDITIONS, FIRST, service_of
from conformance.reference.seed import seed

if TYPE_CHECKING:
    from conformance.reference.service import Service


def main() -> None:
    """Serve until told to stop."""
    parser = _parser()
    options = parser.parse_args()
    try:
        kind = _service_class(options.fault, options.revision)
    except KeyError as error:
        parser.error(error.args[0])
    gc.freeze()
    gc.set_threshold(50_000)  # thousands of deployments are kept: looking through them for garbage is in vain
    service = kind(run_duration=options.run_duration, run_outcome=options.run_outcome)
    ids = seed(service)
    if options.until_stdin_closes:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    with listen(options.port) as listener:
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}{service.BASE_PATH}"
        server = make_server(service, options.latency_ms)
        # The socket listens already: what connects from now on is served as soon as the loop runs.
        sys.stdout.write(json.dumps({"base_url": base_url, "tokens": service.tokens, **ids}) + "\n")
        sys.stdout.flush()
        server.run(sockets=[listener])


def _parser() -> argparse.ArgumentParser:
    """Give the command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.reference", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--revision", choices=EDITIONS, default=FIRST, help="the edition to speak")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="may be repeated")
    parser.add_argument("--latency-ms", type=float, default=0, help="wait before each answer")
    parser.add_argument("--run-duration", type=float, default=0, metavar="SECONDS", help="how long a run takes")
    parser.add_argument("--run-outcome", choices=("completed", "failed"), default="completed")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the process that started this")
    return parser


def _service_class(faults: list[str], revision: str) -> type[Service]:
    """Give the service with the faults asked for; the correct one does not load any."""
    if not faults:
        return service_of(revision)
    from conformance.reference.faults import combine  # hundreds of classes, for those who ask

    return combine(faults, revision)


def _end_with_parent() -> None:
    """End at once when the parent is gone, however it ended."""
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
