"""Verdicts: equal causes have equal fingerprints, and the order in which parts arrive changes nothing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from conformance.exchange import Exchange, Redactor
from conformance.journal import Journal
from conformance.model import MUST, Requirement, Result, Target, Verdict
from conformance.session import Consent, Session
from conformance.transport import Transport
from conformance.verdicts import Part, combine, fingerprint, with_evidence

SENT = Exchange("POST", "http://h/x", "/x", (), b"x" * 5_000, 200, (), b"canary" + b"y" * 5_000, 1.5)
DECLARED = Requirement("a-promise", "area", "page#heading", "It holds.", MUST)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dep_01a2021dc14f75828e06b8f5d0bc0f9b is gone", "dep_01b9999dc14f75828e06b8f5d0bc0f9b is gone"),
        ("depl_7Hs9aXkQ2mZ4 is gone", "depl_Pq81LmNo55Ty is gone"),
        ("made at 2026-11-22T06:00:00Z", "made at 2027-01-01T00:00:01.5+00:00"),
        ("conformance-ab12cd-main-4 differs", "conformance-ff00aa-gw1-19 differs"),
        (f"conformance-ab12cd-main-4{'é' * 60}… differs", f"conformance-ff00aa-remote0-19{'é' * 56}… differs"),
    ],
)
def test_ids_and_dates_are_no_causes(one: str, other: str) -> None:
    assert fingerprint("a-promise", one, None) == fingerprint("a-promise", other, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected not_found_error", "expected invalid_request_error"),
        ("session_strategy differs", "environment_id differs"),
        ("expected status 200, got 404", "expected status 200, got 500"),
    ],
)
def test_what_differs_otherwise_is_another_cause(one: str, other: str) -> None:
    assert fingerprint("a-promise", one, None) != fingerprint("a-promise", other, None)


def test_the_first_of_the_worst_parts_tells_it_in_whatever_order_they_come() -> None:
    """As workers finish when they like."""
    parts = [Part("a-promise", Verdict.PASSED, place=0)]
    parts += [Part("a-promise", Verdict.FAILED, f"reason {place}", place=place) for place in (1, 2, 3)]
    parts += [Part("a-promise", Verdict.INCONCLUSIVE, "unclear", place=4)]

    for seed in range(10):
        random.Random(seed).shuffle(parts)  # noqa: S311 - an order, no secret
        result = combine(DECLARED, parts)
        assert isinstance(result, Result)
        assert (result.verdict, result.reason) == (Verdict.FAILED, "reason 1")


@pytest.fixture
def sending() -> Session:
    """A session in which thirty requests were sent."""
    session = Session(Transport(Target("http://h")), "http://h", Journal(), Consent(True, True, True), "r")  # noqa: FBT003 - each is a consent
    session.sent += [SENT] * 30
    session.transport.close()
    return session


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.SKIPPED])
def test_evidence_of_what_passed_is_kept_if_asked_for(verdict: Verdict, sending: Session) -> None:
    """The last exchanges, redacted, with bodies that are cut; a line for each request in any case."""
    part, redact = Part("a-promise", verdict), Redactor({"canary": "$TOKEN"})
    plain = with_evidence(part, sending, None, redact)
    asked = with_evidence(part, sending, None, redact, of_all=True)

    assert (len(plain.trace), plain.exchanges) == (30, ())
    assert (len(asked.trace), len(asked.exchanges)) == (30, 12)
    assert asked.exchanges[0].request_body == "x" * 4_000 + "… (cut: 5,000 characters in all)"
    assert (asked.exchanges[0].response_body or "").startswith("$TOKENyyy")


def test_evidence_of_what_failed_is_the_same_in_both_ways(sending: Session) -> None:
    """Its bodies are not cut."""
    part, redact = Part("a-promise", Verdict.FAILED), Redactor({})

    asked = with_evidence(part, sending, None, redact, of_all=True)
    assert asked == with_evidence(part, sending, None, redact)
    assert len(asked.exchanges[0].request_body or "") == 5_000


def test_all_parts_of_a_case_that_passed_are_shown(sending: Session) -> None:
    """Up to a bound; of one that failed only the part that tells it."""
    kept = with_evidence(Part("a-promise", Verdict.PASSED), sending, None, Redactor({}), of_all=True)
    parts = [replace(kept, place=place) for place in range(3)]
    passed, many = combine(DECLARED, parts), combine(DECLARED, parts * 3)
    failed = combine(DECLARED, [*parts, Part("a-promise", Verdict.FAILED, "reason", place=3)])

    assert [len(each.exchanges) for each in (passed, many, failed) if isinstance(each, Result)] == [36, 48, 0]
