"""The parameters of a case, all of them called within one pytest item.

pytest would make an item of each, with a preparation and reports of its own, which takes longer than what most of them
send. It is left to pytest where a fixture asks pytest itself for something, such as which parameter it is made for.
"""

from __future__ import annotations

import inspect
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
    metafunc.function.__dict__.pop(_ATTRIBUTE, None)
    if not together or _asks_pytest(metafunc, {name for mark in marks for name in _names(mark)}):
        return
    sets = [list(_sets(mark)) for mark in marks]
    setattr(metafunc.function, _ATTRIBUTE, [_merged(each) for each in product(*sets)])
    metafunc.definition.own_markers[:] = [mark for mark in metafunc.definition.own_markers if mark.name != _MARK]
    for mark, values in zip(marks, sets, strict=True):
        metafunc.parametrize(_names(mark), [tuple(values[0].values())], ids=["…"])


def of(item: pytest.Item) -> Sequence[dict[str, Any]]:
    """The values with which the case is called, one set after the other; one empty set where pytest has them."""
    found: Sequence[dict[str, Any]] = getattr(getattr(item, "function", None), _ATTRIBUTE, None) or [{}]
    return found


def prepared(item: pytest.Function, values: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments of the case for another set of its parameters: what pytest makes for each item is made anew."""
    known = dict(values)
    definitions = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 - pytest has no public way to ask

    def value(name: str) -> Any:
        if name not in known:
            found = definitions[name][-1]
            made_anew = found.scope == "function"
            known[name] = (
                found.func(**{each: value(each) for each in found.argnames})
                if made_anew
                else item._request.getfixturevalue(name)  # noqa: SLF001 - the same
            )
        return known[name]

    return {name: value(name) for name in item._fixtureinfo.argnames}  # noqa: SLF001 - the same


def _asks_pytest(metafunc: pytest.Metafunc, parameters: set[str]) -> bool:
    """Whether something that pytest makes for each item cannot be made anew by calling its function."""
    known = metafunc.definition._fixtureinfo.name2fixturedefs  # noqa: SLF001 - the same
    anew = [found[-1] for name, found in known.items() if name not in parameters and found[-1].scope == "function"]
    return any("request" in each.argnames or inspect.isgeneratorfunction(each.func) for each in anew)


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
