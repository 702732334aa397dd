"""Before something is held against the target it is looked at again, where the account may be the reason.

What a case found in it is not ours: others may change it before the case looks, or while it does, and what they do not
have is nobody's fault. And an account may be full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.failures import NoRoom, NotApplicable, NotPermitted, Unmet, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.suite import Suite

OTHERS = "others changed meanwhile what was looked at: run again, or give --allow-writes"


FULL = (
    "the account takes no more deployments (a plain body was refused as well, and accepted after one of ours had been "
    "archived): archive what is not needed, or give an account with more room"
)


def call(case: Callable[..., object], arguments: Mapping[str, object], suite: Suite) -> object:
    """Call a case; where nothing may be made, it accuses only if it does so twice, with nothing changed meanwhile."""
    try:
        return case(**arguments)
    except Violation:
        if suite.settings.consent.writes:
            raise
    try:
        if not suite.disturbed():
            case(**arguments)
    except Violation:
        if not suite.disturbed():
            raise
    raise NotApplicable(OTHERS)


def excused(failure: BaseException | None, suite: Suite) -> BaseException | None:
    """What came of a case: where nothing may be made, what it needs may be missing, or changed; or too much."""
    if isinstance(failure, Violation) and suite.lacks_room(failure):
        return NoRoom(FULL)
    if not isinstance(failure, Unmet) or suite.settings.consent.writes:
        return failure
    if suite.disturbed(str(failure)):
        return NotApplicable(OTHERS)
    return NotPermitted(f"{failure}: give --allow-writes, and it is made")
