"""The search for deployments, for those who ask for the beta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.problem import invalid
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.records import Deployment

_ROUTE = ("deployments", "search")
_TEXTS = ("page", "status", "agent_id", "created_at[gte]", "created_at[lte]")


class Searching(Service):
    """The list of deployments with its parameters in the body, and two more of them."""

    BETA_HEADER = "x-qoder-beta"
    SEARCH_BETA = "search-2026-08-31"

    def pattern(self, segments: list[str]) -> tuple[str, ...]:
        """Take the name of the operation for no id."""
        return _ROUTE if tuple(segments) == _ROUTE else super().pattern(segments)

    def methods(self, pattern: tuple[str, ...]) -> Mapping[str, str]:
        """Know one path more."""
        return {"POST": "search"} if pattern == _ROUTE else super().methods(pattern)

    def reads_body(self) -> bool:
        """Read the body of a search, too."""
        return self.operation == "search" or super().reads_body()

    def act_search(self) -> dict[str, Any]:
        """List what is searched for, and on the first page tell how much that is."""
        self.check_beta()
        self.call.query = self.read_search(self.call.body)
        name, metadata = self.read_name(self.call.body), self.read_wanted_metadata(self.call.body)
        window, filters = self.read_window(), self.read_filters()
        found = [
            each
            for each in self.select(self.account.deployments.values(), filters)
            if self.match_name(each, name) and self.match_metadata(each, metadata)
        ]
        return self.show(found, window) | {"total": self.total(found)}

    def check_beta(self) -> None:
        """Refuse whoever has not asked for the beta."""
        asked = self.call.request.headers.get(self.BETA_HEADER, "").split(",")
        if self.SEARCH_BETA not in [each.strip() for each in asked]:
            raise invalid("beta", f"{self.BETA_HEADER} must name {self.SEARCH_BETA}.")

    def read_search(self, body: dict[str, Any]) -> dict[str, str]:
        """Give the parameters as a query would; that of the URL counts for nothing."""
        sent = {key: value for key, value in body.items() if value is not None}
        query = {key: self.check_string(sent[key], key) for key in _TEXTS if key in sent}
        if "limit" in sent:
            query["limit"] = str(self.check_integer(sent["limit"], "limit", self.LIMIT_MIN))
        if "include_archived" in sent:
            query["include_archived"] = self.read_archived(sent["include_archived"])
        return query

    def read_archived(self, value: object) -> str:
        """Read whether archived deployments are wanted."""
        if not isinstance(value, bool):
            raise invalid("include_archived-type", "include_archived must be true or false.", "include_archived")
        return "true" if value else "false"

    def read_name(self, body: dict[str, Any]) -> str:
        """Read the part of a name; every name holds the empty one."""
        name = body.get("name")
        return "" if name is None else self.check_string(name, "name")

    def read_wanted_metadata(self, body: dict[str, Any]) -> dict[str, str]:
        """Read the metadata that is wanted."""
        metadata = body.get("metadata")
        wanted = {} if metadata is None else self.check_object(metadata, "metadata")
        for key, text in wanted.items():
            self.check_metadata_key(key)
            self.check_metadata_value(text)
        return wanted

    def match_name(self, deployment: Deployment, part: str) -> bool:
        """Keep what has the part in its name, in whichever case."""
        return part.casefold() in deployment.name.casefold()

    def match_metadata(self, deployment: Deployment, wanted: dict[str, str]) -> bool:
        """Keep what has all that is wanted."""
        return wanted.items() <= deployment.metadata.items()

    def total(self, found: list[Deployment]) -> int | None:
        """Tell on the first page how many there are."""
        return None if "page" in self.call.query else len(found)
