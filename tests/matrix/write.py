"""Write the kill matrix of the package anew from what the faults name; `test_kill_matrix.py` proves that true.

By hand, after a change of cases or faults: `python tests/matrix/write.py`.
"""

from __future__ import annotations

import json
from collections import defaultdict

from conformance.model import DEFAULT_REVISION
from conformance.reference.faults import all_faults
from conformance.report.kills import PATH
from conformance.runner import catalogue


def main() -> None:
    """Write the file."""
    killed = defaultdict(list)
    for name, fault in all_faults().items():
        for id_ in fault.breaks:
            killed[id_].append(name)
    judged = [each.id for each in catalogue(DEFAULT_REVISION) if not each.is_observation and not each.unobservable]
    rows = {id_: sorted(killed[id_]) for id_ in judged}
    PATH.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"{PATH}: {len(rows)} requirements, {len(all_faults())} faults")


if __name__ == "__main__":
    main()
