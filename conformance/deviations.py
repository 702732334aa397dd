"""What a service is known to do otherwise than its revision says, as values set by its owner."""

from __future__ import annotations

import functools
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from conformance import revisions
from conformance.revisions import Revision

if TYPE_CHECKING:
    from conformance.model import Target


class UnknownValue(ValueError):
    """A value of a revision was set that it does not have, or to what it cannot be."""


_FIXED = frozenset(
    {
        *("name", "docs_url", "pages", "headings", "headers", "errors"),
        *("deployment_prefix", "run_prefix", "page_members", "further_members", "content_blocks", "run_states"),
    }
)
"""What is no value of a service, or stands in the schemas of the edition as well."""


def of(target: Target) -> Revision:
    """The revision of a target, with the values in which the target is known to differ from it."""
    return functools.reduce(
        lambda revision, pair: deviating(revision, *pair), target.deviations, revisions.get(target.revision)
    )


def deviating(revision: Revision, name: str, text: str) -> Revision:
    """The revision with one value set to what a text says; `UnknownValue` tells what there is, or what would do.

    A truth is written true or false, several values are separated by commas, and none stands for "not stated".
    """
    kinds = {each.name: str(each.type) for each in fields(Revision) if each.name not in _FIXED}
    if name not in kinds:
        near = get_close_matches(name, kinds, n=1)
        advice = f"did you mean {near[0]}?" if near else f"there are {', '.join(kinds)}"
        raise UnknownValue(f"a revision has no value {name}; {advice}")
    try:
        return replace(revision, **{name: _parsed(kinds[name], text)})
    except (KeyError, ValueError):
        raise UnknownValue(f"{name} takes {_TOLD[kinds[name]]}, not {text!r}") from None


_TOLD = {
    "bool": "true or false",
    "int": "a whole number",
    "int | None": "a whole number, or none",
    "str": "a text",
    "str | None": "a text, or none",
    "tuple[int, ...]": "whole numbers, separated by commas",
    "tuple[str, ...]": "words, separated by commas",
}


_TRUTHS = {"true": True, "false": False}


def _parsed(kind: str, text: str) -> Any:
    if kind.endswith("| None") and text == "none":
        return None
    parts = [part.strip() for part in text.split(",")]
    match kind.removesuffix(" | None"):
        case "bool":
            return _TRUTHS[text]
        case "int":
            return int(text)
        case "tuple[int, ...]":
            return tuple(map(int, parts))
        case "tuple[str, ...]":
            return tuple(parts)
        case _:
            return text
