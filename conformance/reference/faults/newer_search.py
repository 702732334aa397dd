"""Faults in the search for deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.editions.searching import Searching
from conformance.reference.faults import SEPTEMBER, Fault
from conformance.reference.problem import not_found

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _Searches(Fault, Searching):
    """Searches otherwise."""

    revisions = SEPTEMBER


# --- the page ---------------------------------------------------------------------------------------------------


class TellsNoTotal(_Searches):
    """Answers a search as a list, without a total."""

    breaks = frozenset({"search-answers-a-page"})
    wide = True

    def act_search(self) -> dict[str, Any]:
        """Leave it out."""
        page = super().act_search()
        del page["total"]
        return page


class TellsTheTotalAlways(_Searches):
    """Tells the total on every page."""

    breaks = frozenset({"search-total-is-told-once"})

    def total(self, found: list[Deployment]) -> int | None:
        """Count again."""
        return len(found)


class CountsThePage(_Searches):
    """Tells how many deployments the page holds for the total."""

    breaks = frozenset({"search-total-counts"})

    def act_search(self) -> dict[str, Any]:
        """Count what is shown."""
        page = super().act_search()
        return page if page["total"] is None else page | {"total": len(page["data"])}


class SearchesFromTheStart(_Searches):
    """Gives the first page of a search again, whatever page is asked for."""

    breaks = frozenset({"search-goes-on"})
    wide = True

    def read_search(self, body: dict[str, Any]) -> dict[str, str]:
        """Do not look at it."""
        return super().read_search({key: value for key, value in body.items() if key != "page"})


class SearchesWithoutALimit(_Searches):
    """Shows all that a search finds on one page."""

    breaks = frozenset({"search-goes-on"})

    def read_search(self, body: dict[str, Any]) -> dict[str, str]:
        """Do not look at it."""
        return super().read_search(body | {"limit": 100})


class FindsNothingWith404(_Searches):
    """Answers 404 to a search that finds nothing."""

    breaks = frozenset({"search-of-nothing-says-so"})
    wide = True

    def act_search(self) -> dict[str, Any]:
        """Take nothing found for not there."""
        page = super().act_search()
        if not page["data"]:
            raise not_found("search", "Nothing was found.")
        return page


class TellsNoTotalOfNothing(_Searches):
    """Has null for the total of a search that finds nothing."""

    breaks = frozenset({"search-of-nothing-says-so"})
    wide = True

    def total(self, found: list[Deployment]) -> int | None:
        """Take 0 for none."""
        return super().total(found) or None


# --- what is found ----------------------------------------------------------------------------------------------


class IgnoresSearchedMetadata(_Searches):
    """Does not look at the metadata of a search."""

    breaks = frozenset(
        {
            "search-metadata-matches",
            "search-metadata-combines",
            "search-criteria-combine",
            "search-of-nothing-says-so",
        }
    )

    def match_metadata(self, _deployment: Deployment, _wanted: dict[str, str]) -> bool:
        """Let all pass."""
        return True


class SearchesMetadataInAnyCase(_Searches):
    """Takes metadata for the same in upper and lower case."""

    breaks = frozenset({"search-metadata-matches", "search-criteria-combine"})

    def match_metadata(self, deployment: Deployment, wanted: dict[str, str]) -> bool:
        """Fold the values."""
        folded = {key: value.casefold() for key, value in deployment.metadata.items()}
        return {key: value.casefold() for key, value in wanted.items()}.items() <= folded.items()


class SearchesPartsOfMetadata(_Searches):
    """Takes a part of a value of metadata for enough."""

    breaks = frozenset({"search-metadata-matches"})
    wide = True

    def match_metadata(self, deployment: Deployment, wanted: dict[str, str]) -> bool:
        """Compare as names are compared."""
        return all(value in deployment.metadata.get(key, "") for key, value in wanted.items())


class SearchesForAnyMetadata(_Searches):
    """Takes one key of the metadata of a search for enough."""

    breaks = frozenset({"search-metadata-combines"})

    def match_metadata(self, deployment: Deployment, wanted: dict[str, str]) -> bool:
        """Join them by OR."""
        return not wanted or any(deployment.metadata.get(key) == value for key, value in wanted.items())


class SearchesNamesInOneCase(_Searches):
    """Looks for a part of a name as it is written."""

    breaks = frozenset({"search-name-contains", "search-criteria-combine"})

    def match_name(self, deployment: Deployment, part: str) -> bool:
        """Fold nothing."""
        return part in deployment.name


class SearchesBeginningsOfNames(_Searches):
    """Looks for names that begin with what is searched for."""

    breaks = frozenset({"search-name-contains"})
    wide = True

    def match_name(self, deployment: Deployment, part: str) -> bool:
        """Use an index that is sorted."""
        return deployment.name.casefold().startswith(part.casefold())


class SearchesByNameAlone(_Searches):
    """Does not look at the metadata where a name is searched for."""

    breaks = frozenset({"search-criteria-combine"})

    def match_metadata(self, deployment: Deployment, wanted: dict[str, str]) -> bool:
        """Take one or the other."""
        return "name" in self.call.body or super().match_metadata(deployment, wanted)


class SearchesTheArchived(_Searches):
    """Finds archived deployments, too, whatever is asked for."""

    breaks = frozenset({"search-filters-as-lists-do"})
    wide = True

    def read_search(self, body: dict[str, Any]) -> dict[str, str]:
        """Look everywhere."""
        return super().read_search(body | {"include_archived": True})


class SearchesByTheQuery(_Searches):
    """Takes parameters from the query of the address, too."""

    breaks = frozenset({"search-ignores-the-query"})

    def read_search(self, body: dict[str, Any]) -> dict[str, str]:
        """Let the query go before the body."""
        return super().read_search(body) | self.call.query
