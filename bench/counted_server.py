"""The reference server in a thread of this process, with the moment of each request that reached it."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.reference.faults import combine
from conformance.reference.thread import serve_in_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.call import Request
    from conformance.reference.process import Running
    from conformance.reference.service import Service


@contextmanager
def counted(*faults: str) -> Iterator[tuple[Running, list[float]]]:
    """Serve with these faults until the block ends; gives where, and a list that grows by `time.monotonic()`."""
    arrivals: list[float] = []
    for noisy in ("conformance.reference", "uvicorn"):  # faults break things, and both sides send what is no HTTP
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    with serve_in_thread(_counting(combine(faults), arrivals)()) as running:
        yield running, arrivals


def _counting(kind: type[Service], arrivals: list[float]) -> type[Service]:
    """The same service, which notes when a request comes in; counted here, both sides are counted alike."""

    def arrive(self: Service, request: Request) -> float:
        arrivals.append(time.monotonic())
        return kind.arrive(self, request)

    return type("Counted", (kind,), {"arrive": arrive, "__module__": "counted"})
