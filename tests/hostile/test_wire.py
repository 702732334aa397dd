"""One connection after the other: what is kept, what is asked once more, and what is never sent twice."""

from __future__ import annotations

import contextlib
import select
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest
from garbage.servers import length, until

from conformance import wire as wire_module
from conformance.address import Addresses
from conformance.message import Outgoing
from conformance.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Talk: TypeAlias = Callable[["Desk", socket.socket], object]

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
MIB = 1024 * 1024


@dataclass
class Desk:
    """What a server has seen: the methods asked for, and how many connections were made."""

    methods: list[str] = field(default_factory=list)
    connections: int = 0

    def hear(self, connection: socket.socket) -> bool:
        """Read one request to its end; whether there was one."""
        head, rest = until(connection, b"")
        while head and len(rest) < length(head):
            rest += connection.recv(65_536)
        self.methods += [head.split(b" ")[0].decode()] * bool(head)
        return bool(head)


@contextlib.contextmanager
def _served(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, Desk]]:
    desk = Desk()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, desk, talk, tls), daemon=True).start()
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", desk


def _accept(listener: socket.socket, desk: Desk, talk: Talk, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError):
        while True:
            plain, _ = listener.accept()
            desk.connections += 1
            threading.Thread(target=_converse, args=(plain, desk, talk, tls), daemon=True).start()


def _converse(plain: socket.socket, desk: Desk, talk: Talk, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), plain:
        connection = tls.wrap_socket(plain, server_side=True) if tls else plain
        with connection:
            talk(desk, connection)


