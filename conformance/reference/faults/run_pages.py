"""Faults in the pages of the two lists of runs; the list of deployments is not touched by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import JUNE, QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.paging import T

_RUNS = frozenset({"list_runs", "list_all_runs"})


class _PagesRuns(Fault):
    """Cuts pages of runs otherwise, in the operations named."""

    IN: ClassVar[frozenset[str]] = _RUNS

    @property
    def mine(self) -> bool:
        """Whether the call asks for such a page."""
        return self.operation in self.IN


class _WritesPages(_PagesRuns):
    """Writes the envelope of a page of runs otherwise."""

    def render_page(self, data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
        """Bend what the service writes."""
        page = super().render_page(data, has_more=has_more)
        return page | self.bent(page) if self.mine else page

    def bent(self, _page: dict[str, Any]) -> dict[str, Any]:
        """Give the members that differ."""
        return {}


# --- how many ---------------------------------------------------------------------------------------------------


class ListsTenRuns(_PagesRuns):
    """Shows ten runs where no limit is given."""

    IN = frozenset({"list_runs"})
    revisions = QODER
    breaks = frozenset({"runs-page-default-is-20"})

    def read_limit(self, text: str | None) -> int:
        """Take another default."""
        return 10 if text is None and self.mine else super().read_limit(text)


class ListsHundredRuns(_PagesRuns):
    """Shows a hundred runs where no limit is given, in the list of all."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"runs-page-default-is-20"})

    def read_limit(self, text: str | None) -> int:
        """Take another default."""
        return 100 if text is None and self.mine else super().read_limit(text)


class ListsAllRunsAtOnce(_PagesRuns):
    """Does not look at the limit of runs."""

    breaks = frozenset({"runs-page-limit-is-never-exceeded", "runs-page-is-full", "runs-page-default-is-20"})
    wide = True

    def read_limit(self, text: str | None) -> int:
        """Take the most."""
        return self.LIMIT_MAX if super().read_limit(text) and self.mine else super().read_limit(text)


class ListsAllRunsOfAStatus(_PagesRuns):
    """Does not look at the limit of runs where a status is given."""

    revisions = JUNE
    breaks = frozenset({"runs-page-limit-is-never-exceeded"})

    def first(self, items: list[T], limit: int) -> list[T]:
        """Cut nothing."""
        return items if self.mine and "status" in self.call.query else super().first(items, limit)


class ListsOneRunTooMany(_PagesRuns):
    """Shows one run more than the limit behind a cursor: it fetches one to know whether more follow."""

    revisions = QODER
    breaks = frozenset({"runs-page-limit-is-never-exceeded"})
    wide = True

    def first(self, items: list[T], limit: int) -> list[T]:
        """Leave it in."""
        return super().first(items, limit + 1 if self.mine and self.goes_on else limit)


class ForgetsTheLimitGoingBack(_PagesRuns):
    """Shows all runs before a cursor, whatever the limit."""

    revisions = QODER
    breaks = frozenset({"runs-page-limit-is-never-exceeded"})

    def last(self, items: list[T], limit: int) -> list[T]:
        """Cut nothing."""
        return items if self.mine else super().last(items, limit)


class ListsOneRunTooFew(_PagesRuns):
    """Shows one run less than the limit, but for a limit of 1."""

    breaks = frozenset({"runs-page-is-full", "runs-page-default-is-20"})
    wide = True

    def first(self, items: list[T], limit: int) -> list[T]:
        """Count from zero."""
        return super().first(items, limit - 1 if self.mine and limit > 1 else limit)


class TakesALimitOfNoRuns(_PagesRuns):
    """Takes a limit of runs below 1 for the default."""

    breaks = frozenset({"runs-page-limit-below-1-is-400"})

    def read_limit(self, text: str | None) -> int:
        """Take nothing for nothing given."""
        return self.LIMIT_DEFAULT if self.mine and text in {"0", "-1"} else super().read_limit(text)


