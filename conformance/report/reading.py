"""JSON values read back as the dataclasses of the model, with the place of whatever does not fit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Json: TypeAlias = Any
"""A parsed JSON value."""

Hint: TypeAlias = Any
"""A type as it is annotated: a class, a union, a generic alias."""


class ReportUnreadable(ValueError):
    """A file that is no report of this suite, or no longer the one that was written: what is wrong, and where."""


def read_as(kind: type[T], value: Json, where: str) -> T:
    """The JSON value as a value of `kind`; `where` is its JSON pointer. Raises `ReportUnreadable`."""
    read: T = _read(kind, value, where)
    return read


def _read(kind: Hint, value: Json, where: str) -> Json:
    origin: Hint = get_origin(kind)
    if origin in {Union, UnionType}:
        inner = next(arg for arg in get_args(kind) if arg is not NoneType)
        return None if value is None else _read(inner, value, where)
    if origin is tuple:
        return _tuple(get_args(kind), value, where)
    if origin is Mapping:
        return _mapping(get_args(kind)[1], value, where)
    if dataclasses.is_dataclass(kind):
        return _object(kind, value, where)
    return _scalar(kind, value, where)


def _tuple(kinds: tuple[Any, ...], value: Json, where: str) -> tuple[Any, ...]:
    items = _expect(list, value, where, "an array")
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(items)
    if len(kinds) != len(items):
        raise ReportUnreadable(f"at {where}: expected {len(kinds)} items, got {len(items)}")
    return tuple(_read(kind, item, f"{where}/{n}") for n, (kind, item) in enumerate(zip(kinds, items, strict=True)))


def _mapping(kind: Hint, value: Json, where: str) -> dict[str, Any]:
    members = _expect(dict, value, where, "an object")
    return {key: _read(kind, member, f"{where}/{key}") for key, member in members.items()}


def _object(kind: Hint, value: Json, where: str) -> Json:
    members = _expect(dict, value, where, "an object")
    known = _members(kind)
    missing = next((name for name, (_, required) in known.items() if required and name not in members), None)
    if missing:
        raise ReportUnreadable(f"at {where}: {missing} is missing")
    given = {
        name: _read(hint, members[name], f"{where}/{name}") for name, (hint, _) in known.items() if name in members
    }
    return kind(**given)


@cache
def _members(kind: Hint) -> dict[str, tuple[Any, bool]]:
    # The model imports Mapping for type checkers only, so its name has to be given here.
    hints = get_type_hints(kind, localns={"Mapping": Mapping})
    return {
        field.name: (hints[field.name], field.default is field.default_factory is dataclasses.MISSING)
        for field in dataclasses.fields(kind)
    }


def _scalar(kind: Hint, value: Json, where: str) -> Json:
    if issubclass(kind, StrEnum):
        if value not in list(kind):
            raise ReportUnreadable(f"at {where}: {_short(value)} is none of {', '.join(kind)}")
        return kind(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ReportUnreadable(f"at {where}: expected {kind.__name__}, got {_short(value)}")
    return value


def _expect(kind: type[T], value: Json, where: str, name: str) -> T:
    if not isinstance(value, kind):
        raise ReportUnreadable(f"at {where or '/'}: expected {name}, got {_short(value)}")
    return value


def _short(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
