"""The service: all rules together, and the pipeline that takes every request through them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from conformance.reference.authentication import AuthenticationRules
from conformance.reference.history import HistoryRules
from conformance.reference.lifecycle import LifecycleRules
from conformance.reference.problem import Problem
from conformance.reference.reading import ReadingRules
from conformance.reference.resources import ResourceRules
from conformance.reference.routing import RoutingRules
from conformance.reference.triggers import TriggerRules

if TYPE_CHECKING:
    from conformance.reference.call import Reply, Request

_LOG = logging.getLogger(__name__)


class Service(
    TriggerRules, HistoryRules, LifecycleRules, ResourceRules, AuthenticationRules, RoutingRules, ReadingRules
):
    """The Deployments API in memory, correct for revision `qoder-2026-06`.

    Each rule is a method or an attribute, and what is being served is always `self.call`, so that a subclass
    of a few lines is the same service with one habit changed.
    """

    STEPS = ("authenticate", "authorize", "resolve", "limit_body", "parse", "perform")

    def arrive(self, _request: Request) -> float:
        """Tell how many seconds to let pass before a request is served; others are served meanwhile."""
        return 0.0

    def answer(self, request: Request) -> Reply:
        """Serve one request."""
        with self.lock:
            self.call = self.open(request)
            return self.finish(self.guard())

    def guard(self) -> Reply:
        """Turn every way in which a request can end into an answer."""
        try:
            return self.handle()
        except Problem as problem:
            return self.refuse(problem)
        except Exception:  # noqa: BLE001  # a fault may break anything, and the server must still answer
            _LOG.exception("%s %s", self.call.request.method, self.call.request.path)
            return self.refuse(Problem("internal", "api_error", "Internal error."))

    def handle(self) -> Reply:
        """Take the request through the steps, and answer it."""
        for step in self.STEPS:
            getattr(self, step)()
        return self.succeed(self.call.payload)

    def perform(self) -> None:
        """Do what the operation says."""
        self.call.payload = getattr(self, f"act_{self.operation}")()

    def delay(self) -> float:
        """Tell how many seconds to wait before the answer goes out (asked after it is made)."""
        return 0.0
