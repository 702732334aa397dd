"""What of large and odd answers is held in memory, and in what form."""

from __future__ import annotations

import math

import pytest

from conformance import answer
from conformance.exchange import NO_JSON, Exchange
from conformance.failures import ControlFailed, NoAnswer, Violation
from conformance.model import Blame, Difference, Options, Requirement, Target, Verdict
from conformance.runner import catalogue
from conformance.session import WEIGHT_LIMIT
from conformance.settings import Settings
from conformance.suite import Suite
from conformance.verdicts import EVIDENCE, REASON, SHORT, TEXT_OF_A_CASE, TEXT_OF_A_RUN, Part, judge, with_evidence

MIB = 1024 * 1024
DECLARED: Requirement = next(each for each in catalogue("qoder-2026-06") if each.id == "get-by-id-returns-it")


def _came(body: bytes) -> Exchange:
    return Exchange("GET", "http://127.0.0.1:9/deployments", "/deployments", (), None, 200, (), body, 1.0)


@pytest.fixture
def suite() -> Suite:
    """What cases share, with a target that is not there: nothing is sent."""
    return Suite(Settings(Target("http://127.0.0.1:9", "pt-token"), Options(), "abcdef"))


# --- numbers ----------------------------------------------------------------------------------------------------


def test_an_integer_that_python_does_not_read_is_a_number_all_the_same() -> None:
    shown = _came(b'{"huge": 1' + b"0" * 5_000 + b', "less": -1' + b"0" * 5_000 + b', "id": 10}').json

    assert (shown["huge"], shown["less"], shown["id"]) == (math.inf, -math.inf, 10)
    with pytest.raises(ControlFailed):
        shown["other"]


def test_what_is_no_json_stays_none_whatever_numbers_are_in_it() -> None:
    assert _came(b'{"huge": 1' + b"0" * 5_000 + b",}").json is NO_JSON


# --- weight -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "width"), [(b"", 1), ("é".encode(), 2), ("\U0001f600".encode(), 4), (b"\\u00e9", 2), (b"\\ud83d\\ude00", 4)]
)
def test_one_wide_character_makes_all_of_a_text_wide(end: bytes, width: int) -> None:
    body = b'"' + b"x" * 2 * MIB + end + b'"'

    assert answer.weight(body) == (1 + width) * len(body)


def test_values_weigh_more_than_the_bytes_they_are_written_with() -> None:
    assert answer.weight(b"[" + b"{}," * 10_000 + b"{}]") > 1_000_000


def test_one_case_holds_so_much_and_no_more_and_the_next_begins_anew(suite: Suite) -> None:
    session, large = suite.client.session, _came(b'"' + b"x" * 10 * MIB + b'"')
    session.keep(large)
    session.keep(large)
    with pytest.raises(NoAnswer, match="the last was to GET /deployments"):
        session.keep(large)
    session.keep(_came(b"{}"))  # what puts everything away is heard
    session.sent.clear()
    session.keep(large)

    assert 0 < session.weight < WEIGHT_LIMIT


# --- evidence ---------------------------------------------------------------------------------------------------


def _told(suite: Suite, size: int) -> tuple[list[int], str]:
    session = suite.client.session
    session.sent[:] = [_came(b'"%02d' % n + b"x" * size + b'"') for n in range(EVIDENCE)]
    failure = Violation("it is wrong", Difference("this", "that", "/name"), session.sent[3])
    part = with_evidence(Part(DECLARED.id, Verdict.FAILED, "it is wrong"), session, failure, suite.redact)
    return [len(each.response_body or "") for each in part.exchanges], (part.exchanges[3].response_body or "")


def test_evidence_is_whole_where_it_is_short(suite: Suite) -> None:
    assert _told(suite, 1_000)[0] == [1_004] * EVIDENCE


def test_of_much_evidence_the_answer_at_fault_is_kept_longest(suite: Suite) -> None:
    lengths, culprit = _told(suite, 60_000)

    assert len(culprit) == 60_004
    assert sum(lengths) - len(culprit) <= TEXT_OF_A_CASE + 100 * EVIDENCE


def test_when_a_run_has_kept_much_every_answer_is_short(suite: Suite) -> None:
    suite.client.session.told = TEXT_OF_A_RUN

    assert max(_told(suite, 60_000)[0]) <= SHORT + 100


def test_a_reason_is_no_longer_than_somebody_would_read() -> None:
    part = judge(DECLARED, NoAnswer(f"no usable answer to GET /deployments/{'1' * MIB}"), in_body=True)

    assert len(part.reason) == REASON + 1
    assert part.blame is Blame.TARGET
