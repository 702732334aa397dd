"""The controller's part of a run: hands the settings to the workers and gathers what all cases say."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from conformance.exchange import Redactor
from conformance.model import Blame, Leftover, ObservationResult, Requirement, Result, Skip, Verdict
from conformance.plugin import BROKE_OFF, CARRIER, FINISHED, LIMITED, PROPERTY, SETTINGS, WORKER_INPUT
from conformance.shape import Shape
from conformance.shape_book import united
from conformance.shard import ELSEWHERE
from conformance.verdicts import Part, combine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from httpx import BaseTransport

    from conformance.distribution import Dealer
    from conformance.settings import Settings


SILENT = "the case gave no result"


class Listener(Protocol):
    """Who is told of a verdict as soon as it is known."""

    def case_done(self, result: Result | ObservationResult) -> None:
        """One requirement or observation has its verdict."""


class Collector:
    """A pytest plugin object: it lives in the controller only."""

    def __init__(self, settings: Settings, declared: Mapping[str, Requirement], listener: Listener | None) -> None:
        """`declared` is everything that the revision promises and that can be seen from outside."""
        self.settings = settings
        self.declared = declared
        self.listener = listener
        self.carrier: BaseTransport | None = None
        self.parts: dict[str, list[Part]] = defaultdict(list)
        self.by_status: Counter[str] = Counter()
        self.leftovers: list[Leftover] = []
        self.seen: tuple[Shape, ...] = ()
        self.problems: list[str] = []
        self.defects: list[str] = []
        self.summaries = 0
        self.hurried = False
        self._dealer: Dealer | None = None
        self._halted = False
        self.tolerated: Callable[[Result], bool] = lambda _: False
        self._redact = Redactor(settings.secrets)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Put the settings where the plugin looks for them."""
        config.stash[SETTINGS] = self.settings
        config.stash[CARRIER] = self.carrier

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the settings to a worker, in memory."""
        node.workerinput[WORKER_INPUT] = self.settings.dump()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: object) -> object:
        """Deal the cases out so that no two workers make the same."""
        from conformance.distribution import Dealer

        self._dealer = Dealer(config, log)
        return self._dealer

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take in what one item says."""
        if self._dealer is not None and self.settings.options.workers is None:
            self._dealer.send_one_home |= any(name == LIMITED for name, _ in report.user_properties)
        said = [value for name, value in report.user_properties if name == PROPERTY]
        for part in said:
            self._take(Part.load(str(part)))
        if not said and report.when == "teardown" and report.failed:
            self.problems.append(f"clearing away after {report.nodeid} failed: {report.longreprtext[-300:]}")

    def _take(self, part: Part) -> None:
        self.parts[part.id].append(part)
        if len(self.parts[part.id]) == part.of:
            self._done(combine(self.declared[part.id], self.parts[part.id]))

    def _done(self, done: Result | ObservationResult) -> None:
        """Tell of a verdict, and let nothing more be asked where it is what was looked for."""
        if self.listener is not None:
            self.listener.case_done(done)
        path = None if self._halted else self.settings.halt_path
        if path is not None and isinstance(done, Result) and self._fails(done) and not self.tolerated(done):
            self._halted = True
            Path(path).write_text(done.id, encoding="utf-8")

    def _fails(self, done: Result) -> bool:
        return done.is_broken and (done.verdict is Verdict.FAILED or self.settings.options.strict)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Show what went wrong in pytest or in a hook of ours, here or in a worker, without secrets."""
        for line in self._redact(str(excrepr)).splitlines():
            sys.stderr.write(f"INTERNALERROR> {line}\n")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take in the summary of a worker."""
        output = getattr(node, "workeroutput", None) or {}
        if PROPERTY in output:
            self._summary(output[PROPERTY])
        if BROKE_OFF in output:
            self.defects.append(f"worker {node.gateway.id} broke off: {output[BROKE_OFF]}")
        if error:
            self.problems.append(self._redact(f"worker {node.gateway.id} died: {error}"))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take in the summary of this process, where it ran cases itself."""
        if FINISHED in session.config.stash:
            self._summary(session.config.stash[FINISHED])

    def _summary(self, text: str) -> None:
        raw: dict[str, Any] = json.loads(text)
        self.summaries += 1
        self.by_status.update(raw["by_status"])
        self.leftovers += [Leftover(**leftover) for leftover in raw["leftovers"]]
        self.seen = united((*self.seen, *(Shape(**shape) for shape in raw["seen"])))

    @property
    def fewer(self) -> list[str]:
        """What to tell where not all workers went on to the end, because the target limits requests."""
        sent_home = 0 if self._dealer is None else self._dealer.sent_home
        workers = self.settings.processes
        told = f"The target limits requests (429): {workers - sent_home} of {workers} workers went on to the end."
        return [told] if sent_home else []

    def results(self, *, interrupted: bool) -> tuple[list[Result], list[ObservationResult], list[str]]:
        """Every verdict in the order of the documents, and the ids of declared cases that said nothing."""
        results: list[Result] = []
        observations: list[ObservationResult] = []
        silent: list[str] = []
        for declared in self.declared.values():
            parts = self._parts(declared, interrupted=interrupted)
            if parts[-1].reason == SILENT:
                silent.append(declared.id)
            found = combine(declared, parts)
            if isinstance(found, Result):
                results.append(found)
            else:
                observations.append(found)
        return results, observations, silent

    def _parts(self, declared: Requirement, *, interrupted: bool) -> list[Part]:
        """What a case said; where it did not say all, because its process ended, it cannot have passed."""
        heard = self.parts.get(declared.id, [])
        if heard and len(heard) >= heard[0].of:
            return heard
        unheard = self._unheard(declared, interrupted=interrupted)
        wrong = [part for part in heard if part.verdict in {Verdict.FAILED, Verdict.WARNED}]
        return (wrong or [unheard]) if interrupted else [*heard, unheard]

    def requests_by_status(self) -> dict[str, int]:
        """How many requests were answered how; by the traces of the cases where a worker did not live to tell."""
        traced = Counter(str(line[2]) for parts in self.parts.values() for part in parts for line in part.trace)
        return dict(sorted((self.by_status or traced).items()))

    def _unheard(self, declared: Requirement, *, interrupted: bool) -> Part:
        selected = self.settings.selected
        if declared.id in self.settings.elsewhere:
            return Part(declared.id, Verdict.SKIPPED, ELSEWHERE, skip=Skip.NOT_SELECTED)
        if selected is not None and declared.id not in selected:
            return Part(declared.id, Verdict.SKIPPED, "not selected by --only", skip=Skip.NOT_SELECTED)
        if declared.id in self.settings.left_out:
            return Part(declared.id, Verdict.SKIPPED, self.settings.out_of_time, skip=Skip.BOUND_REACHED)
        if interrupted:
            return Part(declared.id, Verdict.SKIPPED, "the run was interrupted", skip=Skip.NOT_SELECTED)
        return Part(declared.id, Verdict.INCONCLUSIVE, SILENT, blame=Blame.SUITE)
