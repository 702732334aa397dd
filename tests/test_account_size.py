"""What an account holds besides costs a run nothing: it looks for what it has made, and not through all the rest."""

from __future__ import annotations

import pytest
from matrix.kill import Carrier, target

from conformance.model import Options, Report, Verdict
from conformance.reference.call import Request
from conformance.reference.seed import crowd
from conformance.reference.service import Service
from conformance.runner import run

AREAS = ("list", "method")
"""Their cases ask for lists of the whole account."""


def _examined(others: int) -> Report:
    service = Service()
    examined = target(service)
    if others:
        _make_one(service)
        crowd(service, others - 1)
    return run(examined, Options(only=AREAS, examples=1), carrier=Carrier(service))


def _make_one(service: Service) -> None:
    agent, environment = (next(iter(shelf)) for shelf in (service.accounts[0].agents, service.accounts[0].environments))
    body = f'{{"name": "another", "agent": "{agent}", "environment_id": "{environment}", "initial_events": '
    body += '[{"type": "user.message", "content": "No action is needed"}]}'
    headers = {"authorization": f"Bearer {service.tokens['full']}", "content-type": "application/json"}
    path, sent = f"{service.BASE_PATH}/deployments", body.encode()
    assert service.answer(Request("POST", path, "", headers, sent, len(sent))).status == 200


@pytest.mark.matrix
def test_thousands_of_others_cost_no_requests() -> None:
    alone, crowded = _examined(0), _examined(2000)

    assert crowded.requests_total <= alone.requests_total * 1.05
    assert not [each for each in crowded.results if each.verdict not in {Verdict.PASSED, Verdict.SKIPPED}]
