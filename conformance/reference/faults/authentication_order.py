"""Faults in what is done before a caller is known."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from conformance.reference.call import Reply


class _Hasty(Fault):
    """Looks at the request before it looks at the token."""

    IN: ClassVar[frozenset[str]] = frozenset()

    def authenticate(self) -> None:
        """Work for the owner until somebody asks who is there."""
        if self.operation in self.IN:
            self.call.account = self.accounts[0]
            self.hurry()
        super().authenticate()

    def hurry(self) -> None:
        """Do what has to wait."""
        raise NotImplementedError


class ParsesFirst(Fault):
    """Answers 400 to malformed JSON, whoever sends it."""

    breaks = frozenset({"auth-precedes-validation"})
    STEPS = ("resolve", "limit_body", "parse", "authenticate", "authorize", "perform")


class ChecksLimitsFirst(_Hasty):
    """Answers 400 to a wrong limit, whoever sends it."""

    IN = frozenset({"list", "list_all_runs"})
    breaks = frozenset({"auth-precedes-validation"})

    def hurry(self) -> None:
        """Read the window."""
        self.parse()
        self.read_window()


class ReadsFiltersFirst(_Hasty):
    """Answers 400 to a has_error that is no boolean, whoever sends it."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"auth-precedes-validation"})

    def hurry(self) -> None:
        """Read it."""
        self.parse()
        self.read_flag("has_error")


class FindsFirst(_Hasty):
    """Answers 404 to an unpause of what does not exist, whoever sends it."""

    IN = frozenset({"unpause"})
    breaks = frozenset({"auth-precedes-existence"})

    def hurry(self) -> None:
        """Find it."""
        self.find()


class ChecksTheStateFirst(_Hasty):
    """Answers 409 to the archiving or running of what is archived, whoever sends it."""

    IN = frozenset({"archive", "run"})
    breaks = frozenset({"auth-precedes-state"})

    def hurry(self) -> None:
        """Check it, if it exists."""
        if self.call.ids[0] in self.account.deployments:
            (self.check_archivable if self.operation == "archive" else self.check_runnable)(self.find())


class _Acts(Fault):
    """Acts before it refuses a caller with 401."""

    IN: ClassVar[frozenset[str]] = frozenset()
    breaks = frozenset({"auth-refused-write-does-not-act"})

    def refuse(self, problem: Problem) -> Reply:
        """Do it nevertheless."""
        if problem.kind == "authentication_error" and self.operation in self.IN:
            self.call.account = self.accounts[0]
            with contextlib.suppress(Problem):
                self.parse()
                self.perform()
        return super().refuse(problem)


class ArchivesBeforeItRefuses(_Acts):
    """Archives for a caller without a valid token, and answers 401."""

    IN = frozenset({"archive"})


class CreatesBeforeItRefuses(_Acts):
    """Creates for a caller without a valid token, and answers 401."""

    IN = frozenset({"create"})


class RunsBeforeItRefuses(_Acts):
    """Runs a deployment for a caller without a valid token, and answers 401."""

    IN = frozenset({"run"})


class UpdatesBeforeItRefuses(_Acts):
    """Updates and unpauses for a caller without a valid token, and answers 401."""

    IN = frozenset({"update", "unpause"})
