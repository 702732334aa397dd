"""Requests that schemathesis generates from the OpenAPI document: valid and invalid, alone and chained by links.

They are sent once; each of its checks that every correct service passes is a requirement of its own. The others are
left out: they refuse what the documents leave open, or send requests of their own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from conformance import resources
from conformance.cases.generated_requests import (
    AVAILABLE,
    CONTENT_TYPE,
    SCHEMA,
    SERVER_ERROR,
    STATUS,
    Aim,
    Findings,
    Stock,
)
from conformance.expect import Object, need_object
from conformance.model import MUST, SHOULD
from conformance.requirement import requirement
from conformance.server_time import server_now

if TYPE_CHECKING:
    from conformance.cases.conftest import Bodies, Deployments
    from conformance.client import Client
    from conformance.revisions import Revision
    from conformance.suite import Suite

PATIENCE_S = 60.0
"""For how long requests are generated and sent at most, in seconds, for every ten `--examples`."""

FEW_RUNS = 3
"""So many runs are begun elsewhere than on loopback: they cost money."""


@pytest.fixture(scope="session")
def stock(api: Client, deployments: Deployments, archived: Object, suite: Suite) -> Stock:
    """What generated requests may be aimed at."""
    changed, paused, run = (deployments()["id"] for _ in range(3))
    runs = [need_object(api.run(run))["id"] for _ in range(2)] if api.session.consent.runs else []
    return Stock(changed, paused, archived["id"], run, runs, 1000 if suite.settings.loopback else FEW_RUNS - 2)


@pytest.fixture(scope="session")
def findings(suite: Suite, api: Client, bodies: Bodies, stock: Stock, revision: Revision) -> Findings:
    """What the checks say of the answers to all generated requests; they are sent once."""
    from conformance.cases.generated_api import Explorer

    options = suite.settings.options
    aim = Aim(api, bodies, stock, server_now(api), random.Random(options.seed))  # noqa: S311 - a choice, no secret
    patience = PATIENCE_S * max(1.0, options.examples / 10)
    explorer = Explorer(api, aim, options.seed, options.examples, patience)
    return explorer.explore(resources.openapi_path(revision.name))


@requirement("generated-no-server-error", SHOULD, source="conventions/errors#", covers="BASE-010")
def test_no_generated_request_causes_a_server_error(findings: Findings) -> None:
    """Whatever is sent, valid or not, is not answered with a server error."""
    findings.judge(SERVER_ERROR)


@requirement("generated-status-is-documented", MUST, source="conventions/errors#", covers="CRE-001 UPD-001 ERR-003")
def test_every_generated_request_is_answered_with_a_documented_status(findings: Findings) -> None:
    """Whatever is sent, valid or not, is answered with a documented status: 200, or a refusal as 4xx."""
    findings.judge(STATUS)


@requirement("generated-content-type-is-json", SHOULD, source="conventions/overview#", covers="BASE-002")
def test_every_generated_request_is_answered_with_json(findings: Findings) -> None:
    """Whatever is sent, valid or not, the answer says that it is JSON."""
    findings.judge(CONTENT_TYPE)


@requirement("generated-answer-fits-the-schema", MUST, source="conventions/schemas#", covers="OBJ-001 ERR-001 LST-016")
def test_every_generated_request_is_answered_with_the_documented_object(findings: Findings) -> None:
    """Whatever is sent, valid or not, the answer has the documented form of an object, a page or an error."""
    findings.judge(SCHEMA)


@requirement("generated-created-is-there", SHOULD, source="get#errors", covers="CRE-026 GET-005 RNS-013")
def test_what_generated_calls_have_made_is_there(findings: Findings) -> None:
    """What a generated call has just made or changed is found by the calls that its answer links to."""
    findings.judge(AVAILABLE)
