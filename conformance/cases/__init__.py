"""The cases: one module an area of the contract, one function a requirement. They check a service, not this suite."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from conformance.requirement import declared_by

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.model import Requirement

AREAS = {
    "base": "Transport and representation",
    "auth": "Authentication",
    "error": "Errors",
    "object": "The deployment object",
    "create": "Create",
    "agent": "Agent references",
    "schedule": "Schedules",
    "event": "Initial events",
    "resource": "Resources",
    "vault": "Vaults",
    "variable": "Environment variables",
    "metadata": "Metadata",
    "list": "List",
    "page": "Paging",
    "search": "Search",
    "get": "Get",
    "update": "Update",
    "pause": "Pause",
    "unpause": "Unpause",
    "archive": "Archive",
    "run": "Run now",
    "runs": "Runs",
    "method": "Undocumented methods",
    "sequence": "Any order of calls",
    "concurrent": "Concurrent clients",
    "generated": "Generated requests",
}
"""The areas in the order of the contract, with their titles; the first word of an id is its area."""

_RANK = {area: number for number, area in enumerate(AREAS)}


def order(declared: Requirement) -> int:
    """Where a requirement stands in the documents: the place of its area."""
    return _RANK[declared.area]


@functools.cache
def load() -> tuple[Requirement, ...]:
    """Everything that the modules of this package declare, in the order of the documents."""
    return tuple(sorted((declared for declared, _ in _found().values()), key=order))


def files(ids: Collection[str]) -> list[str]:
    """The files that hold the cases of these requirements, so that no others need be collected."""
    return sorted({file for id_, (_, file) in _found().items() if id_ in ids})


@functools.cache
def _found() -> dict[str, tuple[Requirement, str]]:
    found: dict[str, tuple[Requirement, str]] = {}
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        if module.name.rpartition(".")[2].startswith("test_"):
            loaded = importlib.import_module(module.name)
            for case in vars(loaded).values():
                declared = declared_by(case)
                if declared is None or case.__module__ != module.name:
                    continue
                if declared.id in found:
                    raise TypeError(f"{module.name}: {declared.id} is declared twice")
                found[declared.id] = (declared, str(loaded.__file__))
    return found
