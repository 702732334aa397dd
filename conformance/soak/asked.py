"""What a soak was asked to do, on its way to the processes that hold the users."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.settings import Settings

LOCAL, MASTER, WORKER = "local", "master", "worker"
"""Holds users alone; counts together what others tell; holds users for a master."""

LOOPBACK = "127.0.0.1"
MASTER_PORT = 5557
"""Locust's own."""

RAMPUP_S = 5.0
"""All users have come after so many seconds, or after a tenth of the time where that is less."""


@dataclass(frozen=True)
class Asked:
    """How much load for how long; `host` and `port` are the master's, `workers` the number it waits for."""

    users: int = 20
    seconds: float = 60.0
    processes: int = 1
    fail_fast: bool = False
    host: str = LOOPBACK
    port: int = 0
    workers: int = 0

    @property
    def rampup_s(self) -> float:
        """How long it takes until all users have come."""
        return min(RAMPUP_S, self.seconds / 10)


@dataclass(frozen=True)
class Job:
    """What one process is to do; `name` tells it from the others, in names and in the journal."""

    role: str
    name: str
    asked: Asked
    settings: Settings

    def dump(self) -> str:
        """As one line of JSON, tokens included: for a pipe, never for a file or a command line."""
        told = {"role": self.role, "name": self.name, "asked": dataclasses.asdict(self.asked)}
        return json.dumps({**told, "settings": self.settings.dump()})

    @staticmethod
    def load(text: str) -> Job:
        """Read back what `dump` wrote."""
        from conformance.settings import Settings

        raw: dict[str, Any] = json.loads(text)
        return Job(raw["role"], raw["name"], Asked(**raw["asked"]), Settings.load(raw["settings"]))
