"""The parameters of a case: which are called within one item, in which order, and what is made anew for each."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

import pytest

from conformance import parameters

TOYS = """
import pytest

@pytest.fixture(scope="session")
def shared():
    return object()

@pytest.fixture
def fresh(shared):
    return [shared]

@pytest.fixture
def holding(fresh, number):
    return fresh, number

@pytest.fixture
def asking(request):
    return request.node.name

@pytest.fixture
def yielding():
    yield 1

@pytest.fixture
def chosen(request):
    return request.param

@pytest.mark.parametrize("letter", "ab")
@pytest.mark.parametrize(("number", "word"), [(1, "one"), (2, "two")])
def test_all_of_all(number, word, letter): ...

@pytest.mark.parametrize("number", [1, 2, 3])
def test_made_anew(shared, holding, fresh): ...

@pytest.mark.parametrize("number", [1, 2])
def test_asks(asking, number): ...

@pytest.mark.parametrize("number", [1, 2])
def test_yields(yielding, number): ...

@pytest.mark.parametrize("chosen", [1, 2], indirect=True)
def test_indirect(chosen): ...

def test_none(shared): ...
"""


@dataclass
class Caller:
    """Calls each toy as the plugin does, and keeps with what."""

    called: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        parameters.gather(metafunc)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        self.items.append(pyfuncitem.originalname)
        calls = self.called.setdefault(pyfuncitem.originalname, [])
        calls.append({name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})  # noqa: SLF001 - as the plugin
        calls += [parameters.prepared(pyfuncitem, values) for values in parameters.of(pyfuncitem)[1:]]
        return True


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Caller:
    """What became of the toys."""
    tmp_path = tmp_path_factory.mktemp("toys")
    (tmp_path / "test_toys.py").write_text(textwrap.dedent(TOYS), encoding="utf-8")
    found = Caller()
    arguments = [
        str(tmp_path),
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        "--disable-plugin-autoload",
        "--import-mode=importlib",
    ]
    assert pytest.main([*arguments, "-p", "no:cacheprovider", "-p", "no:terminal"], plugins=[found]) == 0
    return found


def test_all_sets_are_called_in_the_order_of_pytest(caller: Caller) -> None:
    """The mark next to the function is the outer loop."""
    called = [tuple(each.values()) for each in caller.called["test_all_of_all"]]

    assert called == [(1, "one", "a"), (1, "one", "b"), (2, "two", "a"), (2, "two", "b")]
    assert caller.items.count("test_all_of_all") == 1


def test_what_is_made_for_each_item_is_made_for_each_set(caller: Caller) -> None:
    """Once for each, whoever takes it; what is shared stays shared; a parameter may be a fixture's alone."""
    calls = caller.called["test_made_anew"]

    assert [each["holding"][1] for each in calls] == [1, 2, 3]
    assert all(each["holding"][0] is each["fresh"] for each in calls)
    assert len({id(each["fresh"]) for each in calls}) == 3
    assert len({id(each["shared"]) for each in calls}) == 1
    assert all(each.keys() == {"shared", "holding", "fresh"} for each in calls)


@pytest.mark.parametrize("name", ["test_asks", "test_yields", "test_indirect"])
def test_what_pytest_alone_can_make_is_left_to_it(caller: Caller, name: str) -> None:
    """An item for each parameter, with what pytest made for it."""
    assert caller.items.count(name) == 2
    assert len(caller.called[name]) == 2


def test_a_case_without_parameters_is_called_once(caller: Caller) -> None:
    assert caller.items.count("test_none") == len(caller.called["test_none"]) == 1
