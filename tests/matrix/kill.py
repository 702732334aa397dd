"""What the suite says of a fault of the reference server: the matrix of faults and requirements, one row at a time.

By hand: `python tests/matrix/kill.py FAULT... [--only AREA]...` prints what each fault breaks beside what it names.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from conformance.model import Options, Report, Target, Verdict
from conformance.reference import process
from conformance.reference.faults import find
from conformance.runner import run

EXAMPLES = 5
"""Few generated examples: the hand-written cases and the first examples have to be enough."""


@dataclass(frozen=True)
class Row:
    """What one run against one fault said."""

    fault: str
    report: Report

    @property
    def broken(self) -> frozenset[str]:
        """The requirements that failed or warned."""
        return frozenset(r.id for r in self.report.results if r.verdict in {Verdict.FAILED, Verdict.WARNED})

    @property
    def named(self) -> frozenset[str]:
        """The requirements that the fault says it breaks."""
        return find(self.fault).breaks


def examine(*faults: str, only: tuple[str, ...] = (), seed: int = 0, examples: int = EXAMPLES) -> Row:
    """Run the suite against the reference server with these faults."""
    with process.start(faults) as running:
        target = Target(
            running.base_url,
            running.tokens["full"],
            running.tokens["other"],
            running.tokens["expired"],
            running.tokens["unscoped"],
        )
        return Row(" + ".join(faults), run(target, Options(only=only, seed=seed, examples=examples)))


def main() -> None:
    """Print rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if not given.fault:
        row = examine(only=tuple(given.only), seed=given.seed)
        print(f"no fault: {row.report.sentence} {sum(row.report.requests_by_status.values())} requests")
        _print_unhappy(row)
    for fault in given.fault:
        row = examine(fault, only=tuple(given.only), seed=given.seed)
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
