"""Deployments whose sessions may cost so much and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.reference.problem import invalid
from conformance.reference.records import Deployment
from conformance.reference.service import Service

if TYPE_CHECKING:
    from typing import ClassVar

_FIELD = "budget"
_AMOUNT = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class BudgetedDeployment(Deployment):
    """A deployment with the limit of its sessions, as it was sent."""

    budget: dict[str, Any] | None = None


class CmaBudgets(Service):
    """A budget is a limit in the smallest unit of a currency; where there is none, nothing is shown."""

    RECORD: type[Deployment] = BudgetedDeployment
    FIELDS = (*Service.FIELDS, _FIELD)
    CURRENCIES: ClassVar[frozenset[str]] = frozenset({"USD"})

    def create_budget(self, value: object) -> dict[str, Any] | None:
        """Read the budget; null is the same as none."""
        return None if value is None else self.check_budget(value)

    def update_budget(self, _stored: Deployment, value: object) -> dict[str, Any] | None:
        """Read a new budget as a whole; null clears it."""
        return self.create_budget(value)

    def check_budget(self, value: object) -> dict[str, Any]:
        """Refuse a budget that is no limit."""
        budget = self.check_object(value, _FIELD)
        if budget.get("type") != "limit":
            raise invalid("budget-type", "A budget is of type limit.", _FIELD)
        cost = self.check_object(budget.get("max_list_cost"), _FIELD)
        if _AMOUNT.fullmatch(self.check_string(cost.get("amount"), _FIELD)) is None:
            raise invalid("budget-amount", "An amount is an integer in a string.", _FIELD)
        if cost.get("currency") not in self.CURRENCIES:
            raise invalid("budget-currency", "Unknown currency.", _FIELD)
        return budget

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show the budget, if there is one."""
        shown = super().render_deployment(deployment)
        budget = deployment.budget if isinstance(deployment, BudgetedDeployment) else None
        return shown if budget is None else shown | {_FIELD: budget}
