"""How a case says which promise it checks, and how that is read back off the function."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.model import Level, Requirement
from conformance.revisions import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Case = TypeVar("Case", bound=Callable[..., Any])

_ATTRIBUTE = "__conformance_requirement__"


def requirement(  # noqa: PLR0913 - each argument names one property of the promise
    id: str,  # noqa: A002 - the field's standard term
    level: Level,
    *,
    source: str,
    covers: str = "",
    revisions: tuple[str, ...] = ALL,
    levels: Mapping[str, Level] | None = None,
    unobservable: str | None = None,
) -> Callable[[Case], Case]:
    """Declare that a function checks one promise; its docstring states the promise.

    `source` is the documentation page and heading, `covers` the rows of the contract's table ("CRE-010 CRE-011"),
    `revisions` the editions that promise it, `levels` the level in some of them where that is another,
    `unobservable` the reason why nothing can be seen from outside (the function then has no body).
    """

    def declare(case: Case) -> Case:
        rest = {"level": level, "levels": tuple((levels or {}).items()), "unobservable": unobservable}
        return _attach(case, id, source, covers=covers, revisions=revisions, **rest)

    return declare


def observation(
    id: str,  # noqa: A002 - the field's standard term
    *,
    source: str,
    covers: str = "",
    revisions: tuple[str, ...] = ALL,
) -> Callable[[Case], Case]:
    """Declare that a function reports, as a short token that it returns, how a target behaves where nothing is said."""

    def declare(case: Case) -> Case:
        return _attach(case, id, source, covers=covers, revisions=revisions)

    return declare


def _attach(case: Case, id_: str, source: str, *, covers: str, **rest: Any) -> Case:
    if not case.__doc__:
        raise TypeError(f"{id_}: a docstring has to state the promise")
    declared = Requirement(
        id=id_,
        area=id_.partition("-")[0],
        source=source,
        statement=" ".join(inspect.cleandoc(case.__doc__).split()),
        covers=tuple(covers.split()),
        **rest,
    )
    setattr(case, _ATTRIBUTE, declared)
    return case


def declared_by(case: object) -> Requirement | None:
    """What a function declares, or None."""
    found = getattr(case, _ATTRIBUTE, None)
    return found if isinstance(found, Requirement) else None
