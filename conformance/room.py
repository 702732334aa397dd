"""An account that takes no more deployments: the pages name no number, so that a service may have one.

A create that is refused there says nothing of what it asked. Nobody can be told so by a status, so it is shown: a plain
body is refused in the same way, and accepted once one of our own is archived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.failures import BoundReached, Inconclusive, NotPermitted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from conformance.client import Client
    from conformance.exchange import Exchange

FULL = frozenset({400, 402, 403, 409, 422, 429})
"""What a service may answer that has no room; 401 is a matter of the token, and 404 of what a body names."""


CREATE = "POST /deployments"


@dataclass
class Room:
    """What tells whether there is room: a plain body, and a deployment of ours that no case needs.

    `shared` has the ids of what is not put away before the end, and `spare` is one of them.
    """

    client: Client
    body: Callable[[], dict[str, Any]]
    shared: set[str]
    spare: str

    def lacking(self, sent: Iterable[Exchange]) -> bool:
        """Whether one of these creates was refused for want of room, and none for what it asked."""
        refused = {each.status for each in sent if each.operation == CREATE} & FULL
        try:
            return bool(refused) and self._is_out(refused)
        except (Inconclusive, BoundReached, NotPermitted):
            return False

    def _is_out(self, refused: set[int]) -> bool:
        if self.client.create(self.body()).status not in refused:
            return False
        self.client.archive(self.spare)
        made = self.client.create(self.body())
        if not made.ok or made.shown_id is None:
            return False
        self.spare = made.shown_id
        self.shared.add(self.spare)
        return True
