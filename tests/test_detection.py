"""Which edition is proposed by what a target answers, and why."""

from __future__ import annotations

import httpx
import pytest
from matrix.kill import Carrier, target

from conformance import detection
from conformance.model import Options, Target
from conformance.reference.editions import service_of
from conformance.reference.editions.cma_2026_04_01 import Cma20260401
from conformance.reference.service import Service
from conformance.revisions import ALL, CMA, QODER_JUNE, QODER_SEPTEMBER
from conformance.runner import run
from conformance.settings import Settings


def proposal(service: Service) -> detection.Proposal:
    return detection.propose(Settings(target(service), Options(), "run"), Carrier(service))


def filled(service: Service) -> Service:
    """The service with a deployment and a run in it."""
    known = target(service)
    with httpx.Client(transport=Carrier(service), base_url=f"{known.base_url}/") as client:
        client.headers["authorization"] = f"Bearer {known.token}"
        agents = client.get("agents").json()["data"]
        environments = client.get("environments").json()["data"]
        content = "x" if type(service) is service_of(QODER_JUNE) else [{"type": "text", "text": "x"}]
        body = {
            "name": "one",
            "agent": agents[0]["id"],
            "environment_id": environments[0]["id"],
            "initial_events": [{"type": "user.message", "content": content}],
        }
        made = client.post("deployments", json=body).json()
        assert client.post(f"deployments/{made['id']}/run").status_code == 200
    return service


@pytest.mark.parametrize("revision", ALL)
def test_each_edition_is_told_by_an_empty_account(revision: str) -> None:
    found = proposal(service_of(revision)())
    assert found.revision == revision
    assert found.against == ()


@pytest.mark.parametrize("revision", ALL)
def test_what_an_account_holds_says_more(revision: str) -> None:
    empty, full = proposal(service_of(revision)()), proposal(filled(service_of(revision)()))
    assert full.revision == revision
    assert full.against == ()
    assert len(full.clues) > len(empty.clues)


def test_a_mixture_goes_by_what_most_of_it_fits_and_the_rest_is_named() -> None:
    class Mixture(Cma20260401):
        """Has ids as another edition has them."""

        def new_id(self, prefix: str) -> str:
            """Leave the prefix as it is."""
            return Service.new_id(self, prefix)

    found = proposal(filled(Mixture()))

    assert found.revision == CMA
    assert [clue.seen for clue in found.against] == ["ids begin with dep_"]
    assert "; unlike it, ids begin with dep_" in found.sentence


def test_who_does_not_answer_is_taken_for_the_default() -> None:
    nobody = Settings(Target("http://127.0.0.1:9/v1", "pt-a-token"), Options(), "run")
    assert detection.propose(nobody).revision == QODER_JUNE
    assert "nothing that was answered" in detection.propose(nobody).sentence


def test_a_run_is_examined_by_what_is_proposed_and_says_why() -> None:
    service = service_of(QODER_SEPTEMBER)()
    known = target(service)

    report = run(Target(known.base_url, known.token, revision="auto"), Options(only=("get",)), carrier=Carrier(service))

    assert report.revision == QODER_SEPTEMBER
    assert "because a list tells has_more" in report.notes[0]
