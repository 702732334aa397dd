"""The reference server in one edition, judged by another: what fails is what differs between the two.

By hand, after a change of cases: `python tests/matrix/pairs.py` writes `pairs.json` anew. Read what changed: each id
has to be one of a rule that the two editions do not share, or of a case that rests on one.
"""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from matrix.kill import certain, examine

from conformance.revisions import ALL, CMA, QODER_SEPTEMBER

if TYPE_CHECKING:
    from matrix.kill import Row

PATH = Path(__file__).parent / "pairs.json"
PAIRS = tuple(permutations(ALL, 2))
"""What is spoken, and by what it is judged."""

UNSURE = {(CMA, QODER_SEPTEMBER): {"list-created-filter"}}
"""What fails there only where a second of the clock begins at the right moment: its pages are asked for by id."""


def row(spoken: str, judging: str, only: tuple[str, ...] = ()) -> Row:
    """What the suite for one edition says of the reference server in another, in some areas or all."""
    return examine(spoken=spoken, revision=judging, only=only)


def accused(found: Row, spoken: str) -> list[str]:
    """The ids of what failed or warned for certain."""
    return sorted(certain(found.broken) - UNSURE.get((spoken, found.revision), set()))


def main() -> None:
    """Write the file."""
    lists = {f"{spoken} judged by {judging}": accused(row(spoken, judging), spoken) for spoken, judging in PAIRS}
    PATH.write_text(json.dumps(lists, indent=1) + "\n", encoding="utf-8")
    for pair, ids in lists.items():
        print(f"{pair}: {len(ids)}")


if __name__ == "__main__":
    main()
