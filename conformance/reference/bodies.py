"""How a body becomes a deployment: one method per field for create, one for update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.fields import FieldRules
from conformance.reference.metadata import MetadataRules
from conformance.reference.problem import invalid
from conformance.reference.references import ReferenceRules
from conformance.reference.schedules import ScheduleRules

if TYPE_CHECKING:
    from conformance.reference.records import AgentRef, Deployment, Schedule

# Not ordinary values: a body holds one key, a record keeps two parts of it.
_METADATA = "metadata"


class BodyRules(FieldRules, ReferenceRules, ScheduleRules, MetadataRules):
    """`create_X(value)` reads a field (None if absent), `update_X(stored, value)` a field that was sent."""

    REQUIRED = ("name", "agent", "environment_id", "initial_events")
    FIELDS: tuple[str, ...] = (
        "name",
        "description",
        "agent",
        "environment_id",
        "schedule",
        "initial_events",
        "resources",
        "vault_ids",
    )

    def read_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Read all fields of a new deployment; whatever else was sent is ignored."""
        self.check_required(body)
        values = {field: getattr(self, f"create_{field}")(body.get(field)) for field in self.FIELDS}
        return values | self.create_metadata(body.get(_METADATA))

    def check_required(self, body: dict[str, Any]) -> None:
        """Refuse a body that lacks a field; null counts as lacking."""
        for field in self.REQUIRED:
            if body.get(field) is None:
                raise invalid("required", f"Missing required field: {field}", field)

    def create_name(self, value: object) -> str:
        """Read the name."""
        return self.check_name(value)

    def create_description(self, value: object) -> str:
        """Read the description."""
        return self.check_description(value)

    def create_agent(self, value: object) -> AgentRef:
        """Read the agent."""
        return self.check_agent(value)

    def create_environment_id(self, value: object) -> str:
        """Read the environment."""
        return self.check_environment(value)

    def create_schedule(self, value: object) -> Schedule | None:
        """Read the schedule; null is the same as none."""
        return None if value is None else self.check_schedule(value)

    def create_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Read the events."""
        return self.check_initial_events(value)

    def create_resources(self, value: object) -> list[dict[str, Any]]:
        """Read the resources."""
        return self.check_resources(value)

    def create_vault_ids(self, value: object) -> list[str]:
        """Read the vault ids."""
        return self.check_vault_ids(value)

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Read the metadata, as the two parts `metadata` and `cas_config` of a record."""
        sent = {} if value is None else self.check_metadata(value)
        return {
            "metadata": self.read_metadata({}, sent),
            "cas_config": self.read_cas_config(self.cas_defaults(), sent),
        }

    def read_update(self, stored: Deployment, body: dict[str, Any]) -> dict[str, Any]:
        """Read the fields that were sent, and only those."""
        changes = {
            field: getattr(self, f"update_{field}")(stored, body[field]) for field in self.FIELDS if field in body
        }
        return changes | (self.update_metadata(stored, body[_METADATA]) if _METADATA in body else {})

    def check_clearable(self, field: str, value: object) -> object:
        """Refuse null for a field that a deployment cannot be without."""
        if value is None:
            raise invalid("not-clearable", f"{field} must not be null.", field)
        return value

    def update_name(self, _stored: Deployment, value: object) -> str:
        """Read a new name."""
        return self.check_name(self.check_clearable("name", value))

    def update_description(self, _stored: Deployment, value: object) -> str:
        """Read a new description; null clears it."""
        return self.check_description(value)

    def update_agent(self, _stored: Deployment, value: object) -> AgentRef:
        """Read a new agent; a string pins the version that is the latest now."""
        return self.check_agent(self.check_clearable("agent", value))

    def update_environment_id(self, _stored: Deployment, value: object) -> str:
        """Read a new environment."""
        return self.check_environment(self.check_clearable("environment_id", value))

    def update_schedule(self, _stored: Deployment, value: object) -> Schedule | None:
        """Read a new schedule as a whole; null makes the deployment manual-only."""
        return None if value is None else self.check_schedule(value)

    def update_initial_events(self, _stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Read new events, which replace the old."""
        return self.check_initial_events(self.check_clearable("initial_events", value))

    def update_resources(self, _stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Read new resources, which replace the old."""
        return self.check_resources(value)

    def update_vault_ids(self, _stored: Deployment, value: object) -> list[str]:
        """Read new vault ids, which replace the old."""
        return self.check_vault_ids(value)

    def update_metadata(self, stored: Deployment, value: object) -> dict[str, Any]:
        """Merge a patch of the metadata; null changes nothing."""
        sent = {} if value is None else self.check_metadata(value)
        return {
            "metadata": self.read_metadata(stored.metadata, sent),
            "cas_config": self.read_cas_config(stored.cas_config, sent),
        }
