"""Faults in what an update refuses: references, null, wrong types, the code for it, and what has changed by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from conformance.reference.problem import Problem
    from conformance.reference.records import AgentRef, Deployment, Resource

# --- codes ------------------------------------------------------------------------------------------------------------


class AnswersUnprocessable(Fault):
    """Answers 422 to an update with an invalid value."""

    breaks = frozenset({"update-invalid-value-is-400"})

    def error_status(self, problem: Problem) -> int:
        """Tell it from a request that cannot be read."""
        return 422 if self.operation == "update" and problem.rule == "name-length" else super().error_status(problem)


class TakesUnknownAgents(Fault):
    """Takes whatever id of an agent an update names."""

    breaks = frozenset({"update-unknown-reference", "update-foreign-reference-is-refused"})

    def find_agent(self, name: str) -> Resource:
        """Make one up."""
        known = self.account.agents.get(name)
        if known is None and self.operation == "update":
            return replace(next(iter(self.account.agents.values())), id=name)
        return super().find_agent(name)


class TakesUnknownEnvironments(Fault):
    """Takes whatever id of an environment an update names."""

    breaks = frozenset({"update-unknown-reference", "update-foreign-reference-is-refused"})

    def update_environment_id(self, stored: Deployment, value: object) -> str:
        """Keep the text."""
        if isinstance(value, str) and value.startswith("env_") and value not in self.account.environments:
            return value
        return super().update_environment_id(stored, value)


class TakesArchivedAgentsOnUpdate(Fault):
    """Looks whether an agent is archived on create only."""

    breaks = frozenset({"update-archived-agent-is-400", "update-archived-agent-is-refused"})

    def check_agent_archived(self, agent: Resource) -> None:
        """Let an update pass."""
        if self.operation == "create":
            super().check_agent_archived(agent)


class HidesArchivedEnvironments(Fault):
    """Answers 404 to an update to an archived environment."""

    revisions = QODER
    breaks = frozenset({"update-archived-environment-is-400"})

    def check_environment_archived(self, environment: Resource) -> None:
        """Say that it is gone."""
        if environment.archived_at is not None and self.operation == "update":
            raise not_found("environment-archived", "Environment does not exist.")
        super().check_environment_archived(environment)


class MovesToArchivedEnvironments(Fault):
    """Refuses an archived environment in an update, and has stored it by then."""

    breaks = frozenset({"update-archived-environment-is-400", "update-archived-environment-is-refused"})

    def check_environment_archived(self, environment: Resource) -> None:
        """Store it first."""
        if environment.archived_at is not None and self.operation == "update":
            self.save(replace(self.find(), environment_id=environment.id))
        super().check_environment_archived(environment)


class CrashesOnUnknownAgents(Fault):
    """Answers 500 to an update to an agent that does not exist."""

    breaks = frozenset({"update-unknown-reference", "update-foreign-reference-is-refused"})

    def update_agent(self, stored: Deployment, value: object) -> AgentRef:
        """Take it for found."""
        name = value.get("id") if isinstance(value, dict) else value
        if isinstance(name, str) and name.startswith("agent_") and name not in self.account.agents:
            raise KeyError(name)
        return super().update_agent(stored, value)


class TakesNullEvents(Fault):
    """Takes null for initial_events in an update for none sent."""

    breaks = frozenset({"update-null-is-refused"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the old ones."""
        return stored.initial_events if value is None else super().update_initial_events(stored, value)


class RefusesNullNamesAsUnknown(Fault):
    """Answers 404 to null for an environment."""

    breaks = frozenset({"update-null-is-refused"})

    def check_clearable(self, field: str, value: object) -> object:
        """Look it up."""
        if value is None and field == "environment_id":
            raise not_found("environment-unknown", "Environment does not exist.")
        return super().check_clearable(field, value)


