"""Faults in environment variables: which are taken, and what becomes of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.editions.environment_variables import EnvironmentVariables, VariedDeployment
from conformance.reference.faults import SEPTEMBER, Fault
from conformance.reference.problem import Problem, invalid

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

FORM, KEPT, VALUES = "variable-form-is-accepted", "variable-is-kept", "variable-values-are-kept-or-refused"
NAME, VALUELESS, CODE = "variable-name-is-refused", "variable-without-a-value-is-refused", "variable-invalid-is-400"
RESERVED, PREFIX, NEAR = (
    f"variable-{what}"
    for what in ("reserved-is-refused", "reserved-prefix-is-refused", "near-the-reserved-is-accepted")
)
STATES = "variable-outlives-states"
REPLACES, STAYS, REFUSED = "variable-update-replaces", "variable-stays", "variable-refused-stays"


class _Varies(Fault, EnvironmentVariables):
    """Has a bad habit with variables."""

    revisions = SEPTEMBER


# --- what is taken ----------------------------------------------------------------------------------------------


class TakesAnyVariable(_Varies):
    """Takes a variable of any name."""

    breaks = frozenset({NAME, CODE})

    def check_variable_name(self, _name: str) -> None:
        """Take it."""


class TakesUnicodeVariables(_Varies):
    """Takes letters of any script in the names of variables."""

    breaks = frozenset({NAME})

    def check_variable_name(self, name: str) -> None:
        """Ask Python what is a name."""
        if not name.isidentifier():
            super().check_variable_name(name)


class TakesVariablesWithoutValues(_Varies):
    """Takes a name alone for a variable without a value."""

    breaks = frozenset({VALUELESS, CODE})

    def check_variable(self, line: str) -> None:
        """Add what is missing."""
        super().check_variable(line if "=" in line else f"{line}=")


class KeepsNothingForItself(_Varies):
    """Lets a user set the service's own variables."""

    breaks = frozenset({RESERVED, CODE})
    RESERVED_NAMES = frozenset()


class KeepsNoPrefixForItself(_Varies):
    """Lets a user set all variables with a prefix of the service's."""

    breaks = frozenset({PREFIX, CODE})
    RESERVED_PREFIXES = ()


class WantsMoreBehindThePrefix(_Varies):
    """Takes a prefix of the service's for a name of the user's, if nothing follows."""

    breaks = frozenset({PREFIX})

    def check_variable_reserved(self, name: str) -> None:
        """Look for more."""
        if name not in self.RESERVED_PREFIXES:
            super().check_variable_reserved(name)


class KeepsTooMuchForItself(_Varies):
    """Refuses all names that begin as a reserved one does."""

    breaks = frozenset({NEAR})
    RESERVED_PREFIXES = ("CAW_", "QODER_", "SERVER_ENDPOINT", "USER_ID", "WORK_DIR")


class LooksAtTheFirstVariable(_Varies):
    """Takes whatever stands behind the first variable."""

    breaks = frozenset({NAME, VALUELESS, RESERVED, PREFIX})
    wide = True

    def check_environment_variables(self, value: object) -> str:
        """Check the first."""
        text = super().check_environment_variables(value.split(";")[0] if isinstance(value, str) else value)
        return value if isinstance(value, str) else text


class SplitsAtSemicolonsOnly(_Varies):
    """Takes a new line for a part of the value."""

    breaks = frozenset({NAME, VALUELESS, RESERVED, PREFIX})

    def check_variable(self, line: str) -> None:
        """Check what is left of a line that did begin behind a semicolon."""
        sent = str(self.call.body["environment_variables"])
        if f"\n{line}" not in sent:
            super().check_variable(line)


class RefusesLines(_Varies):
    """Refuses variables in lines."""

    breaks = frozenset({FORM, KEPT})
    wide = True

    def check_environment_variables(self, value: object) -> str:
        """Look for a second line."""
        if isinstance(value, str) and "\n" in value:
            raise invalid("variable-form", "Variables are split by semicolons.", "environment_variables")
        return super().check_environment_variables(value)


