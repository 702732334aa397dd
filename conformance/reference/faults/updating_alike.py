"""Faults in updates that read or keep something otherwise than a create does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import QODER, Fault
from conformance.reference.faults.updating_together import _Overlooks

if TYPE_CHECKING:
    from conformance.reference.records import Deployment, Resource

_ALIKE, _ODD_NAMES = "event-types-are-updated-alike", "update-odd-names-are-kept"

# --- events -----------------------------------------------------------------------------------------------------------


class UpdatesKeepContentOnly(Fault):
    """Keeps nothing of an event in an update but its type and its content."""

    breaks = frozenset({_ALIKE})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Pick two members."""
        events = super().update_initial_events(stored, value)
        return [{key: event[key] for key in ("type", "content") if key in event} for event in events]


class UpdatesPutSystemMessagesFirst(Fault):
    """Keeps system messages before all others in an update."""

    breaks = frozenset({_ALIKE})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Sort by type."""
        events = super().update_initial_events(stored, value)
        return sorted(events, key=lambda event: event["type"] != "system.message")


class UpdatesTakeEventsOfSessions(Fault):
    """Takes an event in an update that is sent to a session, but not to a deployment."""

    breaks = frozenset({"update-invalid-event"})

    def check_event_type(self, kind: object) -> None:
        """Know more of them."""
        if self.operation != "update" or kind not in {"user.interrupt", "user.tool_confirmation"}:
            super().check_event_type(kind)


# --- what is attached -------------------------------------------------------------------------------------------------


class UpdatesMergeVaults(Fault):
    """Keeps a vault once that an update names twice."""

    breaks = frozenset({"vault-repeated-is-kept-or-refused"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Make a set of them."""
        return list(dict.fromkeys(super().update_vault_ids(stored, value)))


class UpdatesTakeAnyResource(Fault):
    """Looks at the type of resources on create only."""

    breaks = frozenset({"resource-without-type-is-refused"})

    def check_resource(self, value: object) -> None:
        """Want an object."""
        if self.operation == "update":
            self.check_object(value, "resources")
        else:
            super().check_resource(value)


# --- names ------------------------------------------------------------------------------------------------------------


class UpdatesMeasureTrimmedNames(Fault):
    """Leaves outer blanks out when it measures the name of an update, and keeps them."""

    breaks = frozenset({"update-name-over-maximum"})

    def check_name_length(self, name: str) -> None:
        """Take them off first."""
        super().check_name_length(name.strip() if self.operation == "update" else name)


class TakesZeroForNoName(Fault):
    """Takes the name 0 for an empty one."""

    breaks = frozenset({_ODD_NAMES})

    def check_name_empty(self, name: str) -> None:
        """Ask as PHP does."""
        super().check_name_empty("" if name == "0" else name)


class TakesTheWordNullForNoName(Fault):
    """Takes the name null for none."""

    breaks = frozenset({_ODD_NAMES})

    def check_name_empty(self, name: str) -> None:
        """Know the word."""
        super().check_name_empty("" if name == "null" else name)


class ShowsNamesAsNumbers(Fault):
    """Shows a name of digits as the number that it looks like."""

    breaks = frozenset({_ODD_NAMES})

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Read it."""
        shown = super().render_deployment(deployment)
        return shown | ({"name": int(deployment.name)} if deployment.name.isdecimal() else {})


# --- references -------------------------------------------------------------------------------------------------------


class OverlooksTheAgentBesideASchedule(_Overlooks):
    """Overlooks the agent of an update that sends a schedule too."""

    FIELD, BESIDE = "agent", "schedule"


class OverlooksEventsBesideAnAgent(_Overlooks):
    """Overlooks the events of an update that names an agent too."""

    FIELD, BESIDE = "initial_events", "agent"


class TakesArchivedAgentsWhilePaused(Fault):
    """Takes an archived agent for a deployment that is paused."""

    revisions = QODER
    breaks = frozenset({"update-archived-agent-is-400"})

    def check_agent_archived(self, agent: Resource) -> None:
        """Look at what may run only."""
        if self.operation != "update" or self.find().status != "paused":
            super().check_agent_archived(agent)


class LooksAtTheAgentOnly(Fault):
    """Takes an archived environment in an update that names an agent too."""

    revisions = QODER
    breaks = frozenset({"update-archived-environment-is-400"})

    def check_environment_archived(self, environment: Resource) -> None:
        """Look at one of both."""
        if self.operation != "update" or "agent" not in self.call.body:
            super().check_environment_archived(environment)
