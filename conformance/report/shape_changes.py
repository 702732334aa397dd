"""What answers of two runs looked like differently: members, kinds of value, words, headers and statuses.

Nothing here is judged. One change that shows in many operations is one line.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from conformance.report.operations import OTHER, operation
from conformance.shape import MANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.shape import Shape

NAMED = 5
"""So many kinds of answer are named in a line."""


def shape_changes(before: Sequence[Shape], after: Sequence[Shape]) -> tuple[str, ...]:
    """One line for each change, with the answers that show it; operations that one run never asked are left out."""
    places: dict[str, list[str]] = defaultdict(list)
    for text, place in _changes(before, after):
        if place not in places[text]:
            places[text].append(place)
    return tuple(f"{text} ({_named(where)})" for text, where in places.items())


def _named(places: Sequence[str]) -> str:
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return ", ".join(places[:NAMED]) + more


def _changes(before: Sequence[Shape], after: Sequence[Shape]) -> Iterator[tuple[str, str]]:
    old = {(shape.operation, shape.status): shape for shape in before}
    new = {(shape.operation, shape.status): shape for shape in after}
    asked = {name for name, _ in old} & {name for name, _ in new}
    for name, status in sorted(old.keys() ^ new.keys()):
        if name in asked:
            yield f"HTTP status {status} {'appeared' if (name, status) in new else 'vanished'}", _short(name)
    for key in sorted(old.keys() & new.keys()):
        for text in _within(old[key], new[key]):
            yield text, f"{_short(key[0])} {key[1]}"


def _short(name: str) -> str:
    """The name of an operation as the documentation has it, or its method and path."""
    method, _, path = name.partition(" ")
    known = operation(method, path)
    return name if known == OTHER else known


def _within(old: Shape, new: Shape) -> Iterator[str]:
    yield from (f"header {name} appeared" for name in sorted({*new.headers} - {*old.headers}))
    yield from (f"header {name} vanished" for name in sorted({*old.headers} - {*new.headers}))
    for verb, more, fewer in (("appeared", new.fields, old.fields), ("vanished", old.fields, new.fields)):
        for place in _topmost(more.keys() - fewer.keys()):
            yield f"{_inner(place)} {verb}: {_listed(more[place])}"
    for place in sorted(old.fields.keys() & new.fields.keys()):
        yield from _kinds(_inner(place), {*old.fields[place]}, {*new.fields[place]})
        yield from _words(_inner(place), place, old.values, new.values)


def _topmost(places: Iterable[str]) -> list[str]:
    """The places that are not inside another of them: what is within an object comes and goes with it."""
    found: list[str] = []
    for place in sorted(places):
        if not any(place.startswith((f"{outer}.", f"{outer}[]")) for outer in found):
            found.append(place)
    return found


def _inner(place: str) -> str:
    """The place inside an item, where it is one of a list: the same object is shown by other operations alone."""
    return place.removeprefix("data[].")


def _kinds(place: str, old: set[str], new: set[str]) -> Iterator[str]:
    added, gone = _listed(new - old), _listed(old - new)
    if added and gone:
        yield f"{place} is {added}, and was {gone}"
    elif added:
        yield f"{place} can be {added}, too"
    elif gone:
        yield f"{place} is never {gone} any more"


def _words(
    name: str, place: str, old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    before, after = {*old.get(place, ())}, {*new.get(place, ())}
    if MANY in before | after:
        return
    if added := after - before:
        yield f"{name} took the value {_quoted(added)}"
    if gone := before - after:
        yield f"{name} never took the value {_quoted(gone)} any more"


def _listed(kinds: Iterable[str]) -> str:
    return " or ".join(sorted(kinds))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in sorted(words))
