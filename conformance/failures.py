"""Why a case ended without passing: the target broke a promise, or nobody could find out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.model import Blame, Difference

if TYPE_CHECKING:
    from conformance.exchange import Exchange


class Violation(AssertionError):
    """The target broke a promise: what was expected, what came, where, and in which exchange.

    `sequence` is all that led to it, where it took more than the last few requests of the case.
    """

    def __init__(
        self,
        message: str,
        difference: Difference,
        exchange: Exchange | None = None,
        sequence: tuple[Exchange, ...] = (),
    ) -> None:
        """`message` is one sentence for people."""
        super().__init__(message)
        self.difference = difference
        self.exchange = exchange
        self.sequence = sequence


class Inconclusive(Exception):
    """Nobody could find out whether the promise is kept; `blame` says whose move it is."""

    blame = Blame.TARGET


class ControlFailed(Inconclusive):
    """What had to succeed before a promise could be asked about did not."""


class Unmet(ControlFailed):
    """What the target holds does not do for the question; where nothing may be made, that is nobody's fault."""


class NoAnswer(Inconclusive):
    """The target took a request and gave no usable answer: a timeout, a reset, an endless body."""


class HungUp(NoAnswer):
    """The connection broke before the answer was complete: nobody can say whether the request was carried out."""


class Unreachable(Inconclusive):
    """No connection could be made: name, port, network or TLS."""

    blame = Blame.ENVIRONMENT


class Throttled(Inconclusive):
    """429 or 503 did not end within the patience of the suite; `after_s` is how long the target asks to be left."""

    blame = Blame.ENVIRONMENT

    def __init__(self, message: str, after_s: float | None = None) -> None:
        """`message` is one sentence for people."""
        super().__init__(message)
        self.after_s = after_s


class ProxyFailed(Inconclusive):
    """What stands before the target answered in its place: nobody can say whether the request was carried out."""

    blame = Blame.ENVIRONMENT


class NoRoom(Inconclusive):
    """The account takes no more deployments: what is refused then is not refused for what it asks."""

    blame = Blame.ENVIRONMENT


class TokenRefused(Inconclusive):
    """A token that was good is refused everywhere: it expired or was revoked while the run went on."""

    blame = Blame.ENVIRONMENT


class TargetLost(Inconclusive):
    """The target stopped answering altogether earlier in this run, so nothing more was sent."""

    def __init__(self, message: str, blame: Blame) -> None:
        """`blame` is that of what was met last."""
        super().__init__(message)
        self.blame = blame


class JournalNotWritable(Inconclusive):
    """What is going to be created could not be written down first, so it was not created: a full disk, say."""

    blame = Blame.ENVIRONMENT


class NotKnownAsOurs(Inconclusive):
    """The target answered a create with an id of which nothing shows that the create made it: no write goes there."""


class ForeignObject(Inconclusive):
    """A case was about to write to something that this run did not make: a defect of the suite, stopped in time."""

    blame = Blame.SUITE


class UnsafeSchedule(Inconclusive):
    """A case was about to send a schedule that might fire within a day: stopped in time.

    That is a defect of the suite, unless it chose by a clock of the target that is days off.
    """

    def __init__(self, message: str, blame: Blame = Blame.SUITE) -> None:
        """`message` is one sentence for people."""
        super().__init__(message)
        self.blame = blame


class NotPermitted(Exception):
    """The case needs a consent that was not given; it counts as not selected."""


class BoundReached(Exception):
    """A bound of the run was reached before the case was asked, or asked to its end; the reason says which."""


class NotApplicable(Exception):
    """The case needs something that this target was not given; the reason says what to provide."""


def said(error: BaseException) -> str:
    """What an exception says, or what it is called where it says nothing."""
    return str(error) or type(error).__name__
