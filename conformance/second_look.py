"""What a case found in the account is not ours: before that is held against the target, it is looked at again.

Others may change it before the case looks, or while it does; and what they do not have is nobody's fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.failures import NotApplicable, NotPermitted, Unmet, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.suite import Suite

OTHERS = "others changed meanwhile what was looked at: run again, or give --allow-writes"


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
    """What came of a case: where nothing may be made, what it needs may lawfully be missing, or changed."""
    if not isinstance(failure, Unmet) or suite.settings.consent.writes:
        return failure
    if suite.disturbed(str(failure)):
        return NotApplicable(OTHERS)
    return NotPermitted(f"{failure}: give --allow-writes, and it is made")
