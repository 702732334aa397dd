"""Verdicts: equal causes have equal fingerprints, and the order in which parts arrive changes nothing."""

from __future__ import annotations

import random

import pytest

from conformance.model import MUST, Requirement, Result, Verdict
from conformance.verdicts import Part, combine, fingerprint

DECLARED = Requirement("a-promise", "area", "page#heading", "It holds.", MUST)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dep_01a2021dc14f75828e06b8f5d0bc0f9b is gone", "dep_01b9999dc14f75828e06b8f5d0bc0f9b is gone"),
        ("depl_7Hs9aXkQ2mZ4 is gone", "depl_Pq81LmNo55Ty is gone"),
        ("made at 2026-11-22T06:00:00Z", "made at 2027-01-01T00:00:01.5+00:00"),
        ("conformance-ab12cd-main-4 differs", "conformance-ff00aa-gw1-19 differs"),
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
