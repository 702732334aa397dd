"""Our run beside schemathesis 4 as an expert sets it up, each as a command against the same server, fault by fault.

`python bench/versus_schemathesis.py --faults 60 --keep trials.jsonl` takes some forty seconds a fault, and goes on
where it was when it is called again. README.md beside this tells what the columns mean.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from figures import show
from versus_sides import OURS, THEIRS, Trial, known, trial

from conformance.reference.faults import all_faults
from conformance.revisions import QODER_JUNE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OF_REFERENCE = {OURS: (0, 1), THEIRS: (0, 1, 2)}
"""The seeds of the runs against the faultless reference; faults are examined with the first."""


def sample(number: int | None, seed: int) -> list[str]:
    """So many faults of June's edition, evenly spread over their names; all for None. None that wants --slow.

    They come in an order by chance, so that those that are done at any moment are a sample as well.
    """
    names = [name for name, each in all_faults().items() if each.broken_in(QODER_JUNE) and not each.slow]
    dice = Random(seed)  # noqa: S311 - a sample, not a secret
    if number is not None and number < len(names):
        start, step = dice.random(), len(names) / number
        names = [names[int((place + start) * step)] for place in range(number)]
    dice.shuffle(names)
    return names


def wanted(faults: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Side, fault and seed of every trial: the faultless reference first, then each fault by both, in turn."""
    for seed in OF_REFERENCE[THEIRS]:
        yield from ((side, "", seed) for side in (OURS, THEIRS) if seed in OF_REFERENCE[side])
    for place, fault in enumerate(faults):
        sides = (OURS, THEIRS) if place % 2 else (THEIRS, OURS)
        yield from ((side, fault, 0) for side in sides)


@dataclasses.dataclass
class Book:
    """The trials so far, each a line of a file, so that a long comparison can be interrupted."""

    path: Path
    trials: dict[tuple[str, str, int], Trial] = dataclasses.field(default_factory=dict)
    signs: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def read(self) -> None:
        """Take in what an earlier call wrote."""
        for line in self.path.read_text("utf-8").splitlines() if self.path.exists() else ():
            raw: dict[str, Any] = json.loads(line)
            if "signs" in raw:
                self.signs[raw["fault"]] = raw["signs"]
            else:
                self._take(Trial(**raw))

    def _take(self, one: Trial) -> None:
        self.trials[one.side, one.fault, one.seed] = one

    def note(self, one: Trial) -> None:
        """Write one down."""
        self._take(one)
        self._write(dataclasses.asdict(one))

    def note_signs(self, fault: str, signs: list[str]) -> None:
        """Write down what the document has against a fault."""
        self.signs[fault] = signs
        self._write({"fault": fault, "signs": signs})

    def _write(self, raw: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(raw) + "\n")

    def of(self, side: str, *, faultless: bool) -> list[Trial]:
        """The trials of a side."""
        return [each for each in self.trials.values() if each.side == side and faultless is not bool(each.fault)]


def main() -> None:
    """Carry out what is wanted and not yet known, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, metavar="N", help="a sample of so many; default: all")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--keep", type=Path, default=Path("versus.jsonl"), help="where trials are kept")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    given = parser.parse_args()
    book = Book(given.keep)
    book.read()
    faults = sample(given.faults, given.seed)
    for side, fault, seed in wanted(faults):
        if (side, fault, seed) not in book.trials:
            book.note(one := trial(side, fault, seed))
            sys.stderr.write(f"{side} {fault or 'reference'}: {one.requests} requests, {one.seconds} s\n")
    find_comparable(book, faults)
    show(figures(book, faults), given.json)


def find_comparable(book: Book, faults: Sequence[str]) -> None:
    """Ask of each fault that schemathesis did not find whether the document could tell on it."""
    from comparable import signs

    for fault in ("", *faults):
        if fault not in book.signs and (not fault or not found(book, THEIRS, fault)):
            seeds = (0, 1) if not fault else (0,)
            book.note_signs(fault, sorted(frozenset[str]().union(*(signs(fault, seed) for seed in seeds))))
            sys.stderr.write(f"comparable? {fault or 'reference'}: {len(book.signs[fault])} signs\n")


def found(book: Book, side: str, fault: str) -> dict[str, tuple[int, float]]:
    """What a side reported of a fault, and of no run against the faultless reference."""
    ever = known(book.of(side, faultless=True))
    return {what: when for what, when in book.trials[side, fault, 0].reported.items() if what not in ever}


def figures(book: Book, faults: Sequence[str]) -> dict[str, Any]:
    """The row of each side, and of how many faults."""
    could = [f for f in faults if found(book, THEIRS, f) or set(book.signs.get(f, ())) - set(book.signs[""])]
    rows = {side: row(book, side, faults, could) for side in (OURS, THEIRS)}
    missed = [f for f in faults if not found(book, OURS, f)]
    return {"faults": len(faults), "comparable": len(could), "rows": rows, "missed_by_ours": missed}


def row(book: Book, side: str, faults: Sequence[str], could: Sequence[str]) -> dict[str, Any]:
    """The figures of one side; per defect: all that was spent on all faults, shared among those that were found.

    Runs go on to their end. What a run needs that ends with its first true report, as a gate's may, is "till found";
    one that has none has to go on.
    """
    trials = [book.trials[side, fault, 0] for fault in faults]
    hits = {fault: told for fault in faults if (told := found(book, side, fault))}
    firsts = [min(told.values()) for told in hits.values()]
    ends = [min(hits.get(each.fault, {}).values(), default=(each.requests, each.seconds)) for each in trials]
    told_of_reference = known(book.of(side, faultless=True)[:1])
    return {
        "found": len(hits),
        "of comparable": sum(fault in hits for fault in could),
        "false": len({" ".join(what.split()[:3]) for what in told_of_reference}),
        "by chance": by_chance(book.of(side, faultless=True)),
        "requests": round(statistics.median(each.requests for each in trials)),
        "seconds": round(statistics.median(each.seconds for each in trials), 1),
        "cpu s": round(statistics.median(each.cpu_s for each in trials), 1),
        "peak MiB": max(each.peak_mib for each in trials),
        "requests/defect": round(sum(each.requests for each in trials) / max(len(hits), 1)),
        "seconds/defect": round(sum(each.seconds for each in trials) / max(len(hits), 1), 1),
        "cpu s/defect": round(sum(each.cpu_s for each in trials) / max(len(hits), 1), 1),
        "requests till found/defect": round(sum(requests for requests, _ in ends) / max(len(hits), 1)),
        "seconds till found/defect": round(sum(seconds for _, seconds in ends) / max(len(hits), 1), 1),
        "requests to first": round(statistics.median(first[0] for first in firsts)) if firsts else None,
        "seconds to first": round(statistics.median(first[1] for first in firsts), 1) if firsts else None,
    }


def by_chance(references: Sequence[Trial]) -> str:
    """In how many runs against the reference something was told that no other of them told: a find by chance."""
    lonely = sum(bool(known([one]) - known(each for each in references if each is not one)) for one in references)
    return f"{lonely}/{len(references)}"


if __name__ == "__main__":
    main()
