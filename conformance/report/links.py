"""Where in the public documentation a requirement is written."""

from __future__ import annotations

import re

from conformance.model import DEFAULT_REVISION
from conformance.revisions import REVISIONS

_SOURCE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(#[A-Za-z0-9_.-]+)?")


def documentation(source: str, revision: str) -> str | None:
    """The address of a source such as "create#request-body" in the documentation of a revision; None if it is none.

    A report may come from a suite that knew other revisions: their names lead to the pages of the default one.
    """
    if not _SOURCE.fullmatch(source):
        return None
    return REVISIONS.get(revision, REVISIONS[DEFAULT_REVISION]).documentation(source)


def page(source: str) -> str:
    """The page that a source names, without its heading."""
    return source.partition("#")[0]
