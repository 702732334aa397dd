"""Faults that generated requests meet: odd values in places where nobody looks."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, invalid, not_found

if TYPE_CHECKING:
    from conformance.reference.call import Reply

_ACTIONS = frozenset({"pause", "unpause", "archive", "run"})
_RUN_FILTERS = frozenset({"limit", "after_id", "before_id", "status", "deployment_id", "trigger_type", "has_error"})


class _ReadsActions(Fault):
    """Reads the body of an action, which may be left out."""

    def parse(self) -> None:
        """Take offence at what is no object."""
        super().parse()
        raw = self.call.request.body
        if self.operation in _ACTIONS and raw and not self.is_object(raw):
            raise self.offence()

    def is_object(self, raw: bytes) -> bool:
        """Tell whether a body is a JSON object; what is no JSON is left alone."""
        try:
            return isinstance(json.loads(raw), dict)
        except ValueError:
            return True

    def offence(self) -> Problem:
        """Give the refusal."""
        return invalid("body-object", "Request body must be a JSON object.")


class CrashesOnTextInActions(_ReadsActions):
    """Answers 500 to a pause, unpause, archive or run with a body that is no object."""

    breaks = frozenset({"generated-no-server-error"})

    def offence(self) -> Problem:
        """Take it for an object."""
        return Problem("body-object", "api_error", "AttributeError")


class CrashesOnUnknownParameters(Fault):
    """Answers 500 to a list of all runs that is asked for with a parameter that it does not know."""

    breaks = frozenset({"generated-no-server-error"})

    def act_list_all_runs(self) -> dict[str, Any]:
        """Look it up without asking whether it is there."""
        if not _RUN_FILTERS.issuperset(self.call.query):
            raise Problem("unknown", "api_error", "KeyError")
        return super().act_list_all_runs()


class SaysNonAuthoritative(Fault):
    """Answers 203 to a list of all runs that is asked for with a parameter that it does not know."""

    breaks = frozenset({"generated-status-is-documented"})

    def success_status(self) -> int:
        """Warn that something was ignored."""
        odd = self.operation == "list_all_runs" and not _RUN_FILTERS.issuperset(self.call.query)
        return 203 if odd else super().success_status()


class RedirectsOddActions(_ReadsActions):
    """Redirects a pause, unpause, archive or run with a body that is no object."""

    breaks = frozenset({"generated-status-is-documented"})

    def error_status(self, problem: Problem) -> int:
        """Send the caller away."""
        return 307 if problem.rule == "body-object" and self.operation in _ACTIONS else super().error_status(problem)


class RefusesOddActionsInText(_ReadsActions):
    """Labels the refusal of an action with a body that is no object as plain text."""

    breaks = frozenset({"generated-content-type-is-json"})

    def finish(self, reply: Reply) -> Reply:
        """Forget the label."""
        if self.operation in _ACTIONS and reply.status == 400:
            reply.headers["content-type"] = "text/plain"
        return super().finish(reply)


class RefusesOddActionsFlat(_ReadsActions):
    """Refuses an action with a body that is no object without the envelope."""

    breaks = frozenset({"generated-answer-fits-the-schema"})

    def envelope(self, problem: Problem) -> dict[str, Any]:
        """Write it flat."""
        odd = problem.rule == "body-object" and self.operation in _ACTIONS
        return {"code": "INVALID_BODY", "message": problem.message} if odd else super().envelope(problem)


class ShowsResourcesWithoutPages(Fault):
    """Leaves `data` out of a list of all runs that is asked for with a parameter that it does not know."""

    breaks = frozenset({"generated-answer-fits-the-schema"})

    def act_list_all_runs(self) -> dict[str, Any]:
        """Answer with what the parameter seems to ask for."""
        shown = super().act_list_all_runs()
        return shown if _RUN_FILTERS.issuperset(self.call.query) else {"runs": shown["data"]}


class ShowsNewDeploymentsLate(Fault):
    """Answers 404 when a deployment is read for the first time."""

    breaks = frozenset({"generated-created-is-there", "create-is-readable-at-once"})
    breaks_in = MappingProxyType({"cma-2026-04-01": frozenset({"create-is-readable-at-once"})})
    wide = True

    def act_get(self) -> dict[str, Any]:
        """Look into a cache, and fill it."""
        id_ = self.find().id
        known: set[str] = getattr(self, "known", set())
        self.known = known | {id_}
        if id_ not in known:
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_get()
