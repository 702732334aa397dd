"""A create whose answer was lost may have been carried out: it is looked up, and never sent again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from conformance.failures import HungUp, Inconclusive, ProxyFailed
from conformance.ownership import PLAIN_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.client import Client
    from conformance.exchange import Exchange
    from conformance.journal import Item

NEWEST = 20
"""So many of the newest are looked through."""

MADE_ANEW = 3
"""So often a prerequisite is made."""


def look_up(client: Client, item: Item, body: Any) -> None:
    """Note the id in the journal if it is there; else it stays open there, for it may still come."""
    with contextlib.suppress(Inconclusive):
        agent_id = body.get("agent") if isinstance(body, dict) else None
        ours = isinstance(agent_id, str) and client.session.journal.find(agent_id) is not None
        params: dict[str, Any] = {"limit": NEWEST, "agent_id": agent_id if ours else None}
        listed = client.send("GET", f"/{item.kind}s", params=params)
        client.session.sent.remove(listed)  # no part of what the case asks
        shown = listed.json
        data = shown.get("data") if isinstance(shown, dict) else None
        for each in data if isinstance(data, list) else []:
            if isinstance(each, dict) and _is_it(client, item, each, alone=ours):
                client.session.journal.made(item, str(each["id"]))
                return


def _is_it(client: Client, item: Item, shown: dict[str, Any], *, alone: bool) -> bool:
    """Whether this is what was lost: by its name, or what nobody else can have made under an agent of ours."""
    id_ = shown.get("id")
    if not isinstance(id_, str) or not PLAIN_ID.fullmatch(id_) or client.session.journal.find(id_) is not None:
        return False
    return shown.get("name") == item.name if item.name else alone and item.kind == "deployment"


def anew(make: Callable[[], Exchange]) -> Exchange:
    """Make a prerequisite, and another one where the answer was lost; `make` has to give each a name of its own."""
    for _ in range(MADE_ANEW - 1):
        with contextlib.suppress(HungUp, ProxyFailed):
            return make()
    return make()
