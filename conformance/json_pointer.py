"""JSON pointers (RFC 6901): written, taken apart, and followed."""

from __future__ import annotations

from typing import Any


def step(name: object) -> str:
    """One step of a pointer, with its slash: the name of a member, or the number of an item."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def steps(pointer: str) -> tuple[str, ...]:
    """The names and numbers that a pointer goes through; none for ""."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def follow(value: Any, pointer: str, missing: Any) -> Any:
    """The value at a pointer, or `missing`."""
    for key in steps(pointer):
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return missing
    return value
