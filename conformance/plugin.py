"""The pytest side of a run: the settings go in, what each case says comes out.

Loaded by name in the controller and in every worker of pytest-xdist; `collector.py` is the controller's part.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import random
import traceback
import warnings
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pluggy
import pytest
from _pytest.runner import runtestprotocol  # pytest-rerunfailures and others of its kind rest on it, too

from conformance import generated, hypothesis_constants, hypothesis_home, parameters, running_order, second_look
from conformance.cases import order
from conformance.errands import Errands
from conformance.failures import BoundReached, Inconclusive, NotApplicable, NotPermitted
from conformance.model import EVIDENCE_OF_ALL, SEVERITY, Verdict, to_json
from conformance.requirement import declared_by
from conformance.settings import Settings
from conformance.suite import STRIDE, Suite
from conformance.verdicts import Part, judge, with_doubt, with_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import BaseTransport

    from conformance.model import Requirement

T = TypeVar("T")

SETTINGS = pytest.StashKey[Settings]()
CARRIER: pytest.StashKey[BaseTransport | None] = pytest.StashKey()
SUITE = pytest.StashKey[Suite]()
SAID: pytest.StashKey[list[Said]] = pytest.StashKey()
CALLS = pytest.StashKey[Counter[str]]()
PLACE = pytest.StashKey[int]()
FINISHED = pytest.StashKey[str]()
PROPERTY = "conformance"
WORKER_INPUT = "conformance"
ERRANDS = "conformance errands"
LIMITED = "conformance limited"
BROKE_OFF = "conformance broke off"


@dataclasses.dataclass(frozen=True)
class Said:
    """What a case says with one set of its parameters, and the words for it in the log of pytest."""

    part: Part
    why: str


def pytest_configure(config: pytest.Config) -> None:
    """Take the settings over from the controller, in a worker; keep hypothesis apart from where a run was started."""
    config.add_cleanup(hypothesis_home.settle())
    config.add_cleanup(hypothesis_constants.disregard())
    config.add_cleanup(_told_once())
    worker_input: dict[str, Any] = getattr(config, "workerinput", {})
    if WORKER_INPUT in worker_input:
        settings = Settings.load(worker_input[WORKER_INPUT])
        config.stash[SETTINGS] = settings.unpacked() if ERRANDS in worker_input else settings


def _told_once() -> Callable[[], None]:
    """Keep pluggy from printing exceptions, which are internal errors besides; returns how to undo that."""
    kept = contextlib.ExitStack()
    kept.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore", pluggy.PluggyTeardownRaisedWarning)
    return kept.close


def pytest_internalerror() -> bool:
    """Keep a worker from printing it: the collector does, which is told, and removes secrets."""
    return True


def suite_of(config: pytest.Config) -> Suite:
    """The suite of this process, made when the first case asks for it."""
    if SUITE not in config.stash:
        told: dict[str, Any] = getattr(config, "workerinput", {})
        worker, errands = told.get("workerid", "main"), Errands(told[ERRANDS]) if ERRANDS in told else None
        config.stash[SUITE] = Suite(config.stash[SETTINGS], worker, config.stash.get(CARRIER, None), errands=errands)
    return config.stash[SUITE]


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, obj: object) -> list[pytest.Item] | None:
    """Make no items of cases that are not asked: that takes longer than to find out."""
    declared = declared_by(obj)
    return [] if declared and not _is_asked(declared, collector.config.stash[SETTINGS]) else None


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Call a case with all its parameters in one item, where that makes no difference."""
    parameters.gather(metafunc)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the cases in their order: first those that find most."""
    items.sort(key=lambda item: order(_declared(item)))
    calls: Counter[str] = Counter()
    for place, item in enumerate(items):
        item.stash[PLACE] = place
        calls[_declared(item).id] += len(parameters.of(item))
    config.stash[CALLS] = calls
    items[:] = _in_turn(items, config.stash[SETTINGS])


def _in_turn(items: list[pytest.Item], settings: Settings) -> list[pytest.Item]:
    """The order in which they are run, which decides nothing but how soon something is found."""
    if settings.options.shuffle is not None:
        random.Random(settings.options.shuffle).shuffle(items)  # noqa: S311 - an order, not a secret
        return items
    return running_order.arranged(items, lambda item: _declared(item).id, STRIDE)


def _is_asked(declared: Requirement, settings: Settings) -> bool:
    if declared.unobservable or settings.target.revision not in declared.revisions:
        return False
    return declared.id not in settings.left_out and (settings.selected is None or declared.id in settings.selected)


def _declared(item: pytest.Item) -> Requirement:
    declared = declared_by(getattr(item, "function", None))
    if declared is None:
        raise TypeError(f"{item.nodeid} declares no requirement")
    return declared.of(item.config.stash[SETTINGS].target.revision)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run an item, and tell of its preparation only where that failed: most of what pytest would tell nobody reads."""
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when != "setup" or not report.passed:
            report.user_properties += _limited(item)
            item.ihook.pytest_runtest_logreport(report=report)
    return True


