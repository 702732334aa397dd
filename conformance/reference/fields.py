"""The fields of a deployment's body: one `check_` method each."""

from __future__ import annotations

from typing import Any, ClassVar

from conformance.reference.measure import MeasureRules
from conformance.reference.problem import invalid


class FieldRules(MeasureRules):
    """The fields that need nothing but their own value to be judged."""

    NAME_MAX = 256
    EVENTS_MIN = 1
    EVENTS_MAX = 50
    VAULTS_MAX = 50
    EVENT_TYPES: ClassVar[frozenset[str]] = frozenset({"user.message", "user.define_outcome", "system.message"})
    RESOURCE_TYPES: ClassVar[frozenset[str]] = frozenset({"github_repository", "file", "memory_store"})
    SECRETS: ClassVar[frozenset[str]] = frozenset({"authorization_token"})

    def check_name(self, value: object) -> str:
        """Refuse a name that is no string, empty or too long."""
        name = self.check_string(value, "name")
        self.check_name_empty(name)
        self.check_name_length(name)
        return name

    def check_name_empty(self, name: str) -> None:
        """Refuse the empty name."""
        if not name:
            raise invalid("name-empty", "name must not be empty.", "name")

    def check_name_length(self, name: str) -> None:
        """Refuse a name that is too long."""
        if self.measure(name) > self.NAME_MAX:
            raise invalid("name-length", "name has at most 256 characters.", "name")

    def check_description(self, value: object) -> str:
        """Refuse a description that is no string; null stands for the empty one."""
        return "" if value is None else self.check_string(value, "description")

    def check_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Refuse too few events, too many, or an event that is wrong."""
        events = self.check_array(value, "initial_events")
        self.check_events_count(len(events))
        for event in events:
            self.check_event(event)
        return events

    def check_events_count(self, count: int) -> None:
        """Refuse too few events or too many."""
        if not self.EVENTS_MIN <= count <= self.EVENTS_MAX:
            raise invalid("events-count", "initial_events has 1 to 50 events.", "initial_events")

    def check_event(self, value: object) -> None:
        """Refuse an event that is no object or of no known type."""
        event = self.check_object(value, "initial_events")
        if "type" not in event:
            raise invalid("event-type-missing", "Missing required field: initial_events.type", "initial_events")
        self.check_event_type(event["type"])

    def check_event_type(self, kind: object) -> None:
        """Refuse an event type that is not documented."""
        if not isinstance(kind, str) or kind not in self.EVENT_TYPES:
            raise invalid("event-type", "Unknown event type.", "initial_events")

    def check_resources(self, value: object) -> list[dict[str, Any]]:
        """Refuse resources that are wrong; null stands for none."""
        resources = [] if value is None else self.check_array(value, "resources")
        for resource in resources:
            self.check_resource(resource)
        return resources

    def check_resource(self, value: object) -> None:
        """Refuse a resource that is no object or of no known type."""
        kind = self.check_object(value, "resources").get("type")
        if not isinstance(kind, str) or kind not in self.RESOURCE_TYPES:
            raise invalid("resource-type", "Unknown resource type.", "resources")

    def render_resources(self, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Write resources without their secrets."""
        return [{key: value for key, value in each.items() if key not in self.SECRETS} for each in resources]

    def check_vault_ids(self, value: object) -> list[str]:
        """Refuse too many vault ids, or one that is no string; null stands for none."""
        vaults = [] if value is None else self.check_array(value, "vault_ids")
        if len(vaults) > self.VAULTS_MAX:
            raise invalid("vaults-count", "vault_ids has at most 50 ids.", "vault_ids")
        for vault in vaults:
            self.check_string(vault, "vault_ids")
        return vaults
