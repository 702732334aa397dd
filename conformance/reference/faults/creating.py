"""Faults in what becomes of a valid create."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.call import Reply
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.problem import Problem
    from conformance.reference.records import Deployment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# --- accepted, with 200 -----------------------------------------------------------------------------------------


class WantsAllFields(Fault):
    """Refuses a create that lacks an optional field."""

    breaks = frozenset({"create-valid-body-is-accepted"})
    wide = True

    def check_required(self, body: dict[str, Any]) -> None:
        """Want every field but the schedule."""
        super().check_required(dict.fromkeys((*self.FIELDS, "metadata"), "") | body)
        if not {"description", "resources", "vault_ids", "metadata"} <= {*body}:
            raise invalid("required", "A field is missing.")


class WantsScheduledDescribed(Fault):
    """Refuses a create that has a schedule but no description."""

    breaks = frozenset({"create-valid-body-is-accepted"})
    wide = True

    def check_required(self, body: dict[str, Any]) -> None:
        """Want a description of whatever runs by itself."""
        super().check_required(body)
        if body.get("schedule") is not None and not body.get("description"):
            raise invalid("required", "Missing required field: description", "description")


class RefusesEmptyVaults(Fault):
    """Refuses a create whose vault_ids are empty."""

    breaks = frozenset({"create-valid-body-is-accepted"})
    wide = True

    def create_vault_ids(self, value: object) -> list[str]:
        """Want one at least, where any are sent."""
        if value == []:
            raise invalid("vaults-empty", "vault_ids must not be empty.", "vault_ids")
        return super().create_vault_ids(value)


class SaysAccepted(Fault):
    """Answers 202 to a create."""

    breaks = frozenset({"create-status-is-200"})

    def success_status(self) -> int:
        """Say that it is going to be made."""
        return 202 if self.operation == "create" else super().success_status()


class SaysCreatedAndWhere(Fault):
    """Answers 201 and a Location to a create."""

    breaks = frozenset({"create-status-is-200"})

    def finish(self, reply: Reply) -> Reply:
        """Tell where it is."""
        if self.operation == "create" and reply.status == 200:
            reply.status = 201
            reply.headers["location"] = self.call.request.path
        return super().finish(reply)


# --- the state of what is new -----------------------------------------------------------------------------------


class PausesWhatHasNoSchedule(Fault):
    """Makes a deployment without a schedule paused."""

    breaks = frozenset({"create-starts-active"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let it rest."""
        made = super().build(values)
        return made if made.schedule else replace(made, status="paused", paused_reason={"type": "manual"})


