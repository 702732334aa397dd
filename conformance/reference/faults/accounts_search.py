"""Faults in who may search, and in what a search shows to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.searching import Searching
from conformance.reference.faults import SEPTEMBER, Fault
from conformance.reference.records import Credential

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


class SearchesForNobody(Fault):
    """Searches for callers without a token, as the first account."""

    revisions = SEPTEMBER
    breaks = frozenset({"auth-search-needs-a-token"})

    def check_token(self, token: str) -> Credential:
        """Take no token for the owner's."""
        if not token and self.operation == "search":
            return Credential(self.accounts[0])
        return super().check_token(token)


class SearchesAllAccounts(Fault, Searching):
    """Searches the deployments of all accounts."""

    revisions = SEPTEMBER
    breaks = frozenset({"auth-search-is-of-one-account"})

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Have one index for all."""
        every: list[Any] = [each for account in self.accounts for each in account.deployments.values()]
        return super().select(every if self.operation == "search" else deployments, filters)