class TakesVariablesInOtherForms(_Varies):
    """Takes an array or an object of variables, too."""

    breaks = frozenset({"variable-wrong-type-is-refused"})

    def check_environment_variables(self, value: object) -> str:
        """Write them as they should have been."""
        if isinstance(value, dict):
            value = [f"{name}={each}" for name, each in value.items()]
        return super().check_environment_variables(";".join(value) if isinstance(value, list) else value)


class ForbidsReservedVariables(_Varies):
    """Answers 403 to a name of its own."""

    breaks = frozenset({CODE})

    def error_status(self, problem: Problem) -> int:
        """Take it for a question of rights."""
        return 403 if problem.rule == "variable-reserved" else super().error_status(problem)


# --- what becomes of them ---------------------------------------------------------------------------------------


class WritesVariablesInLines(_Varies):
    """Shows all variables in lines."""

    breaks = frozenset({KEPT, VALUES})

    def check_environment_variables(self, value: object) -> str:
        """Write them anew."""
        return super().check_environment_variables(value).replace(";", "\n")


class QuotesNoValues(_Varies):
    """Takes the quotes off a value."""

    breaks = frozenset({VALUES})

    def check_environment_variables(self, value: object) -> str:
        """Leave them out."""
        return super().check_environment_variables(value).replace('"', "")


class CutsVariables(_Varies):
    """Keeps the first thousand characters of all variables."""

    breaks = frozenset({VALUES})

    def check_environment_variables(self, value: object) -> str:
        """Cut them."""
        return super().check_environment_variables(value)[:1000]


class AddsVariables(_Varies):
    """Adds the variables of an update to those that there are."""

    breaks = frozenset({KEPT, REPLACES})

    def update_environment_variables(self, stored: Deployment, value: object) -> str:
        """Put them behind."""
        text = super().update_environment_variables(stored, value)
        before = stored.environment_variables if isinstance(stored, VariedDeployment) else ""
        return ";".join(filter(None, (before, text)))


class LosesVariablesOnUpdate(_Varies):
    """Loses the variables in an update that sends none."""

    breaks = frozenset({STAYS})

    def apply(self, stored: Deployment, changes: dict[str, Any]) -> Deployment:
        """Begin with none."""
        return super().apply(stored, {"environment_variables": ""} | changes)


class KeepsTheGoodVariables(_Varies):
    """Keeps the variables before one that it refuses."""

    breaks = frozenset({REFUSED})

    def update_environment_variables(self, stored: Deployment, value: object) -> str:
        """Store them at once."""
        try:
            return super().update_environment_variables(stored, value)
        except Problem:
            good = re.split("[;\n]", str(value))[0]
            if isinstance(stored, VariedDeployment) and "=" in good:
                self.save(replace(stored, environment_variables=good))
            raise


# --- states -----------------------------------------------------------------------------------------------------


def _without(deployment: Deployment) -> Deployment:
    """Take the variables away."""
    return replace(deployment, environment_variables="") if isinstance(deployment, VariedDeployment) else deployment


class LosesVariablesWhenPaused(_Varies):
    """Loses the variables of a deployment that is paused."""

    breaks = frozenset({STATES})

    def paused(self, deployment: Deployment) -> Deployment:
        """Keep the rest."""
        return _without(super().paused(deployment))


class LosesVariablesWhenArchived(_Varies):
    """Loses the variables of a deployment that is archived."""

    breaks = frozenset({STATES})

    def archived(self, deployment: Deployment) -> Deployment:
        """Keep the rest."""
        return _without(super().archived(deployment))


class KeepsVariablesOfTheRefused(_Varies):
    """Stores the variables of an update that it refuses for another field."""

    breaks = frozenset({REFUSED})

    def act_update(self) -> dict[str, Any]:
        """Store them all the same."""
        try:
            return super().act_update()
        except Problem as problem:
            stored, sent = self.find(), self.call.body.get("environment_variables")
            good = isinstance(sent, str) and not problem.rule.startswith("variable")
            if good and isinstance(stored, VariedDeployment) and stored.archived_at is None:
                self.save(replace(stored, environment_variables=str(sent)))
            raise
