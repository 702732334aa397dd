"""Record what each case of a run sends and makes, for the plans of the package.

By hand, when `test_plan.py` says that it is out of date: `python tests/plan/record.py` (from anywhere).
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import pytest
from matrix.kill import Carrier
from safety.population import in_process, populate

from conformance.collector import Collector
from conformance.exchange import template
from conformance.model import Options, Report, Target
from conformance.pace import READING
from conformance.plan import CONSENTS, KINDS, PATH, RECORDED
from conformance.pytest_arguments import arguments
from conformance.reference.editions import service_of
from conformance.report.progress import Silent
from conformance.requirement import declared_by
from conformance.revisions import ALL, QODER_JUNE
from conformance.runner import catalogue, run
from conformance.settings import Settings

if TYPE_CHECKING:
    import httpx

    from conformance.reference.service import Service
    from conformance.report.progress import Done

TOGETHER = {"nursery": "crowd", "crowd": "crowd", "history": "history", "veterans": "veterans"} | {
    "exploration": "sequence",
    "findings": "generated",
}
"""What is so expensive to prepare that the cases which rest on it stay together, by a word for it."""

MADE = {f"/{kind}": kind for kind in KINDS} | {"/deployments/{id}/run": "runs"}


class Counting(Carrier):
    """Counts by whom each request was sent, which the client tells in its User-Agent."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.base_path = service.BASE_PATH
        self.sent: dict[str, Counter[str]] = defaultdict(Counter)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        caller = re.findall(r"\(([^()]*)\)$", request.headers.get("user-agent", ""))
        counted = self.sent[caller[0] if caller else "suite"]
        counted["reads" if request.method in READING else "writes"] += 1
        kind = MADE.get(template(request.url.path.removeprefix(self.base_path)))
        if request.method == "POST" and response.status_code < 300 and kind:
            counted[kind] += 1
        return response


def count(
    examples: int, revision: str = QODER_JUNE, timing: Timing | None = None, **consents: Any
) -> tuple[dict[str, Counter[str]], Report]:
    """What a run against the reference sends, by caller; one that only reads finds an account that others filled."""
    service = service_of(revision)()
    examined, running, way = in_process(service)
    examined = replace(examined, revision=revision)
    if consents.get("allow_writes") is False and revision == QODER_JUNE:
        populate(service, running, way)
    carrier = Counting(service)
    asked = replace(examined, **{"allow_writes": None} | consents)
    report = run(asked, Options(examples=examples), timing, carrier=carrier)
    return carrier.sent, report


class Timing(Silent):
    """How much time of the processor each case takes with its preparation: the service is in the same process."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._before = 0.0

    def case_done(self, done: Done) -> None:
        now = time.process_time()
        self.seconds[done.id] = now - self._before if self._before else done.duration_s  # the first prepares for all
        self._before = now


def _rounded(seconds: float) -> float:
    """To two digits, since more would be made up, and never to nothing."""
    return max(0.001, float(f"{seconds:.2g}")) if seconds else 0


class Resting:
    """A plugin of pytest that looks what the cases rest on."""

    def __init__(self) -> None:
        self.on: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            declared = declared_by(getattr(item, "function", None))
            names = set(getattr(item, "fixturenames", ()))
            if declared is not None and (found := [word for name, word in TOGETHER.items() if name in names]):
                self.on[declared.id] = found[0]


def together(revision: str) -> dict[str, str]:
    """What the cases of an edition rest on, for those that stay together."""
    settings = Settings(Target("http://127.0.0.1:9/v1", revision=revision), Options(), "record")
    declared = {each.id: each for each in catalogue(revision)}
    resting = Resting()
    pytest.main([*arguments(settings), "--collect-only"], plugins=[Collector(settings, declared, None), resting])
    return resting.on


def needs(only_reading: Report, writing: Report) -> dict[str, list[str]]:
    """Which consents each case asks for, by the reasons for which it was skipped without them."""
    needed: dict[str, list[str]] = defaultdict(list)
    for report in (only_reading, writing):
        reasons = {each.id: each.reason for each in report.results} | {
            each.id: each.reason for each in report.observations
        }
        for id_, reason in reasons.items():
            needed[id_] += [name for name, option in CONSENTS.items() if option in reason and name not in needed[id_]]
    return needed


def record() -> dict[str, dict[str, Any]]:
    """The rows of the file: of each case in the first edition that has it."""
    rows: dict[str, dict[str, Any]] = {}
    for revision in ALL:
        rows = record_one(revision) | rows
    return dict(sorted(rows.items()))


def record_one(revision: str) -> dict[str, dict[str, Any]]:
    """The rows of one edition."""
    reading, without_writes = count(RECORDED[-1], revision, allow_writes=False)
    _, without_runs = count(RECORDED[-1], revision, allow_runs=False, allow_schedules=False)
    needed = needs(without_writes, without_runs)
    quick, long = Timing(), Timing()  # after a run for which all was imported
    few, many = (count(examples, revision, timing)[0] for examples, timing in zip(RECORDED, (quick, long), strict=True))
    resting = together(revision)
    ids = [each.id for each in catalogue(revision) if not each.unobservable]
    rows = {}
    for id_ in [*ids, "suite", "clean"]:
        row: dict[str, Any] = {key: [few[id_][key], many[id_][key]] for key in ("reads", "writes")}
        row |= {"read_only": [reading[id_]["reads"]] * 2, "needs": needed[id_]}
        row |= {"seconds": [_rounded(each.seconds.get(id_, 0)) for each in (quick, long)]}
        row |= {"together": resting.get(id_, "")}
        row |= {kind: many[id_][kind] for kind in KINDS}
        rows[id_] = {key: value for key, value in row.items() if value not in ([0, 0], 0, [], "")}
    return rows


def main() -> None:
    """Write the file, a line for each case."""
    rows = [f"{json.dumps(id_)}: {json.dumps(row)}" for id_, row in record().items()]
    PATH.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(f"{PATH}: {len(rows)} rows")


if __name__ == "__main__":
    main()
