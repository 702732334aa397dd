"""Faults in lists that are made from a copy of what deployments are: one member of the copy is not kept up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class _ListsTheFormer(Fault):
    """Lists a deployment with one member as it was when it was made."""

    breaks = frozenset({"list-shows-changes"})
    MEMBER: ClassVar[str]

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Copy the member once."""
        shown = super().render_deployment(deployment)
        copies: dict[str, Any] = self.__dict__.setdefault("copies", {})
        copied = copies.setdefault(deployment.id, shown[self.MEMBER])
        return shown | {self.MEMBER: copied} if self.operation == "list" else shown


class ListsFormerEnvironments(_ListsTheFormer):
    """Lists a deployment with the environment that it was made with."""

    MEMBER = "environment_id"


class ListsFormerVaults(_ListsTheFormer):
    """Lists a deployment with the vaults that it was made with."""

    MEMBER = "vault_ids"


class ListsFormerResources(_ListsTheFormer):
    """Lists a deployment with the resources that it was made with."""

    MEMBER = "resources"


class ListsFormerAgents(_ListsTheFormer):
    """Lists a deployment with the agent that it was made with."""

    MEMBER = "agent"
