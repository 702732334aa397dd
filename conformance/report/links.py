"""Where in the public documentation a requirement is written."""

from __future__ import annotations

import re

API = "https://docs.qoder.com/cloud-agents/api/"
_SOURCE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(#[A-Za-z0-9_.-]+)?")


def documentation(source: str) -> str | None:
    """The address of a source such as "create#request-body" or "conventions/errors#envelope"; None if it is none."""
    if not _SOURCE.fullmatch(source):
        return None
    return API + source if "/" in source else f"{API}deployments/{source}"


def page(source: str) -> str:
    """The page that a source names, without its heading."""
    return source.partition("#")[0]
