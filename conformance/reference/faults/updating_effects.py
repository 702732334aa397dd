"""Faults in what an update does with what was sent, and in how it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import CMA, Fault, there
from conformance.reference.problem import conflict

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment

# --- what was sent ----------------------------------------------------------------------------------------------------


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

    breaks = frozenset({"update-description-cleared", "update-null-clears"})

    OF = frozenset({"description"})

    def ignores(self, value: Any) -> bool:
        """Look for text."""
        return not value


class IgnoresEmptyArrays(IgnoresEmptyDescriptions):
    """Ignores an empty array for vault_ids or resources in an update."""

    breaks = frozenset({"update-replaces-resources", "update-replaces-vault-ids", "update-null-clears"})

    OF = frozenset({"vault_ids", "resources"})


class IgnoresNullSchedules(IgnoresEmptyDescriptions):
    """Takes a schedule of null in an update for none sent."""

    breaks = frozenset({"update-null-schedule-is-not-ignored", "update-null-clears-the-schedule"})

    OF = frozenset({"schedule"})


class IgnoresNewSchedules(_Ignores):
    """Never gives a schedule to a deployment that has none."""

    breaks = frozenset({"update-earlier-changes-stay", "update-gives-a-schedule", "update-leaves-others-alone"})

    OF = frozenset({"schedule"})

    def ignores(self, _value: Any) -> bool:
        """Look for the old one."""
        return self.find().schedule is None


class IgnoresNewAgents(_Ignores):
    """Ignores an agent that an update names by its id."""

    breaks = frozenset({"agent-update-string-is-latest", "agent-update-to-another", "list-agent-follows-changes"})

    OF = frozenset({"agent"})

    def ignores(self, _value: Any) -> bool:
        """Look at the form."""
        return isinstance(self.call.body["agent"], str)


class IgnoresNewEnvironments(_Ignores):
    """Ignores an environment in an update."""

    breaks = frozenset({"update-environment-takes-effect"})

    OF = frozenset({"environment_id"})


class IgnoresTheNameAmongOthers(_Ignores):
    """Ignores the name where an update sends more than three fields."""

    breaks = frozenset(
        {
            "update-earlier-changes-stay",
            "update-fields-apply-together",
            "update-leaves-others-alone",
            "update-outlives-a-pause",
        }
    ) | {"update-references-apply-together"}

    OF = frozenset({"name"})

    def ignores(self, _value: Any) -> bool:
        """Count the fields."""
        return len(self.call.body) > 3


class AppliesTheFirstFieldOnly(Fault):
    """Applies only the first field that an update sends."""

    breaks = frozenset(
        {
            "update-earlier-changes-stay",
            "update-fields-apply-together",
            "update-leaves-others-alone",
            "update-outlives-a-pause",
            "update-references-apply-together",
        }
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Look at the body."""
        first = {*[*self.call.body][:1], "cas_config"}
        return super().apply(stored, {field: value for field, value in changes.items() if field in first})


class KeepsTheVersion(Fault):
    """Refers to another agent in the version of the old one plus one."""

    breaks = frozenset({"agent-update-to-another"})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Count on."""
        agent = super().update_agent(stored, value)
        return agent if agent.id == stored.agent.id else replace(agent, version=stored.agent.version + 1)


class AnswersTheOld(Fault):
    """Answers an update with the deployment as it was before."""

    breaks = frozenset({"update-answer-equals-get", "update-field-is-answered"})
    wide = True

    def act_update(self) -> dict[str, Any]:
        """Show it first."""
        before = self.render_deployment(self.find())
        super().act_update()
        return before


class AnswersWithoutStoring(Fault):
    """Answers an update with the changes, and stores none of them."""

    breaks = frozenset({"update-answer-equals-get", "update-field-is-stored"})
    wide = True

    def act_update(self) -> dict[str, Any]:
        """Put the old one back."""
        stored = self.find()
        shown = super().act_update()
        self.save(stored)
        return shown


class StoresNoEvents(Fault):
    """Answers an update with its events, and stores all but them."""

    breaks = frozenset({"update-answer-equals-get", "update-field-is-stored", "update-replaces-events"})
    wide = True

    def act_update(self) -> dict[str, Any]:
        """Put the old events back."""
        events = self.find().initial_events
        shown = super().act_update()
        self.save(replace(self.find(), initial_events=events))
        return shown


class AnswersChangesOnly(Fault):
    """Answers an update with the fields that it changed."""

    breaks = frozenset({"update-answers-the-whole-deployment", "update-other-fields-stay"})
    wide = True

    def act_update(self) -> dict[str, Any]:
        """Leave the others out."""
        shown = super().act_update()
        return {key: value for key, value in shown.items() if key in {"id", "type", *self.call.body}}


class AnswersUpdatesWithAccepted(Fault):
    """Answers 202 to an update."""

    breaks = frozenset({"update-answers-the-whole-deployment"})

    def success_status(self) -> int:
        """Promise to do it."""
        return 202 if self.operation == "update" else super().success_status()


class RefusesEmptyUpdates(Fault):
    """Refuses an update that sends nothing."""

    breaks = frozenset(
        {
            "update-answers-the-whole-deployment",
            "update-earlier-changes-stay",
            "update-empty-body-changes-nothing",
            "update-paused-stays-paused",
            "update-unknown-field",
        }
    )
    breaks_in = there(
        CMA,
        "update-answers-the-whole-deployment",
        "update-earlier-changes-stay",
        "update-empty-body-changes-nothing",
        "update-paused-stays-paused",
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Want a field."""
        if not changes:
            raise conflict("nothing", "Nothing to update.")
        return super().apply(stored, changes)


class ResetsByEmptyUpdates(Fault):
    """Empties the description when an update sends nothing."""

    breaks = frozenset({"update-earlier-changes-stay", "update-empty-body-changes-nothing"})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Take nothing for all."""
        return super().apply(stored, changes or {"description": ""})


class RefusesTheSameAgain(Fault):
    """Answers 409 to an update that changes nothing."""

    breaks = frozenset(
        {
            "metadata-cas-config-is-not-counted",
            "metadata-empty-patch",
            "metadata-patch-deletes-nothing",
            "metadata-patch-replaces",
            "metadata-patch-within-16-keys",
            "metadata-patches-follow-one-another",
            "update-earlier-changes-stay",
            "update-repeated-is-the-same",
        }
    )

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Compare."""
        if changes and replace(stored, **changes) == stored:
            raise conflict("same", "Nothing has changed.")
        return super().apply(stored, changes)


class RefusesItsOwnName(Fault):
    """Takes the name of a deployment for taken when it is sent again."""

    breaks = frozenset({"update-earlier-changes-stay", "update-repeated-is-the-same"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Find it in use."""
        if value == stored.name:
            raise conflict("name-taken", "The name is taken.")
        return super().update_name(stored, value)