class TakesALimitOfWords(_PagesRuns):
    """Takes a limit of runs that is no number for the default."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"runs-page-limit-not-a-number"})

    def read_limit(self, text: str | None) -> int:
        """Read as far as it goes."""
        known = text is None or text.lstrip("-").isdigit()
        return super().read_limit(text) if known or not self.mine else self.LIMIT_DEFAULT


class CrashesOnLargeLimits(_PagesRuns):
    """Answers 500 to a limit of runs above 1,000."""

    breaks = frozenset({"runs-page-large-limit"})

    def read_limit(self, text: str | None) -> int:
        """Ask the database for more than it gives."""
        if self.mine and text is not None and text.isdigit() and int(text) > self.LIMIT_MAX:
            raise ValueError(text)
        return super().read_limit(text)


class TakesALargeLimitForOne(_PagesRuns):
    """Takes a limit of runs above 100 for 1."""

    revisions = JUNE
    breaks = frozenset({"runs-page-large-limit"})

    def read_limit(self, text: str | None) -> int:
        """Overflow."""
        limit = super().read_limit(text)
        return 1 if self.mine and limit > 100 else limit


# --- what a page tells ------------------------------------------------------------------------------------------


class SwapsTheEdges(_WritesPages):
    """Swaps first_id and last_id of a page of runs."""

    revisions = QODER
    breaks = frozenset({"runs-page-edge-ids"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Name the oldest first."""
        return {"first_id": page["last_id"], "last_id": page["first_id"]}


class NamesDeploymentsAtTheEdges(_WritesPages):
    """Shows ids of deployments for first_id and last_id of the list of all runs."""

    IN = frozenset({"list_all_runs"})
    breaks = frozenset({"runs-page-edge-ids"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Take the wrong column."""
        ids = [run["deployment_id"] for run in page["data"]]
        return {"first_id": ids[0], "last_id": ids[-1]} if ids else {}


class KeepsTheFirstEdge(_WritesPages):
    """Shows the first run of all for first_id of every page of the runs of a deployment."""

    IN = frozenset({"list_runs"})
    breaks = frozenset({"runs-page-edge-ids"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Look at the whole list."""
        runs = self.runs_of(self.call.ids[0])
        return {"first_id": runs[-1].id} if page["data"] else {}


class NeverNamesTheNextPage(_WritesPages):
    """Shows no next_page of runs, though more follow."""

    revisions = QODER
    breaks = frozenset({"runs-page-next-page", "runs-page-next-page-is-a-cursor", "runs-page-walk-ends"})

    def bent(self, _page: dict[str, Any]) -> dict[str, Any]:
        """Leave it null."""
        return {"next_page": None}


class AlwaysNamesTheNextPage(_WritesPages):
    """Shows a next_page behind the last run."""

    revisions = JUNE
    breaks = frozenset({"runs-page-next-page"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Name it whether it is there or not."""
        return {"next_page": page["last_id"]}


class NumbersTheNextPage(_WritesPages):
    """Shows the number of the next page of all runs."""

    IN = frozenset({"list_all_runs"})
    revisions = JUNE
    breaks = frozenset({"runs-page-next-page"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Count pages."""
        return {"next_page": page["next_page"] and "2"}


class NeverHasMoreRuns(_WritesPages):
    """Says that no run follows, though some do."""

    revisions = QODER
    breaks = frozenset({"runs-page-has-more", "runs-page-default-is-20", "runs-page-next-page", "runs-page-walk-ends"})

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Say no."""
        return {"has_more": False, "next_page": page["next_page"]}


class AlwaysHasMoreRuns(_WritesPages):
    """Says that runs follow as long as there is one on the page."""

    revisions = JUNE
    breaks = frozenset({"runs-page-has-more", "runs-page-has-more-is-exact", "runs-page-large-limit"})
    wide = True

    def bent(self, page: dict[str, Any]) -> dict[str, Any]:
        """Say yes."""
        return {"has_more": bool(page["data"])}


class HasMoreBehindAFullPage(_PagesRuns):
    """Says that more follow whenever a page of runs is full."""

    breaks = frozenset({"runs-page-has-more-is-exact", "runs-page-has-more-by-default"})

    def more_remain(self, count: int, limit: int) -> bool:
        """Compare with "as many as"."""
        return count >= limit if self.mine else super().more_remain(count, limit)


class HasMoreBehindAPageThatIsFullByDefault(_PagesRuns):
    """Says that more follow whenever a page of runs is full that no limit was given for."""

    breaks = frozenset({"runs-page-has-more-by-default"})

    def more_remain(self, count: int, limit: int) -> bool:
        """Compare with "as many as" there."""
        by_default = self.mine and "limit" not in self.call.query
        return count >= limit if by_default else super().more_remain(count, limit)
