"""Faults in the size of pages; those of what a page tells and of cursors stand in files of their own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, TypeVar, cast

from conformance.reference.faults import JUNE, QODER, Fault
from conformance.reference.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.paging import T

    Method = TypeVar("Method", bound=Callable[..., Any])


def of_deployments(method: Method) -> Method:
    """Give a habit to the list of deployments alone: the lists of runs keep to what the method stands for."""

    @functools.wraps(method)
    def bent(self: Fault, *given: Any, **named: Any) -> Any:
        if self.operation == "list":
            return method(self, *given, **named)
        order = type(self).__mro__
        place = next(at for at, each in enumerate(order) if vars(each).get(method.__name__) is bent)
        return getattr(super(order[place], self), method.__name__)(*given, **named)

    return cast("Method", bent)


# --- how many -------------------------------------------------------------------------------------------------


class HoldsMoreByDefault(Fault):
    """Gives 25 items where no limit is asked for."""

    breaks = frozenset({"page-default-is-20"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Choose another default."""
        return 25 if text is None else super().read_limit(text)


class HoldsTenOnLaterPages(Fault):
    """Gives 10 items behind a cursor where no limit is asked for."""

    revisions = QODER
    breaks = frozenset({"page-default-is-20"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Choose another default behind a cursor."""
        return 10 if text is None and "after_id" in self.call.query else super().read_limit(text)


class HoldsAllOfAStatusByDefault(Fault):
    """Gives 50 items where a status and no limit is asked for."""

    breaks = frozenset({"page-default-is-20"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Choose another default with a filter."""
        return 50 if text is None and "status" in self.call.query else super().read_limit(text)


class GivesOneTooMany(Fault):
    """Gives one item more than the limit: it was fetched to see whether more follow."""

    breaks = frozenset(
        {
            "page-default-is-20",
            "page-limit-above-100-is-coherent",
            "page-limit-is-never-exceeded",
            "page-limit-of-1-gives-one",
        }
    )

    @of_deployments
    def first(self, items: list[T], limit: int) -> list[T]:
        """Forget to drop it."""
        return super().first(items, limit + 1)


class GivesOneTooFew(Fault):
    """Counts the limit from zero."""

    revisions = JUNE
    breaks = frozenset(
        {
            "page-default-is-20",
            "page-limit-above-100-is-coherent",
            "page-limit-is-filled",
            "page-limit-of-100-is-filled",
        }
    )

    @of_deployments
    def first(self, items: list[T], limit: int) -> list[T]:
        """Stop one short of a limit above one."""
        return super().first(items, max(1, limit - 1))


class IgnoresTheLimitWithAFilter(Fault):
    """Takes no notice of the limit where a status is asked for."""

    breaks = frozenset({"page-limit-is-filled", "page-limit-is-never-exceeded", "page-limit-of-1-gives-one"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Read it only where there is no status."""
        limit = super().read_limit(text)
        return self.LIMIT_DEFAULT if "status" in self.call.query else limit


class IgnoresTheLimitBackwards(Fault):
    """Gives everything before a cursor."""

    revisions = QODER
    breaks = frozenset({"page-default-is-20", "page-limit-is-never-exceeded"})

    @of_deployments
    def last(self, items: list[T], _limit: int) -> list[T]:
        """Cut nothing off."""
        return items


class WantsTwoAtLeast(Fault):
    """Gives two items for a limit of one."""

    breaks = frozenset({"page-limit-is-never-exceeded", "page-limit-of-1-gives-one"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Raise it."""
        return max(2, super().read_limit(text))


class TakesLimitZero(Fault):
    """Takes a limit of 0 for no limit given."""

    breaks = frozenset({"page-limit-below-1-is-refused"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Read it as falsy."""
        return self.LIMIT_DEFAULT if text == "0" else super().read_limit(text)


class RaisesNegativeLimits(Fault):
    """Takes a negative limit for 1."""

    breaks = frozenset({"page-limit-below-1-is-refused"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Clamp it."""
        return super().read_limit("1" if text and text.startswith("-") else text)


class TakesWordsForLimits(Fault):
    """Takes a limit that it cannot read for none."""

    breaks = frozenset({"page-limit-no-integer-is-refused"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Fall back to the default."""
        try:
            return super().read_limit(text)
        except Problem as problem:
            if problem.rule != "limit-type":
                raise
            return self.LIMIT_DEFAULT


class ReadsLeadingDigits(Fault):
    """Reads a limit up to its first character that is no digit."""

    breaks = frozenset({"page-limit-no-integer-is-refused"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Cut the rest off."""
        digits = "".join(character for character in text or "" if character.isdigit())
        return super().read_limit(digits if digits and (text or "")[0].isdigit() else text)


class TakesAnEmptyLimit(Fault):
    """Takes an empty limit for none."""

    breaks = frozenset({"page-limit-no-integer-is-refused"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Read it as falsy."""
        return super().read_limit(text or None)


# --- large pages ----------------------------------------------------------------------------------------------


class HoldsFiftyAtMost(Fault):
    """Cuts every limit to 50."""

    revisions = QODER
    breaks = frozenset({"page-limit-of-100-is-filled"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Cut it."""
        return min(50, super().read_limit(text))


class LiesWhereItCuts(Fault):
    """Cuts a limit to 100 and compares the rest with what was asked for."""

    revisions = JUNE
    breaks = frozenset({"page-limit-above-100-is-coherent"})

    @of_deployments
    def first(self, items: list[T], limit: int) -> list[T]:
        """Cut late."""
        return super().first(items, min(100, limit))


class ForgetsWhatIsOld(Fault):
    """Lists the newest hundred deployments only."""

    breaks = frozenset({"page-limit-above-100-is-coherent", "page-walk-goes-far"})

    @of_deployments
    def order(self, items: Any) -> list[Any]:
        """Forget the others."""
        return super().order(items)[:100]


class OverflowsOnHugeLimits(Fault):
    """Fails on a limit that no 64-bit integer holds."""

    breaks = frozenset({"page-limit-above-1000-is-bounded"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Overflow."""
        if text and text.isdigit() and int(text) >= 2**63:
            raise Problem("internal", "api_error", "Internal error.")
        return super().read_limit(text)


class GivesNothingAboveAThousand(Fault):
    """Gives an empty page for a limit above 1,000."""

    revisions = QODER
    breaks = frozenset({"page-limit-above-1000-is-bounded"})

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Take it for 0."""
        return 0 if text and text.isdigit() and int(text) > self.LIMIT_MAX else super().read_limit(text)


class HoldsTwentyAtMost(Fault):
    """Cuts every limit to the default."""

    breaks = frozenset(
        {
            "page-before-id-gives-what-precedes",
            "page-limit-is-filled",
            "page-limit-of-100-is-accepted",
            "page-limit-of-100-is-filled",
        }
    )

    @of_deployments
    def read_limit(self, text: str | None) -> int:
        """Cut it."""
        return min(self.LIMIT_DEFAULT, super().read_limit(text))
