"""What the answers of one operation looked like, as a value: reports hold it, and two reports are compared by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MANY = "…"
"""Stands for more words than an enumeration has."""


@dataclass(frozen=True)
class Shape:
    """Everything seen in the answers to one operation with one status, whether or not a requirement looks at it.

    `operation` is a method and a path with its ids taken out ("GET /deployments/{id}"). `headers` are names, sorted.
    `fields` maps the place of a member ("data[].schedule.type") to the kinds of value that it had ("string",
    "null", "date-time with fraction", "id depl_…"); `values` maps such a place to the words that stood there, where
    they look like those of an enumeration, or to `MANY` alone.
    """

    operation: str
    status: int
    headers: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
