"""Faults in how refusals are told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from conformance.reference.call import Reply
from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.problem import Problem

_ENVELOPE = "error-envelope"
_ENVELOPE_401 = "error-envelope-of-401"
_TYPE = "error-type-fits-status"


class AnswersAsAGateway(Fault):
    """Answers 401 without the envelope, as a gateway in front of the service does."""

    breaks = frozenset({_ENVELOPE_401})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        if problem.kind != "authentication_error":
            return super().envelope(problem)
        return {"code": "TOKEN_INVALID", "message": problem.message, "timestamp": "1789199957397"}


class AnswersRunsAsAGateway(Fault):
    """Answers 401 without the envelope where the runs of all deployments are asked for without a token."""

    breaks = frozenset({_ENVELOPE_401})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        if problem.rule != "token-missing" or self.operation != "list_all_runs":
            return super().envelope(problem)
        return {"error": "unauthorized", "message": problem.message}


class LeavesOutTheOuterType(Fault):
    """Leaves type "error" out of the refusal of a missing scope."""

    breaks = frozenset({_ENVELOPE})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Keep the rest."""
        whole = super().envelope(problem)
        refused = problem.kind == "permission_error"
        return {member: value for member, value in whole.items() if member != "type" or not refused}


class TellsErrorsAsText(Fault):
    """Makes error a string where an archived deployment is not to be updated."""

    breaks = frozenset({_ENVELOPE, "update-archived-is-refused"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Put the message in the place of the object."""
        if problem.rule == "archived" and self.operation == "update":
            return {"type": "error", "error": problem.message}
        return super().envelope(problem)


class NumbersErrors(Fault):
    """Gives a number for the type of an error about a limit."""

    breaks = frozenset({_ENVELOPE})
    wide = True

    def error_type(self, problem: Problem) -> str:
        """Give a code."""
        kind: Any = 40001 if problem.rule == "limit-minimum" else super().error_type(problem)
        return kind  # type: ignore[no-any-return]  # that is the fault


class WrapsErrors(Fault):
    """Puts the envelope of an unknown run into an envelope of its framework."""

    breaks = frozenset({_ENVELOPE})
    wide = True

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Wrap it as `detail`."""
        whole = super().envelope(problem)
        return {"detail": whole} if problem.rule == "run-unknown" else whole


class ListsErrors(Fault):
    """Answers a create with wrong fields with a list of errors."""

    breaks = frozenset({_ENVELOPE})
    wide = True

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write what a validator says."""
        if problem.param is None or self.operation != "create":
            return super().envelope(problem)
        return {"type": "error", "error": [{"loc": [problem.param], "msg": problem.message}]}


class SaysNotFoundForScope(Fault):
    """Answers 403 with the type of a 404."""

    breaks = frozenset({_TYPE})

    def error_type(self, problem: Problem) -> str:
        """Take the other one."""
        return "not_found_error" if problem.rule == "scope" else super().error_type(problem)


class SaysAuthenticationForScope(Fault):
    """Answers 403 with the type of a 401 where a token without scope runs a deployment."""

    breaks = frozenset({_TYPE})

    def error_type(self, problem: Problem) -> str:
        """Take the other one."""
        if problem.rule == "scope" and self.operation == "run":
            return "authentication_error"
        return super().error_type(problem)


class SaysInvalidForConflicts(Fault):
    """Answers 409 with the type of a 400 where an archived deployment is to be paused."""

    breaks = frozenset({_TYPE})

    def error_type(self, problem: Problem) -> str:
        """Take the other one."""
        if problem.rule == "archived" and self.operation == "pause":
            return "invalid_request_error"
        return super().error_type(problem)


class ShortensTypes(Fault):
    """Leaves `_error` out of the type where an archived deployment is to be updated."""

    breaks = frozenset({_TYPE})

    def error_type(self, problem: Problem) -> str:
        """Cut it."""
        kind = super().error_type(problem)
        return kind.removesuffix("_error") if problem.rule == "archived" and self.operation == "update" else kind


class SaysPermissionForExpiry(Fault):
    """Answers 401 with the type of a 403 to an expired token."""

    breaks = frozenset({"error-type-of-401"})

    def error_type(self, problem: Problem) -> str:
        """Take the other one."""
        return "permission_error" if problem.rule == "token-expired" else super().error_type(problem)


class SaysInvalidForMissingTokens(Fault):
    """Answers 401 with the type of a 400 to an update without a token."""

    breaks = frozenset({"error-type-of-401"})

    def error_type(self, problem: Problem) -> str:
        """Take the other one."""
        missing = problem.rule == "token-missing" and self.operation == "update"
        return "invalid_request_error" if missing else super().error_type(problem)


class SaysNothing(Fault):
    """Gives no message where a state does not allow a change."""

    breaks = frozenset({"error-message-not-empty"})

    def error_message(self, problem: Problem) -> str:
        """Say nothing."""
        return "" if problem.kind == "conflict_error" else super().error_message(problem)


class SaysBlanks(Fault):
    """Gives a blank for a message to a caller without a token."""

    breaks = frozenset({"error-message-not-empty"})

    def error_message(self, problem: Problem) -> str:
        """Say next to nothing."""
        return " " if problem.rule == "token-missing" else super().error_message(problem)


class _Succeeds(Fault):
    """Answers some refusals with 200, and the error in the body."""

    breaks = frozenset({"error-never-in-a-success"})
    wide = True

    def error_status(self, problem: Problem) -> int:
        """Keep it for the body."""
        return 200 if self.hides(problem) else super().error_status(problem)

    def hides(self, problem: Problem) -> bool:
        """Tell whether a refusal looks like a success."""
        raise NotImplementedError(problem)


class AnswersConflictsWith200(_Succeeds):
    """Answers a repeated pause with 200, and the conflict in the body."""

    revisions = QODER

    def hides(self, problem: Problem) -> bool:
        """Hide a repeated pause."""
        return problem.rule == "paused"


class AnswersInvalidListsWith200(_Succeeds):
    """Answers a list with a wrong limit with 200, and the error in the body."""

    def hides(self, problem: Problem) -> bool:
        """Hide a wrong limit."""
        return problem.rule == "limit-minimum"


class HasTwoRequestIds(Fault):
    """Gives a refusal another request_id than the answer's header."""

    breaks = frozenset({"error-request-id-matches-header", "error-request-id-is-the-callers"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Make one up."""
        return {**super().envelope(problem), "request_id": str(uuid.uuid4())}


class LosesTheRequestIdOf401(Fault):
    """Gives a 401 an empty request_id."""

    breaks = frozenset({"error-request-id-matches-header", "error-request-id-is-told", "error-request-id-is-made"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Forget that it came with one."""
        whole = super().envelope(problem)
        return {**whole, "request_id": ""} if problem.kind == "authentication_error" else whole


class SendsErrorsAsText(Fault):
    """Says text/plain of the refusal of a conflict."""

    breaks = frozenset({"base-error-is-json"})

    def error_headers(self, problem: Problem) -> dict[str, str]:
        """Say something else."""
        plain = {"content-type": "text/plain; charset=utf-8"} if problem.kind == "conflict_error" else {}
        return super().error_headers(problem) | plain


class ForgetsTheTypeOf401(Fault):
    """Sends a 401 without a Content-Type."""

    breaks = frozenset({"base-error-is-json"})

    def error_headers(self, problem: Problem) -> dict[str, str]:
        """Leave it out."""
        headers = super().error_headers(problem)
        return {} if problem.kind == "authentication_error" else headers


class AnswersConflictsInHtml(Fault):
    """Writes a page where a deployment is archived."""

    breaks = frozenset({_ENVELOPE, "base-error-is-json"})
    wide = True

    def refuse(self, problem: Problem) -> Reply:
        """Write HTML."""
        if problem.rule != "archived":
            return super().refuse(problem)
        return Reply(409, {"content-type": "text/html"}, b"<!doctype html><h1>409 Conflict</h1>")


class RefusesOddTimesFlat(Fault):
    """Refuses what is no time without the envelope, as its framework does."""

    revisions = QODER
    breaks = frozenset({"error-envelope"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write what the framework writes."""
        odd = problem.rule.startswith("query-triggered")
        return {"detail": [{"loc": ["query"], "msg": problem.message}]} if odd else super().envelope(problem)