def _ask(wire: Wire, url: str, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    to = Addresses(url)(f"{url}/deployments")
    came = wire.ask(Outgoing(method, to.origin, to.host, to.target, (), body))
    try:
        return came.status, b"".join(came.parts)
    finally:
        came.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A wire that is hung up in the end."""
    with contextlib.closing(Wire(5.0, 15.0)) as made:
        yield made


def _sound(desk: Desk, connection: socket.socket) -> None:
    while desk.hear(connection):
        connection.sendall(ANSWER)


def _once(desk: Desk, connection: socket.socket) -> None:
    """Answer the first request on a connection, and hang up on the second, having read it."""
    desk.hear(connection)
    connection.sendall(ANSWER)
    desk.hear(connection)


def _once_and_reset(desk: Desk, connection: socket.socket) -> None:
    _once(desk, connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("talk", [_once, _once_and_reset])
def test_what_changes_nothing_is_asked_again_where_a_kept_connection_was_closed(wire: Wire, talk: Talk) -> None:
    with _served(talk) as (url, desk):
        assert [_ask(wire, url), _ask(wire, url)] == [(200, b"{}")] * 2

    assert desk.methods == ["GET"] * 3
    assert desk.connections == 2


@pytest.mark.parametrize("talk", [_once, _once_and_reset])
def test_a_write_is_never_sent_twice_and_then_no_longer_over_a_kept_connection(wire: Wire, talk: Talk) -> None:
    with _served(talk) as (url, desk):
        _ask(wire, url)
        with pytest.raises(httpx.RemoteProtocolError):
            _ask(wire, url, "POST", b"{}")
        assert desk.methods == ["GET", "POST"]
        assert [_ask(wire, url, "POST", b"{}") for _ in range(3)] == [(200, b"{}")] * 3

    assert desk.connections == 4


def test_a_server_that_hangs_up_at_once_is_asked_once(wire: Wire) -> None:
    with _served(Desk.hear) as (url, desk):
        with pytest.raises(httpx.RemoteProtocolError, match="closed without an answer"):
            _ask(wire, url)

        assert desk.methods == ["GET"]


def test_a_connection_that_lies_closed_is_not_used(wire: Wire) -> None:
    def talk(desk: Desk, connection: socket.socket) -> None:
        desk.hear(connection)
        connection.sendall(ANSWER)

    with _served(talk) as (url, desk):
        for _ in range(3):
            assert _ask(wire, url, "POST", b"{}") == (200, b"{}")
            time.sleep(0.2)  # the other side hangs up meanwhile

    assert desk.connections == 3


def test_a_connection_is_kept_with_poll_and_without(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    with _served(_sound) as (url, desk):
        _ask(wire, url)
        _ask(wire, url, "POST", b"{}")
        monkeypatch.delattr(select, "poll")
        _ask(wire, url, "POST", b"{}")

    assert desk.connections == 1


def test_a_connection_that_lay_idle_is_not_used_again(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_module, "FRESH_S", -1.0)
    with _served(_sound) as (url, desk):
        assert [_ask(wire, url), _ask(wire, url)] == [(200, b"{}")] * 2

    assert desk.connections == 2


@pytest.mark.parametrize("head", ["HTTP/1.1 200 OK\r\nConnection: close", "HTTP/1.0 200 OK"])
def test_a_connection_that_is_to_be_closed_is_not_kept(wire: Wire, head: str) -> None:
    def talk(desk: Desk, connection: socket.socket) -> None:
        while desk.hear(connection):
            connection.sendall(head.encode() + b"\r\ncontent-length: 2\r\n\r\n{}")

    with _served(talk) as (url, desk):
        assert [_ask(wire, url), _ask(wire, url)] == [(200, b"{}")] * 2

    assert desk.connections == 2


@pytest.mark.parametrize(
    ("method", "head"),
    [("HEAD", "200 OK\r\ncontent-length: 7"), ("GET", "204 No"), ("GET", "304 Same\r\ncontent-length: 7")],
)
def test_an_answer_without_a_body_leaves_the_connection_free(wire: Wire, method: str, head: str) -> None:
    def talk(desk: Desk, connection: socket.socket) -> None:
        desk.hear(connection)
        connection.sendall(f"HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 {head}\r\n\r\n".encode())
        _sound(desk, connection)

    with _served(talk) as (url, desk):
        assert _ask(wire, url, method) == (int(head[:3]), b"")
        assert _ask(wire, url) == (200, b"{}")

    assert desk.connections == 1


# --- requests that are not heard out -----------------------------------------------------------------------------

TOO_LARGE = b"HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\n{}"


def _refuse_and_hold(_desk: Desk, connection: socket.socket) -> None:
    until(connection, b"")
    connection.sendall(TOO_LARGE)
    time.sleep(5)


def _refuse_and_linger(_desk: Desk, connection: socket.socket) -> None:
    """Answer and say no more, but read on, as good proxies do."""
    until(connection, b"")
    connection.sendall(TOO_LARGE)
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):
        pass


@pytest.mark.parametrize("talk", [_refuse_and_hold, _refuse_and_linger])
def test_an_answer_counts_that_comes_before_the_request_was_heard_out(talk: Talk) -> None:
    with _served(talk) as (url, desk), contextlib.closing(Wire(0.5, 15.0)) as wire:
        body = b"x" * 32 * MIB
        assert _ask(wire, url, "POST", body) == (413, b"{}")
        assert _ask(wire, url, "POST", body) == (413, b"{}")

    assert desk.connections == 2


def test_a_request_that_is_taken_drop_by_drop_comes_to_an_end() -> None:
    def sip(_desk: Desk, connection: socket.socket) -> None:
        while connection.recv(65_536):
            time.sleep(0.05)

    wire = Wire(0.5, 0.5)
    with _served(sip) as (url, _), pytest.raises(httpx.WriteTimeout):
        _ask(wire, url, "POST", b"x" * 64 * MIB)


# --- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl on PATH")
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "made.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(made[1])]
    command = ["openssl", "req", "-x509", *key, "-out", str(made[0]), "-days", "2", *names]
    subprocess.run(command, check=True, capture_output=True)
    return made


def _tls(certificate: tuple[Path, Path]) -> dict[str, Any]:
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(*certificate)
    return {"tls": served}


def _trusting(certificate: tuple[Path, Path], silence_s: float = 5.0) -> Wire:
    return Wire(silence_s, 15.0, ssl.create_default_context(cafile=str(certificate[0])))


def test_a_connection_with_tls_is_kept(certificate: tuple[Path, Path]) -> None:
    with _served(_sound, **_tls(certificate)) as (url, desk), contextlib.closing(_trusting(certificate)) as wire:
        for method in ("GET", "POST", "GET"):
            assert _ask(wire, url, method) == (200, b"{}")

    assert desk.connections == 1


@pytest.mark.parametrize("talk", [_once, _once_and_reset])
def test_a_connection_with_tls_that_was_closed_is_noticed(certificate: tuple[Path, Path], talk: Talk) -> None:
    with _served(talk, **_tls(certificate)) as (url, desk), contextlib.closing(_trusting(certificate)) as wire:
        assert [_ask(wire, url), _ask(wire, url)] == [(200, b"{}")] * 2

    assert desk.methods == ["GET"] * 3


def test_an_early_answer_counts_with_tls_too(certificate: tuple[Path, Path]) -> None:
    served = _served(_refuse_and_hold, **_tls(certificate))
    with served as (url, _), contextlib.closing(_trusting(certificate, 0.5)) as wire:
        assert _ask(wire, url, "POST", b"x" * 32 * MIB) == (413, b"{}")


def test_a_certificate_that_nobody_trusts_makes_no_connection(certificate: tuple[Path, Path]) -> None:
    with _served(_sound, **_tls(certificate)) as (url, desk), pytest.raises(httpx.ConnectError):
        _ask(Wire(5.0, 15.0, ssl.create_default_context()), url)

    assert desk.methods == []
