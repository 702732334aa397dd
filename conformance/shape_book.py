"""Notes what every answer looked like, within bounds, so that a later run can be compared even where nobody judges."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from conformance.exchange import OPERATIONS, template
from conformance.shape import MANY, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.exchange import Exchange

SAMPLE = 10
"""So many answers of an operation are looked at to their last item; of later lists the first item and the last."""

DEEPEST = 10
MOST_FIELDS = 400
MOST_VALUES = 16
MOST_MEMBERS = 60
LONGEST_NAME = 80
LONGEST_WORD = 40
"""Bounds for a target that answers without end: what is beyond them is left out."""

BUSY = frozenset({429, 500, 502, 503, 504})
"""Statuses of a bad moment: they say nothing of how a service answers."""

_NOTHING = object()
_ROUTES = frozenset(path for _, path in OPERATIONS.values())
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_ID = re.compile(r"([A-Za-z]{2,12}[_-])\w{6,}")
_WORD = re.compile(r"(?!(?:.*\d){4})[a-z][a-z0-9_.]{0,39}")
_FREE_MAPS = frozenset({"metadata"})
"""Objects whose keys are the caller's own, but where an object is below them."""

_FREE_TEXTS = frozenset({"name", "description", "text", "content", "message", "prompt", "system"})
"""Members whose words are the caller's own, or prose."""


@dataclass(slots=True)
class _Place:
    """One place in an answer, with the sets that gather what came there; `words` is None where none are kept."""

    path: str
    name: str
    kinds: set[str] = field(default_factory=set)
    words: set[str] | None = None
    inner: dict[str | None, _Place] = field(default_factory=dict)
    settled: set[type] = field(default_factory=set)
    """Of values of these types nothing more can be learnt here, which spares a look at most members of most answers."""
    latest: object = _NOTHING
    """The text that came last, if it was short: the next one is often the same."""
    free: bool = field(init=False)
    """Whether the keys below it are the caller's own."""
    kind: Callable[[str], str] | None = field(init=False)
    """Tells the forms of its texts apart, where a service and not its caller chooses them."""

    def __post_init__(self) -> None:
        """Look at the name once, not at each answer."""
        self.free = self.name in _FREE_MAPS
        self.kind = _kind_of_time if self.name.endswith("_at") else _kind_of_id if _names_ids(self.name) else None


@dataclass
class _Page:
    """What is known of one operation with one status."""

    headers: set[str] = field(default_factory=set)
    fields: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)
    answers: int = 0
    root: _Place = field(default_factory=lambda: _Place("", ""))

    def below(self, place: _Place, name: str | None) -> _Place | None:
        """The place of a member, or with no name that of the items; None beyond the bounds."""
        known = place.inner.get(name)
        if known is None and len(self.fields) < MOST_FIELDS:
            known = place.inner[name] = self._opened(place, name)
        return known

    def _opened(self, place: _Place, name: str | None) -> _Place:
        """A new place; two names with dots in them can stand for one path, which has one pair of sets."""
        if name is None:
            path, name = f"{place.path}[]", place.name
        else:
            path = f"{place.path}.{name}" if place.path else name
        own = name in _FREE_TEXTS or name == "*" or _names_ids(name)
        kinds = self.fields.setdefault(path, set())
        return _Place(path, name, kinds, None if own else self.values.setdefault(path, set()))


@dataclass
class ShapeBook:
    """The shapes of the answers that one process has seen."""

    pages: dict[tuple[str, int], _Page] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> None:
        """Look at one answer."""
        route = template(exchange.path)
        if exchange.status in BUSY or route not in _ROUTES:
            return
        where = f"{exchange.method} {route}", exchange.status
        page = self.pages.get(where) or self.pages.setdefault(where, _Page())
        page.answers += 1
        page.headers.update([name[:LONGEST_NAME] for name, _ in exchange.headers[:MOST_MEMBERS]])
        if isinstance(exchange.json, (dict, list)):
            _look(page, page.root, exchange.json, 0)

    def shapes(self, redact: Callable[[str], str]) -> tuple[Shape, ...]:
        """All of it as values, without secrets, in an order that is the same for equal answers."""
        return tuple(
            Shape(
                redact(operation),
                status,
                tuple(sorted(map(redact, page.headers))),
                _sorted(page.fields, redact),
                {place: _few(words) for place, words in _sorted(page.values, redact).items() if words},
            )
            for (operation, status), page in sorted(self.pages.items())
        )


def united(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    """The shapes that several processes or shards have seen, as if one had seen them all."""
    pages: dict[tuple[str, int], _Page] = {}
    for shape in shapes:
        page = pages.setdefault((shape.operation, shape.status), _Page())
        page.headers.update(shape.headers)
        for known, more in ((page.fields, shape.fields), (page.values, shape.values)):
            for place, words in more.items():
                known.setdefault(place, set()).update(words)
    return ShapeBook(pages).shapes(str)


def _few(words: tuple[str, ...]) -> tuple[str, ...]:
    return (MANY,) if len(words) > MOST_VALUES or MANY in words else words


def _sorted(known: dict[str, set[str]], redact: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    return {redact(place): tuple(sorted(map(redact, words))) for place, words in sorted(known.items())}


def _look(page: _Page, place: _Place, value: Any, depth: int) -> None:
    """Note the members of an object, or the items of an array, at this place."""
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        inner, free = place.inner, place.free
        for name, member in value.items() if len(value) <= MOST_MEMBERS else islice(value.items(), MOST_MEMBERS):
            known = "*" if free and not isinstance(member, dict) else name
            there = inner.get(known) or page.below(place, known[:LONGEST_NAME])
            if there is not None and type(member) not in there.settled and member != there.latest:
                _note(page, there, member, depth)
    elif value and (there := page.below(place, None)) is not None:
        for item in value if page.answers <= SAMPLE else (*value[:1], *value[1:][-1:]):
            _note(page, there, item, depth)


def _note(page: _Page, place: _Place, value: Any, depth: int) -> None:
    scalar = _SCALARS.get(type(value))
    if scalar is not None:
        place.kinds.add(scalar)
        place.settled.add(type(value))
    elif isinstance(value, str):
        place.kinds.add("string" if place.kind is None else place.kind(value))
        place.latest = value if len(value) <= LONGEST_WORD else _NOTHING
        words = place.words  # of an enumeration, perhaps; more than a handful are none
        if words is not None and len(words) <= MOST_VALUES:
            if value not in words and _is_word(value):
                words.add(value)
        elif place.kind is None:
            place.settled.add(str)
    else:
        place.kinds.add("object" if isinstance(value, dict) else "array")
        _look(page, place, value, depth + 1)


_SCALARS = {bool: "boolean", int: "integer", float: "number", type(None): "null"}


def _kind_of_time(text: str) -> str:
    match = _DATE_TIME.fullmatch(text)
    if not match:
        return "string"
    fraction = " with fraction" if match[1] else ""
    zone = "" if match[2] == "Z" else " with offset" if match[2] else " without zone"
    return f"date-time{fraction}{zone}"


def _kind_of_id(text: str) -> str:
    match = _ID.fullmatch(text)
    return f"id {match[1]}…" if match else "string"


def _names_ids(name: str) -> bool:
    return name == "id" or name.endswith(("_id", "_ids"))


def _is_word(text: str) -> bool:
    """Whether it may be a word of an enumeration; a text that is long is none, and would take long to be looked at."""
    return len(text) <= LONGEST_WORD and _WORD.fullmatch(text) is not None