def _limited(item: pytest.Item) -> list[tuple[str, object]]:
    """That the target has limited requests since this was asked for the last time."""
    suite = suite_of(item.config)
    told, suite.limited = [(LIMITED, suite.limited)] if suite.limited else [], 0
    return [*told]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin the record of what this case sends."""
    item.stash[SAID] = []
    suite = suite_of(item.config)
    suite.client.session.caller = _declared(item).id
    suite.client.session.sent.clear()
    suite.check_bounds()
    _begin(item)


def _begin(item: pytest.Item) -> None:
    suite = suite_of(item.config)
    suite.go_on()
    session = suite.client.session
    session.sent.clear()
    session.disturbances.here.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Call the case with each set of its parameters, and judge what comes of each."""
    _judge(pyfuncitem, {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})  # noqa: SLF001 - as pytest does
    for values in parameters.of(pyfuncitem)[1:]:  # the first are those that pytest knows of
        setup, again = _done(partial(_anew, pyfuncitem, values), "setup")
        if again is None:
            pyfuncitem.stash[SAID].append(_said(pyfuncitem, setup))
        else:
            _judge(pyfuncitem, again)
    return True


def _anew(item: pytest.Function, values: dict[str, Any]) -> dict[str, Any]:
    """What the case is called with next, after what it has made so far was put away."""
    suite_of(item.config).put_away_after_case()
    _begin(item)
    return parameters.prepared(item, values)


def _judge(item: pytest.Function, arguments: dict[str, Any]) -> None:
    call, answer = _done(partial(_answer, item, arguments), "call")
    item.stash[SAID].append(_said(item, call, answer))


def _done(what: Callable[[], T], when: Literal["setup", "call"]) -> tuple[pytest.CallInfo[T], T | None]:
    """Do it as pytest would, so that what it raises is judged and not raised; and what it returned, if it did."""
    call = pytest.CallInfo.from_call(what, when, reraise=_ENDS)
    return call, call.result if call.excinfo is None else None


_ENDS = (KeyboardInterrupt, pytest.exit.Exception)
"""What ends a run."""


def _answer(item: pytest.Function, arguments: dict[str, Any]) -> str | None:
    """Call the case, for every example where it wants generated data; returns what an observation returns."""
    case = item.obj
    if generated.generated(case):
        options = item.config.stash[SETTINGS].options
        generated.run_examples(case, arguments, _seed(options.seed, _declared(item).id), options.examples)
        return None
    answer = second_look.call(case, arguments, suite_of(item.config))
    return None if answer is None else str(answer)


