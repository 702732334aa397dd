"""A request, the answer to it, and what is known of it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.reference.records import Account


@dataclass(frozen=True, slots=True)
class Request:
    """What came over the wire; header names are in lower case, `body` may be cut behind the limit, `size` is not."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    size: int = 0


@dataclass(slots=True)
class Reply:
    """What goes back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Call:
    """The request being served; the steps of the pipeline fill in what they find out.

    `operation` is "" where the request is none of the documented ones; `ids` are the ids in the path.
    """

    request: Request
    operation: str
    ids: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    request_id: str = ""
    account: Account = field(init=False)
