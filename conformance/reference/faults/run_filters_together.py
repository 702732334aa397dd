"""Faults in filters of runs that show beside other filters only, and in the size of a page of runs."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import JUNE, QODER, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.reference.history import RunFilters
    from conformance.reference.records import Run


class _Forgets(Fault):
    """Forgets one filter of runs where another is given."""

    revisions = JUNE
    breaks = frozenset({"runs-filters-of-all-hold-together"})
    BESIDE: ClassVar[str]
    FILTER: ClassVar[Mapping[str, None]]

    def select_runs(self, runs: Iterable[Run], filters: RunFilters) -> list[Run]:
        """Take all that it would leave out."""
        beside = getattr(filters, self.BESIDE) is not None
        return super().select_runs(runs, self.without(filters) if beside else filters)

    def without(self, filters: RunFilters) -> RunFilters:
        """Give the filters without that one."""
        forgotten: dict[str, Any] = dict(self.FILTER)
        return replace(filters, **forgotten)


class ForgetsErrorsBesideAStatus(_Forgets):
    """Does not look at has_error where a status is given."""

    BESIDE, FILTER = "status", MappingProxyType({"has_error": None})


class ForgetsErrorsBesideATrigger(_Forgets):
    """Does not look at has_error where a trigger_type is given."""

    BESIDE, FILTER = "trigger_type", MappingProxyType({"has_error": None})


class ForgetsTheTriggerBesideErrors(_Forgets):
    """Does not look at trigger_type where has_error is given."""

    BESIDE, FILTER = "has_error", MappingProxyType({"trigger_type": None})


class ForgetsTheStatusBesideATrigger(_Forgets):
    """Does not look at status where a trigger_type is given."""

    BESIDE, FILTER = "trigger_type", MappingProxyType({"status": None})


class ForgetsTheStatusBesideErrors(_Forgets):
    """Does not look at status where has_error is given."""

    BESIDE, FILTER = "has_error", MappingProxyType({"status": None})


class ForgetsTheDeploymentBesideErrors(_Forgets):
    """Does not look at deployment_id where has_error is given."""

    BESIDE, FILTER = "has_error", MappingProxyType({"deployment_id": None})


class ForgetsTheStatusOfWhatIsEarly(_Forgets):
    """Does not look at status where triggered_before is given."""

    breaks = frozenset({"runs-filters-of-one-hold-together"})
    BESIDE, FILTER = "triggered_before", MappingProxyType({"status": None})


class ForgetsWhatIsEarlyBesideAStatus(_Forgets):
    """Does not look at triggered_before where a status is given."""

    breaks = frozenset({"runs-filters-of-one-hold-together"})
    BESIDE, FILTER = "status", MappingProxyType({"triggered_before": None})


class SkipsARunOfAStatus(Fault):
    """Passes over the run next to a cursor where a status is given."""

    revisions = JUNE
    breaks = frozenset({"runs-filters-of-one-hold-together"})

    def after(self, items: list[Any], cursor: Any) -> list[Any]:
        """Begin one too late."""
        found = super().after(items, cursor)
        return found[1:] if "status" in self.call.query and self.operation == "list_runs" else found


class CutsPagesOfRunsAt20(Fault):
    """Shows no more than 20 runs on a page, whatever is asked for."""

    revisions = QODER
    breaks = frozenset({"runs-page-limit-of-100-is-filled"})

    def fit_limit(self, number: int) -> int:
        """Cut it."""
        number = super().fit_limit(number)
        return min(number, 20) if "runs" in self.operation else number
