"""Whether an id that a target names is that of something we made: what its answers say, and what a read says."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from conformance.failures import Inconclusive
from conformance.ownership import OTHER_TOKEN, PLAIN_ID, marked, shows_ours

if TYPE_CHECKING:
    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.journal import Item


TIMED_OUT = 408
"""The one refusal that a gateway may send while the service behind it is still at work."""

_PERHAPS_THERE = re.compile(rb'"archived_at": ?null')


def made_by(client: Client) -> str:
    """The variable of the token that this client makes things with, where it is not the usual one."""
    name = client.session.trusted.get(client.authorization or "", "")
    return name if name == OTHER_TOKEN else ""


PAGE = 100
LOOK_PAGES = 10
"""So many pages of what was there before are looked at."""


def look_around(client: Client, kind: str) -> None:
    """Once, before the first create of a kind: what is there already cannot be made by it (`Ownership.note`).

    Where each create is read back there is no need for it.
    """
    session = client.session
    if session.careful or kind in session.ownership.looked_at:
        return
    session.ownership.looked_at.add(kind)
    params: dict[str, Any] = {"limit": PAGE}
    with contextlib.suppress(Inconclusive):
        for _ in range(LOOK_PAGES):
            exchange = client.send("GET", f"/{kind}s", params=params)
            session.sent.remove(exchange)
            answer = exchange.json if exchange.ok and isinstance(exchange.json, dict) else {}
            data, on = answer.get("data"), session.revision.onward(answer)
            if not isinstance(data, list) or on is None or (session.revision.walks_by_id and len(data) < PAGE):
                return
            params |= on


def note(client: Client, item: Item, exchange: Exchange, turn: int) -> None:
    """Write down what the answer to a create says of it: only a refusal says that nothing was made.

    `turn` is the moment before the create was sent.
    """
    session, id_ = client.session, exchange.shown_id
    refused = 400 <= exchange.status < 500 and exchange.status != TIMED_OUT
    if not exchange.ok or id_ is None:
        (session.journal.refused if refused else session.journal.unsure)(item)
    elif why := _doubt(client, item, exchange, id_, turn):
        session.ownership.disown(id_, why)
        session.journal.unsure(item)
    else:
        session.journal.made(item, id_)


def still_there(exchange: Exchange) -> bool:
    """Whether the answer to an archive says that it did nothing; seldom has it to be parsed for that."""
    shown = exchange.json if _PERHAPS_THERE.search(exchange.body) else None
    return isinstance(shown, dict) and "archived_at" in shown and shown["archived_at"] is None


def _doubt(client: Client, item: Item, exchange: Exchange, id_: str, turn: int) -> str | None:
    """Why the id that a create was answered with is not known as ours; None if it is."""
    session = client.session
    if session.journal.find(id_) is not None:
        return None
    if why := session.ownership.doubt(id_, turn):
        return why
    shows = shows_ours(exchange, item, session.run_id, session.journal)
    if shows and not session.careful:
        return None
    read = _read_back(client, item.kind, id_)
    if read is None:
        return None if shows else "neither its answer nor a read shows that it is ours"
    return (
        None if shows_ours(read, item, session.run_id, session.journal) else "a read shows something that is not ours"
    )


def _read_back(client: Client, kind: str, id_: str) -> Exchange | None:
    """What a read says of what was made, if it is there; the read is none of the requests of a case."""
    with contextlib.suppress(Inconclusive):
        read = client.send("GET", f"/{kind}s/{quote(id_, safe='')}")
        client.session.sent.remove(read)
        return read if read.ok and read.shown_id == id_ else None
    return None


def adopt(client: Client, kind: str, shown: Any, mark: str) -> bool:
    """Take what a list shows for ours if its name (with this mark) or its agent says so; whether it is new."""
    session = client.session
    id_ = shown.get("id") if isinstance(shown, dict) else None
    if not isinstance(id_, str) or not PLAIN_ID.fullmatch(id_) or session.journal.find(id_) is not None:
        return False
    if not marked(shown, mark, session.journal):
        return False
    session.journal.made(session.journal.intend(kind, str(shown.get("name")), made_by(client)), id_)
    return True
