"""Where the objects of a run come from: the writes behind them, for whoever wants to see a failure again."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from conformance.exchange import Exchange

Mark: TypeAlias = tuple[str, float, int]

MOST = 60
"""So many requests are told at most."""

LONGEST = 40
_OF_AGENT = "agent:"
_WORD = re.compile(r"[\w:-]+")
_AGENT = re.compile(rb'"agent": ?"([\w-]+)"')
_ASKED_FOR = re.compile(r"\bagent_id=([\w-]+)")


MOMENTS = ("created_at", "updated_at", "triggered_at")
"""Members of an answer that tell when its object was written."""


@dataclass
class Provenance:
    """The successful requests of a run, by the ids of what they made or changed. Several threads may note at once."""

    _log: list[tuple[Mark, Callable[[], Exchange] | None]] = field(default_factory=list)
    _read: int = 0
    _known: dict[int, Exchange] = field(default_factory=dict)
    _about: dict[str, list[int]] = field(default_factory=dict)
    _numbers: dict[Mark, int] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> None:
        """Keep when this was sent, and what, if it succeeded; who asks pays for the look at it."""
        self._log.append((_mark(exchange), _bare(exchange) if exchange.ok else None))

    def _catch_up(self) -> None:
        """Look at what was noted since somebody asked last."""
        for number in range(self._read, len(self._log)):
            mark, told = self._log[number]
            self._numbers[mark] = number
            if told is None:
                continue
            sent = self._known[number] = told()
            if sent.method == "GET":
                continue
            ids = {*_named(sent), sent.shown_id or "", *_agents(sent)} - {""}
            for known in ids:
                self._about.setdefault(known, []).append(number)
        self._read = len(self._log)

    def of(self, shown: Collection[Exchange], mentioned: str = "", at_fault: Exchange | None = None) -> list[Exchange]:
        """The writes behind the ids that these exchanges send, and behind those in the text; oldest first.

        Of each answer only the id and the moments are kept. What is among the exchanges already is left out, and what
        came after them. What a create refers to is behind it, too; and where a read is at fault, the last of its kind
        between two writes to one object, for what was read may have been kept. What is mentioned first is told first,
        with all that is behind it, before there is too much.
        """
        self._catch_up()
        known = {self._numbers.get(_mark(each), -1) for each in shown}
        found: set[int] = set()
        texts = [*(_sent(each) for each in shown), mentioned]
        texts += [f"{_OF_AGENT}{agent}" for each in shown for agent in _ASKED_FOR.findall(each.path)]
        words = [word for text in texts for word in _words(text)][::-1]
        seen: set[str] = set()
        while words and len(found) < MOST:
            if (word := words.pop()) in seen:
                continue
            seen.add(word)
            numbers = [number for number in self._about.get(word, ()) if number <= max(known)]
            numbers += self._between(numbers, word, at_fault)
            new = [number for number in numbers if number not in found and number not in known][: MOST - len(found)]
            found.update(new)
            words += [each for number in new[::-1] for each in _behind(self._known[number])[::-1]]
        return [self._known[number] for number in sorted(found)]

    def _between(self, writes: list[int], id_: str, at_fault: Exchange | None) -> list[int]:
        """The last read like the one at fault between each two of the writes to one object."""
        if at_fault is None or at_fault.method != "GET" or id_.startswith(_OF_AGENT):
            return []
        kind = at_fault.operation
        found = []
        for earlier, later in itertools.pairwise(writes):
            for number in range(later - 1, earlier, -1):
                read = self._known.get(number)
                if read and read.method == "GET" and _named(read) in ([], [id_]) and read.operation == kind:
                    found.append(number)
                    break
        return found


def _behind(exchange: Exchange) -> list[str]:
    """What may have brought about what was written: all that it names, and all that was done to what it made."""
    return [*([] if exchange.method == "GET" else [exchange.shown_id or ""]), *_words(_sent(exchange))]


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(text)))


def _bare(exchange: Exchange) -> Callable[[], Exchange]:
    """What makes the exchange anew, with nothing of its answer but the id that it shows, and when that was written."""
    e, shown = exchange, {}
    if e.method != "GET":
        shown = {"id": e.shown_id}
        if isinstance(e.json, dict):
            shown |= {
                name: text for name in MOMENTS if isinstance(text := e.json.get(name), str) and len(text) < LONGEST
            }
    return partial(_anew, type(e), (e.method, e.url, e.path, e.request_headers, e.request_body, e.status), shown)


def _anew(kind: Callable[..., Exchange], sent: tuple[Any, ...], shown: dict[str, str | None]) -> Exchange:
    return kind(*sent, (), json.dumps(shown).encode() if shown else b"", 0.0)


def _named(exchange: Exchange) -> list[str]:
    """The id in a path, if there is one."""
    return exchange.path.partition("?")[0].split("/")[2:3]


def _mark(exchange: Exchange) -> Mark:
    """What tells one exchange of a run from the others."""
    return exchange.path, exchange.elapsed_ms, id(exchange)


def _agents(exchange: Exchange) -> list[str]:
    """The agent that a write names, marked as such: a list of that agent shows what was written."""
    return [f"{_OF_AGENT}{found.decode()}" for found in _AGENT.findall(exchange.request_body or b"")]


def _sent(exchange: Exchange) -> str:
    body = exchange.request_body or b""
    return f"{exchange.path} {body[:65_536].decode('utf-8', 'replace')}"
