"""The server in a thread of this process, for tests that reach into it."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from conformance.reference.app import listen, make_server
from conformance.reference.process import Running
from conformance.reference.seed import seed
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLL_SECONDS = 0.005


@contextlib.contextmanager
def serve_in_thread(service: Service | None = None, latency_ms: float = 0) -> Iterator[Running]:
    """Serve on a free port until the block ends; the caller may keep the service to look into it."""
    service = service or Service()
    ids = seed(service)
    server = make_server(service, latency_ms)
    with listen() as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(_POLL_SECONDS)
        try:
            yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}{service.BASE_PATH}", service.tokens, **ids)
        finally:
            server.should_exit = True
            thread.join()
