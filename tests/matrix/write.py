"""Write the kill matrix of the package anew from what the faults name; `test_kill_matrix.py` proves that true.

By hand, after a change of cases or faults: `python tests/matrix/write.py`.
"""

from __future__ import annotations

import json

from conformance.cases import load
from conformance.reference.faults import all_faults
from conformance.report.kills import PATH


def rows() -> dict[str, list[str]]:
    """The faults that break each requirement, in whichever edition."""
    judged = [each for each in load() if not each.is_observation and not each.unobservable]
    faults = all_faults().items()
    return {
        each.id: [name for name, fault in faults if any(each.id in fault.broken_in(one) for one in each.revisions)]
        for each in judged
    }


def main() -> None:
    """Write the file."""
    found = rows()
    PATH.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{PATH}: {len(found)} requirements, {len(all_faults())} faults")


if __name__ == "__main__":
    main()
