"""Where the objects of a run come from: the writes behind them, for whoever wants to see a failure again."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.exchange import Exchange

Mark: TypeAlias = tuple[str, float, int]

MOST = 60
"""So many writes are told at most."""

_WORD = re.compile(r"[\w:-]+")
_AGENT = re.compile(rb'"agent": ?"([\w-]+)"')
_ASKED_FOR = re.compile(r"\bagent_id=([\w-]+)")


@dataclass
class Provenance:
    """The successful writes of a run, by the ids of what they made or changed. Several threads may note at once."""

    _log: list[tuple[Mark, Exchange | None]] = field(default_factory=list)
    _read: int = 0
    _writes: dict[int, Exchange] = field(default_factory=dict)
    _about: dict[str, list[int]] = field(default_factory=dict)
    _numbers: dict[Mark, int] = field(default_factory=dict)

    def note(self, exchange: Exchange) -> None:
        """Keep when this was sent, and what was written, if it was; who asks pays for the look at it."""
        written = exchange.ok and exchange.method != "GET"
        self._log.append((_mark(exchange), _bare(exchange) if written else None))

    def _catch_up(self) -> None:
        """Look at what was noted since somebody asked last."""
        for number in range(self._read, len(self._log)):
            mark, written = self._log[number]
            self._numbers[mark] = number
            if written is None:
                continue
            self._writes[number] = written
            ids = {*written.path.partition("?")[0].split("/")[2:3], written.shown_id or "", *_agents(written)} - {""}
            for known in ids:
                self._about.setdefault(known, []).append(number)
        self._read = len(self._log)

    def of(self, shown: Collection[Exchange], mentioned: str = "") -> list[Exchange]:
        """The writes behind the ids that these exchanges send, and behind those in the text; oldest first.

        Of each answer only the id is kept. What is among the exchanges already is left out, and what came after them.
        An agent that a create refers to is behind it, too.
        """
        self._catch_up()
        found: dict[int, Exchange] = {}
        texts = [*(_sent(each) for each in shown), mentioned]
        texts += [f"agent:{agent}" for each in shown for agent in _ASKED_FOR.findall(each.path)]
        known = {self._numbers.get(_mark(each), -1) for each in shown}
        while texts and len(found) < MOST:
            for number in self._numbers_of(texts.pop(0)):
                if number in found or number in known or number > max(known) or len(found) == MOST:
                    continue
                found[number] = self._writes[number]
                texts.append(_sent(found[number]))
        return [found[number] for number in sorted(found)]

    def _numbers_of(self, text: str) -> list[int]:
        return [number for word in dict.fromkeys(_WORD.findall(text)) for number in self._about.get(word, ())]


def _bare(exchange: Exchange) -> Exchange:
    """The write with nothing of its answer but the id that it shows."""
    return dataclasses.replace(exchange, headers=(), body=json.dumps({"id": exchange.shown_id}).encode())


def _mark(exchange: Exchange) -> Mark:
    """What tells one exchange of a run from the others."""
    return exchange.path, exchange.elapsed_ms, id(exchange)


def _agents(exchange: Exchange) -> list[str]:
    """The agent that a write names, marked as such: a list of that agent shows what was written."""
    return [f"agent:{found.decode()}" for found in _AGENT.findall(exchange.request_body or b"")]


def _sent(exchange: Exchange) -> str:
    body = exchange.request_body or b""
    return f"{exchange.path} {body[:65_536].decode('utf-8', 'replace')}"
