"""Which edition is proposed by what a target answers, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from matrix.kill import Carrier, target

from conformance import detection
from conformance.model import Options, Target
from conformance.reference.editions import service_of
from conformance.reference.editions.cma_2026_04_01 import Cma20260401
from conformance.reference.service import Service
from conformance.report.stories import stories
from conformance.revisions import ALL, CMA, QODER_JUNE, QODER_SEPTEMBER
from conformance.runner import run
from conformance.settings import Settings

if TYPE_CHECKING:
    from conformance.reference.records import Deployment


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


def test_what_a_mixture_does_otherwise_is_told_as_a_story_each() -> None:
    """The service is the one of the edition nearest to it, with the rule of another for runs of what is paused."""

    class Strict(Cma20260401):
        """Runs nothing that is paused."""

        def check_runnable(self, deployment: Deployment) -> None:
            """Refuse as another edition does."""
            Service.check_runnable(self, deployment)

    service = Strict()
    asked = replace(target(service), revision="auto")

    report = run(asked, Options(only=("pause", "unpause", "archive", "run")), carrier=Carrier(service))

    assert report.revision == CMA
    assert [story.head.id for story in stories(report)] == ["run-while-paused"]
    (told,) = stories(report)
    assert "expected status 200, got 409" in told.head.reason
