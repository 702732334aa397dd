"""Without the consent to write nothing but GET reaches the server, by its own log, and much can still be told."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from targets import Neighbour, with_tokens

from conformance.model import Blame, Options, Verdict
from conformance.reference.service import Service
from conformance.reference.thread import serve_in_thread
from conformance.runner import run

if TYPE_CHECKING:
    from conformance.reference import Running
    from conformance.reference.call import Reply, Request

pytestmark = pytest.mark.matrix

FOREIGN = 12
SMOKE = 1
"""The look at the target before the run, which the report does not count."""

SAID = 24
"""So many requirements can be decided today without a write."""


class Logged(Service):
    """The reference with a log of the methods that reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: Counter[str] = Counter()

    def answer(self, request: Request) -> Reply:
        """Note the method, then answer."""
        self.arrived[request.method] += 1
        return super().answer(request)


def _populate(running: Running) -> None:
    """Deployments of somebody else: with and without schedules, all with a run, then paused or archived."""
    with contextlib.closing(Neighbour(running, running.agent_id)) as neighbour:
        for number in range(FOREIGN):
            id_ = neighbour.make(number) if number % 2 else neighbour.make(number, schedule=None)
            neighbour.act(id_, "run").raise_for_status()
            neighbour.act(id_, "pause" if number % 3 else "archive").raise_for_status()


@pytest.mark.parametrize("populated", [True, False], ids=["a populated account", "an empty account"])
def test_nothing_but_get_is_sent_and_nobody_is_accused(populated: bool) -> None:  # noqa: FBT001 - a parameter
    service = Logged()
    with serve_in_thread(service) as running:
        if populated:
            _populate(running)
        service.arrived.clear()
        report = run(with_tokens(running.base_url, running.tokens, allow_writes=False), Options())

    assert service.arrived.keys() == {"GET"}
    assert service.arrived["GET"] == sum(report.requests_by_status.values()) + SMOKE
    verdicts = Counter(result.verdict for result in report.results)
    assert verdicts.keys() == {Verdict.PASSED, Verdict.SKIPPED}
    assert verdicts[Verdict.PASSED] >= SAID
    assert report.leftovers == ()
    assert not [each.id for each in report.results if each.blame is Blame.SUITE]
