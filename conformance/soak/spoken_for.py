"""The requirements that a soak judges: those about calls in any order and about concurrent clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Requirement
    from conformance.session import Consent

PREFIXES = ("sequence-", "concurrent-")
STARTS_RUNS = frozenset({"concurrent-runs-are-all-recorded", "concurrent-runs-keep-to-the-limit"})


def spoken_for(declared: Iterable[Requirement], consent: Consent) -> dict[str, Requirement]:
    """Those of an edition that may be asked under these consents, by id."""
    ours = (each for each in declared if each.id.startswith(PREFIXES) and each.level and not each.unobservable)
    return {each.id: each for each in ours if consent.runs or each.id not in STARTS_RUNS}
