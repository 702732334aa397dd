"""Faults in methods that no page documents."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.call import Reply
from conformance.reference.faults import Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


class _KnowsMore(Fault):
    """Has operations for methods that are not documented."""

    MORE: ClassVar[Mapping[tuple[str, ...], Mapping[str, str]]] = MappingProxyType({})

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        """Add them."""
        return {**super().methods(pattern), **self.MORE.get(pattern, {})}


_ITEM = ("deployments", "*")


# --- actions ----------------------------------------------------------------------------------------------------


class PausesOnGet(_KnowsMore):
    """Pauses a deployment on a GET of its /pause."""

    MORE = MappingProxyType({(*_ITEM, "pause"): {"GET": "pause"}})
    breaks = frozenset({"method-get-does-not-act", "method-get-of-an-action-is-refused"})


class UnpausesOnGet(_KnowsMore):
    """Unpauses a deployment on a GET of its /unpause."""

    MORE = MappingProxyType({(*_ITEM, "unpause"): {"GET": "unpause"}})
    breaks = frozenset({"method-get-does-not-act", "method-get-of-an-action-is-refused"})


class ArchivesOnGet(_KnowsMore):
    """Archives a deployment on a GET of its /archive."""

    MORE = MappingProxyType({(*_ITEM, "archive"): {"GET": "archive"}})
    breaks = frozenset({"method-get-does-not-act", "method-get-of-an-action-is-refused"})


class RunsOnGet(_KnowsMore):
    """Runs a deployment on a GET of its /run."""

    MORE = MappingProxyType({(*_ITEM, "run"): {"GET": "run"}})
    breaks = frozenset({"method-get-does-not-act", "method-get-of-an-action-is-refused"})


class ShowsOnGet(_KnowsMore):
    """Shows the deployment on a GET of one of its actions."""

    MORE = MappingProxyType({(*_ITEM, action): {"GET": "get"} for action in ("pause", "unpause", "archive", "run")})
    breaks = frozenset({"method-get-of-an-action-is-refused"})


class ActsAndThenRefuses(_KnowsMore):
    """Answers 405 to a GET of /pause, and pauses all the same."""

    MORE = MappingProxyType({(*_ITEM, "pause"): {"GET": "pause_secretly"}})
    breaks = frozenset({"method-get-does-not-act"})

    def act_pause_secretly(self) -> dict[str, Any]:
        """Act first."""
        self.act_pause()
        raise Problem("method", "invalid_request_error", "Method GET is not allowed here.")


class ForbidsOtherMethods(Fault):
    """Answers 403 to a method that it does not know."""

    breaks = frozenset(
        {
            "method-get-of-an-action-is-refused",
            "method-delete-is-refused",
            "method-collection-is-refused",
            "method-delete-of-all-does-not-act",
            "update-other-methods",
        }
    ) | {"method-of-an-action-does-not-act"}

    def error_status(self, problem: Problem) -> int:
        """Take it for a matter of rights."""
        return 403 if problem.rule == "method" else super().error_status(problem)


class CrashesOnOtherMethods(Fault):
    """Answers 500 to a DELETE."""

    breaks = frozenset(
        {"method-of-an-action-does-not-act", "method-delete-is-refused", "method-delete-of-all-does-not-act"}
    )

    def error_status(self, problem: Problem) -> int:
        """Stumble."""
        deleting = problem.rule == "method" and self.call.request.method == "DELETE"
        return 500 if deleting else super().error_status(problem)


# --- one deployment ---------------------------------------------------------------------------------------------


class Deletes(_KnowsMore):
    """Deletes a deployment."""

    MORE = MappingProxyType({_ITEM: {"DELETE": "delete"}})
    breaks = frozenset({"method-delete-does-not-delete", "method-delete-is-refused"})

    def act_delete(self) -> dict[str, Any]:
        """Take it out."""
        shown = self.render_deployment(self.find())
        del self.account.deployments[self.find().id]
        self.due.pop(shown["id"], None)
        return shown


class DeletesWhatIsArchived(Deletes):
    """Deletes a deployment once it is archived."""

    breaks = frozenset({"method-delete-does-not-delete", "method-delete-is-refused"})

    def act_delete(self) -> dict[str, Any]:
        """Look whether it is archived."""
        if self.find().archived_at is None:
            raise Problem("method", "invalid_request_error", "Archive it first.")
        return super().act_delete()


class ArchivesOnDelete(_KnowsMore):
    """Archives a deployment on a DELETE."""

    MORE = MappingProxyType({_ITEM: {"DELETE": "archive"}})
    breaks = frozenset({"method-delete-does-not-delete", "method-delete-is-refused"})


class SaysItDeletes(_KnowsMore):
    """Answers 204 to a DELETE, and does nothing."""

    MORE = MappingProxyType({_ITEM: {"DELETE": "get"}})
    breaks = frozenset({"method-delete-is-refused"})

    def succeed(self, payload: dict[str, Any]) -> Reply:
        """Say that there is nothing to say."""
        return Reply(204, {}, b"") if self.call.request.method == "DELETE" else super().succeed(payload)


# --- all deployments --------------------------------------------------------------------------------------------


class CreatesOnPut(_KnowsMore):
    """Creates a deployment on a PUT of all."""

    MORE = MappingProxyType({("deployments",): {"PUT": "create"}})
    breaks = frozenset({"method-collection-is-refused", "method-collection-does-not-act"})


class UpdatesAllOnPatch(_KnowsMore):
    """Gives all deployments the description of a PATCH of all."""

    MORE = MappingProxyType({("deployments",): {"PATCH": "update_all"}})
    breaks = frozenset({"method-collection-is-refused", "method-collection-does-not-act"})

    def act_update_all(self) -> dict[str, Any]:
        """Change the newest two."""
        body = self.parse_body(self.call.request.body)
        for each in list(self.account.deployments.values())[-2:]:
            self.save(self.apply(each, {"description": str(body.get("description", each.description))}))
        return {}


class ListsOnPut(_KnowsMore):
    """Answers a PUT or PATCH of all with the list."""

    MORE = MappingProxyType({("deployments",): {"PUT": "list", "PATCH": "list"}})
    breaks = frozenset({"method-collection-is-refused"})


class DeletesAll(_KnowsMore):
    """Deletes all deployments on a DELETE of all."""

    MORE = MappingProxyType({("deployments",): {"DELETE": "delete_all"}})
    breaks = frozenset({"method-delete-of-all-does-not-act"})
    wide = True

    def act_delete_all(self) -> dict[str, Any]:
        """Empty the shelf."""
        self.account.deployments.clear()
        self.due.clear()
        return {}


class SaysItDeletesAll(_KnowsMore):
    """Answers 200 to a DELETE of all, and does nothing."""

    MORE = MappingProxyType({("deployments",): {"DELETE": "list"}})
    breaks = frozenset({"method-delete-of-all-does-not-act"})
