"""Faults in what a refused create leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.reference.faults import Fault
from conformance.reference.problem import Problem, conflict


class SavesBeforeItJudges(Fault):
    """Stores a new deployment before it looks at the metadata."""

    breaks = frozenset({"create-refused-makes-nothing"})

    def create_metadata(self, value: object) -> dict[str, Any]:
        """Save what is known so far."""
        try:
            return super().create_metadata(value)
        except Problem:
            _save_draft(self)
            raise


class SavesAllVaultsFirst(Fault):
    """Stores a new deployment before it counts the vaults."""

    breaks = frozenset({"create-refused-makes-nothing"})

    def create_vault_ids(self, value: object) -> list[str]:
        """Save what is known so far."""
        try:
            return super().create_vault_ids(value)
        except Problem:
            _save_draft(self)
            raise


class KeepsArchivedDrafts(Fault):
    """Stores an archived deployment where an event of a create is refused."""

    breaks = frozenset({"create-refused-makes-nothing"})

    def create_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Roll back by archiving."""
        try:
            return super().create_initial_events(value)
        except Problem:
            _save_draft(self, archived_at=self.stamp())
            raise


def _save_draft(service: Fault, **changes: Any) -> None:
    """Store a deployment with the name and the description of a body that is about to be refused."""
    body, twin = service.call.body, next(reversed(service.account.deployments.values()))
    texts = {key: body[key] for key in ("name", "description") if isinstance(body.get(key), str)}
    service.save(replace(twin, id=service.new_id("dep"), created_at=service.stamp(), **texts, **changes))


class ReservesNames(Fault):
    """Keeps the name of a create that was refused."""

    breaks = frozenset({"create-refused-name-stays-free"})
    wide = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.reserved: set[object] = set()

    def act_create(self) -> dict[str, Any]:
        """Reserve the name first."""
        name = str(self.call.body.get("name"))
        if name in self.reserved:
            raise conflict("name-taken", "name is in use.")
        self.reserved.add(name)
        shown = super().act_create()
        self.reserved.discard(name)
        return shown
