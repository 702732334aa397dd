"""Putting away what a run made, also what it was not told of: a create whose answer got lost may have done its work."""

from __future__ import annotations

import contextlib
import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance import claims
from conformance.curl import shell_header
from conformance.failures import HungUp, Inconclusive, NotPermitted, ProxyFailed
from conformance.model import Leftover
from conformance.ownership import KINDS, OTHER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.client import Client
    from conformance.exchange import Exchange, Redactor
    from conformance.journal import Item
    from conformance.settings import Settings

PAGE = 100
PAGES = 100
"""How many pages are searched at most for what was created without an answer; it is among the newest."""

ATTEMPTS = 3
"""So often something is archived whose answer was lost."""

AGENTS = 20
"""So many agents of ours are looked at for it besides."""

WAITS_S = (1.0, 3.0)
"""After so many seconds it is looked for again: a request outlives a client that died, or lost patience."""

CLOCKS = timedelta(hours=1)
"""So much the clocks of the suite and the target may differ when it is told what is older than the run."""


@dataclass
class Clearing:
    """Archives what is in the journal, and what belongs there."""

    client: Client
    settings: Settings
    redact: Redactor

    # --- what is known ----------------------------------------------------------------------------------------

    def put_away(self, items: Iterable[Item]) -> None:
        """Archive what is still there; whatever goes wrong is seen in the journal and told as a leftover."""
        for item in items:
            client = self._client(item.by)
            if item.id is None or not item.open or client is None:
                continue
            try:
                with client.clearing():
                    self._insist(client, item, item.id)
            except (Inconclusive, NotPermitted):
                continue

    def _insist(self, client: Client, item: Item, id_: str) -> None:
        """Archive it, and again where the way broke: what is archived twice is archived."""
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(HungUp, ProxyFailed):
                self._put_away(client, item, id_)
                return
        self._put_away(client, item, id_)

    def _put_away(self, client: Client, item: Item, id_: str) -> None:
        archive: dict[str, Callable[[str], Exchange]] = {
            "deployment": client.archive,
            "agent": client.archive_agent,
            "environment": client.archive_environment,
        }
        if item.kind not in archive:  # of a later edition of the suite
            return
        exchange = archive[item.kind](id_)
        if item.open and exchange.status < 500 and self._is_away(client, item):
            client.session.journal.gone(item)

    def _is_away(self, client: Client, item: Item) -> bool:
        """Whether nothing is left to put away: archived before, or deleted by a way that the target has."""
        exchange = client.send("GET", f"/{item.kind}s/{quote(item.id or '', safe='')}")
        shown = exchange.json if exchange.ok and isinstance(exchange.json, dict) else {}
        return exchange.status in {404, 410} or bool(shown.get("archived_at"))

    def _client(self, by: str) -> Client | None:
        """The client with the token that something was made with; None if that token is not there."""
        if not by:
            return self.client
        other = self.settings.target.other_token
        return self.client.with_token(other) if by == OTHER_TOKEN and other else None

    def finish(self, mark: str) -> list[Leftover]:
        """Archive everything and close the connection; returns what is left behind.

        What is not known yet is found by this mark in its name: each process that is still at work has its own.
        """
        session = self.client.session
        session.caller = "clean"
        session.transport.health.revive()
        session.refused.clear()
        if session.journal.items:
            self._find_lost(mark)
        self.put_away(session.journal.unfinished())
        session.transport.close()
        session.journal.close()
        return self.leftovers()

    def leftovers(self) -> list[Leftover]:
        """What is still there, or may be, each with a command."""
        return [self._leftover(item) for item in self.client.session.journal.unfinished()]

    # --- what nobody was told of ------------------------------------------------------------------------------

    def _find_lost(self, mark: str) -> None:
        """Look for everything of ours that is not in the journal, as thoroughly as there is reason to."""
        for by in dict.fromkeys(item.by for item in self.client.session.journal.items.values()):
            client = self._client(by)
            if client is None:
                continue
            for kind in reversed(KINDS.values()):  # what else is ours is told by its agent
                search = _Search(client, kind, mark, self.settings.begun)
                lost = self._lost(by, kind)
                try:
                    complete = self._look(search, lost)
                except Inconclusive:
                    continue  # nobody can say whether it is there: it stays in the journal
                if complete:  # what is there is known now; the rest is nowhere, so it was never made
                    for item in lost:
                        client.session.journal.refused(item)

    def _lost(self, by: str, kind: str) -> list[Item]:
        unfinished = self.client.session.journal.unfinished()
        return [item for item in unfinished if item.id is None and item.kind == kind and item.by == by]

    def _look(self, search: _Search, lost: list[Item]) -> bool:
        """Find what is ours; whether everything was seen that could be."""
        if not lost:
            if search.kind == "deployment":  # no sign that anything is there, but a target may say no and do it
                search.walk({}, 1)
            return False
        complete = search.thoroughly()
        for wait in WAITS_S:
            if not complete or search.found >= sum(item.unanswered for item in lost):
                break
            self.client.session.transport.sleep(wait)
            complete = search.thoroughly()
        return complete

    def _leftover(self, item: Item) -> Leftover:
        """What is told of something that is still there, or may be, with a command to archive or to look for it."""
        base, token = f"{self.settings.base_url}/{item.kind}s", f'"Authorization: Bearer ${item.by or "TOKEN"}"'
        for name, value in self.settings.headers.items():
            token += f" -H {shell_header(self.redact(f'{name}: {value}'))}"
        if item.id is not None:
            url = shlex.quote(f"{base}/{quote(item.id, safe='')}/archive")
            return Leftover(item.kind, self.redact(item.id), self.redact(f"curl -X POST {url} -H {token}"))
        named = f"its name is {item.name}" if item.name else "it may have any name"
        told = self.redact(f"(no id came; {named})")
        return Leftover(item.kind, told, f"curl {shlex.quote(f'{base}?limit=100')} -H {token}")


