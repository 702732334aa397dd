"""Lists that can be narrowed to a time of creation."""

from __future__ import annotations

import operator
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from conformance.reference.history import RunFilters
    from conformance.reference.listing import Filters
    from conformance.reference.paging import T
    from conformance.reference.records import Deployment, Run

    Comparisons = Mapping[str, Callable[[datetime, datetime], bool]]

_INCLUSIVE = MappingProxyType({"gte": operator.ge, "lte": operator.le})


class CreatedFilters(Service):
    """Deployments within inclusive bounds, the runs of all also within strict ones."""

    DEPLOYMENT_BOUNDS: ClassVar[Comparisons] = _INCLUSIVE
    RUN_BOUNDS: ClassVar[Comparisons] = MappingProxyType({**_INCLUSIVE, "gt": operator.gt, "lt": operator.lt})

    def select(self, deployments: Iterable[Deployment], filters: Filters) -> list[Deployment]:
        """Keep what was created within the bounds."""
        return self.within(super().select(deployments, filters), self.DEPLOYMENT_BOUNDS)

    def select_runs(self, runs: Iterable[Run], filters: RunFilters) -> list[Run]:
        """Keep what was created within the bounds, in the list of all runs."""
        found = super().select_runs(runs, filters)
        return self.within(found, self.RUN_BOUNDS) if self.operation == "list_all_runs" else found

    def within(self, items: list[T], bounds: Comparisons) -> list[T]:
        """Keep the items that hold all bounds of the query."""
        for name, holds in bounds.items():
            bound = self.read_time(f"created_at[{name}]")
            if bound is not None:
                items = [item for item in items if holds(item.created_at, bound)]
        return items
