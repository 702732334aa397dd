"""Faults in which names, arrays and schedules an update takes, and in what it makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import QODER, Fault

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.records import Deployment, Schedule

# --- name and description ---------------------------------------------------------------------------------------------


class TakesLongNamesOnUpdate(Fault):
    """Measures names on create only."""

    breaks = frozenset({"update-invalid-value-is-400", "update-name-over-maximum"})

    def check_name_length(self, name: str) -> None:
        """Let an update pass."""
        if self.operation == "create":
            super().check_name_length(name)


class TakesNamesBelow256OnUpdate(Fault):
    """Takes new names of 255 characters at most."""

    breaks = frozenset({"update-name-counts-characters", "update-name-up-to-maximum"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Want it shorter."""
        name = super().update_name(stored, value)
        self.check_name_length(f"{name}x")
        return name


class CutsNewNames(Fault):
    """Cuts a new name that is too long, and says nothing."""

    breaks = frozenset({"update-invalid-value-is-400", "update-name-over-maximum"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Keep the beginning."""
        return super().update_name(stored, value[:256] if isinstance(value, str) else value)


class MeasuresNewNamesInBytes(Fault):
    """Measures a new name in bytes of UTF-8."""

    breaks = frozenset({"update-name-counts-characters"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Count bytes."""
        name = super().update_name(stored, value)
        self.check_name_length(name.encode().decode("latin-1"))
        return name


class TakesEmptyNamesOnUpdate(Fault):
    """Takes an empty new name."""

    breaks = frozenset({"update-empty-name-is-400"})

    def check_name_empty(self, name: str) -> None:
        """Let an update pass."""
        if self.operation == "create":
            super().check_name_empty(name)


class IgnoresEmptyNames(Fault):
    """Takes an empty new name for none sent."""

    breaks = frozenset({"update-empty-name-is-400", "update-null-is-refused", "update-wrong-type"})

    def update_name(self, stored: Deployment, value: object) -> str:
        """Keep the old one."""
        return super().update_name(stored, value or stored.name)


class CutsDescriptions(Fault):
    """Cuts a new description behind 255 characters."""

    breaks = frozenset({"update-never-cuts"})

    def update_description(self, stored: Deployment, value: object) -> str:
        """Keep the beginning."""
        return super().update_description(stored, value)[:255]


class CutsEventsOnUpdate(Fault):
    """Cuts the content of a new event behind 10,000 characters."""

    breaks = frozenset({"update-never-cuts"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the beginning."""
        events = super().update_initial_events(stored, value)
        return [event | {"content": self.cut(event.get("content"))} for event in events]

    def cut(self, content: Any) -> Any:
        """Cut a text, or the texts of blocks."""
        if isinstance(content, list):
            return [block | {"text": self.cut(block.get("text"))} for block in content]
        return content[:10_000] if isinstance(content, str) else content


# --- arrays -----------------------------------------------------------------------------------------------------------


class AppendsEvents(Fault):
    """Appends new events to the old."""

    breaks = frozenset({"update-replaces-events"})
    wide = True

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the old ones."""
        return [*stored.initial_events, *super().update_initial_events(stored, value)][:50]


class KeepsFurtherEvents(Fault):
    """Replaces as many events as are sent, and keeps the old ones behind them."""

    breaks = frozenset({"update-references-apply-together", "update-earlier-changes-stay", "update-replaces-events"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Go place by place."""
        events = super().update_initial_events(stored, value)
        return events + stored.initial_events[len(events) :]


class AddsNewEventsOnly(Fault):
    """Leaves out new events that are there already, and sorts nothing anew."""

    breaks = frozenset({"event-types-are-updated-alike", "update-earlier-changes-stay", "update-replaces-events"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Take a list for a set."""
        events = super().update_initial_events(stored, value)
        kept = [event for event in stored.initial_events if event in events]
        return kept + [event for event in events if event not in kept]


class MergesEqualEventsOnUpdate(Fault):
    """Keeps only one of new events that are the same."""

    breaks = frozenset({"update-replaces-events"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the first of each."""
        events = super().update_initial_events(stored, value)
        return [event for place, event in enumerate(events) if event not in events[:place]]


class TakesNoEventsOnUpdate(Fault):
    """Takes an empty array of new events."""

    revisions = QODER
    breaks = frozenset({"update-invalid-value-is-400", "update-refuses-0-and-51-events"})

    def check_events_count(self, count: int) -> None:
        """Look at the upper limit only."""
        super().check_events_count(count or self.operation == "update")


class TakesManyEventsOnUpdate(Fault):
    """Counts events on create only."""

    breaks = frozenset({"update-invalid-value-is-400", "update-refuses-0-and-51-events"})

    def check_events_count(self, count: int) -> None:
        """Look at the lower limit only."""
        super().check_events_count(min(count, 50) if self.operation == "update" else count)


class TakesFewerEventsOnUpdate(Fault):
    """Takes 49 new events at most."""

    breaks = frozenset({"update-takes-50-events"})

    def check_events_count(self, count: int) -> None:
        """Count one more."""
        super().check_events_count(count + 1 if self.operation == "update" and count > 1 else count)


class ChecksTheFirstEventOnly(Fault):
    """Looks at the first of new events, and takes the others as they are."""

    breaks = frozenset({"update-invalid-event"})

    def update_initial_events(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Look at one."""
        events = self.check_array(self.check_clearable("initial_events", value), "initial_events")
        super().update_initial_events(stored, events[:1])
        self.check_events_count(len(events))
        return [self.check_object(event, "initial_events") for event in events]


class AppendsVaults(Fault):
    """Adds new vault ids to the old."""

    breaks = frozenset({"vault-repeated-is-kept-or-refused", "update-replaces-vault-ids", "update-null-clears"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Keep the old ones."""
        return [*dict.fromkeys([*stored.vault_ids, *super().update_vault_ids(stored, value)])]


class TakesManyVaultsOnUpdate(Fault):
    """Counts vault ids on create only."""

    breaks = frozenset({"update-over-50-vault-ids"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Look at 50 of them."""
        ids = super().update_vault_ids(stored, value[:50] if isinstance(value, list) else value)
        return ids + (value[50:] if isinstance(value, list) else [])


class KeepsTheOrderOfVaults(Fault):
    """Sorts new vault ids as they were stored before."""

    breaks = frozenset({"update-replaces-vault-ids"})

    def update_vault_ids(self, stored: Deployment, value: object) -> list[str]:
        """Keep their places."""
        vaults = super().update_vault_ids(stored, value)
        return [vault for vault in stored.vault_ids if vault in vaults] or vaults


class AppendsResources(Fault):
    """Adds new resources to the old."""

    breaks = frozenset({"update-replaces-resources", "update-null-clears"})

    def update_resources(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Keep the old ones."""
        new = super().update_resources(stored, value)
        return [*(each for each in stored.resources if each not in new), *new]


# --- schedule ---------------------------------------------------------------------------------------------------------


class _Completes(Fault):
    """Completes a schedule that lacks something."""

    DEFAULTS: ClassVar[dict[str, str]] = {}

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Fill it up."""
        return super().update_schedule(stored, self.DEFAULTS | value if isinstance(value, dict) else value)


class TakesSchedulesWithoutType(_Completes):
    """Takes a new schedule without a type for one of type cron."""

    breaks = frozenset({"update-partial-schedule"})

    DEFAULTS: ClassVar[dict[str, str]] = {"type": "cron"}


class TakesSchedulesWithoutZone(_Completes):
    """Takes a new schedule without a timezone for one in UTC."""

    breaks = frozenset({"update-partial-schedule"})

    DEFAULTS: ClassVar[dict[str, str]] = {"timezone": "UTC"}


class MergesSchedules(Fault):
    """Completes a new schedule from the old one."""

    breaks = frozenset({"update-partial-schedule"})

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Fill it up."""
        old = stored.schedule
        if isinstance(value, dict) and old:
            value = {"type": "cron", "expression": old.expression, "timezone": old.timezone} | value
        return super().update_schedule(stored, value)


class KeepsOldRunsWhilePaused(Fault):
    """Announces the runs of the old schedule for one that was changed during a pause."""

    breaks = frozenset({"update-schedule-replaces-runs-when-paused"})

    def update_schedule(self, stored: Deployment, value: object) -> Schedule | None:
        """Take note of the old one."""
        schedule = super().update_schedule(stored, value)
        if schedule and stored.schedule and stored.status == "paused":
            self.old = {**getattr(self, "old", {}), (stored.id, schedule): stored.schedule}
        return schedule

    def upcoming_of(self, deployment: Deployment) -> list[datetime]:
        """Look it up there."""
        old: Schedule | None = getattr(self, "old", {}).get((deployment.id, deployment.schedule))
        return self.upcoming(old) if old else super().upcoming_of(deployment)
