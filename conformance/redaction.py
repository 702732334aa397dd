"""Finding secrets in a text, in each form in which a service may give them back: encoded, escaped, or clipped."""

from __future__ import annotations

import base64
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 8
"""A piece of a secret is one too, if it has so many characters and is half of it; shorter secrets count whole."""

_WORDS = re.compile(r"(?:[a-z\W_]*|[A-Z\W_]*).?")
"""What anybody might write: "conformance-" is no piece of "conformance-9F2cX71", though it is more than half."""

GRAM = 6
"""A text is looked at here and there, so many characters each time, as far apart as no piece can slip between."""


@dataclass(frozen=True)
class _Form:
    """A way to write a secret, and the name that stands for it."""

    text: str
    name: str

    @property
    def least(self) -> int:
        """From how many characters on a piece of it is to be hidden."""
        return max(PIECE, (len(self.text) + 1) // 2) if len(self.text) >= PIECE else len(self.text)

    def told_by(self, piece: str) -> bool:
        """Whether so much of it is too much."""
        return len(piece) == len(self.text) or (len(piece) >= self.least and not _WORDS.fullmatch(piece))


@dataclass(frozen=True)
class _Span:
    """Where something stands that has to be hidden."""

    start: int
    end: int
    name: str


@dataclass
class Secrets:
    """What has to be hidden, by what it is called, such as `$TOKEN`."""

    _named: dict[str, str] = field(default_factory=dict, repr=False)
    _written: _Forms | None = field(default=None, repr=False)
    _normal: _Forms | None = field(default=None, repr=False)

    def add(self, secret: str, name: str) -> None:
        """One more."""
        if secret and secret not in self._named:
            self._named[secret] = name
            self._written = None

    def removed_from(self, text: str) -> str:
        """The text with names in place of secrets, and of pieces that are half of one or more."""
        if not self._named or not text:
            return text
        if self._written is None or self._normal is None:
            forms = [_Form(form, name) for secret, name in self._named.items() for form in _forms(secret)]
            self._written = _Forms(forms)
            self._normal = _Forms(list({*forms, *(_Form(_Unescaped(each.text).text, each.name) for each in forms)}))
        spans = self._written.spans(text)
        if ("\\" in text or "%" in text or "&" in text) and _ESCAPE.search(text):
            plain = _Unescaped(text)
            spans += [_Span(plain.origin(s.start), plain.origin(s.end), s.name) for s in self._normal.spans(plain.text)]
        return _without(text, _apart(spans)) if spans else text


class _Forms:
    """Forms to look for, all at once: by their parts of `GRAM` characters."""

    def __init__(self, forms: list[_Form]) -> None:
        self._length = min(GRAM, *(len(form.text) for form in forms))
        self._stride = min(form.least for form in forms) - self._length + 1
        self._places: dict[str, list[tuple[_Form, int]]] = {}
        for form in forms:
            for at in range(len(form.text) - self._length + 1):
                self._places.setdefault(form.text[at : at + self._length], []).append((form, at))

    def spans(self, text: str) -> list[_Span]:
        """Where they stand."""
        length, places = self._length, self._places
        found: list[_Span] = []
        for at in range(0, len(text) - length + 1, self._stride):
            here = places.get(text[at : at + length])
            if here and not (found and at + length <= found[-1].end):
                found += self._around(text, at, here)
        return found

    @staticmethod
    def _around(text: str, at: int, here: list[tuple[_Form, int]]) -> Iterator[_Span]:
        """The longest piece around a part that stands at a place, if it tells too much."""
        pieces = [(_extended(text, at, form.text, offset), form) for form, offset in here]
        telling = [_Span(start, end, form.name) for (start, end), form in pieces if form.told_by(text[start:end])]
        if telling:
            yield max(telling, key=lambda span: span.end - span.start)


def _extended(text: str, at: int, form: str, offset: int) -> tuple[int, int]:
    """How far text and form agree around a place where they do."""
    start, end = at, at
    while start > 0 and offset - (at - start) > 0 and text[start - 1] == form[offset - (at - start) - 1]:
        start -= 1
    while end < len(text) and offset + end - at < len(form) and text[end] == form[offset + end - at]:
        end += 1
    return start, end


def _apart(spans: list[_Span]) -> list[_Span]:
    """Spans that do not overlap: what does is one, and is called as the longest of them."""
    apart: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if apart and span.start < apart[-1].end:
            last = apart.pop()
            name = last.name if last.end - last.start >= span.end - span.start else span.name
            span = _Span(last.start, max(last.end, span.end), name)  # noqa: PLW2901 - grown
        apart.append(span)
    return apart


def _without(text: str, spans: list[_Span]) -> str:
    kept, at = [], 0
    for span in spans:
        kept += [text[at : span.start], span.name]
        at = span.end
    return "".join([*kept, text[at:]])


# --- forms ----------------------------------------------------------------------------------------------------


def _forms(secret: str) -> set[str]:
    """The secret itself, in small and in capital letters, and as it stands in base64, wherever it begins there."""
    encoded = {form for offset in range(3) for form in _in_base64(secret.encode(), offset)}
    return {secret, secret.lower(), secret.upper(), *(form for form in encoded if len(form) >= GRAM)}


def _in_base64(secret: bytes, offset: int) -> set[str]:
    """What the secret alone decides of the base64 of a text in which it begins at 3n + offset, in both alphabets."""
    first, last = -(-8 * offset // 6), 8 * (offset + len(secret)) // 6
    padded = b"\0" * offset + secret
    return {encode(padded).decode()[first:last] for encode in (base64.b64encode, base64.urlsafe_b64encode)}


# --- escapes --------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(
    r"""
    %(?:25)*(?P<percent>[0-9A-Fa-f]{2})
    | \\\\*(?:u00|x)(?P<code>[0-9A-Fa-f]{2})
    | \\\\*(?P<sign>[!-/:-@\[\]-`{-~])
    | \\\\*(?P<backslash>)
    | &(?:amp;)*(?:\#(?P<decimal>[0-9]{1,7})|\#[xX](?P<hex>[0-9A-Fa-f]{1,6})|(?P<entity>[A-Za-z]{2,31}));
    """,
    re.VERBOSE,
)
"""One character as it is written in URLs, in JSON, in Python and in HTML; escaped more than once, too.

That each of the ways begins with one certain character is what makes the search for them quick.
"""


class _Unescaped:
    """A text with its escapes undone, that knows where each of its characters came from."""

    def __init__(self, text: str) -> None:
        self._here, self._there = [0], [0]
        parts: list[str] = []
        at = length = 0
        for escape in _ESCAPE.finditer(text):
            literal, character = text[at : escape.start()], _character(escape)
            parts += [literal, character]
            self._note(length + len(literal), escape.start())
            at, length = escape.end(), length + len(literal) + len(character)
            self._note(length, at)
        self.text = "".join([*parts, text[at:]])

    def _note(self, here: int, there: int) -> None:
        self._here.append(here)
        self._there.append(there)

    def origin(self, at: int) -> int:
        """Where the character at a place stood, or the end of the text."""
        known = bisect_right(self._here, at) - 1
        return self._there[known] + at - self._here[known]


def _character(escape: re.Match[str]) -> str:
    kind, said = escape.lastgroup, escape[escape.lastgroup or 0]
    if kind == "backslash":
        return "\\"
    if kind == "sign":
        return said
    if kind == "entity":
        import html  # its table of names is large, and seldom needed

        return html.unescape(f"&{said};")
    code = int(said, 10 if kind == "decimal" else 16)
    return chr(code) if code < 0x110000 else escape[0]
