"""Record what each case of a run sends and makes, for the plans of the package.

By hand, when `test_plan.py` says that it is out of date: `python tests/plan/record.py` (from anywhere).
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from matrix.kill import Carrier
from safety.population import in_process, populate

from conformance.exchange import template
from conformance.model import Options, Report
from conformance.pace import READING
from conformance.plan import CONSENTS, KINDS, PATH, RECORDED
from conformance.reference.editions import service_of
from conformance.revisions import ALL, QODER_JUNE
from conformance.runner import catalogue, run

if TYPE_CHECKING:
    import httpx

    from conformance.reference.service import Service

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


def count(examples: int, revision: str = QODER_JUNE, **consents: Any) -> tuple[dict[str, Counter[str]], Report]:
    """What a run against the reference sends, by caller; one that only reads finds an account that others filled."""
    service = service_of(revision)()
    examined, running, way = in_process(service)
    examined = replace(examined, revision=revision)
    if consents.get("allow_writes") is False and revision == QODER_JUNE:
        populate(service, running, way)
    carrier = Counting(service)
    report = run(replace(examined, **{"allow_writes": None} | consents), Options(examples=examples), carrier=carrier)
    return carrier.sent, report


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
    few, many = (count(examples, revision)[0] for examples in RECORDED)
    reading, without_writes = count(RECORDED[-1], revision, allow_writes=False)
    _, without_runs = count(RECORDED[-1], revision, allow_runs=False, allow_schedules=False)
    needed = needs(without_writes, without_runs)
    ids = [each.id for each in catalogue(revision) if not each.unobservable]
    rows = {}
    for id_ in [*ids, "suite", "clean"]:
        row: dict[str, Any] = {key: [few[id_][key], many[id_][key]] for key in ("reads", "writes")}
        row |= {"read_only": [reading[id_]["reads"]] * 2, "needs": needed[id_]}
        row |= {kind: many[id_][kind] for kind in KINDS}
        rows[id_] = {key: value for key, value in row.items() if value not in ([0, 0], 0, [])}
    return rows


def main() -> None:
    """Write the file, a line for each case."""
    rows = [f"{json.dumps(id_)}: {json.dumps(row)}" for id_, row in record().items()]
    PATH.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
    print(f"{PATH}: {len(rows)} rows")


if __name__ == "__main__":
    main()
