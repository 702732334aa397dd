"""A proxy on loopback that can be shut and opened again, as if the service behind it had died and come back."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from typing import Self


class Gate:
    """While it is shut, nobody listens, and who was connected is no more; what the service holds stays."""

    def __init__(self, base_url: str) -> None:
        split = urlsplit(base_url)
        self._behind = (split.hostname, split.port)
        self._connected: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self._port = 0
        self.open()
        self.base_url = split._replace(netloc=f"127.0.0.1:{self._port}").geturl()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()

    def open(self) -> None:
        """Listen, always on the same port."""
        self._listener = socket.create_server(("127.0.0.1", self._port), backlog=64)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        """Cut everybody off."""
        listener, self._listener = self._listener, None
        for each in (listener, *self._connected):
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
        self._connected.clear()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._behind)
                self._connected += [client, server]
                for one, other in ((client, server), (server, client)):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
