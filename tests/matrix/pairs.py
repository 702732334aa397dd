"""The reference server in one edition, judged by another: what fails is what differs between the two.

By hand, after a change of cases: `python tests/matrix/pairs.py` writes `pairs.json` anew. Read what changed: each id
has to be one of a rule that the two editions do not share, or of a case that rests on one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from matrix.kill import EXAMPLES, Carrier, target

from conformance.model import Options, Report, Verdict
from conformance.reference.editions import service_of
from conformance.revisions import ALL
from conformance.runner import run

PATH = Path(__file__).parent / "pairs.json"
PAIRS = tuple(permutations(ALL, 2))
"""What is spoken, and by what it is judged."""


def examine(spoken: str, judging: str) -> Report:
    """Run the suite for one edition against the reference server in another."""
    service = service_of(spoken)()
    return run(replace(target(service), revision=judging), Options(examples=EXAMPLES), carrier=Carrier(service))


BY_CHANCE = ("sequence-", "concurrent-", "generated-", "list-created-filter")
"""What is found by chance, or fails only where a second of the clock begins at the right moment."""


def accused(report: Report) -> list[str]:
    """The ids of what failed or warned, but for what is found by chance."""
    return sorted(
        each.id
        for each in report.results
        if each.verdict in {Verdict.FAILED, Verdict.WARNED}
        if not each.id.startswith(BY_CHANCE)
    )


def main() -> None:
    """Write the file."""
    found = {f"{spoken} judged by {judging}": accused(examine(spoken, judging)) for spoken, judging in PAIRS}
    PATH.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for pair, ids in found.items():
        print(f"{pair}: {len(ids)}")


if __name__ == "__main__":
    main()