class TakesAnyCronOnUpdate(Fault):
    """Checks cron expressions on create only."""

    breaks = frozenset({"update-invalid-cron-is-400"})

    def check_expression(self, text: str) -> str:
        """Let an update pass."""
        return text if self.operation == "update" and len(text.split()) == 5 else super().check_expression(text)

    def next_fires(self, expression: str, timezone: str, after: Any, count: int) -> list[Any]:
        """Fire never where that makes no sense."""
        try:
            return super().next_fires(expression, timezone, after, count)
        except Exception:  # noqa: BLE001 - whatever the library makes of it
            return []


class TakesFalseForNotSent(Fault):
    """Takes false, 0, "", [] and {} for not sent, but for description and arrays."""

    breaks = frozenset({"update-empty-name-is-400", "update-partial-schedule", "update-wrong-type"})

    FIELDS_SKIPPED: ClassVar[frozenset[str]] = frozenset({"name", "schedule", "metadata"})

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Skip them."""
        falsy = {field for field in self.FIELDS_SKIPPED & body.keys() if not body[field] and body[field] is not None}
        return super().read_update(stored, {field: value for field, value in body.items() if field not in falsy})


class ReadsNumbersAsNames(Fault):
    """Makes a string of a number that is sent as a new name or description."""

    breaks = frozenset({"update-invalid-value-is-400", "update-wrong-type"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Write it down."""
        return super().update_name(stored, str(value) if type(value) is int else value)


class WrapsSingleVaults(Fault):
    """Makes an array of a single new vault id."""

    breaks = frozenset({"update-wrong-type"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Wrap it."""
        return super().update_vault_ids(stored, [value] if value and isinstance(value, str) else value)


class SkipsEmptyVaultObjects(Fault):
    """Takes an empty object for no vaults, in an update."""

    breaks = frozenset({"update-wrong-type"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Take it for an array."""
        return super().update_vault_ids(stored, [] if value == {} else value)


class TakesBooleanDescriptions(Fault):
    """Empties the description when an update sends false for it."""

    breaks = frozenset({"update-wrong-type"})

    def update_description(self, stored: Deployment, value: object) -> str:
        """Take it for null."""
        return super().update_description(stored, None if value is False else value)


# --- refused as a whole -----------------------------------------------------------------------------------------------


class UpdatesFieldByField(Fault):
    """Stores each field of an update before it looks at the next."""

    breaks = frozenset(
        {"update-refused-of-the-paused", "update-refused-changes-nothing", "update-refused-keeps-references"}
    )

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Go on from what is stored."""
        changes: dict[str, Any] = {}
        for field in (*self.FIELDS, "metadata"):
            if field in body:
                changes |= super().read_update(stored, {field: body[field]})
                self.save(replace(stored, **changes))
        return changes


class RenamesBeforeScheduling(Fault):
    """Stores a new name before it refuses the schedule that comes with it."""

    breaks = frozenset({"update-refused-of-the-paused", "update-refused-changes-nothing"})

    def update_schedule(self, stored: Deployment, value: object) -> Any:
        """Store the name first."""
        if "name" in self.call.body:
            self.save(replace(stored, name=self.update_name(stored, self.call.body["name"])))
        return super().update_schedule(stored, value)


class DropsTheRefusedSchedule(Fault):
    """Removes the old schedule before it looks at the new one."""

    breaks = frozenset(
        {"update-refused-of-the-paused", "update-refused-changes-nothing", "update-refused-schedule-stays"}
    )

    def update_schedule(self, stored: Deployment, value: object) -> Any:
        """Begin with none."""
        self.save(replace(stored, schedule=None))
        return super().update_schedule(stored, value)


class TouchesByRefusing(Fault):
    """Moves updated_at by an update that is refused."""

    breaks = frozenset({"update-refused-keeps-updated-at"})

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Take note of the attempt."""
        self.save(replace(stored, updated_at=self.touched()))
        return super().read_update(stored, body)
