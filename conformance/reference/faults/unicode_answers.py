"""Faults in keeping the keys of metadata, and in showing text as it is kept."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.reference.faults import Fault

if TYPE_CHECKING:
    from conformance.reference.records import Deployment

_CREATE = "base-text-is-kept-by-create"
_UPDATE = "base-text-is-kept-by-update"
_LISTS = "base-text-is-kept-by-lists"
_KEYS = "base-text-is-kept-in-metadata-keys"
_ODD = "base-odd-text-is-kept-or-refused"


class _Keys(Fault):
    """Changes the keys of metadata before it stores them."""

    breaks = frozenset({_KEYS})

    def user_keys(self, value: dict[str, Any]) -> dict[str, Any]:
        """Change them."""
        return {self.alter(key): text for key, text in super().user_keys(value).items()}

    def alter(self, key: str) -> str:
        """Give the other key."""
        raise NotImplementedError(key)


class ComposesKeys(_Keys):
    """Normalises the keys of metadata to NFC."""

    def alter(self, key: str) -> str:
        """Compose."""
        return unicodedata.normalize("NFC", key)


class LowersKeys(_Keys):
    """Writes the keys of metadata in lower case, but for those that are ASCII."""

    breaks = frozenset({_KEYS, "metadata-keys-keep-spelling"})

    def alter(self, key: str) -> str:
        """Lower."""
        return key if key.isascii() else key.lower()


class MakesUnderscoresOfDots(_Keys):
    """Writes underscores for dots in the keys of metadata."""

    breaks = frozenset({_KEYS, "metadata-keys-keep-spelling"})

    def alter(self, key: str) -> str:
        """Replace."""
        return key.replace(".", "_")


class _InOne(Fault):
    """Shows text otherwise in the answers of one operation."""

    IN: ClassVar[str]

    def render_deployment(self, deployment: Deployment) -> dict[str, Any]:
        """Show it in Latin-1, as far as that goes."""
        shown = super().render_deployment(deployment)
        if self.operation == self.IN:
            shown["name"] = deployment.name.encode("latin-1", "replace").decode("latin-1")
        return shown


class ListsInLatin1(_InOne):
    """Shows names in lists in Latin-1."""

    IN = "list"
    breaks = frozenset({_LISTS})


class AnswersUpdatesInLatin1(_InOne):
    """Shows names in the answers to updates in Latin-1."""

    IN = "update"
    breaks = frozenset({_UPDATE, _ODD, "update-name-counts-characters"})


class AnswersCreatesInLatin1(_InOne):
    """Shows names in the answers to creates in Latin-1."""

    IN = "create"
    breaks = frozenset({_CREATE, _ODD, "create-name-counts-characters", "archive-name-suffix", "sequence-objects"})


class ReadsInLatin1(_InOne):
    """Shows names in Latin-1 where a deployment is read by its id."""

    IN = "get"
    breaks = frozenset(
        {_CREATE, _UPDATE, "create-name-counts-characters", "update-name-counts-characters", "sequence-objects"}
    )
