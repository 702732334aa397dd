"""Text of any origin inside Markdown, where it stays text."""

from __future__ import annotations

import re

from conformance.report.visible import one_line

_STEERING = re.compile(
    r"[\\`*{}\[\]<>#|~@&$]"  # formats, links, mentions, opens HTML
    r"|(?<!\w)_|_(?!\w)"  # emphasis; within a word it is part of a name
    r"|:(?=//)|(?<=\bwww)\."  # addresses that become links by themselves
    r"|^[-+=]|(?<=^\d)[.)]",  # lists and headings at the beginning of a line
    re.IGNORECASE,
)


def inline(text: str, limit: int = 600) -> str:
    """Text of any origin as plain words inside a line of Markdown: nothing in it formats, links or mentions."""
    return _STEERING.sub(lambda match: f"&#{ord(match.group())};", one_line(text, limit))


def code(text: str, limit: int = 300) -> str:
    """Text of any origin as a code span, which may stand in a table too."""
    kept = one_line(text, limit).replace("|", "¦") or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", kept)), default=0))
    space = " " if "`" in kept else ""
    return f"{fence}{space}{kept}{space}{fence}"


def block(text: str, language: str = "") -> str:
    """Text of any origin as a fenced block that it cannot end."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
