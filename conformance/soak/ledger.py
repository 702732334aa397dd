"""What the users of one process have compared, and what did not hold: each requirement is told once, then counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.failures import Violation
from conformance.model import Verdict
from conformance.verdicts import judge, with_doubt, with_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.exchange import Redactor
    from conformance.model import Requirement
    from conformance.session import Session
    from conformance.verdicts import Part

WRONG = frozenset({Verdict.FAILED, Verdict.WARNED})
SERVER_ERROR = "concurrent-requests-cause-no-server-error"


@dataclass
class Ledger:
    """Counts comparisons by requirement; `tell` hears of the first that does not hold of each.

    `declared` is what the edition promises; `dropped` counts accusations that rest on a write of unknown outcome.
    """

    declared: Mapping[str, Requirement]
    redact: Redactor
    tell: Callable[[Part], None]
    checks: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    dropped: int = 0
    lacking: dict[str, str] = field(default_factory=dict)
    """By requirement, what this target was not given for it to be asked."""

    def asked(self, *ids: str) -> None:
        """Something was compared."""
        self.checks.update(id_ for id_ in ids if id_ in self.declared)

    def accuse(self, id_: str, failure: AssertionError, session: Session) -> bool:
        """Something did not hold, unless nobody can tell; whether it was taken for that."""
        declared = self.declared.get(id_)
        if declared is None:
            return False
        if _crashed(failure) and id_ != SERVER_ERROR:  # what a server error leaves behind is unknown
            return self.accuse(SERVER_ERROR, failure, session)
        part = judge(declared, failure, in_body=True, redact=self.redact)
        part = with_doubt(part, declared, session, failure)
        if part.verdict not in WRONG:
            self.dropped += 1
            return False
        self.checks[id_] += not self.checks[id_]
        self.found[id_] += 1
        if self.found[id_] == 1:
            self.tell(with_evidence(part, session, failure, self.redact))
        return True


def _crashed(failure: AssertionError) -> bool:
    exchange = failure.exchange if isinstance(failure, Violation) else None
    return exchange is not None and exchange.status >= 500
