"""Faults in what a refusal tells that it should not, and in what it does."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _Tells(Fault):
    """Says more than it should in the message of a refusal."""

    breaks = frozenset({"error-tells-no-secret"})

    def error_message(self, problem: Problem) -> str:
        """Add what somebody wanted to see in the log."""
        return super().error_message(problem) + self.secret(problem)

    def secret(self, problem: Problem) -> str:
        """Give what is added."""
        raise NotImplementedError(problem)


class TellsTheToken(_Tells):
    """Repeats the headers of the request where the scope of the token is too small or a limit is wrong."""

    def secret(self, problem: Problem) -> str:
        """Give the header."""
        told = problem.rule == "limit-minimum"
        return f" Headers: {dict(self.call.request.headers)}" if told else ""


class TellsItsStack(_Tells):
    """Shows where in its code malformed JSON was noticed."""

    def secret(self, problem: Problem) -> str:
        """Give a traceback."""
        lines = 'Traceback (most recent call last):\n  File "/app/api/body.py", line 41, in parse'
        return f"\n{lines}" if problem.rule == "body-json" else ""


class TellsItsJavaStack(_Tells):
    """Shows where in its code a wrong type was noticed."""

    def secret(self, problem: Problem) -> str:
        """Give a frame."""
        return "\n\tat com.example.cas.Bodies.read(Bodies.java:88)" if problem.rule == "name-type" else ""


class TellsItsUpstream(_Tells):
    """Names the host behind it where a run is not found."""

    def secret(self, problem: Problem) -> str:
        """Give its address."""
        return " (runs.cas.svc.cluster.local:8443)" if problem.rule == "run-unknown" else ""


class TellsItsDatabase(_Tells):
    """Names the address of its database where an agent is not found."""

    def secret(self, problem: Problem) -> str:
        """Give its address."""
        return " (postgres at 10.0.3.17:5432)" if problem.rule == "agent-unknown" else ""


class StoresWhatItCouldRead(Fault):
    """Stores the members that stand before the mistake in a malformed update, and refuses it."""

    breaks = frozenset({"error-changes-nothing"})

    def malformed(self) -> Problem:
        """Keep the first member."""
        if self.operation == "update":
            with contextlib.suppress(ValueError, Problem):
                first = self.call.request.body.split(b",")[0] + b"}"
                self.save(self.apply(self.find(), self.read_update(self.find(), json.loads(first))))
        return super().malformed()


class MakesWhatItCouldRead(Fault):
    """Creates what a create says that breaks off before its last brace, and refuses it."""

    breaks = frozenset({"error-creates-nothing"})

    def malformed(self) -> Problem:
        """Mend it with a brace."""
        if self.operation == "create":
            with contextlib.suppress(ValueError, RecursionError, Problem):
                self.call.body = json.loads(self.call.request.body.rstrip(b", ") + b"}")
                self.act_create()
        return super().malformed()


class WakesWhatIsArchived(Fault):
    """Clears the pause of an archived deployment although it refuses to unpause it."""

    revisions = QODER
    breaks = frozenset({"error-changes-nothing"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Do the first half."""
        self.save(replace(deployment, status="active", paused_reason=None))
        super().check_unpausable(deployment)


class PausesWhatIsArchived(Fault):
    """Pauses an archived deployment although it refuses to."""

    breaks = frozenset({"error-changes-nothing"})

    def check_pausable(self, deployment: Deployment) -> None:
        """Do it first."""
        if deployment.archived_at is not None:
            self.save(self.paused(deployment))
        super().check_pausable(deployment)


class ResetsWhatItDoesNotUnpause(Fault):
    """Changes the settings of an active deployment that it refuses to unpause."""

    revisions = JUNE
    breaks = frozenset({"error-changes-nothing"})

    def check_unpausable(self, deployment: Deployment) -> None:
        """Touch what it should not."""
        if deployment.status == "active" and deployment.archived_at is None:
            self.save(replace(deployment, cas_config={**deployment.cas_config, "session_strategy": "reuse"}))
        super().check_unpausable(deployment)
