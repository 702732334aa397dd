"""How the tests are spread over the processes of xdist, so that no core idles while there is something to do."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Half as many workers again as there are cores: many a test waits for a clock, or for another process."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return None if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") else cores + cores // 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker a share of what takes long, and that first: what is left in the end is short."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = {item for item in items if item.get_closest_marker("matrix") or item.get_closest_marker("full")}
    helpings = ([item for item in items if item in long], [item for item in items if item not in long])
    shares = zip(*(_parts(each, workers) for each in helpings), strict=True)
    items[:] = [item for share in shares for part in share for item in part]


def _parts(items: list[pytest.Item], number: int) -> list[list[pytest.Item]]:
    """So many parts of about the same size, as xdist cuts them: neighbours, which share fixtures, stay together."""
    cuts = [len(items) * part // number for part in range(number + 1)]
    return [items[start:end] for start, end in pairwise(cuts)]
