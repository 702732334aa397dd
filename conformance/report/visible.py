"""Text that a target sent, made safe to show: what cannot be seen or could steer a reader's screen is spelled out."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, ANSI escapes among them; tab and newline stay
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # invisible or reordering
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # no characters at all: surrogates and noncharacters
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U000e0000-\U000e007f\U0010fffe\U0010ffff]",
)
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text with every unseen or steering character written as its JSON escape."""
    return _UNSEEN.sub(lambda match: _escape(match.group()), text)


def one_line(text: str, limit: int = 300) -> str:
    """The text on one line of at most `limit` characters, for tables and terminals."""
    return clip(_SPACES.sub(" ", visible(text[: limit * 4])).strip(), limit)


def clip(text: str, limit: int) -> str:
    """The beginning of a text that is too long to show, with the number of characters left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit:,} more characters)"


def _escape(character: str) -> str:
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return {"\r": "\\r", "\b": "\\b", "\f": "\\f"}.get(character, f"\\u{code:04x}")