class PausesWhatHasASchedule(Fault):
    """Makes a deployment with a schedule paused, until somebody unpauses it."""

    breaks = frozenset({"create-starts-active"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Wait for a word."""
        made = super().build(values)
        return replace(made, status="paused", paused_reason={"type": "manual"}) if made.schedule else made


class ShowsActiveKeepsPaused(Fault):
    """Answers a create with an active deployment, but has made a paused one."""

    breaks = frozenset({"create-starts-active"})
    wide = True

    def save(self, deployment: Deployment) -> None:
        """Store another state than is shown."""
        if self.operation == "create":
            deployment = replace(deployment, status="paused", paused_reason={"type": "manual"})
        super().save(deployment)


class IsNotDatedYet(Fault):
    """Shows 1970 for updated_at until there was an update."""

    breaks = frozenset({"create-dates-are-the-present"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Leave the time at its zero."""
        return replace(super().build(values), updated_at=EPOCH)


class DatesTheYear(Fault):
    """Shows the first of January of the year for created_at."""

    breaks = frozenset({"create-dates-are-the-present"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Keep the year only."""
        made = super().build(values)
        return replace(made, created_at=made.created_at.replace(month=1, day=1, hour=0, minute=0, second=0))


# --- twins ------------------------------------------------------------------------------------------------------


class RecognisesBodies(Fault):
    """Answers a create with the deployment that the same body has made before."""

    breaks = frozenset({"update-leaves-namesakes-alone", "create-twice-makes-two"})

    def act_create(self) -> dict[str, Any]:
        """Look for a twin."""
        name = self.call.body.get("name")
        twins = (d for d in self.account.deployments.values() if d.name == name and d.archived_at is None)
        twin = next(twins, None) if isinstance(name, str) else None
        return super().act_create() if twin is None else self.render_deployment(twin)


class RaisesTheArchived(Fault):
    """Gives a create the id of an archived deployment that had its name."""

    breaks = frozenset({"create-twice-makes-two"})
    wide = True

    def build(self, values: dict[str, Any]) -> Deployment:
        """Take the grave of the namesake."""
        made = super().build(values)
        archived = (d for d in self.account.deployments.values() if d.archived_at is not None)
        graves = (d.id for d in archived if d.name.partition("_archived_")[0] == made.name)
        return replace(made, id=next(graves, made.id))


class ArchivesTheOlderTwin(Fault):
    """Archives a deployment when another of its name is made."""

    breaks = frozenset({"create-twice-makes-two"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Make room."""
        for twin in [d for d in self.account.deployments.values() if d.name == values["name"]]:
            self.save(replace(twin, archived_at=self.stamp()))
        return super().build(values)


class TakenNamesAreInvalid(Fault):
    """Refuses a name in use with 400."""

    breaks = frozenset({"create-same-name-made-or-409"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Call it invalid."""
        if any(d.name == values["name"] and d.archived_at is None for d in self.account.deployments.values()):
            raise invalid("name-taken", "name is in use.", "name")
        return super().build(values)


class CrashesOnTakenNames(Fault):
    """Answers 500 to a create whose name is in use."""

    breaks = frozenset({"create-same-name-made-or-409"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Let the index complain."""
        if any(d.name == values["name"] and d.archived_at is None for d in self.account.deployments.values()):
            raise KeyError(values["name"])
        return super().build(values)


class TakenNamesAreAnotherConflict(Fault):
    """Refuses a name in use with 409, but calls it invalid in the body."""

    breaks = frozenset({"create-same-name-made-or-409"})

    def build(self, values: dict[str, Any]) -> Deployment:
        """Refuse."""
        if any(d.name == values["name"] and d.archived_at is None for d in self.account.deployments.values()):
            raise conflict("name-taken", "name is in use.")
        return super().build(values)

    def error_type(self, problem: Problem) -> str:
        """Name the wrong type."""
        return "invalid_request_error" if problem.rule == "name-taken" else super().error_type(problem)


# --- reading what was written -----------------------------------------------------------------------------------


class ReadsAReplica(Fault):
    """Answers the first GET of a new deployment with 404."""

    breaks = frozenset({"create-is-readable-at-once"})
    wide = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.replicated: set[str] = set()

    def act_get(self) -> dict[str, Any]:
        """Read what has arrived."""
        deployment = self.find()
        if deployment.id not in self.replicated:
            self.replicated.add(deployment.id)
            raise not_found("deployment-unknown", "Deployment does not exist.")
        return super().act_get()


class ListsNewOnesLate(Fault):
    """Leaves the newest deployment out of lists until there is another."""

    breaks = frozenset({"create-makes-exactly-one"})
    wide = True

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Look into an index that lags behind."""
        newest = max(self.account.deployments, default=None)
        return [each for each in super().select(deployments, filters) if each.id != newest]


class RepeatsCreates(Fault):
    """Stores a new deployment twice, under two ids."""

    breaks = frozenset({"create-makes-exactly-one"})
    wide = True

    def act_create(self) -> dict[str, Any]:
        """Try again, to be sure."""
        super().act_create()
        return super().act_create()


class AppendsToLists(Fault):
    """Puts the newest deployment at the end of lists."""

    breaks = frozenset({"create-is-listed-first"})
    wide = True

    def order(self, items: Iterable[T]) -> list[T]:
        """Sort all but the one that came last."""
        found = super().order(items)
        return found[1:] + found[:1]
