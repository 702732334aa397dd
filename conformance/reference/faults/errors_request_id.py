"""Faults in the id by which an error names its request."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import NEWER, SEPTEMBER, Fault

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

_TOLD, _OR_NULL = "error-request-id-is-told", "error-request-id-or-null"
_CALLERS, _MADE = "error-request-id-is-the-callers", "error-request-id-is-made"


class NamesNoRequest(Fault):
    """Leaves the request_id out of every refusal."""

    revisions = NEWER
    breaks = frozenset({_TOLD, _OR_NULL, _MADE, "generated-answer-fits-the-schema"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Keep it for the header."""
        whole = super().envelope(problem)
        return {member: value for member, value in whole.items() if member != "request_id"}


class NumbersItsRequests(Fault):
    """Gives the refusal of a missing scope a number for a request_id."""

    revisions = NEWER
    breaks = frozenset({_TOLD, _OR_NULL, "error-request-id-matches-header"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Count."""
        whole = super().envelope(problem)
        return {**whole, "request_id": 20260614} if problem.kind == "permission_error" else whole


class NullsTheRequestIdOf401(Fault):
    """Gives a 401 null for a request_id, where every error has one."""

    revisions = SEPTEMBER
    breaks = frozenset({_TOLD, _MADE})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Know the request only later."""
        whole = super().envelope(problem)
        return {**whole, "request_id": None} if problem.kind == "authentication_error" else whole


class NamesRequestsItself(Fault):
    """Gives each request an id of its own, whatever its caller calls it."""

    revisions = SEPTEMBER
    breaks = frozenset({_CALLERS})

    def make_request_id(self) -> str:
        """Make one."""
        return str(uuid.uuid4())


class NamesRequestsInShort(Fault):
    """Gives a request without an id one that is no UUID."""

    revisions = SEPTEMBER
    breaks = frozenset({_MADE})

    def make_request_id(self) -> str:
        """Make it short."""
        return self.call.request.headers.get("x-request-id") or self.new_id("req")


class NamesAllRequestsAlike(Fault):
    """Gives all requests without an id the same one."""

    revisions = SEPTEMBER
    breaks = frozenset({"error-request-ids-differ"})

    def make_request_id(self) -> str:
        """Make it once."""
        return self.call.request.headers.get("x-request-id") or "0190a0b0-0000-7000-8000-000000000000"
