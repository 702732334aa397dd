"""Faults: services with one bad habit each; README.md beside this tells what they may override."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from conformance.reference.editions import EDITIONS, FIRST, service_of
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

JUNE, SEPTEMBER, CMA = (frozenset({edition}) for edition in EDITIONS)
QODER, NEWER = JUNE | SEPTEMBER, SEPTEMBER | CMA
"""The editions by name, for `revisions` of a fault."""


def there(editions: Iterable[str], *ids: str) -> Mapping[str, frozenset[str]]:
    """Tell what else a fault breaks in some editions, for its `breaks_in`."""
    return MappingProxyType(dict.fromkeys(editions, frozenset(ids)))


class Fault(Service):
    """A service with a bad habit, which its name and the first line of its docstring tell."""

    breaks: ClassVar[frozenset[str]] = frozenset()
    """The ids of the requirements that must fail for it, in each edition that has them."""
    breaks_in: ClassVar[Mapping[str, frozenset[str]]] = MappingProxyType({})
    """The same by revision, where others fail there."""
    wide: ClassVar[bool] = False
    """Whether others may fail as well, because the defect is so broad."""
    revisions: ClassVar[frozenset[str]] = frozenset(EDITIONS)
    """The editions that it can be a fault of."""
    slow: ClassVar[bool] = False
    """Whether it shows only when the suite waits for the clock (`--slow`)."""
    under_load: ClassVar[bool] = False
    """Whether only a load shows it (`soak`), and a run finds nothing; `breaks` is then all that a soak may find."""

    @property
    def goes_on(self) -> bool:
        """Whether the call asks for what follows a page of a list."""
        return not {"after_id", "page"}.isdisjoint(self.call.query)

    @classmethod
    def broken_in(cls, revision: str) -> frozenset[str]:
        """Give the ids of the requirements that must fail for it in an edition; some may not exist there."""
        return cls.breaks_in.get(revision, cls.breaks) if revision in cls.revisions else frozenset()


def all_faults() -> Mapping[str, type[Fault]]:
    """Give all faults that a run finds, by name, sorted."""
    return _known(under_load=False)


def load_faults() -> Mapping[str, type[Fault]]:
    """Give those that only a load shows."""
    return _known(under_load=True)


@functools.cache
def _known(*, under_load: bool) -> Mapping[str, type[Fault]]:
    """Give faults of one kind: every direct or indirect subclass in the modules of this package."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    found = list(_descendants(Fault))
    names = [fault.__name__ for fault in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two faults of one name: {', '.join(sorted(twice))}")
    pairs = sorted(zip(names, found, strict=True))
    return {name: fault for name, fault in pairs if fault.under_load == under_load}


def _descendants(parent: type[Fault]) -> Iterable[type[Fault]]:
    """Give the public subclasses that the modules here define; combined ones are not among them."""
    for child in parent.__subclasses__():
        if child.__module__.startswith(f"{__name__}.") and not child.__name__.startswith("_"):
            yield child
        yield from _descendants(child)


def find(name: str) -> type[Fault]:
    """Find a fault by name.

    Raises:
        KeyError: there is none; the message names those that are close.
    """
    faults = {**all_faults(), **load_faults()}
    if name in faults:
        return faults[name]
    import difflib  # only for the message

    close = difflib.get_close_matches(name, faults) or sorted(faults)[:5]
    raise KeyError(f"no fault {name}; close to it: {', '.join(close)}")


def combine(names: Iterable[str], revision: str = FIRST) -> type[Service]:
    """Give a service of an edition with several faults at once; the correct one for none.

    Raises:
        KeyError: there is no such fault or edition, or the one is no fault of the other; the message says so.
        TypeError: the faults contradict each other.
    """
    edition, faults = service_of(revision), tuple(find(name) for name in names)
    for fault in faults:
        if revision not in fault.revisions:
            raise KeyError(f"{fault.__name__} is no fault of {revision}, but of {', '.join(sorted(fault.revisions))}")
    if edition is Service and len(faults) == 1:
        return faults[0]
    return type("Combined", (*faults, edition), {"__module__": "combined"}) if faults else edition
