"""Writes of which nobody can say whether they were carried out, and what may therefore accuse nobody.

A gateway that gives up, a connection that breaks before the answer: the write may have been done, once or, where it
was sent again, twice; and it may still arrive. What is seen of its object afterwards proves nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from conformance.exchange import NO_JSON
from conformance.failures import said
from conformance.model import Blame
from conformance.pace import READING
from conformance.transport import PROXY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.exchange import Exchange

OURS = "conformance-"
"""How the names begin that nobody else has."""


@dataclass(frozen=True)
class Disturbance:
    """A write whose outcome is unknown: what was sent, and what became of it in words.

    `put_off` where the answer said when to come again, and so that nothing had been done: that is enough for a promise
    to hold, and not enough to accuse.
    """

    method: str
    path: str
    body: bytes | None
    became: str
    blame: Blame
    put_off: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.became}, and may have been carried out all the same"


@dataclass
class Disturbances:
    """All of them in a run; `here` are those of the case that is being carried out.

    `marks` are what its objects are known by, and `agents` those that may have a deployment more than we know of.
    """

    here: list[Disturbance] = field(default_factory=list)
    marks: dict[str, Disturbance] = field(default_factory=dict)
    agents: dict[str, Disturbance] = field(default_factory=dict)

    def note(self, exchange: Exchange, why: BaseException | None) -> None:
        """Take in what was sent and came; `why` says why nothing came, where the status is 0."""
        became = _unknown(exchange, why)
        if became is None or exchange.method in READING:
            return
        blame = Blame.ENVIRONMENT if exchange.status else Blame.TARGET
        put_off = exchange.header("retry-after") is not None
        found = Disturbance(exchange.method, exchange.path, exchange.request_body, became, blame, put_off)
        self.here.append(found)
        body = _object(exchange.request_body)
        self.marks.update(dict.fromkeys(_marks(exchange.path, body.get("name")), found))
        if isinstance(agent := body.get("agent"), dict):
            agent = agent.get("id")
        if isinstance(agent, str) and agent:
            self.agents[agent] = found

    def behind(self, exchanges: Iterable[Exchange]) -> Disturbance | None:
        """A disturbance that these exchanges may show: one of this case, or one of an object that they mention."""
        if self.here:
            return self.here[-1]
        return next(self._shown(exchanges), None)

    def of(self, exchange: Exchange) -> list[Disturbance]:
        """The earlier attempts at the same request in this case."""
        sent = (exchange.method, exchange.path, exchange.request_body)
        return [each for each in self.here if (each.method, each.path, each.body) == sent]

    def refused(self, exchanges: Iterable[Exchange]) -> Disturbance | None:
        """A disturbance of this case that was sent again and refused then: that it had been done may be the reason."""
        if not self.here:
            return None
        earlier = (each for exchange in exchanges if 400 <= exchange.status < 500 for each in self.of(exchange))
        return next((each for each in earlier if not each.put_off), None)

    def _shown(self, exchanges: Iterable[Exchange]) -> Iterator[Disturbance]:
        for exchange in exchanges if self.marks or self.agents else ():
            for agent, found in self.agents.items():
                if f"agent_id={agent}" in exchange.path:
                    yield found
            told = f"{exchange.path} {(exchange.request_body or b'').decode('utf-8', 'replace')} {exchange.text}"
            yield from (found for mark, found in self.marks.items() if mark in told)


def _unknown(exchange: Exchange, why: BaseException | None) -> str | None:
    """What became of a request that may have been carried out or not; None where its answer says which."""
    if why is not None:
        never_left = isinstance(why, (httpx.ConnectError, httpx.ConnectTimeout))
        return None if never_left else f"was left without an answer ({said(why)})"
    if exchange.status == 503 or (exchange.status in PROXY and exchange.json is NO_JSON):
        return f"was answered with {exchange.status}"
    return None


def _object(body: bytes | None) -> dict[str, object]:
    try:
        sent = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _marks(path: str, name: object) -> Iterator[str]:
    parts = path.partition("?")[0].split("/")
    if len(parts) > 2 and parts[2]:
        yield parts[2]
    if isinstance(name, str) and name.startswith(OURS):
        yield name
