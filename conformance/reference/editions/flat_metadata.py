"""Metadata of the user's keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


class FlatMetadata(Service):
    """No key is reserved, every value is a string, and the server puts nothing in."""

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Take every key for one of the user's."""
        return value

    def read_cas_config(self, stored: dict[str, Any], _value: dict[str, Any]) -> dict[str, Any]:
        """Leave the settings as they are: nobody can send or see them."""
        return stored

    def render_metadata(self, deployment: Deployment) -> dict[str, Any]:
        """Write the user's keys."""
        return deployment.metadata
