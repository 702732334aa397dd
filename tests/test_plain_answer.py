"""The quick way through an answer: it says what h11 says, or nothing."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.plain_answer import head_of

PLAIN = b"HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 22:55:17 GMT\r\nx-a:  b c \t\r\nContent-Length: 5\r\n\r\n12345"


def by_h11(data: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes] | None:
    """Status, headers and body, where these bytes are one whole answer and nothing more, after which it goes on."""
    talk = h11.Connection(h11.CLIENT)
    talk.send(h11.Request(method="GET", target="/", headers=[("host", "h")]))
    talk.send(h11.EndOfMessage())
    talk.receive_data(data)
    try:
        head = talk.next_event()
        if not isinstance(head, h11.Response):
            return None
        body, event = b"", talk.next_event()
        while isinstance(event, h11.Data):
            body, event = body + bytes(event.data), talk.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.EndOfMessage) or talk.trailing_data[0] or talk.our_state is not h11.DONE:
        return None
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
    return head.status_code, headers, body


def quickly(data: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes] | None:
    """The same as the wire takes it from the head."""
    head = head_of(data)
    return None if head is None or head.ends != len(data) else (head.status, head.headers, data[head.begins :])


def test_a_plain_answer_is_read_as_h11_reads_it() -> None:
    assert quickly(PLAIN) == by_h11(PLAIN)
    assert quickly(PLAIN) is not None


def test_that_the_connection_is_kept_may_be_said() -> None:
    said = PLAIN.replace(b"x-a:", b"Connection: Keep-Alive\r\nkeep-alive: timeout=5\r\nx-a:")
    assert quickly(said) == by_h11(said) is not None


@pytest.mark.parametrize(
    "data",
    [
        PLAIN[:40],
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
        PLAIN.replace(b"200 OK", b"204 Gone"),
        PLAIN.replace(b"200 OK", b"304 Same"),
        PLAIN.replace(b"200 OK", b"103 Hints"),
        PLAIN.replace(b"200 OK", b"200 \xe9"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 05"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: +5"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Length: 5"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nConnection: close"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length: 5\r\nContent-Encoding: gzip"),
        PLAIN.replace(b"Content-Length: 5", b"x: y"),
        PLAIN.replace(b"Content-Length: 5", b"Content-Length : 5"),
        PLAIN.replace(b"Date:", b"Date"),
        PLAIN.replace(b"x-a:", b" x-a:"),
        PLAIN.replace(b"b c", b"b\x00c"),
        PLAIN.replace(b"b c", b"b\rc"),
        PLAIN.replace(b"\r\n", b"\n"),
        PLAIN.replace(b"x-a:  b c", b"\r\n".join(b"x: y" for _ in range(200))),
    ],
)
def test_what_is_not_plain_is_left_to_h11(data: bytes) -> None:
    assert head_of(data) is None


PIECES = st.sampled_from(
    [
        *(
            b"HTTP/1.1 ",
            b"HTTP/1.0 ",
            b"200",
            b"404 x",
            b"99",
            b"\r\n",
            b"\r\n",
            b"\n",
            b"\r",
            b" ",
            b"\t",
            b":",
            b": ",
        ),
        *(
            b"a",
            b"content-length",
            b"Content-Length: 3\r\n",
            b"content-length: 0\r\n",
            b"transfer-encoding: chunked\r\n",
        ),
        *(b"connection: keep-alive\r\n", b"connection: close\r\n", b"3", b"0", b"abc", b"\x00", b"\xff", b"\r\n\r\n"),
    ]
)


@given(st.lists(PIECES, max_size=12), st.booleans())
def test_whatever_is_read_quickly_h11_reads_alike(pieces: list[bytes], begun: bool) -> None:  # noqa: FBT001 - drawn
    data = (b"HTTP/1.1 200 OK\r\n" if begun else b"") + b"".join(pieces)

    if (read := quickly(data)) is not None:
        assert read == by_h11(data)
