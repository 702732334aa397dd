"""Faults in which deployments an update changes, and in which members and methods it knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import Problem, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.call import Call, Request
    from conformance.reference.records import Deployment

# --- which deployment -------------------------------------------------------------------------------------------------


class CreatesByUpdate(Fault):
    """Creates a deployment under the id of an update that names none, if its body has all that is needed."""

    breaks = frozenset({"update-unknown-id-makes-nothing"})

    def act_update(self) -> dict[str, Any]:
        """Put it there."""
        if self.call.ids[0] not in self.account.deployments and "agent" in self.call.body:
            self.save(replace(self.build(self.read_create(self.call.body)), id=self.call.ids[0]))
        return super().act_update()


class RefusesUnknownUpdates(Fault):
    """Answers 400 to an update of an id that names no deployment."""

    breaks = frozenset({"update-unknown-id-is-404"})

    def act_update(self) -> dict[str, Any]:
        """Blame the request."""
        if self.call.ids[0] not in self.account.deployments:
            raise invalid("deployment-unknown", "No such deployment.")
        return super().act_update()


class SkipsEmptyUpdates(Fault):
    """Answers an update that sends nothing before it looks for the deployment."""

    breaks = frozenset({"update-unknown-id-is-404"})

    def act_update(self) -> dict[str, Any]:
        """Answer at once."""
        if not self.call.body and self.call.ids[0] not in self.account.deployments:
            return {"id": self.call.ids[0], "type": "deployment"}
        return super().act_update()


class CrashesOnShortIds(Fault):
    """Answers 500 to an update of an id that is no prefix with 32 digits."""

    breaks = frozenset({"update-malformed-id-is-refused"})

    def act_update(self) -> dict[str, Any]:
        """Read the digits."""
        int(self.call.ids[0].rpartition("_")[2], 16)
        return super().act_update()


class UpdatesTheArchived(Fault):
    """Updates an archived deployment."""

    breaks = frozenset({"update-archived-is-refused"})

    def check_writable(self, deployment: Deployment) -> None:
        """Let updates pass."""
        if self.operation != "update":
            super().check_writable(deployment)


class DescribesTheArchived(Fault):
    """Gives an archived deployment a new description, and refuses all else."""

    breaks = frozenset({"update-archived-is-refused"})

    def check_writable(self, deployment: Deployment) -> None:
        """Let a description pass."""
        if self.operation != "update" or "description" not in self.call.body:
            super().check_writable(deployment)


class RefusesAfterTagging(Fault):
    """Refuses to update an archived deployment, once it has stored the new metadata."""

    breaks = frozenset({"update-archived-is-refused"})

    def check_writable(self, deployment: Deployment) -> None:
        """Store it first."""
        if self.operation == "update" and deployment.archived_at is not None:
            sent = self.call.body.get("metadata") or {}
            self.save(replace(deployment, metadata=deployment.metadata | sent))
        super().check_writable(deployment)


class FailsOnTheArchived(Fault):
    """Answers 500 to an update of an archived deployment."""

    breaks = frozenset({"update-archived-is-refused"})

    def check_writable(self, deployment: Deployment) -> None:
        """Fall over."""
        if self.operation == "update" and deployment.archived_at is not None:
            raise Problem("archived", "api_error", "Internal error.")
        super().check_writable(deployment)


# --- what is not the caller's -----------------------------------------------------------------------------------------


class _Takes(Fault):
    """Takes over what a body sends for fields of the service."""

    FIELDS_TAKEN: ClassVar[frozenset[str]] = frozenset()

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Take them over."""
        taken = {field: self.take(body[field]) for field in self.FIELDS_TAKEN & body.keys()}
        return super().read_update(stored, body) | taken

    def take(self, value: Any) -> Any:
        """Read one."""
        return value


class TakesStatus(_Takes):
    """Takes over the status that an update sends."""

    revisions = QODER
    breaks = frozenset({"update-cannot-unpause", "update-server-owned-fields"})

    FIELDS_TAKEN = frozenset({"status"})


class TakesPausedReason(_Takes):
    """Takes over the paused_reason that an update sends."""

    revisions = QODER
    breaks = frozenset({"update-cannot-unpause", "update-server-owned-fields"})

    FIELDS_TAKEN = frozenset({"paused_reason"})


