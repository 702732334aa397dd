"""Weigh what each requirement finds against what it costs, and write down in which order cases are run.

By hand, after `write.py` and `plan/record.py`: `python tests/matrix/order.py` (from anywhere).
"""

from __future__ import annotations

import functools
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

from matrix.kill import examine

from conformance import plugin
from conformance.report.kills import kills
from conformance.revisions import ALL
from conformance.runner import catalogue
from conformance.running_order import PATH, cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from conformance.settings import Settings

AGAIN = 0.1
"""What it is worth to find a fault that another case has found already, for each time that it was found."""

STORIES = ("sequence", "generated")
"""Areas whose cases share one long story, which finds by chance what others find for certain: they come last."""

RIPE_AFTER = {"nursery": 1, "veterans": 1, "history": 1, "crowd": 4}
"""So many steps of `Suite.go_on` it takes until these fixtures need not be waited for."""

AT_ONCE = "many"
"""A fixture that is put away when a case comes that does not ask for it."""

LEAST = 3
"""Requests that even a case costs which shares all that it sends with others."""


def worth(id_: str, found: Counter[str]) -> float:
    """What a requirement would add to what was found so far, for each request."""
    return sum(AGAIN ** found[fault] for fault in kills().get(id_, ())) / max(cost(id_), LEAST)


def order() -> list[str]:
    """Every requirement of every edition: always that which adds most, then what finds by chance, then observations."""
    declared = {each.id: each for revision in ALL for each in catalogue(revision) if not each.unobservable}
    stories = [id_ for id_, each in declared.items() if each.area in STORIES]
    left = [id_ for id_ in declared if id_ not in stories]
    found: Counter[str] = Counter()
    chosen: list[str] = []
    while left:
        best = max(left, key=lambda id_: worth(id_, found))
        left.remove(best)
        chosen.append(best)
        found.update(kills().get(best, ()))
    finding = [id_ for id_ in chosen if kills().get(id_)]
    return together([*finding, *stories, *(id_ for id_ in chosen if id_ not in finding)])


def together(ids: list[str]) -> list[str]:
    """The same, but what shares something that is put away in between follows on the first of its kind."""
    sharing = {id_ for id_, asked in fixtures().items() if AT_ONCE in asked}
    first = next(place for place, id_ in enumerate(ids) if id_ in sharing)
    at_once = [id_ for id_ in ids if id_ in sharing]
    return [*ids[:first], *at_once, *(id_ for id_ in ids[first:] if id_ not in sharing)]


@functools.cache
def fixtures() -> dict[str, Sequence[str]]:
    """What the case of each requirement asks for."""
    found: dict[str, Sequence[str]] = {}

    def look(items: list[pytest.Item], _: Settings) -> list[pytest.Item]:
        found.update((plugin._declared(item).id, getattr(item, "fixturenames", ())) for item in items)  # noqa: SLF001 - the same
        return []  # which need not be run

    with mock.patch.object(plugin, "_in_turn", look):
        for revision in ALL:
            examine(revision=revision)
    return found


def steps(id_: str) -> int:
    """For how long a requirement needs something to ripen."""
    return max((RIPE_AFTER.get(name, 0) for name in fixtures()[id_]), default=0)


def main() -> None:
    """Write the file, a line for each requirement."""
    lines = [f"{json.dumps(id_)}: {steps(id_)}" for id_ in order()]
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{PATH}: {len(lines)} requirements")


if __name__ == "__main__":
    main()
