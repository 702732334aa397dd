"""What the suite says of a fault of the reference server: the matrix of faults and requirements, one row at a time.

Requests go straight to the service, without a network, which makes a run three times faster.

By hand: `python tests/matrix/kill.py FAULT... [--only AREA]... [--revision R]` prints what each fault breaks beside
what it names.
"""

from __future__ import annotations

import argparse
import functools
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

import httpx

from conformance.model import Options, Report, Target, Verdict
from conformance.reference.call import Request
from conformance.reference.faults import combine, find
from conformance.reference.seed import seed as seeded
from conformance.revisions import QODER_JUNE
from conformance.runner import catalogue, run

if TYPE_CHECKING:
    from conformance.reference.service import Service

EXAMPLES = 5
"""Few generated examples: the hand-written cases and the first examples have to be enough."""

AT_RANDOM = ("sequence-", "concurrent-", "generated-")
"""What is found by chance: these may fail for faults that do not name them, though never for the reference."""


@dataclass(frozen=True)
class Row:
    """What one run against one fault said."""

    fault: str
    report: Report
    revision: str = QODER_JUNE

    @property
    def broken(self) -> frozenset[str]:
        """The requirements that failed or warned."""
        return frozenset(r.id for r in self.report.results if r.verdict in {Verdict.FAILED, Verdict.WARNED})

    @property
    def named(self) -> frozenset[str]:
        """The requirements of the edition that the fault says it breaks."""
        return find(self.fault).broken_in(self.revision) & judged(self.revision)


def certain(ids: frozenset[str]) -> set[str]:
    """Those that are not found by chance."""
    return {id_ for id_ in ids if not id_.startswith(AT_RANDOM)}


@functools.cache
def judged(revision: str) -> frozenset[str]:
    """The ids of all requirements of an edition that can be seen from outside."""
    return frozenset(each.id for each in catalogue(revision) if not (each.is_observation or each.unobservable))


class Carrier(httpx.BaseTransport):
    """Hands each request to the service, as `reference.app` does."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        query, body = request.url.query.decode("latin-1"), request.read()
        asked = Request(request.method, request.url.path, query, headers, body, len(body))
        _wait(self._service.arrive(asked))
        with self._service.lock:
            reply, wait = self._service.answer(asked), self._service.delay()
        _wait(wait)
        date = {"date": format_datetime(datetime.now(UTC), usegmt=True)}  # as uvicorn adds it
        return httpx.Response(reply.status, headers=reply.headers | date, content=reply.body)


def _wait(seconds: float) -> None:
    if seconds:  # even a sleep of nothing gives the processor away
        time.sleep(seconds)


def target(service: Service) -> Target:
    """A target of this service, with all its tokens."""
    seeded(service)
    tokens = service.tokens
    return Target(
        f"http://127.0.0.1{service.BASE_PATH}", tokens["full"], tokens["other"], tokens["expired"], tokens["unscoped"]
    )


def examine(
    *faults: str,
    only: tuple[str, ...] = (),
    seed: int = 0,
    examples: int = EXAMPLES,
    revision: str = QODER_JUNE,
    spoken: str | None = None,
) -> Row:
    """Run the suite against the reference service of an edition with these faults; `spoken` is another edition."""
    service = combine(faults, spoken or revision)()
    slow = any(find(fault).slow for fault in faults)
    options = Options(only=only, seed=seed, examples=examples, slow=slow)
    asked = replace(target(service), revision=revision)
    return Row(" + ".join(faults), run(asked, options, carrier=Carrier(service)), revision)


def main() -> None:
    """Print rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--revision", default=QODER_JUNE)
    given = parser.parse_args()
    if not given.fault:
        row = examine(only=tuple(given.only), seed=given.seed, revision=given.revision)
        print(f"no fault: {row.report.sentence} {sum(row.report.requests_by_status.values())} requests")
        _print_unhappy(row)
    for fault in given.fault:
        row = examine(fault, only=tuple(given.only), seed=given.seed, revision=given.revision)
        print(f"{fault}: {'exact' if row.broken == row.named else 'DIFFERS'}; {row.report.sentence}")
        for id_ in sorted(row.broken | row.named):
            sign = {(True, True): "=", (True, False): "+ broken, not named:", (False, True): "- named, not broken:"}
            print(f"   {sign[id_ in row.broken, id_ in row.named]} {id_}")
        _print_unhappy(row)


def _print_unhappy(row: Row) -> None:
    for result in row.report.results:
        if result.verdict not in {Verdict.PASSED, Verdict.SKIPPED}:
            print(f"      {result.verdict} {result.id}: {result.reason}")
    for observed in row.report.observations:
        if observed.answer is None and "not selected" not in observed.reason:
            print(f"      unanswered {observed.id}: {observed.reason}")
    for note in (*row.report.notes, row.report.invalid or ""):
        if note:
            print(f"      note: {note}")


if __name__ == "__main__":
    main()