class UnpausesByStatus(_Takes):
    """Unpauses a deployment when an update sends the status active."""

    revisions = QODER
    breaks = frozenset({"update-cannot-unpause"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        awake = {"status": "active", "paused_reason": None} if self.call.body.get("status") == "active" else {}
        return super().apply(stored, changes | awake)


class _TakesTimes(_Takes):
    """Takes over times."""

    def take(self, value: Any) -> Any:
        """Read a time; the only one that is sent."""
        return self.stamp().replace(year=2020, month=2, day=2, hour=2, minute=2, second=2) if value else None


class TakesCreatedAt(_TakesTimes):
    """Takes over the created_at that an update sends."""

    revisions = QODER
    breaks = frozenset({"update-server-owned-fields"})

    FIELDS_TAKEN = frozenset({"created_at"})


class TakesArchivedAt(_TakesTimes):
    """Archives a deployment when an update sends archived_at."""

    revisions = QODER
    breaks = frozenset({"update-server-owned-fields"})

    FIELDS_TAKEN = frozenset({"archived_at"})


class TakesUpdatedAt(Fault):
    """Takes over the updated_at that an update sends."""

    revisions = QODER
    breaks = frozenset({"update-server-owned-fields"})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show it in the answer."""
        shown = super().render_deployment(deployment)
        sent = self.call.body.get("updated_at") if self.operation == "update" else None
        return shown | ({"updated_at": sent} if sent else {})


class EchoesTheType(Fault):
    """Answers an update with the type that it sends."""

    revisions = QODER
    breaks = frozenset({"update-server-owned-fields"})

    def act_update(self) -> dict[str, Any]:
        """Put it over the answer."""
        shown = super().act_update()
        return shown | {key: value for key, value in self.call.body.items() if key == "type"}


class EchoesUnknownFields(Fault):
    """Answers an update with all that it sends, known or not."""

    revisions = QODER
    breaks = frozenset({"update-unknown-field"})

    def act_update(self) -> dict[str, Any]:
        """Put the answer over it."""
        return self.call.body | super().act_update()


class StoresUnknownFields(Fault):
    """Shows in every later read what an update has sent under a name that is not known."""

    revisions = QODER
    breaks = frozenset({"update-unknown-field"})

    def act_update(self) -> dict[str, Any]:
        """Keep it."""
        shown = super().act_update()
        kept: dict[str, Any] = {field: value for field, value in self.call.body.items() if field not in shown}
        self.__dict__[f"unknown {self.call.ids[0]}"] = kept
        return shown

    def act_get(self) -> dict[str, Any]:
        """Show it."""
        kept: dict[str, Any] = self.__dict__.get(f"unknown {self.call.ids[0]}", {})
        return super().act_get() | kept


class RefusesUnknownFieldsAsConflicts(Fault):
    """Answers 409 to an update with a field that is not known."""

    breaks = frozenset({"update-unknown-field"})

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Call it a conflict."""
        if any(field.startswith("x_") for field in body):
            raise Problem("unknown-field", "conflict_error", "Unknown field.")
        return super().read_update(stored, body)


# --- which method -----------------------------------------------------------------------------------------------------


class _KnowsMethod(Fault):
    """Takes another method for the one of update."""

    METHOD = ""

    def open(self, request: Request) -> Call:
        """Read it as a POST."""
        if request.method == self.METHOD and "/deployments/dep" in request.path:
            request = replace(request, method="POST")
        return super().open(request)


class UpdatesByPatch(_KnowsMethod):
    """Updates a deployment by PATCH too."""

    breaks = frozenset({"method-of-an-action-does-not-act", "update-other-methods"})

    METHOD = "PATCH"


class UpdatesByPut(_KnowsMethod):
    """Updates a deployment by PUT too."""

    breaks = frozenset({"method-of-an-action-does-not-act", "update-other-methods"})

    METHOD = "PUT"


class ReadsByPut(Fault):
    """Answers a PUT with the deployment, and changes nothing."""

    breaks = frozenset({"update-other-methods"})

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        """Take it for a GET."""
        known = super().methods(pattern)
        return {**known, "PUT": known["GET"]} if pattern == ("deployments", "*") else known
