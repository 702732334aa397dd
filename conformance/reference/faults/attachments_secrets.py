"""Faults in what becomes of the secrets of resources when a deployment changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

_LATER = "resource-secret-is-not-shown-later"


class _ShowsSecretsLater(Fault):
    """Shows the secrets of resources in the answers to some changes."""

    breaks = frozenset({_LATER})

    def shows(self, deployment: Deployment) -> bool:
        """Tell whether it does so here."""
        raise NotImplementedError(deployment.id)

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Write them as they were sent."""
        shown = super().render_deployment(deployment)
        return shown | ({"resources": deployment.resources} if self.shows(deployment) else {})


class PausesShowSecrets(_ShowsSecretsLater):
    """Shows the token of a repository in the answer to a pause."""

    def shows(self, _deployment: Deployment) -> bool:
        """Do it there."""
        return self.operation == "pause"


class ArchivesShowSecrets(_ShowsSecretsLater):
    """Shows the token of a repository in the answer to an archive."""

    def shows(self, _deployment: Deployment) -> bool:
        """Do it there."""
        return self.operation == "archive"


class KeepsNewSecretsOpen(_ShowsSecretsLater):
    """Shows the token of a repository that came by an update, wherever the deployment is shown."""

    def update_resources(self, stored: Deployment, value: object) -> list[dict[str, Any]]:
        """Take note."""
        self.__dict__.setdefault("unveiled", set()).add(stored.id)
        return super().update_resources(stored, value)

    def shows(self, deployment: Deployment) -> bool:
        """Look it up."""
        return deployment.id in self.__dict__.get("unveiled", ())
