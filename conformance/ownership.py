"""Which objects of an account are ours: what has to be shown before a run, or its cleaning, writes to an id.

A target that mixes up its answers must not make us archive what is somebody else's. So the id in the answer to a create
is ours only if
- it can be part of a path, and no list showed it before the create was sent (the first pages are read for that before
  the first create), and
- the object shown has a name of ours, which all contain the id of the run, or an agent that this run has made; or else
  it has the name that was sent, and is not older than its create, by the clock of the target, and
- elsewhere than on loopback, a read of that id shows so, too: an echo of what was sent proves nothing about an id.

What fails this is never written to. A create whose answer was lost, or is not believed, is found again in the lists, by
the name or the agent. A target that lies in its reads as well cannot be told from one that is right.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.exchange import Exchange
    from conformance.journal import Item, Journal

OTHER_TOKEN = "DEPLOYMENTS_OTHER_TOKEN"  # noqa: S105 - a name, no token
"""The variable of the token of another account, in which something may be made too."""

KINDS = {"deployments": "deployment", "agents": "agent", "environments": "environment"}
"""The collections that a run may write to, and what they hold."""

ACTIONS = ("/archive", "/pause", "/unpause", "/run")
"""How paths end that change something, perhaps by any method."""

PLAIN_ID = re.compile(r"(?!\.+\Z)[!$'()*+,.0-9:;=@A-Z_a-z~-]{1,500}")
"""Ids that every server and proxy on the way understands in the same way: no slash, no escape, no dots alone."""

_WRITABLE = re.compile(r"/([a-z]+)/([^/?#]+)((?:/[a-z_]+)*)(\?.*)?", re.ASCII | re.DOTALL)
_SHOWN_ID = re.compile(rb'"id": ?"([^"\\]{1,500})"')
_A_LIST = re.compile(r"/(?:deployments|agents|environments)(?:\?|\Z)")

BEFORE = -1
"""The turn before all others: what the owner of the target has named was there before the run."""

TOLERANCE = timedelta(minutes=5)
"""So much older than the answer to its create an object may seem to be: clocks of one service may differ."""


def addressed(path: str) -> tuple[str, str]:
    """The kind and the id of what a path is about; no kind where that might be understood in several ways."""
    match = _WRITABLE.fullmatch(path)
    if match and PLAIN_ID.fullmatch(id_ := unquote(match[2])):
        return KINDS.get(match[1], ""), id_
    return "", unquote("".join(path.partition("?")[0].split("/")[2:3]))


def mark_of(run_id: str) -> str:
    """What every name contains that a run gives."""
    return f"conformance-{run_id}"


def marked(shown: Mapping[str, Any], mark: str, journal: Journal) -> bool:
    """Whether an object has a name of ours, with this mark in it, or an agent of ours."""
    name, agent = shown.get("name"), shown.get("agent")
    if isinstance(name, str) and mark.casefold() in name.casefold():
        return True
    agent_id = agent.get("id") if isinstance(agent, dict) else agent
    made = journal.find(agent_id) if isinstance(agent_id, str) else None
    return made is not None and made.kind == "agent"


def shows_ours(exchange: Exchange, item: Item, run_id: str, journal: Journal) -> bool:
    """Whether what an answer shows can only come from this create."""
    shown = exchange.json
    if not isinstance(shown, dict):
        return False
    echoed = not item.name or shown.get("name") == item.name
    return marked(shown, mark_of(run_id), journal) or (echoed and _is_young(shown.get("created_at"), exchange))


def _is_young(created_at: object, at: Exchange) -> bool:
    """Whether something seems to be made about when it was shown, by the clock of whoever showed it."""
    try:
        said = at.header("date")
        now = email.utils.parsedate_to_datetime(said) if said else datetime.now(UTC)
        return datetime.fromisoformat(str(created_at)) > now - TOLERANCE
    except (TypeError, ValueError):
        return False


@dataclass
class Ownership:
    """What is known of ids that are not ours. Several threads may note at once."""

    strangers: dict[str, int] = field(default_factory=dict)
    """When a list showed an id for the first time."""
    disowned: dict[str, str] = field(default_factory=dict)
    """Why an id that a create was answered with is not taken for ours."""
    looked_at: set[str] = field(default_factory=set)
    """The kinds of which it was seen what was there before the first create."""
    _turns: Iterator[int] = field(default_factory=count)

    def turn(self) -> int:
        """A moment, to be compared with when ids were seen for the first time."""
        return next(self._turns)

    def note(self, exchange: Exchange) -> None:
        """Keep which ids a list shows: no later create can have made them."""
        if exchange.method == "GET" and _A_LIST.match(exchange.path):
            turn = self.turn()
            for id_ in _SHOWN_ID.findall(exchange.body):
                self.strangers.setdefault(id_.decode("utf-8", "replace"), turn)

    def disown(self, id_: str, why: str) -> None:
        """Take an id for none of ours, in the form in which it comes back from a path."""
        self.disowned[unquote(quote(id_, safe="", errors="surrogatepass"))] = why

    def doubt(self, id_: str, since: int) -> str | None:
        """Why an id cannot be that of something made since then, whatever else is shown."""
        if not PLAIN_ID.fullmatch(id_):
            return "it is no id that can be part of a path"
        if self.strangers.get(id_, since) < since:
            return "it was there before"
        return None
