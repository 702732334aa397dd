"""How soon defects are told: the share of the reference's faults found after so many requests of the default run.

For every fault it is reckoned from one run without a fault (after how many requests each requirement had its verdict)
and from the kill matrix (which requirements find which fault), for the order of a run beside that of the documents.
For a sample of `--faults` it is measured: so many requests had been sent when the first case accused.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from figures import show

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from matrix.kill import Carrier, target

from conformance.model import Options, Result
from conformance.reference.faults import all_faults, combine
from conformance.report.kills import kills
from conformance.report.progress import Silent
from conformance.revisions import QODER_JUNE
from conformance.runner import catalogue, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import httpx

    from conformance.model import ObservationResult, Report
    from conformance.reference.service import Service

AFTER = (50, 100, 200, 400, 800, 1600, 3200, 6400)
GOAL = 0.4
"""By this share of the requests, four fifths of the faults are to be found."""


class Counting(Carrier):
    """Counts what is sent."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Count it and pass it on."""
        self.sent += 1
        return super().handle_request(request)


@dataclass
class Watch(Silent):
    """Notes after how many requests each requirement had its verdict, and after how many the first accused."""

    carrier: Counting
    told_after: dict[str, int] = field(default_factory=dict)
    accused_after: int | None = None

    def case_done(self, done: Result | ObservationResult) -> None:
        """A requirement has its verdict."""
        self.told_after[done.id] = self.carrier.sent
        if self.accused_after is None and isinstance(done, Result) and done.is_broken:
            self.accused_after = self.carrier.sent


def watched(*faults: str) -> tuple[Watch, Report]:
    """The default run against the reference with these faults."""
    service = combine(faults, QODER_JUNE)()
    watch = Watch(Counting(service))
    report = run(replace(target(service), revision=QODER_JUNE), Options(), watch, carrier=watch.carrier)
    return watch, report


def catchers() -> dict[str, list[str]]:
    """By each fault of the first edition the requirements that find it."""
    finding: dict[str, list[str]] = {}
    for id_, names in kills().items():
        for name in names:
            finding.setdefault(name, []).append(id_)
    known = all_faults()
    return {name: ids for name, ids in finding.items() if QODER_JUNE in known[name].revisions and not known[name].slow}


def by_documents(report: Report, total: int) -> dict[str, int]:
    """After how many requests each requirement would have its verdict, were they run in the order of the documents."""
    places = {each.id: place for place, each in enumerate(catalogue(QODER_JUNE))}
    sent = {each.id: each.requests for each in report.results}
    sent |= {each.id: each.requests for each in report.observations}
    ids = sorted(sent, key=places.__getitem__)
    shared = total - sum(sent.values())  # sent for all, which is spread evenly
    sums = itertools.accumulate(sent[id_] + shared / len(ids) for id_ in ids)
    return {id_: round(so_far) for id_, so_far in zip(ids, sums, strict=True)}


def first(told_after: Mapping[str, int], finding: Mapping[str, Iterable[str]]) -> list[float]:
    """For each fault after how many requests it is found."""
    never = float("inf")
    return [min((told_after.get(id_, never) for id_ in ids), default=never) for ids in finding.values()]


def shares(found_after: Sequence[float], total: int) -> dict[str, float]:
    """Percent of the faults that were found after so many requests, and after that share of all."""
    bounds = {str(bound): float(bound) for bound in AFTER} | {f"{GOAL:.0%}": GOAL * total, "all": float(total)}
    found = {name: sum(at <= bound for at in found_after) for name, bound in bounds.items()}
    return {name: round(100 * number / len(found_after), 1) for name, number in found.items()}


def sampled(names: Sequence[str], number: int) -> list[str]:
    """So many of the names, evenly spread."""
    return [names[place * len(names) // number] for place in range(min(number, len(names)))]


def measured(names: Sequence[str]) -> list[float]:
    """For each of these faults after how many requests a run really accuses."""
    found: list[float] = []
    for name in names:
        at = watched(name)[0].accused_after
        found.append(float("inf") if at is None else at)
        sys.stderr.write(f"{name}: {found[-1]:g}\n")
    return found


def main() -> None:
    """Print the shares as a table and as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=40, help="so many are measured; default: 40")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    watch, report = watched()
    total, finding = watch.carrier.sent, catchers()
    names = sampled(sorted(finding), given.faults)
    some = {name: finding[name] for name in names}
    rows = {
        f"documents, {len(finding)} faults, reckoned": shares(first(by_documents(report, total), finding), total),
        f"as run, {len(finding)} faults, reckoned": shares(first(watch.told_after, finding), total),
    }
    if names:
        rows[f"as run, {len(names)} of them, reckoned"] = shares(first(watch.told_after, some), total)
        rows[f"as run, {len(names)} of them, measured"] = shares(measured(names), total)
    show({"requests": total, "rows": rows}, given.json, "percent found after")


if __name__ == "__main__":
    main()
