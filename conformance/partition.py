"""Which requirements are asked in which shard of a run, so that all shards take about as long.

Each shard works it out for itself, from the same figures (`plan.json`) by the same rule: the longest go first, each to
the shard that has the least to do so far. Those that rest on the same expensive preparation stay together.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from conformance import plan

if TYPE_CHECKING:
    from collections.abc import Collection

    from conformance.settings import Settings
    from conformance.shard import Shard

LOOPBACK_S, ELSEWHERE_S = 0.0005, 0.05
"""So long a request takes on its way, in seconds: what was recorded had none."""


def of(settings: Settings, ids: Collection[str], shard: Shard) -> tuple[frozenset[str], Shard]:
    """Those of the requirements that this shard asks, and the shard as one of this division."""
    cut = parts(settings, ids, shard.of)
    text = json.dumps([sorted(part) for part in cut])
    return cut[shard.number - 1], replace(shard, cut=hashlib.sha256(text.encode()).hexdigest()[:12])


def parts(settings: Settings, ids: Collection[str], number: int) -> list[frozenset[str]]:
    """The requirements in so many parts."""
    bundles: dict[str, set[str]] = defaultdict(set)
    for id_ in ids:
        bundles[bundle(id_) if settings.consent.writes else id_].add(id_)  # a run that only reads prepares nothing
    seconds = weights(settings, ids)
    weighed = {name: sum(seconds[id_] for id_ in sorted(members)) for name, members in bundles.items()}
    loads, shares = [0.0] * number, [set[str]() for _ in range(number)]
    for name in sorted(bundles, key=lambda name: (-weighed[name], name)):
        least = loads.index(min(loads))
        loads[least] += weighed[name]
        shares[least] |= bundles[name]
    return [frozenset(share) for share in shares]


def bundle(id_: str) -> str:
    """What the requirements have in common that stay together; the id of one that stands for itself."""
    together: str = plan.recorded().get(id_, {}).get("together", id_)
    return together


def weights(settings: Settings, ids: Collection[str]) -> dict[str, float]:
    """About how many seconds each takes; one that nobody recorded as many as the one in the middle."""
    known = {id_: _seconds(settings, id_) for id_ in ids if "seconds" in plan.recorded().get(id_, {})}
    usual = median(known.values()) if known else 1.0
    return {id_: known.get(id_, usual) for id_ in ids}


def _seconds(settings: Settings, id_: str) -> float:
    if plan.lacking(settings, id_):
        return 0.0
    way_s = LOOPBACK_S if settings.loopback else ELSEWHERE_S
    return plan.figure(settings, id_, "seconds") + sum(plan.sent(settings, id_)) * way_s
