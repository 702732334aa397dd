"""What the tests of soak share: a house without Locust, in which steps are taken one by one, and the command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.cases import load
from conformance.model import Options, Target
from conformance.reference import process
from conformance.reference.thread import serve_in_thread
from conformance.revisions import QODER_JUNE
from conformance.soak.house import House
from conformance.soak.spoken_for import spoken_for
from conformance.surroundings import settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.reference import Running
    from conformance.reference.service import Service
    from conformance.verdicts import Part

COMMAND = (sys.executable, "-m", "conformance.cli")


@contextmanager
def house(
    service: Service | None = None, revision: str = QODER_JUNE, **target: Any
) -> Iterator[tuple[House, list[Part]]]:
    """A house of users of a server in this process, and what it tells of."""
    with serve_in_thread(service) as running:
        whom = Target(running.base_url, running.tokens["full"], revision=revision, **target)
        settings = settings_of(whom, Options(), None)
        declared = [each.of(revision) for each in load() if revision in each.revisions]
        told: list[Part] = []
        home = House(settings, "t0", spoken_for(declared, settings.consent), told.append)
        with home.exits:
            yield home, told


@dataclass
class Soaked:
    """What came of the command."""

    status: int
    said: str
    seconds: float
    report: dict[str, Any] = field(default_factory=dict)
    load: dict[str, Any] = field(default_factory=dict)

    @property
    def accused(self) -> dict[str, str]:
        """What was held against the service, with the reasons."""
        wrong = [each for each in self.report["results"] if each["verdict"] in {"failed", "warned"}]
        return {each["id"]: each["reason"] for each in wrong}


def soak(
    folder: Path, *options: str, running: Running | None = None, base_url: str = "", bound_s: float = 600
) -> Soaked:
    """The command to its end, against the embedded server or another one."""
    began = time.monotonic()
    with start(folder, *options, running=running, base_url=base_url) as process:
        said, _ = process.communicate(timeout=bound_s)
    found = Soaked(process.returncode, said, time.monotonic() - began)
    for name, path in (("report", "report.json"), ("load", "soak.json")):
        if (folder / path).is_file():
            setattr(found, name, json.loads((folder / path).read_text(encoding="utf-8")))
    return found


def start(folder: Path, *options: str, running: Running | None = None, base_url: str = "") -> subprocess.Popen[str]:
    """The command with all that it prints in one pipe."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DEPLOYMENTS_", "PYTHON"))}
    kept |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    whom = [] if running is None else ["--base-url", base_url or running.base_url]
    return subprocess.Popen(
        [*COMMAND, "soak", *whom, "--report-dir", str(folder), *options],
        cwd=folder,
        env=kept | ({"DEPLOYMENTS_TOKEN": running.tokens["full"]} if running is not None else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def serving(*faults: str, revision: str = QODER_JUNE) -> Iterator[Running]:
    """The reference server in another process."""
    with process.start(faults, revision=revision) as running:
        yield running
