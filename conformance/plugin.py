"""The pytest side of a run: the settings go in, what each case says comes out.

Loaded by name in the controller and in every worker of pytest-xdist; `collector.py` is the controller's part.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import pytest

from conformance import generated, hypothesis_home
from conformance.cases import order
from conformance.failures import BoundReached, Inconclusive, NotApplicable, NotPermitted
from conformance.model import EVIDENCE_OF_ALL, Verdict, to_json
from conformance.requirement import declared_by
from conformance.settings import Settings
from conformance.suite import Suite
from conformance.verdicts import Part, judge, with_evidence

if TYPE_CHECKING:
    from httpx import BaseTransport

    from conformance.model import Requirement

SETTINGS = pytest.StashKey[Settings]()
CARRIER: pytest.StashKey[BaseTransport | None] = pytest.StashKey()
SUITE = pytest.StashKey[Suite]()
ANSWER = pytest.StashKey[str]()
ITEMS = pytest.StashKey[Counter[str]]()
PLACE = pytest.StashKey[int]()
FINISHED = pytest.StashKey[str]()
PROPERTY = "conformance"
WORKER_INPUT = "conformance"


def pytest_configure(config: pytest.Config) -> None:
    """Take the settings over from the controller, in a worker; keep hypothesis out of the working directory."""
    config.add_cleanup(hypothesis_home.settle())
    worker_input: dict[str, Any] = getattr(config, "workerinput", {})
    if WORKER_INPUT in worker_input:
        config.stash[SETTINGS] = Settings.load(worker_input[WORKER_INPUT])


def suite_of(config: pytest.Config) -> Suite:
    """The suite of this process, made when the first case asks for it."""
    if SUITE not in config.stash:
        worker: str = getattr(config, "workerinput", {}).get("workerid", "main")
        config.stash[SUITE] = Suite(config.stash[SETTINGS], worker, config.stash.get(CARRIER, None))
    return config.stash[SUITE]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the selected cases that have something to run, in the order of the documents."""
    settings = config.stash[SETTINGS]
    kept = [item for item in items if _selected(item, settings)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    kept.sort(key=lambda item: order(_declared(item)))
    for place, item in enumerate(kept):
        item.stash[PLACE] = place
    if settings.options.shuffle is not None:
        random.Random(settings.options.shuffle).shuffle(kept)  # noqa: S311 - an order, not a secret
    items[:] = kept
    config.stash[ITEMS] = Counter(_declared(item).id for item in kept)


def _selected(item: pytest.Item, settings: Settings) -> bool:
    declared = declared_by(getattr(item, "function", None))
    if declared is None or declared.unobservable or settings.target.revision not in declared.revisions:
        return False
    return settings.selected is None or declared.id in settings.selected


def _declared(item: pytest.Item) -> Requirement:
    declared = declared_by(getattr(item, "function", None))
    if declared is None:
        raise TypeError(f"{item.nodeid} declares no requirement")
    return declared


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin the record of what this case sends."""
    suite = suite_of(item.config)
    session = suite.client.session
    session.sent.clear()
    session.caller = _declared(item).id
    suite.check_time()
    suite.go_on()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Call the case, for every example where it wants generated data, and keep what an observation returns."""
    case = pyfuncitem.obj
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}  # noqa: SLF001 - as pytest does
    if generated.generated(case):
        options = pyfuncitem.config.stash[SETTINGS].options
        generated.run_examples(case, arguments, _seed(options.seed, _declared(pyfuncitem).id), options.examples)
        return True
    answer = case(**arguments)
    if answer is not None:
        pyfuncitem.stash[ANSWER] = str(answer)
    return True


def _seed(seed: int, id_: str) -> int:
    """A seed of its own for each case, so that adding a case changes no other."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{id_}".encode()).digest()[:8], "big")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
    """Make the report of one phase of a case, with the verdict as a property that travels between processes.

    pytest would write out a traceback for each failure, which takes longer than the case; only a defect of the suite
    needs one.
    """
    failure = call.excinfo.value if call.excinfo else None
    properties = list(item.user_properties)
    outcome: Literal["passed", "failed", "skipped"] = "failed" if failure else "passed"
    told: str | tuple[str, int, str] | None = None
    if call.when == "call" or (call.when == "setup" and failure is not None):
        part = _part(item, call, failure)
        properties.append((PROPERTY, part.dump()))
        outcome, told = _OUTCOMES[part.verdict], f"{part.verdict}: {part.reason}"
        if part.verdict is Verdict.SKIPPED:
            told = (str(item.path), (item.location[1] or 0) + 1, part.reason)
    if failure is not None and not isinstance(failure, (AssertionError, *_VERDICTS)):
        told = "".join(traceback.format_exception(failure, limit=-8))
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome=outcome,
        longrepr=told if outcome != "passed" else None,
        when="call" if call.when == "collect" else call.when,
        duration=call.duration,
        start=call.start,
        stop=call.stop,
        user_properties=properties,
    )


_VERDICTS = (Inconclusive, BoundReached, NotApplicable, NotPermitted)
_OUTCOMES: dict[Verdict, Literal["passed", "failed", "skipped"]] = {
    Verdict.PASSED: "passed",
    Verdict.SKIPPED: "skipped",
    Verdict.FAILED: "failed",
    Verdict.WARNED: "failed",
    Verdict.INCONCLUSIVE: "failed",
}


def _part(item: pytest.Item, call: pytest.CallInfo[None], failure: BaseException | None) -> Part:
    suite = suite_of(item.config)
    part = judge(_declared(item), failure, in_body=call.when == "call")
    of_all = suite.settings.options.evidence == EVIDENCE_OF_ALL
    part = with_evidence(part, suite.client.session, failure, suite.redact, of_all=of_all)
    answer = item.stash.get(ANSWER, None)
    seconds = round(call.duration, 4)
    of, place = item.config.stash[ITEMS][part.id], item.stash[PLACE]
    return dataclasses.replace(part, answer=answer, duration_s=seconds, of=of, place=place)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Put away what the case made for itself."""
    suite_of(item.config).put_away_after_case()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Put everything away, and tell what is left and how much was sent."""
    config = session.config
    if SUITE not in config.stash:
        return
    suite = config.stash[SUITE]
    leftovers = [vars(leftover) for leftover in suite.finish()]
    seen = to_json(suite.shapes.shapes(suite.redact))
    summary = json.dumps({"leftovers": leftovers, "by_status": suite.by_status, "seen": seen})
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is None:
        config.stash[FINISHED] = summary
    else:
        output[PROPERTY] = summary
