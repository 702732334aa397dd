"""The editions of the API: each is the service of the first one, with the rules replaced that differ."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.reference.editions.cma_2026_04_01 import Cma20260401
from conformance.reference.editions.qoder_2026_09 import Qoder202609
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = "qoder-2026-06"
EDITIONS: Mapping[str, type[Service]] = MappingProxyType(
    {FIRST: Service, "qoder-2026-09": Qoder202609, "cma-2026-04-01": Cma20260401}
)


def service_of(revision: str) -> type[Service]:
    """Give the correct service of an edition.

    Raises:
        KeyError: there is none of this name; the message names those that there are.
    """
    if revision not in EDITIONS:
        raise KeyError(f"no edition {revision}; known: {', '.join(EDITIONS)}")
    return EDITIONS[revision]
