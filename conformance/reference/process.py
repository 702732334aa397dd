"""The server in another process: started, waited for, and never left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

_STOP_SECONDS = 5


@dataclass(slots=True)
class Running:
    """A server that answers, and what it holds; `tokens` are full, other, expired and unscoped."""

    base_url: str
    tokens: Mapping[str, str] = field(repr=False)
    agent_id: str
    second_agent_id: str
    archived_agent_id: str
    environment_id: str
    archived_environment_id: str
    process: subprocess.Popen[str] | None = field(init=False, default=None, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server; it needs no cleaning up, for it keeps nothing."""
        if self.process is None:
            return
        self.process.kill()
        self.process.communicate(timeout=_STOP_SECONDS)


def start(  # noqa: PLR0913 - all but the first three are told by name
    faults: Sequence[str] = (),
    port: int = 0,
    latency_ms: float = 0,
    *,
    revision: str | None = None,
    run_duration: float = 0,
    run_outcome: str = "completed",
    meanwhile: Callable[[], object] = lambda: None,
) -> Running:
    """Start a server on loopback (a free port for 0), do what there is to do meanwhile, and wait until it answers.

    Raises:
        RuntimeError: it ended before it was ready; what it wrote to stderr tells why.
    """
    arguments = [f"--fault={name}" for name in faults]
    arguments += [f"--port={port}", f"--latency-ms={latency_ms}", "--until-stdin-closes"]
    arguments += [f"--run-duration={run_duration}", f"--run-outcome={run_outcome}"]
    if revision is not None:
        arguments.append(f"--revision={revision}")
    process = subprocess.Popen(  # noqa: S603  # our own module, and no shell
        [sys.executable, "-m", "conformance.reference", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C in the terminal is for the run, which then stops us
        # What we can import the child can, installed or not.
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    if process.stdout is None:
        raise RuntimeError("no pipe from the reference server")
    try:
        meanwhile()
        line = process.stdout.readline()
    except BaseException:
        process.kill()
        process.communicate(timeout=_STOP_SECONDS)
        raise
    if not line:
        raise RuntimeError(f"the reference server ended with status {process.wait()} before it was ready")
    running = Running(**json.loads(line))
    running.process = process
    return running
