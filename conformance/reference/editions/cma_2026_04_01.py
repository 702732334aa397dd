"""The edition that the others were aligned with."""

from __future__ import annotations

from typing import Any

from conformance.reference.editions.aligned import Aligned
from conformance.reference.editions.cma_bodies import CmaBodies
from conformance.reference.editions.cma_budgets import CmaBudgets
from conformance.reference.editions.cma_events import CmaEvents
from conformance.reference.editions.cma_lifecycle import CmaLifecycle
from conformance.reference.editions.cma_lists import CmaLists
from conformance.reference.problem import Problem

_TOO_LARGE = "request_too_large"


class Cma20260401(CmaBudgets, CmaBodies, CmaEvents, CmaLists, CmaLifecycle, Aligned):
    """The Deployments API in memory, correct for revision `cma-2026-04-01`."""

    BASE_PATH = "/v1"
    BODY_MAX = 32 * 1024 * 1024
    REQUEST_ID_HEADER = "request-id"

    def read_token(self) -> str:
        """Take the token from either header."""
        return self.call.request.headers.get("x-api-key") or super().read_token()

    def new_id(self, prefix: str) -> str:
        """Name deployments in another way."""
        return super().new_id("depl" if prefix == "dep" else prefix)

    def make_request_id(self) -> str:
        """Make an id, whatever the caller calls the request."""
        return self.new_id("req")

    def too_large(self) -> Problem:
        """Give a refusal of a type of its own."""
        return Problem("body-size", _TOO_LARGE, "Request body is too large.")

    def error_status(self, problem: Problem) -> int:
        """Know one type more."""
        return 413 if problem.kind == _TOO_LARGE else super().error_status(problem)

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Say nothing but type and message."""
        shown = super().envelope(problem)
        return shown | {"error": {member: shown["error"][member] for member in ("type", "message")}}
