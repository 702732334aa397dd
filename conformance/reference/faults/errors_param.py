"""Faults in which field a refusal names."""

from __future__ import annotations

from typing import Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem


class ListsParams(Fault):
    """Gives an array for error.param."""

    breaks = frozenset({"error-param-is-a-string"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Leave room for more than one."""
        whole = super().envelope(problem)
        if problem.rule == "metadata-type":
            whole["error"]["param"] = ["metadata"]
        return whole


class BlamesTheBody(Fault):
    """Gives "body" for error.param, whichever field is missing."""

    breaks = frozenset({"error-param-names-the-name"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Name the whole."""
        whole = super().envelope(problem)
        if problem.rule == "required":
            whole["error"]["param"] = "body"
        return whole


class BlamesTheLastField(Fault):
    """Names the last of the required fields in error.param, whichever is missing."""

    breaks = frozenset({"error-param-names-the-name"})

    def check_required(self, body: dict[str, Any]) -> None:
        """Look from the end, and forget which it was."""
        try:
            super().check_required(body)
        except Problem as problem:
            problem.param = self.REQUIRED[-1]
            raise


class NamesParamsByNumber(Fault):
    """Gives the place of a field for error.param."""

    breaks = frozenset({"error-param-is-a-string"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Count."""
        whole = super().envelope(problem)
        if problem.rule == "events-count":
            whole["error"]["param"] = 5
        return whole
