"""Faults in how the refusals of single fields of a write are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.problem import Problem


class SaysInvalidForUnknownAgents(Fault):
    """Answers 404 with the type of a 400 where an update names an agent that does not exist."""

    breaks = frozenset({"error-type-fits-status"})

    def error_type(self, problem: Problem) -> str:
        """Take it for a mistake in the body."""
        unknown = problem.rule == "agent-unknown" and self.operation == "update"
        return "invalid_request_error" if unknown else super().error_type(problem)


class SaysNothingOfVaults(Fault):
    """Gives no message where there are too many vaults."""

    breaks = frozenset({"error-message-not-empty"})

    def error_message(self, problem: Problem) -> str:
        """Say nothing."""
        return "" if problem.rule == "vaults-count" else super().error_message(problem)


class ListsWhatIsWrongWithMetadata(Fault):
    """Answers metadata values of a wrong type with a list of errors."""

    breaks = frozenset({"error-envelope"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it as its validator does."""
        if problem.rule != "metadata-value-type":
            return super().envelope(problem)
        return {"errors": [{"field": problem.param, "message": problem.message}]}


class DetailsCron(Fault):
    """Answers an update with an expression that is not of cron with nothing but a text."""

    breaks = frozenset({"error-envelope"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it as its framework does."""
        if self.operation != "update" or not problem.rule.startswith("cron"):
            return super().envelope(problem)
        return {"detail": problem.message}
