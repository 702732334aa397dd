"""Cases over generated data: what "any" in a promise means, and how hypothesis is run for it.

A case says `@for_all(name=names())`, and the plugin calls `run_examples`. hypothesis is set up at the call rather than
at the decoration, because the seed and the number of examples belong to the run and one process may do many runs.
"""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hypothesis.strategies import SearchStrategy

    Case = TypeVar("Case", bound=Callable[..., Any])

_ATTRIBUTE = "__conformance_for_all__"

SHRINK_S = 2.0
"""How long, in seconds, a failing example is made smaller before it is reported as it is."""


@dataclass(frozen=True)
class ForAll:
    """The strategies of a case, by argument, and examples that are always tried first."""

    strategies: Mapping[str, SearchStrategy[Any]]
    always: tuple[Mapping[str, Any], ...]


def for_all(*always: Mapping[str, Any], **strategies: SearchStrategy[Any]) -> Callable[[Case], Case]:
    """Run a case for many generated values of the named arguments; `always` are examples to try every time."""

    def declare(case: Case) -> Case:
        setattr(case, _ATTRIBUTE, ForAll(strategies, always))
        _hide_from_pytest(case, strategies)
        return case

    return declare


def _hide_from_pytest(case: Any, names: Iterable[str]) -> None:
    """Leave the generated arguments out of the signature: pytest would take them for fixtures."""
    signature = inspect.signature(case)
    kept = [parameter for parameter in signature.parameters.values() if parameter.name not in names]
    case.__signature__ = signature.replace(parameters=kept)


def generated(case: object) -> ForAll | None:
    """What a case wants generated, or None."""
    found = getattr(case, _ATTRIBUTE, None)
    return found if isinstance(found, ForAll) else None


def run_examples(case: Callable[..., Any], given_by_pytest: Mapping[str, Any], seed: int, examples: int) -> None:
    """Call a case for every example; raises what the smallest failing example raised."""
    import hypothesis

    wanted = generated(case)
    if wanted is None:
        raise TypeError(f"{case} has nothing to generate")
    attempt = _Attempts(case, given_by_pytest)

    def one_example(**values: Any) -> None:
        attempt(values)

    test: Any = hypothesis.given(**wanted.strategies)(one_example)
    for example in wanted.always:
        test = hypothesis.example(**example)(test)
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink)
    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,  # hypothesis would ignore the seed where CI is set
        phases=phases,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    try:
        hypothesis.seed(seed)(settings(test))()
    except BaseExceptionGroup as group:  # flaky: it failed once and not again; the first failure is the evidence
        raise attempt.first_failure or leaf(group) from None


class _Attempts:
    """Calls the case, and answers from memory once the time for shrinking is over, so that nothing more is sent."""

    def __init__(self, case: Callable[..., Any], given_by_pytest: Mapping[str, Any]) -> None:
        self._case = case
        self._given = given_by_pytest
        self._failures: dict[str, Exception] = {}
        self._deadline = float("inf")
        self.first_failure: Exception | None = None

    def __call__(self, values: Mapping[str, Any]) -> None:
        key = repr(sorted(values.items()))
        if time.monotonic() > self._deadline:
            if key in self._failures:
                raise self._failures[key]
            return
        try:
            self._case(**self._given, **values)
        except Exception as failure:
            self._remember(key, failure)
            raise

    def _remember(self, key: str, failure: Exception) -> None:
        if self.first_failure is None:
            self.first_failure = failure
            self._deadline = time.monotonic() + SHRINK_S
        self._failures[key] = failure


def leaf(failure: BaseException) -> BaseException:
    """What stands behind a failure in which hypothesis has wrapped what happened once and not again."""
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
