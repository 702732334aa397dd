"""What stands before every request: consent, what is ours, schedules, the budget of writes, and the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.failures import BoundReached, ForeignObject, NotKnownAsOurs, NotPermitted, TokenRefused
from conformance.ownership import KINDS, addressed

if TYPE_CHECKING:
    from conformance.exchange import Exchange
    from conformance.journal import Item
    from conformance.session import Session

REFUSED = frozenset({401, 403})
"""How a token is refused that is not good, or not good enough."""


def check_consent(session: Session, method: str) -> None:
    """Refuse to write where nobody said that this is wanted."""
    if not session.consent.writes:
        raise NotPermitted(f"sends {method}: give --allow-writes")


def check_owned(session: Session, path: str, makes: Item | None = None) -> None:
    """Refuse to write to anything that this run did not make, or make up, and to create what is not journalled."""
    if KINDS.get(path.removeprefix("/")) == (makes.kind if makes else "deployment" if session.alone else ""):
        return
    kind, id_ = addressed(path)
    item = session.journal.find(id_)
    if kind and ((item and item.kind == kind) or id_ in session.invented):
        return
    if doubt := session.ownership.disowned.get(id_):
        raise NotKnownAsOurs(f"nothing was written to {id_}, which a create was answered with: {doubt}")
    raise ForeignObject(f"stopped before writing to {path}: this run did not make {id_ or 'all that'}")


def check_schedule(session: Session, body: object, content: bytes | None) -> None:
    """Refuse to send what might fire within a day: `body` is a JSON value, or `content` is sent as it is."""
    if session.consent.schedules:
        return
    from conformance import schedule_guard

    schedule_guard.check(session, body, content)


def spend(session: Session) -> None:
    """Take a write out of the budget; what is put away is not counted, so that a budget leaves nothing behind."""
    if not session.clearing and not session.budget.spend():
        raise BoundReached(f"--max-writes {session.budget.limit} was spent")


def check_token(session: Session, authorization: str) -> None:
    """Refuse to send with a token that is not accepted any more."""
    if authorization in session.refused:
        name = session.trusted[authorization]
        raise TokenRefused(f"the token in {name} was refused everywhere by now; nothing more was sent with it")


def give_up_token(session: Session, authorization: str, exchange: Exchange) -> None:
    """Note that a token is refused whatever is asked, and raise `TokenRefused`."""
    session.refused.add(authorization)
    said = f"{exchange.operation} was answered with {exchange.status}, and so was all else"
    name = session.trusted[authorization]
    raise TokenRefused(f"the token in {name} is refused: {said}; it may have expired, or was revoked")
