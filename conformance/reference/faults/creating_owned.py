"""Faults in what a body may not say: what the service sets itself, and what it does not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.reference.records import Deployment


class _KnowsAll(Fault):
    """Takes every member that a body may have, where others are refused."""

    breaks = frozenset({"create-server-fields-have-no-effect"})

    def check_members(self, value: dict[str, Any], allowed: Collection[str], of: str) -> None:
        """Take them."""


class TakesIdsFromBodies(_KnowsAll):
    """Gives a new deployment the id that the body names."""

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let the caller choose."""
        made = super().build(values)
        return replace(made, id=self.call.body.get("id", made.id))


class TakesTheStatusFromBodies(_KnowsAll):
    """Gives a new deployment the status that the body names."""

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let the caller choose."""
        return replace(super().build(values), status=self.call.body.get("status", "active"))


class TakesTheReasonWithTheStatus(_KnowsAll):
    """Pauses a new deployment whose body has both a status and a reason."""

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let the caller choose both."""
        made, body = super().build(values), self.call.body
        known = {"status", "paused_reason"} <= {*body}
        return replace(made, status=body["status"], paused_reason=body["paused_reason"]) if known else made


class TakesTheReason(_KnowsAll):
    """Shows the paused_reason of the body in later reads of an active deployment."""

    def save(self, deployment: Deployment) -> None:
        """Store it unseen."""
        reason = self.call.body.get("paused_reason") if self.operation == "create" else deployment.paused_reason
        super().save(replace(deployment, paused_reason=reason))


class _TakesADate(_KnowsAll):
    """Dates a new deployment as the body says."""

    FIELD = "created_at"

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let the caller write history."""
        made, sent = super().build(values), self.call.body.get(self.FIELD)
        changes: dict[str, Any] = {self.FIELD: datetime.fromisoformat(sent)} if isinstance(sent, str) else {}
        return replace(made, **changes)


class TakesCreationDates(_TakesADate):
    """Gives a new deployment the created_at that the body names."""


class TakesUpdateDates(_TakesADate):
    """Gives a new deployment the updated_at that the body names."""

    FIELD = "updated_at"


class TakesArchiveDates(_TakesADate):
    """Makes a deployment archived, if the body says so."""

    FIELD = "archived_at"


class TakesTypesFromBodies(_KnowsAll):
    """Shows the type that the body of its create has named."""

    def act_create(self) -> dict[str, Any]:
        """Mirror it."""
        return super().act_create() | {"type": self.call.body.get("type", "deployment")}


class MirrorsUnknownFields(_KnowsAll):
    """Shows unknown fields of a body in the answer to its create."""

    breaks = frozenset({"create-unknown-fields-are-not-kept"})

    def act_create(self) -> dict[str, Any]:
        """Mirror all."""
        return self.call.body | super().act_create()


class CrashesOnUnknownFields(Fault):
    """Answers 500 to a create with a field that it does not know."""

    breaks = frozenset({"create-unknown-fields-are-not-kept", "create-server-fields-have-no-effect"})
    wide = True

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Look for the reader of each."""
        for field in body:
            getattr(self, f"create_{field}")
        return super().read_create(body)


class UnknownFieldsAreNotFound(Fault):
    """Answers 404 to a create with a field that it does not know."""

    breaks = frozenset({"create-unknown-fields-are-not-kept", "create-server-fields-have-no-effect"})

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Look for each."""
        if {*body} - {*self.FIELDS, "metadata"}:
            raise not_found("field-unknown", "Unknown field.")
        return super().read_create(body)
