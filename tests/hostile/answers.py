"""The table of hostile answers: what comes over the connection in place of a sound answer, and how a run must end."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from hostile.scripts import Act, Script, answer, bare, drip, endlessly, head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hostile.scripts import Step


class End(StrEnum):
    """What the cases say that meet the answer; none may ever blame the suite."""

    SOUND = "all pass"
    ACCUSED = "one fails or warns"
    TARGET = "inconclusive, and the target's move; nothing is accused"
    ANY = "passed, failed, or inconclusive and the target's move"


@dataclass(frozen=True)
class Hostile:
    """One way of answering a route: "get" and "list" of deployments, or "create"."""

    name: str
    end: End
    script: Script
    route: str = "get"
    slow: bool = False

    @property
    def timeout_s(self) -> float:
        """How patient the run is: not at all where silence is what it meets, else as a busy machine needs."""
        return 0.5 if self.slow else 5.0


CHUNKED = bare("HTTP/1.1 200 OK", "content-type: application/json", "transfer-encoding: chunked")
UNENDED = b"HTTP/1.1 200 OK\r\nx: "
GO = bare("HTTP/1.1 100 Continue")
UNTIL_CLOSED = bare("HTTP/1.1 200 OK", "content-type: application/json")
MIB = 1024 * 1024


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _packed(body: bytes, coding: str) -> bytes:
    return answer(body, f"content-encoding: {coding}")


@cache
def _bomb(size: int = 64 * MIB) -> bytes:
    """A valid JSON text of blanks, packed a thousandfold."""
    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(b"{" + b" " * MIB) for _ in range(1)]
    parts += [packer.compress(b" " * MIB) for _ in range(size // MIB)]
    return b"".join([*parts, packer.compress(b"}"), packer.flush()])


def _text(key: str, written: str) -> Script:
    return lambda sound: [answer(sound.with_text(key, written))]


def _body(make: bytes | str) -> Script:
    content = make.encode() if isinstance(make, str) else make
    return lambda _: [answer(content)]


def _redirect(status: str, to: str) -> Script:
    return lambda sound: [
        answer(b"{}", f"location: {to.format(elsewhere=sound.elsewhere, path=sound.path)}", status=status)
    ]


def _page_for_ever(data: object) -> Script:
    """The same page whatever the cursor, with more to come."""
    return lambda sound: [answer(sound.with_members(data=data, has_more=True, next_page="dep_0001"))]


def _page_of(data: object) -> Script:
    return lambda sound: [answer(sound.with_members(data=data))]


SLOW = (
    Hostile("first byte never", End.TARGET, lambda _: [Act.HOLD], slow=True),
    Hostile("headers dripping", End.TARGET, lambda s: drip(head(s.body) + s.body), slow=True),
    Hostile("headers dripping without end", End.TARGET, lambda _: _now_and_then(UNENDED, b"x"), slow=True),
    Hostile("body dripping", End.TARGET, lambda s: [head(s.body), *drip(s.body)], slow=True),
    Hostile("chunks without end", End.TARGET, lambda _: _now_and_then(CHUNKED, _chunk(b" ")), slow=True),
    Hostile("many chunks without end", End.TARGET, lambda _: _forever(CHUNKED, _chunk(b" " * 65_536))),
    Hostile("body without length or end", End.TARGET, lambda _: _forever(UNTIL_CLOSED, b" " * 65_536)),
    Hostile("a chunk size without end", End.TARGET, lambda _: _forever(CHUNKED, b"0" * 1000)),
    Hostile("a status line without end", End.TARGET, lambda _: _forever(b"HTTP/1.1 200 ", b"O" * 10_000)),
    Hostile("100 without end", End.TARGET, lambda _: endlessly(GO)),
    Hostile("100 now and then", End.TARGET, lambda _: _now_and_then(GO, GO), slow=True),
    Hostile("accept and close", End.TARGET, lambda _: [Act.CLOSE]),
    Hostile("accept and reset", End.TARGET, lambda _: [Act.RESET]),
    Hostile("reset within the head", End.TARGET, lambda _: [b"HTTP/1.1 200 OK\r\ncontent-ty", 0.05, Act.RESET]),
    Hostile("reset within the body", End.TARGET, lambda s: [head(s.body) + s.body[:9], 0.05, Act.RESET]),
    Hostile("half-open within the head", End.TARGET, lambda _: [b"HTTP/1.1 200 OK\r\nconte", Act.SAY_NO_MORE]),
    Hostile("half-open within the body", End.TARGET, lambda s: [head(s.body) + s.body[:9], Act.SAY_NO_MORE]),
    Hostile("half-open after the answer", End.SOUND, lambda s: [head(s.body) + s.body, Act.SAY_NO_MORE]),
)


def _now_and_then(first: bytes, then: bytes) -> Iterator[Step]:
    yield first
    for _ in range(400):
        yield from (then, 0.05)


def _forever(first: bytes, then: bytes) -> Iterator[Step]:
    yield first
    yield from endlessly(then)


FRAMING = (
    Hostile("length too long", End.TARGET, lambda s: [head(len(s.body) + 9) + s.body, Act.CLOSE]),
    Hostile("length too long and no end", End.TARGET, lambda s: [head(len(s.body) + 9) + s.body, Act.HOLD], slow=True),
    Hostile("length too short", End.ACCUSED, lambda s: [head(len(s.body) - 9) + s.body]),
    Hostile("length negative", End.TARGET, lambda s: [head(-1) + s.body]),
    Hostile("length of 30 digits", End.TARGET, lambda s: [head(10**30) + s.body, Act.CLOSE]),
    Hostile("length no number", End.TARGET, lambda s: [bare("HTTP/1.1 200 OK", "content-length: many") + s.body]),
    Hostile("two lengths", End.TARGET, lambda s: [head(s.body, "content-length: 3") + s.body]),
    Hostile(
        "chunked and a length",
        End.ANY,
        lambda s: [head(3, "transfer-encoding: chunked") + _chunk(s.body) + b"0\r\n\r\n"],
    ),
    Hostile("chunk size no number", End.TARGET, lambda s: [CHUNKED + b"zz\r\n" + s.body]),
    Hostile("chunk size negative", End.TARGET, lambda s: [CHUNKED + b"-5\r\n" + s.body]),
    Hostile("chunk size of 40 digits", End.TARGET, lambda s: [CHUNKED + b"f" * 40 + b"\r\n" + s.body]),
    Hostile("chunk longer than said", End.TARGET, lambda s: [CHUNKED + b"4\r\n" + s.body + b"\r\n0\r\n\r\n"]),
    Hostile("no last chunk", End.TARGET, lambda s: [CHUNKED + _chunk(s.body), Act.CLOSE]),
    Hostile("an encoding of transfer unknown", End.TARGET, lambda s: [head(s.body, "transfer-encoding: zip") + s.body]),
    Hostile("HTTP/1.0 until closed", End.SOUND, lambda s: [bare("HTTP/1.0 200 OK") + s.body, Act.CLOSE]),
    Hostile("HTTP/0.9", End.TARGET, lambda s: [s.body, Act.CLOSE]),
    Hostile(
        "HTTP/2", End.TARGET, lambda _: [b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, Act.HOLD], slow=True
    ),
    Hostile("TLS", End.TARGET, lambda _: [b"\x15\x03\x01\x00\x02\x02\x46", Act.CLOSE]),
    Hostile("garbage behind the answer", End.SOUND, lambda s: [answer(s.body) + b"\x00garbage\r\n\r\n"]),
    Hostile("a second answer behind it", End.SOUND, lambda s: [answer(s.body) + answer(b'{"id": "dep_poison"}')]),
    Hostile(
        "a second answer after it",
        End.SOUND,
        lambda s: [answer(s.body), answer(b'{"id": "dep_poison"}', status="404 Not Found"), Act.CLOSE],
    ),
    Hostile("line ends of one byte", End.ANY, lambda s: [answer(s.body).replace(b"\r\n", b"\n")]),
)

HEADS = (
    Hostile("10,000 headers", End.TARGET, lambda s: [head(s.body, *[f"x{n}:" for n in range(10_000)]) + s.body]),
    Hostile("10,000 long headers", End.TARGET, lambda s: [head(s.body, *["x: " + "y" * 90] * 10_000) + s.body]),
    Hostile("a header of 10 MB", End.TARGET, lambda s: [head(s.body, "x: " + "y" * 10 * MIB) + s.body]),
    Hostile("a header in two lines", End.SOUND, lambda s: [head(s.body, "x-a: b", "\tc") + s.body]),
    Hostile("a header line first that goes on", End.TARGET, lambda s: [bare("HTTP/1.1 200 OK", " x: y") + s.body]),
    Hostile("a header without colon", End.TARGET, lambda s: [head(s.body, "nothing") + s.body]),
    Hostile("a NUL in a header", End.TARGET, lambda s: [head(s.body, "x: a\x00b") + s.body]),
    Hostile("a bare CR in a header", End.TARGET, lambda s: [head(s.body, "x: a\rset-cookie: b") + s.body]),
    Hostile("escapes of a terminal in a header", End.SOUND, lambda s: [answer(s.body, "x: \x1b[31m\x1b]0;t\x07")]),
    Hostile("Latin-1 in a header", End.SOUND, lambda s: [head(s.body, "x: \xe9\xff") + s.body]),
    Hostile("no reason phrase", End.SOUND, lambda s: [answer(s.body, status="200")]),
    Hostile("a reason with markup", End.SOUND, lambda s: [answer(s.body, status="200 <script>alert(1)</script>")]),
    Hostile("status 99", End.TARGET, lambda s: [answer(s.body, status="99 Low")]),
    Hostile("status 1000", End.TARGET, lambda s: [answer(s.body, status="1000 High")]),
    Hostile("status 999", End.ACCUSED, lambda s: [answer(s.body, status="999 High")]),
    Hostile("status 101", End.TARGET, lambda _: [bare("HTTP/1.1 101 Go", "upgrade: x", "connection: upgrade")]),
    Hostile("status 204 with a body", End.ACCUSED, lambda s: [answer(s.body, status="204 No Content")]),
    Hostile("status 304", End.ACCUSED, lambda s: [answer(s.body, status="304 Not Modified")]),
    Hostile("103 before it", End.SOUND, lambda s: [bare("HTTP/1.1 103 Early Hints", "link: </x>") + answer(s.body)]),
    Hostile("100 before it, three times", End.SOUND, lambda s: [GO * 3 + answer(s.body)]),
    Hostile("a cookie", End.SOUND, lambda s: [answer(s.body, "set-cookie: session=abc; Path=/")]),
    Hostile("301 to another host", End.ACCUSED, _redirect("301 Moved", "{elsewhere}/api/v1/cloud{path}")),
    Hostile("302 to itself", End.ACCUSED, _redirect("302 Found", "{path}")),
    Hostile("303 to another host", End.ACCUSED, _redirect("303 See Other", "{elsewhere}")),
    Hostile("307 to another host", End.ACCUSED, _redirect("307 Temporary", "{elsewhere}{path}")),
    Hostile("308 to another host", End.ACCUSED, _redirect("308 Permanent", "{elsewhere}{path}")),
    Hostile("302 to a file", End.ACCUSED, _redirect("302 Found", "file:///etc/passwd")),
    Hostile("refresh to another host", End.SOUND, lambda s: [answer(s.body, f"refresh: 0; url={s.elsewhere}")]),
)

PACKING = (
    Hostile("gzip", End.SOUND, lambda s: [_packed(gzip.compress(s.body), "gzip")]),
    Hostile("gzip twice", End.SOUND, lambda s: [_packed(gzip.compress(gzip.compress(s.body)), "gzip, gzip")]),
    Hostile("deflate", End.SOUND, lambda s: [_packed(zlib.compress(s.body), "deflate")]),
    Hostile("deflate without a head", End.SOUND, lambda s: [_packed(zlib.compress(s.body, wbits=-15), "deflate")]),
    Hostile("a gzip bomb", End.TARGET, lambda _: [_packed(_bomb(), "gzip")]),
    Hostile("a gzip bomb in a gzip", End.TARGET, lambda _: [_packed(gzip.compress(_bomb(256 * MIB)), "gzip, gzip")]),
    Hostile("gzip ten times", End.TARGET, lambda s: [_packed(s.body, ", ".join(["gzip"] * 10))]),
    Hostile("a thousand gzips", End.TARGET, lambda _: [_packed(gzip.compress(b" ") * 1000, "gzip")]),
    Hostile("gzip cut off", End.TARGET, lambda s: [_packed(gzip.compress(s.body)[:-20], "gzip")]),
    Hostile("gzip that is none", End.TARGET, lambda s: [_packed(s.body, "gzip")]),
    Hostile("gzip not announced", End.ACCUSED, lambda s: [answer(gzip.compress(s.body))]),
    Hostile("br that is none", End.TARGET, lambda s: [_packed(s.body, "br")]),
    Hostile("an encoding with escapes", End.TARGET, lambda s: [_packed(s.body, "<b>\xe9" + "x" * 5000)]),
)

JSON = (
    Hostile("nothing", End.ACCUSED, _body(b"")),
    Hostile("null", End.ACCUSED, _body("null")),
    Hostile("a string", End.ACCUSED, _body('"ok"')),
    Hostile("an array", End.ACCUSED, _body("[]")),
    Hostile("a comma too many", End.ACCUSED, lambda s: [answer(s.body[:-1] + b",}")]),
    Hostile("something behind it", End.ACCUSED, lambda s: [answer(s.body + b"{}")]),
    Hostile("keys twice", End.ANY, lambda s: [answer(s.body[:-1] + b',"id":"dep_other","id":7}')]),
    Hostile("NaN", End.ANY, _text("name", "NaN")),
    Hostile("Infinity", End.ANY, _text("x_rate", "-Infinity")),
    Hostile("an integer of 5,001 digits", End.SOUND, _text("x_limit", "1" + "0" * 5000)),
    Hostile("an integer of 5,001 digits as a time", End.ACCUSED, _text("created_at", "-1" + "0" * 5000)),
    Hostile("an integer of 4,000 digits as a version", End.ACCUSED, _text("agent", '{"version":1' + "0" * 4000 + "}")),
    Hostile("an integer of 30 digits as a name", End.ACCUSED, _text("name", "1" + "0" * 29)),
    Hostile("1e999999", End.ANY, _text("updated_at", "1e999999")),
    Hostile("half a surrogate pair", End.ACCUSED, _text("name", '"\\ud800"')),
    Hostile("half a surrogate pair as id", End.ACCUSED, _text("id", '"dep_\\udfff"')),
    Hostile("half a surrogate pair as bytes", End.ANY, _text("name", '"\ud800"')),
    Hostile("half a surrogate pair as a key", End.ANY, lambda s: [answer(s.body[:-1] + b',"\\ud800":1}')]),
    Hostile("UTF-16", End.ANY, lambda s: [answer(s.body.decode().encode("utf-16-le"))]),
    Hostile("UTF-16 with a mark", End.ANY, lambda s: [answer(s.body.decode().encode("utf-16"))]),
    Hostile("UTF-32", End.ANY, lambda s: [answer(s.body.decode().encode("utf-32"))]),
    Hostile("UTF-8 with a mark", End.ANY, lambda s: [answer(b"\xef\xbb\xbf" + s.body)]),
    Hostile("Latin-1", End.ACCUSED, lambda s: [answer(s.with_text("name", '"é"').replace(b"\xc3\xa9", b"\xe9"))]),
    Hostile("nested 100,000 deep", End.TARGET, _body("[" * 100_000 + "]" * 100_000)),
    Hostile("nested 100,000 deep, not closed", End.ANY, _body('{"a":' * 100_000)),
    Hostile("nested 500 deep", End.TARGET, _text("x", "[" * 500 + "]" * 500)),
    Hostile("a million nulls", End.TARGET, _body("[" + "null," * 1_000_000 + "null]")),
    Hostile("a million empty objects", End.TARGET, _text("x", "[" + "{}," * 1_000_000 + "{}]")),
    Hostile("a string of 40 MB", End.TARGET, _text("name", '"' + "x" * 40 * MIB + '"')),
    Hostile("a string of 7 MB of wide characters", End.ANY, _text("name", '"' + "x" * 7 * MIB + '\U0001f600"')),
    Hostile("a key of 1 MB", End.SOUND, lambda s: [answer(s.with_members(**{"x" * MIB: 1}))]),
    Hostile("an id of 1 MB", End.ACCUSED, _text("id", '"dep_' + "1" * MIB + '"')),
    Hostile("an id that is an object", End.ACCUSED, _text("id", '{"id":[]}')),
    Hostile("an id with control characters", End.ACCUSED, _text("id", '"dep_\\u0000\\r\\n\\u001b[2J"')),
    Hostile("an id that is a path", End.ACCUSED, _text("id", '"../../agents?x=#y"')),
    Hostile("escapes of a terminal", End.ACCUSED, _text("name", '"\\u001b[31m\\u001b]8;;http://x\\u0007\\u202e"')),
    Hostile("markup", End.ACCUSED, _text("name", '"</script><img src=x onerror=alert(1)>"')),
    Hostile("the end of a comment and of CDATA", End.ACCUSED, _text("name", '"--> ]]> `$(id)`"')),
    Hostile("year 0", End.ACCUSED, _text("created_at", '"0000-01-01T00:00:00Z"')),
    Hostile("year 1", End.ANY, _text("created_at", '"0001-01-01T00:00:00Z"')),
    Hostile("year 9999", End.ANY, _text("updated_at", '"9999-12-31T23:59:59Z"')),
    Hostile("year 10000", End.ACCUSED, _text("updated_at", '"10000-01-01T00:00:00Z"')),
    Hostile("a negative year", End.ACCUSED, _text("updated_at", '"-0001-01-01T00:00:00Z"')),
    Hostile("zone -99:99", End.ACCUSED, _text("updated_at", '"2026-01-01T00:00:00-99:99"')),
    Hostile("year 1 of a zone ahead", End.ACCUSED, _text("updated_at", '"0001-01-01T00:00:00+14:00"')),
    Hostile("digits of another script in a time", End.ACCUSED, _text("updated_at", '"٢٠٢٦-01-01T00:00:00Z"')),
)

BIG = '"' + "x" * 20_000_000 + '"'
LISTS = (
    Hostile("the same page for ever", End.ACCUSED, _page_for_ever([{"id": "dep_0001"}]), "list"),
    Hostile("an empty page for ever", End.TARGET, _page_for_ever([]), "list"),
    Hostile("data an object", End.ACCUSED, _page_of({}), "list"),
    Hostile("data of numbers", End.ACCUSED, _page_of([1, 2]), "list"),
    Hostile("data null", End.ACCUSED, _page_of(None), "list"),
    Hostile("ids that are objects", End.TARGET, _page_of([{"id": {}}] * 3), "list"),
    Hostile("100 of one id", End.TARGET, _page_of([{"id": "dep_0001"}] * 100), "list"),
    Hostile("has_more a text", End.ANY, _text("has_more", '"yes"'), "list"),
    Hostile("a cursor of 1 MB", End.ANY, _text("next_page", '"' + "x" * MIB + '"'), "list"),
    Hostile("20 MB a page", End.TARGET, _text("x", BIG), "list"),
    Hostile("7 MB a page", End.TARGET, _text("x", '"' + "x" * 7 * MIB + '"'), "list"),
    Hostile("7 MB of wide characters a page", End.TARGET, _text("x", '"' + "x" * 7 * MIB + '\U0001f600"'), "list"),
    Hostile("200,000 values a page", End.TARGET, _text("x", "[" + '{"a":[]},' * 66_000 + "{}]"), "list"),
)

CREATES = (
    Hostile("create: nothing", End.ANY, _body(b""), "create"),
    Hostile("create: cut off", End.TARGET, lambda s: [head(s.body) + s.body[:9], Act.CLOSE], "create"),
    Hostile("create: 20 MB", End.TARGET, _text("x", BIG), "create"),
    Hostile("create: an id of 1 MB", End.ANY, _text("id", '"dep_' + "1" * MIB + '"'), "create"),
    Hostile("create: an id with control characters", End.ANY, _text("id", '"dep_\\u0000\\r\\n"'), "create"),
    Hostile("create: an id that is a path", End.ANY, _text("id", '"../agents"'), "create"),
    Hostile("create: half a surrogate pair", End.ANY, _text("id", '"dep_\\ud800"'), "create"),
    Hostile("create: 308", End.ANY, _redirect("308 Permanent", "{elsewhere}{path}"), "create"),
)

ALL = (*SLOW, *FRAMING, *HEADS, *PACKING, *JSON, *LISTS, *CREATES)
BY_NAME = {each.name: each for each in ALL}
