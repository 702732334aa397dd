"""Faults in what an update does with what was sent, and in how it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment

# --- what was sent ----------------------------------------------------------------------------------------------


class _Ignores(Fault):
    """Ignores some of what an update sends."""

    OF: ClassVar[frozenset[str]] = frozenset()

    def ignores(self, _value: Any) -> bool:
        """Tell whether one of these fields is ignored."""
        return True

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Leave them out."""
        ignored = {field for field in self.OF & changes.keys() if self.ignores(changes[field])}
        return super().apply(stored, {field: value for field, value in changes.items() if field not in ignored})


class IgnoresEmptyDescriptions(_Ignores):
    """Ignores an empty description in an update."""

    OF = frozenset({"description"})

    def ignores(self, value: Any) -> bool:
        """Look for text."""
        return not value


class IgnoresEmptyArrays(IgnoresEmptyDescriptions):
    """Ignores an empty array for vault_ids or resources in an update."""

    OF = frozenset({"vault_ids", "resources"})


class IgnoresNullSchedules(IgnoresEmptyDescriptions):
    """Takes a schedule of null in an update for none sent."""

    OF = frozenset({"schedule"})


class IgnoresNewSchedules(_Ignores):
    """Never gives a schedule to a deployment that has none."""

    OF = frozenset({"schedule"})

    def ignores(self, _value: Any) -> bool:
        """Look for the old one."""
        return self.find().schedule is None


class IgnoresNewAgents(_Ignores):
    """Ignores an agent that an update names by its id."""

    OF = frozenset({"agent"})

    def ignores(self, _value: Any) -> bool:
        """Look at the form."""
        return isinstance(self.call.body["agent"], str)


class IgnoresNewEnvironments(_Ignores):
    """Ignores an environment in an update."""

    OF = frozenset({"environment_id"})


class IgnoresTheNameAmongOthers(_Ignores):
    """Ignores the name where an update sends more than three fields."""

    OF = frozenset({"name"})

    def ignores(self, _value: Any) -> bool:
        """Count the fields."""
        return len(self.call.body) > 3


class AppliesTheFirstFieldOnly(Fault):
    """Applies only the first field that an update sends."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Look at the body."""
        first = {*[*self.call.body][:1], "cas_config"}
        return super().apply(stored, {field: value for field, value in changes.items() if field in first})


class KeepsTheVersion(Fault):
    """Refers to another agent in the version of the old one plus one."""

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Count on."""
        agent = super().update_agent(stored, value)
        return agent if agent.id == stored.agent.id else replace(agent, version=stored.agent.version + 1)


class AnswersTheOld(Fault):
    """Answers an update with the deployment as it was before."""

    def act_update(self) -> dict[str, Any]:
        """Show it first."""
        before = self.render_deployment(self.find())
        super().act_update()
        return before


class AnswersWithoutStoring(Fault):
    """Answers an update with the changes, and stores none of them."""

    def act_update(self) -> dict[str, Any]:
        """Put the old one back."""
        stored = self.find()
        shown = super().act_update()
        self.save(stored)
        return shown


class StoresNoEvents(Fault):
    """Answers an update with its events, and stores all but them."""

    def act_update(self) -> dict[str, Any]:
        """Put the old events back."""
        events = self.find().initial_events
        shown = super().act_update()
        self.save(replace(self.find(), initial_events=events))
        return shown


class AnswersChangesOnly(Fault):
    """Answers an update with the fields that it changed."""

    def act_update(self) -> dict[str, Any]:
        """Leave the others out."""
        shown = super().act_update()
        return {key: value for key, value in shown.items() if key in {"id", "type", *self.call.body}}


class AnswersUpdatesWithAccepted(Fault):
    """Answers 202 to an update."""

    def success_status(self) -> int:
        """Promise to do it."""
        return 202 if self.operation == "update" else super().success_status()


class RefusesEmptyUpdates(Fault):
    """Refuses an update that sends nothing."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Want a field."""
        if not changes:
            raise conflict("nothing", "Nothing to update.")
        return super().apply(stored, changes)


class ResetsByEmptyUpdates(Fault):
    """Empties the description when an update sends nothing."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take nothing for all."""
        return super().apply(stored, changes or {"description": ""})


class RefusesTheSameAgain(Fault):
    """Answers 409 to an update that changes nothing."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Compare."""
        if changes and replace(stored, **changes) == stored:
            raise conflict("same", "Nothing has changed.")
        return super().apply(stored, changes)


class RefusesItsOwnName(Fault):
    """Takes the name of a deployment for taken when it is sent again."""

    def update_name(self, stored: Deployment, value: object) -> str:
        """Find it in use."""
        if value == stored.name:
            raise conflict("name-taken", "The name is taken.")
        return super().update_name(stored, value)


# --- later ------------------------------------------------------------------------------------------------------


class FreezesUpdatedAt(Fault):
    """Leaves updated_at as it was when a deployment is updated."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Put it back."""
        return replace(super().apply(stored, changes), updated_at=stored.updated_at)


class WakesForASchedule(Fault):
    """Unpauses a deployment by giving it a new schedule."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        awake = {"status": "active", "paused_reason": None} if "schedule" in changes else {}
        return super().apply(stored, changes | awake)


class WakesForNothing(Fault):
    """Unpauses a deployment by an update that sends nothing."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Wake it up."""
        return super().apply(stored, changes or {"status": "active", "paused_reason": None})


class ForgetsWhyItIsPaused(Fault):
    """Forgets the paused_reason when a deployment is updated."""

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Drop it."""
        return super().apply(stored, changes | {"paused_reason": None})


class RefusesToUpdateThePaused(Fault):
    """Answers 409 to an update of a paused deployment."""

    def check_writable(self, deployment: Deployment) -> None:
        """Want it active."""
        super().check_writable(deployment)
        if self.operation == "update" and deployment.status == "paused":
            raise conflict("paused", "Deployment is paused.")


class RevertsByPausing(Fault):
    """Pauses a deployment as it was created."""

    def save(self, deployment: Deployment) -> None:
        """Keep the original."""
        self.__dict__.setdefault("originals", {}).setdefault(deployment.id, deployment)
        super().save(deployment)

    def paused(self, deployment: Deployment) -> Deployment:
        """Begin there."""
        original = self.__dict__["originals"][deployment.id]
        return super().paused(replace(deployment, description=original.description, metadata=original.metadata))
