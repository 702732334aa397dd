"""The parameters of a case, all of them called within one pytest item.

pytest would make an item of each, with a preparation and reports of its own: that takes longer than what most of them
send. So it is left to pytest only where something has to be prepared anew for each.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

_ATTRIBUTE = "__conformance_parameters__"
_MARK = "parametrize"


def gather(metafunc: pytest.Metafunc) -> None:
    """Keep the parameters of a case for `of`, and let pytest know of the first of each only."""
    marks = list(metafunc.definition.iter_markers(_MARK))
    together = bool(marks) and all(not mark.kwargs.keys() & {"indirect", "scope"} for mark in marks)
    together = together and not _prepares(metafunc, {name for mark in marks for name in _names(mark)})
    metafunc.function.__dict__.pop(_ATTRIBUTE, None)
    if not together:
        return
    sets = [list(_sets(mark)) for mark in marks]
    setattr(metafunc.function, _ATTRIBUTE, [_merged(each) for each in product(*sets)])
    metafunc.definition.own_markers[:] = [mark for mark in metafunc.definition.own_markers if mark.name != _MARK]
    for mark, values in zip(marks, sets, strict=True):
        metafunc.parametrize(_names(mark), [tuple(values[0].values())], ids=["…"])


def of(item: pytest.Item) -> Sequence[dict[str, Any]]:
    """The values with which the case is called, one after the other; none are needed where pytest has them."""
    found: Sequence[dict[str, Any]] = getattr(getattr(item, "function", None), _ATTRIBUTE, None) or [{}]
    return found


def _prepares(metafunc: pytest.Metafunc, parameters: set[str]) -> bool:
    """Whether there is anything besides the parameters that pytest prepares for each item."""
    known = metafunc.definition._fixtureinfo.name2fixturedefs  # noqa: SLF001 - pytest has no public way to ask
    return any(found[-1].scope == "function" for name, found in known.items() if name not in parameters)


def _names(mark: pytest.Mark) -> list[str]:
    names: str | Sequence[str] = mark.args[0]
    return [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)


def _sets(mark: pytest.Mark) -> Iterator[dict[str, Any]]:
    """The values of one mark by the names of its arguments, one set after the other."""
    names = _names(mark)
    for values in mark.args[1]:
        yield dict(zip(names, [values] if len(names) == 1 else values, strict=True))


def _merged(each: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for values in each for name, value in values.items()}
