"""Correct services of the later editions that differ from the reference.

As in `variations`, each docstring says what it does, and why it may.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from lawful.variations import Variation

from conformance.reference.problem import Problem, conflict, invalid
from conformance.revisions import CMA, NEWER, QODER, QODER_SEPTEMBER

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.reference.call import Reply
    from conformance.reference.paging import Item
    from conformance.reference.records import Deployment


# --- who calls --------------------------------------------------------------------------------------------------


class TakesApiKeys(Variation):
    """Takes a token in x-api-key, too: September's pages do not mention that header any more (C-28)."""

    revisions = (QODER_SEPTEMBER,)

    def read_token(self) -> str:
        return super().read_token() or self.call.request.headers.get("x-api-key", "")


class KnowsNoApiKeys(Variation):
    """Takes a token in Authorization only (readings: either is lawful)."""

    revisions = (CMA,)

    def read_token(self) -> str:
        header = self.call.request.headers.get("authorization", "")
        return header.removeprefix(self.SCHEME) if header.startswith(self.SCHEME) else ""


class InsistsOnVersions(Variation):
    """Refuses a request without its version and its beta, which the pages say are required."""

    revisions = (CMA,)

    def authorize(self) -> None:
        super().authorize()
        if not {"anthropic-version", "anthropic-beta"} <= {*self.call.request.headers}:
            raise invalid("version", "anthropic-version and anthropic-beta are required.")


# --- errors -----------------------------------------------------------------------------------------------------


class PlainUuids(Variation):
    """Writes the UUIDs that it makes for requests in capitals, without hyphens (ERR-005)."""

    revisions = (QODER_SEPTEMBER,)

    def make_request_id(self) -> str:
        return self.call.request.headers.get("x-request-id") or uuid.uuid4().hex.upper()


class NullRequestIds(Variation):
    """Has no ids for requests: they may be null (ERR-004), and the header is not promised."""

    revisions = (CMA,)

    def envelope(self, problem: Problem) -> dict[str, Any]:
        return super().envelope(problem) | {"request_id": None}

    def finish(self, reply: Reply) -> Reply:
        return reply


class NamesFields(Variation):
    """Tells more in an error than the pages name (ERR-008)."""

    revisions = NEWER

    def envelope(self, problem: Problem) -> dict[str, Any]:
        shown = super().envelope(problem)
        return shown | {"error": shown["error"] | {"code": problem.rule, "details": {"param": problem.param}}}


class FailsPreconditions(Variation):
    """Answers 412 to writes to what is archived: which status is not said (C-18)."""

    revisions = (CMA,)

    def error_status(self, problem: Problem) -> int:
        return 412 if problem.rule == "archived" else super().error_status(problem)

    def error_type(self, problem: Problem) -> str:
        return "failed_precondition_error" if problem.rule == "archived" else super().error_type(problem)


# --- deployments ------------------------------------------------------------------------------------------------


class ShowsNoVariables(Variation):
    """Shows no environment_variables where there are none (OBJ-018 is MAY)."""

    revisions = (QODER_SEPTEMBER,)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        shown = super().render_deployment(deployment)
        return {key: value for key, value in shown.items() if key != "environment_variables" or value}


class ShowsABudget(Variation):
    """Shows that there is no budget, as one of the pages does."""

    revisions = (CMA,)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        return super().render_deployment(deployment) | {"budget": None}


class DescribesByNothing(Variation):
    """Shows "" for a description that is not there (C-31)."""

    revisions = (CMA,)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        shown = super().render_deployment(deployment)
        return shown | {"description": shown["description"] or ""}


class KnowsAllMembers(Variation):
    """Ignores members of a body that are not documented (CRE-023, CRE-024)."""

    revisions = (CMA,)

    def check_members(self, value: dict[str, Any], allowed: Collection[str], of: str) -> None:
        pass


class RefusesRepeats(Variation):
    """Answers 409 to pausing what is paused, unpausing what is active, archiving what is archived (C-16)."""

    revisions = (CMA,)

    def check_pausable(self, deployment: Deployment) -> None:
        super().check_pausable(deployment)
        self._check(deployment.status != "paused")

    def act_unpause(self) -> dict[str, Any]:
        self._check(self.find().status != "active")
        return super().act_unpause()

    def check_archivable(self, deployment: Deployment) -> None:
        super().check_archivable(deployment)
        self._check(deployment.archived_at is None)

    @staticmethod
    def _check(holds: bool) -> None:  # noqa: FBT001 - reads as a sentence
        if not holds:
            raise conflict("repeated", "It is so already.")


class ArchivedReferencesAreConflicts(Variation):
    """Answers 409 to a create or an update that names what is archived: which status is not said (CRE-019, CRE-020)."""

    revisions = (CMA,)

    def refuse(self, problem: Problem) -> Reply:
        archived = problem.rule in {"agent-archived", "environment-archived"}
        return super().refuse(conflict(problem.rule, problem.message) if archived else problem)


# --- lists ------------------------------------------------------------------------------------------------------


class OldestFirst(Variation):
    """Lists what was made first before all else: no page says in which order a list is (LST-002 is MAY)."""

    revisions = (CMA,)

    def order_key(self, item: Item) -> Any:
        return -item.created_at.timestamp(), -int(item.id.rpartition("_")[2], 16)


class AddsToEvents(Variation):
    """Shows members of events and their blocks that nobody sent."""

    revisions = NEWER

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        shown = super().render_deployment(deployment)
        return shown | {"initial_events": [self._more(event) for event in shown["initial_events"]]}

    def _more(self, event: dict[str, Any]) -> dict[str, Any]:
        content = event.get("content")
        blocks = {"content": [block | {"citations": None} for block in content]} if isinstance(content, list) else {}
        return event | {"processed_at": None} | blocks


# --- schedules and lists ----------------------------------------------------------------------------------------


class AnnouncesThreeFires(Variation):
    """Announces three fires, as an example of the guide does: up to five is all that is said (C-21)."""

    revisions = (CMA,)
    UPCOMING_COUNT = 3


class ShortPages(Variation):
    """Holds one item less than it was asked for: only next_page says that a list has ended (PAG-026)."""

    revisions = (CMA,)

    def read_limit(self, text: str | None) -> int:
        limit = super().read_limit(text)
        return limit - 1 if text and limit > 1 else limit


class ListsAllRunsOldestFirst(Variation):
    """Lists the oldest of all deployments' runs first: in which order they are is not said (C-38)."""

    revisions = QODER

    def order_key(self, item: Item) -> Any:
        if self.operation != "list_all_runs":
            return super().order_key(item)
        return -item.created_at.timestamp(), -int(item.id.rpartition("_")[2], 16)
