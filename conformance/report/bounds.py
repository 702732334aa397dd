"""A report with no text in it longer than a person could want to read; report.json alone keeps all of it."""

from __future__ import annotations

import dataclasses
import weakref
from typing import TYPE_CHECKING, TypeVar, cast

from conformance.report.visible import clip

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

TEXT_LIMIT = 100_000
"""Characters of one text that are rendered at most."""


_latest: tuple[Callable[[], object], object] = (object, None)
"""What was cut last, as a reference, and what became of it, if anything: each format asks for the same report."""


def bounded(value: T) -> T:
    """The same value with every text in it cut; the very same object where nothing was too long."""
    global _latest  # noqa: PLW0603 - a memory of one place
    of, cut = _latest
    if of() is not value:
        cut = _cut(value)
        _latest = weakref.ref(value), None if cut is value else cut
    return value if cut is None else cast("T", cut)


def _cut(value: object) -> object:
    if isinstance(value, str):
        # Enums are texts too, and must stay what they are.
        return clip(value, TEXT_LIMIT) if len(value) > TEXT_LIMIT and type(value) is str else value
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, tuple):
        items = tuple(_cut(item) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _cut_members(value)
    return value


def _cut_members(value: object) -> object:
    assert dataclasses.is_dataclass(value)
    assert not isinstance(value, type)
    old = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    cut = {name: _cut(member) for name, member in old.items()}
    changed = {name: member for name, member in cut.items() if member is not old[name]}
    return dataclasses.replace(value, **changed) if changed else value
