"""Faults in what a create needs to have."""

from __future__ import annotations

from typing import Any

from conformance.reference.faults import Fault
from conformance.reference.problem import not_found

NULL = "create-required-null-is-400"


# --- required fields --------------------------------------------------------------------------------------------


class _FillsIn(Fault):
    """Fills in a required field that is missing; null stays null."""

    FIELD = ""

    def check_required(self, body: dict[str, Any]) -> None:
        """Fill in what is missing first."""
        if body and self.FIELD not in body:
            body[self.FIELD] = self.filling()
        super().check_required(body)

    def filling(self) -> object:
        """Tell what is filled in."""
        raise NotImplementedError


class NamesItself(_FillsIn):
    """Makes up a name where a create has none."""

    breaks = frozenset({"create-without-name-is-400"})
    FIELD = "name"

    def filling(self) -> object:
        """Number it."""
        return f"deployment-{len(self.account.deployments)}"


class PicksAnAgent(_FillsIn):
    """Takes the caller's first agent where a create has none."""

    breaks = frozenset({"create-without-agent-is-400"})
    FIELD = "agent"

    def filling(self) -> object:
        """Take what is there."""
        return next(iter(self.account.agents))


class PicksAnEnvironment(_FillsIn):
    """Takes the caller's first environment where a create has none."""

    breaks = frozenset({"create-without-environment-is-400"})
    FIELD = "environment_id"

    def filling(self) -> object:
        """Take what is there."""
        return next(iter(self.account.environments))


class ThinksOfAnEvent(_FillsIn):
    """Gives a create without events those of the deployment before."""

    breaks = frozenset({"create-without-events-is-400"})
    FIELD = "initial_events"

    def filling(self) -> object:
        """Take what is there."""
        return [*self.account.deployments.values()][-1].initial_events


class NeedsNoEventsByHand(Fault):
    """Wants events only of what has a schedule."""

    breaks = frozenset({"create-without-events-is-400", NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Let what is run by hand be given its events later."""
        optional = body and body.get("schedule") is None and body.get("initial_events") is None
        super().check_required({**body, "initial_events": []} if optional else body)

    def create_initial_events(self, value: object) -> list[dict[str, Any]]:
        """Read those that there are."""
        return [] if value is None else super().create_initial_events(value)


class NeedsNoNameOnSchedule(_FillsIn):
    """Takes the cron expression for the name of a scheduled deployment that has none."""

    breaks = frozenset({"create-without-name-is-400"})
    FIELD = "name"

    def filling(self) -> object:
        """Name it by its time."""
        return (self.call.body.get("schedule") or {}).get("expression")


class MissingAgentsAreUnknown(Fault):
    """Answers 404 to a create without an agent."""

    breaks = frozenset({"create-without-agent-is-400", NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Look it up."""
        if body and body.get("agent") is None:
            raise not_found("agent-unknown", "Agent does not exist.", "agent")
        super().check_required(body)


class MissingEnvironmentsAreUnknown(Fault):
    """Answers 404 to a create without an environment_id."""

    breaks = frozenset({"create-without-environment-is-400", NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Look it up."""
        if body and body.get("environment_id") is None:
            raise not_found("environment-unknown", "Environment does not exist.", "environment_id")
        super().check_required(body)


class CrashesWithoutAName(Fault):
    """Answers 500 to a create without a name."""

    breaks = frozenset({"create-without-name-is-400"})
    wide = True

    def check_required(self, body: dict[str, Any]) -> None:
        """Take it for granted."""
        _ = body["name"]
        super().check_required(body)


class ValidatesOnEmptyObjects(Fault):
    """Answers 200 to the body {} of a create, as a ping."""

    breaks = frozenset({"create-empty-object-is-400"})

    def act_create(self) -> dict[str, Any]:
        """Say that all is well."""
        return super().act_create() if self.call.body else {}


class CrashesOnEmptyObjects(Fault):
    """Answers 500 to the body {} of a create."""

    breaks = frozenset({"create-empty-object-is-400"})

    def act_create(self) -> dict[str, Any]:
        """Take the first field."""
        if not self.call.body:
            raise IndexError(self.call.body)
        return super().act_create()


class CrashesOnNoBody(Fault):
    """Answers 500 to a create without a body."""

    breaks = frozenset({"create-no-body-is-400", "base-unclear-json-is-no-accident"})

    def parse_body(self, raw: bytes) -> dict[str, Any]:
        """Read the first byte."""
        if self.operation == "create" and not raw:
            raise IndexError(raw)
        return super().parse_body(raw)


class NamesNull(Fault):
    """Takes a name that is null for the word null."""

    breaks = frozenset({NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Write it out."""
        if "name" in body and body["name"] is None:
            body["name"] = "null"
        super().check_required(body)


class NullIsTheDefaultEnvironment(Fault):
    """Takes an environment_id that is null for the caller's first."""

    breaks = frozenset({NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Take what is there."""
        if "environment_id" in body and body["environment_id"] is None:
            body["environment_id"] = next(iter(self.account.environments))
        super().check_required(body)


class CrashesOnANullAgent(Fault):
    """Answers 500 to an agent that is null."""

    breaks = frozenset({NULL})

    def check_required(self, body: dict[str, Any]) -> None:
        """Take it for an object."""
        if "agent" in body and body["agent"] is None:
            raise TypeError(body)
        super().check_required(body)