def _seed(seed: int, id_: str) -> int:
    """A seed of its own for each case, so that adding a case changes no other."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{id_}".encode()).digest()[:8], "big")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
    """Make the report of one phase of a case, with what it says as properties that travel between processes.

    pytest would write out a traceback for each failure, which takes longer than the case; only a defect of the suite
    needs one.
    """
    failure = call.excinfo.value if call.excinfo else None
    if call.when == "setup" and failure is not None:
        said = [_said(item, call)]
        said += [dataclasses.replace(said[0], part=_unasked(said[0].part)) for _ in parameters.of(item)[1:]]
        item.stash[SAID] = said
    told = item.stash.get(SAID, []) if call.when == "call" or (call.when == "setup" and failure is not None) else []
    worst = max(told, key=lambda one: SEVERITY.index(one.part.verdict), default=None)
    outcome: Literal["passed", "failed", "skipped"] = "failed" if failure else "passed"
    why: str | tuple[str, int, str] | None = None
    if worst is not None:
        outcome, why = _OUTCOMES[worst.part.verdict], worst.why
    elif failure is not None:
        why = _traceback(item, failure)
    if outcome == "skipped":
        why = (str(item.path), (item.location[1] or 0) + 1, str(why))
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome=outcome,
        longrepr=why if outcome != "passed" else None,
        when="call" if call.when == "collect" else call.when,
        duration=call.duration,
        start=call.start,
        stop=call.stop,
        user_properties=[*item.user_properties, *((PROPERTY, one.part.dump()) for one in told)],
    )


_VERDICTS = (Inconclusive, BoundReached, NotApplicable, NotPermitted)
_OUTCOMES: dict[Verdict, Literal["passed", "failed", "skipped"]] = {
    Verdict.PASSED: "passed",
    Verdict.SKIPPED: "skipped",
    Verdict.FAILED: "failed",
    Verdict.WARNED: "failed",
    Verdict.INCONCLUSIVE: "failed",
}


def _said(item: pytest.Item, call: pytest.CallInfo[Any], answer: str | None = None) -> Said:
    suite, failure = suite_of(item.config), generated.leaf(call.excinfo.value) if call.excinfo else None
    failure = second_look.excused(failure, suite)
    part = judge(_declared(item), failure, in_body=call.when == "call", redact=suite.redact)
    part = with_doubt(part, _declared(item), suite.client.session, failure)
    of_all = suite.settings.options.evidence == EVIDENCE_OF_ALL
    part = with_evidence(part, suite.client.session, failure, suite.redact, of_all=of_all)
    seconds, of, place = round(call.duration, 4), item.config.stash[CALLS][part.id], item.stash[PLACE]
    why = f"{part.verdict}: {part.reason}"
    if failure is not None and not isinstance(failure, (AssertionError, *_VERDICTS)):
        why = _traceback(item, failure)
    answer = suite.redact(answer) if answer is not None and part.verdict is Verdict.PASSED else None
    return Said(dataclasses.replace(part, answer=answer, duration_s=seconds, of=of, place=place), why)


def _traceback(item: pytest.Item, failure: BaseException) -> str:
    return suite_of(item.config).redact("".join(traceback.format_exception(failure, limit=-8)))


def _unasked(part: Part) -> Part:
    """The same for the next parameters, which sent nothing more."""
    return dataclasses.replace(part, trace=(), exchanges=(), setup=(), duration_s=0.0)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Put away what the case made for itself, and what was said of it, which has been told."""
    suite_of(item.config).put_away_after_case()
    item.stash[SAID] = []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Put everything away, and tell what is left and how much was sent."""
    config = session.config
    if SUITE not in config.stash:
        return
    suite = config.stash[SUITE]
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is None:
        config.stash[FINISHED] = _summary(suite)
        return
    try:
        output[PROPERTY] = _summary(suite)
    except Exception as failure:  # of a worker that breaks this late, xdist would tell nobody
        output[BROKE_OFF] = suite.redact(f"{type(failure).__name__}: {failure}")
        raise


def _summary(suite: Suite) -> str:
    leftovers = [vars(leftover) for leftover in suite.finish()]
    seen = to_json(suite.shapes.shapes(suite.redact))
    return json.dumps({"leftovers": leftovers, "by_status": suite.by_status, "seen": seen})
