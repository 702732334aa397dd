"""Without the consent to write nothing but GET reaches the server, by its own log, and much can still be told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import httpx
import pytest

from conformance.model import Blame, Options, Report, Target, Verdict
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

    arrived: Counter[str]

    def answer(self, request: Request) -> Reply:
        """Note the method, then answer."""
        self.arrived[request.method] += 1
        return super().answer(request)


def _populate(running: Running) -> None:
    """Deployments of somebody else: with and without schedules and runs, some of them paused or archived."""
    headers = {"authorization": f"Bearer {running.tokens['full']}"}
    with httpx.Client(base_url=running.base_url, headers=headers, trust_env=False) as theirs:
        for number in range(FOREIGN):
            body = {
                "name": f"theirs {number}",
                "agent": running.agent_id,
                "environment_id": running.environment_id,
                "initial_events": [{"type": "user.message", "content": "Somebody else's"}],
                "schedule": {"type": "cron", "expression": "0 5 1 1 *", "timezone": "UTC"} if number % 2 else None,
            }
            made = theirs.post("/deployments", json=body).raise_for_status().json()
            for action in ("run", *(("pause",) if number % 3 else ("archive",))):
                theirs.post(f"/deployments/{made['id']}/{action}").raise_for_status()


@pytest.mark.parametrize("populated", [True, False], ids=["a populated account", "an empty account"])
def test_nothing_but_get_is_sent_and_nobody_is_accused(populated: bool) -> None:  # noqa: FBT001 - a parameter
    service = Logged()
    service.arrived = Counter()
    with serve_in_thread(service) as running:
        if populated:
            _populate(running)
        service.arrived.clear()
        report = _examined(running)

    assert service.arrived.keys() == {"GET"}
    assert service.arrived["GET"] == sum(report.requests_by_status.values()) + SMOKE
    verdicts = Counter(result.verdict for result in report.results)
    assert verdicts.keys() == {Verdict.PASSED, Verdict.SKIPPED}
    assert verdicts[Verdict.PASSED] >= SAID
    assert report.leftovers == ()
    assert not [each.id for each in report.results if each.blame is Blame.SUITE]


def _examined(running: Running) -> Report:
    full, other, expired, unscoped = (running.tokens[name] for name in ("full", "other", "expired", "unscoped"))
    return run(Target(running.base_url, full, other, expired, unscoped, allow_writes=False), Options())