@dataclass
class _Search:
    """A look through a collection, from its newest, for what is ours and not in the journal."""

    client: Client
    kind: str
    mark: str
    begun: datetime | None
    found: int = 0

    def thoroughly(self) -> bool:
        """Look at everything that is not older than the run, and at all that our agents have; whether that was all."""
        complete = self.walk({}, PAGES)
        items = self.client.session.journal.items.values() if self.kind == "deployment" else ()
        for agent in [item.id for item in items if item.kind == "agent" and item.id][:AGENTS]:
            self.walk({"agent_id": agent}, PAGES)
        return complete

    def walk(self, params: dict[str, Any], pages: int) -> bool:
        """Adopt what is ours on the first pages; whether they were all that matter."""
        revision, seen = self.client.session.revision, set[str]()
        asked = {"limit": PAGE, **params}
        for _ in range(pages):
            page = self._page(asked)
            if page is None:
                return False
            items = page["data"]
            self.found += sum(claims.adopt(self.client, self.kind, item, self.mark) for item in items)
            ids = [str(item.get("id")) for item in items]
            on = revision.onward(page)
            if seen.issuperset(ids) and (ids or on is None or revision.walks_by_id):
                return len(ids) < PAGE  # the end, or a target that does not turn the page
            if on is None or (revision.newest_first and self._older(items)):
                return True
            seen.update(ids)
            asked |= on
        return False

    def _page(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """A page whose `data` are objects; None where there is none."""
        exchange = self.client.send("GET", f"/{self.kind}s", params=params)
        answer = exchange.json if exchange.ok else None
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(data, list):
            return None
        return {**answer, "data": [item for item in data if isinstance(item, dict)]}

    def _older(self, items: list[dict[str, Any]]) -> bool:
        """Whether all of this was there long before the run."""
        try:
            made = [datetime.fromisoformat(str(item.get("created_at"))) for item in items]
            return self.begun is not None and max(made) < self.begun - CLOCKS
        except (TypeError, ValueError):
            return False
