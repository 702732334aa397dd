"""What differs between the editions of the contract, as values: a case asks the revision, never its name."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model import DEFAULT_REVISION


@dataclass(frozen=True)
class Revision:
    """The figures and names of one edition; lengths are in Unicode code points, sizes in bytes."""

    name: str
    docs_url: str = "https://docs.qoder.com/cloud-agents/api/"
    deployment_prefix: str = "dep_"
    run_prefix: str = "drun_"
    name_max: int = 256
    events_max: int = 50
    vaults_max: int = 50
    metadata_keys_max: int = 16
    metadata_key_max: int = 64
    metadata_value_max: int = 512
    event_types: tuple[str, ...] = ("user.message", "user.define_outcome", "system.message")
    resource_types: tuple[str, ...] = ("github_repository", "file", "memory_store")
    page_default: int = 20
    page_max: int = 1000
    upcoming_max: int = 5
    body_limit: int = 32 * 1024 * 1024


REVISIONS = {DEFAULT_REVISION: Revision(DEFAULT_REVISION)}


class UnknownRevision(ValueError):
    """A revision was asked for that the suite does not know."""


def get(name: str) -> Revision:
    """The revision of this name; `UnknownRevision` says which there are."""
    if name not in REVISIONS:
        raise UnknownRevision(f"unknown revision {name!r}; known: {', '.join(REVISIONS)}")
    return REVISIONS[name]
