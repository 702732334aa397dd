"""Faults in what lists show of a deployment, which depend on how they are asked or on what it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conformance.reference.faults import JUNE, QODER, Fault

if TYPE_CHECKING:
    from conformance.reference.listing import Filters
    from conformance.reference.records import Deployment


class _Lists(Fault):
    """Shows something else in some lists."""

    breaks = frozenset({"list-shows-the-same-however-asked"})

    def concerns(self) -> bool:
        """Tell whether the list is one of those."""
        return True

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Give what is shown instead."""
        raise NotImplementedError

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Spoil it."""
        shown = super().render_deployment(deployment)
        return self.spoil(dict(shown)) if self.operation == "list" and self.concerns() else shown


class ListsNoKeysBehindACursor(_Lists):
    """Shows no metadata of users behind a cursor."""

    def concerns(self) -> bool:
        """Look for one."""
        return self.goes_on

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Keep what is reserved."""
        kept = {key: value for key, value in shown["metadata"].items() if key == self.RESERVED_KEY}
        return shown | {"metadata": kept}


class ListsNoScheduleGoingBack(_Lists):
    """Shows no schedule of what stands before a cursor."""

    revisions = QODER

    def concerns(self) -> bool:
        """Look for one."""
        return "before_id" in self.call.query

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Drop it."""
        return shown | {"schedule": None}


class ListsNoDescriptionWithAStatus(_Lists):
    """Shows no description where a status is asked for."""

    def concerns(self) -> bool:
        """Look for it."""
        return "status" in self.call.query

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Empty it."""
        return shown | {"description": ""}


class ListsVersionsAsTextWithArchived(_Lists):
    """Shows the version of an agent as text where archived deployments are asked for."""

    def concerns(self) -> bool:
        """Look for it."""
        return self.call.query.get("include_archived") == "true"

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Write it."""
        return shown | {"agent": shown["agent"] | {"version": str(shown["agent"]["version"])}}


class ListsVaultsInOrder(_Lists):
    """Shows vaults in lists in the order of their ids."""

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Sort them."""
        return shown | {"vault_ids": sorted(shown["vault_ids"])}


class ListsResourcesBackwards(_Lists):
    """Shows the resources of a deployment in lists from the last to the first."""

    breaks = frozenset({"list-shows-changes", "list-shows-the-same-however-asked"})

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Turn them round."""
        return shown | {"resources": shown["resources"][::-1]}


class ListsFiguresInMetadata(_Lists):
    """Shows metadata of digits as numbers in lists."""

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Read them."""
        metadata = shown["metadata"].items()
        return shown | {"metadata": {key: int(text) if str(text).isdecimal() else text for key, text in metadata}}


class ListsNestedKeys(_Lists):
    """Shows a metadata key with a dot as an object in lists, as the index keeps it."""

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Nest them."""
        metadata: dict[str, Any] = {}
        for key, text in shown["metadata"].items():
            outer, dot, inner = key.partition(".")
            metadata[outer] = {inner: text} if dot else text
        return shown | {"metadata": metadata}


class ListsBeginningsOfDescriptions(_Lists):
    """Shows the first 500 characters of a description in lists."""

    def spoil(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Cut it."""
        return shown | {"description": (shown["description"] or "")[:500]}


class ListsDefaultSettings(Fault):
    """Shows the default settings in lists, whatever they are."""

    revisions = JUNE
    breaks = frozenset({"list-shows-the-same-however-asked"})

    def render_cas_config(self, deployment: Deployment) -> dict[str, Any]:
        """Fill them in."""
        listed = self.operation == "list"
        return super().render_cas_config(replace(deployment, cas_config=self.cas_defaults()) if listed else deployment)


class MatchesAgentsByPattern(Fault):
    """Takes a percent sign in agent_id for anything, as LIKE does."""

    breaks = frozenset({"list-agent-filter-is-exact"})

    def match_agent(self, deployment: Deployment, filters: Filters) -> bool:
        """Compare as LIKE does."""
        if filters.agent_id is None:
            return True
        pattern = re.escape(filters.agent_id).replace("%", ".*")
        return re.fullmatch(pattern, deployment.agent.id, re.DOTALL) is not None
