"""A secret is found in every form that its reader could undo, and nothing else is taken for one."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from safety.leaky import TOKENS, halves, written

from conformance.cli import main
from conformance.exchange import EVIDENCE_LIMIT, Exchange, Redactor
from conformance.failures import ControlFailed
from conformance.model import MUST, Requirement
from conformance.redaction import Secrets
from conformance.verdicts import judge

WRITABLE = (string.ascii_letters + string.digits + string.punctuation).replace("\\", "")  # which no bearer token has
ANY = st.lists(st.sampled_from(WRITABLE), min_size=16, max_size=48, unique=True).map("".join)
"""Tokens of any characters; what repeats itself over and over would be no secret."""

TOKEN = TOKENS["full"]


def removed(text: str, *tokens: str) -> str:
    secrets = Secrets()
    for number, token in enumerate(tokens):
        secrets.add(token, f"${number}")
    return secrets.removed_from(text)


@given(ANY, st.text(max_size=9), st.text(max_size=9))
@example("%abcdefghijklmno", "", "")  # which begins like an escape
@settings(deadline=None)
def test_no_form_of_any_token_is_left(token: str, before: str, after: str) -> None:
    """Whatever it is made of, and wherever it stands; at most its edges are left, where an escape began before it."""
    for form in written(token):
        left = removed(f"{before}{form}{after}", token)
        assert token.lower() not in left.lower()
        assert form not in left


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_clipped_token_is_one_too(token: str) -> None:
    """Half of it is enough; and what is left of it after that is not."""
    for piece in halves(token):
        assert removed(f"it was {piece}…", token) == "it was $0…"
    clipped = token[: len(token) // 3]
    assert removed(clipped, token) == clipped


@pytest.mark.parametrize(
    "text",
    [
        "conformance-4f-main-1 in /deployments/dep_0123?limit=1&after_id=%20",
        '{"name": "conformance \\u0041 &amp; sons", "at": "2026-06-14T08:53:32Z"}',
        "100% \\ & C:\\x",
        "",
        "Bearer token",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    """Words that anybody may write are none, though a token begins with them; escapes stay as they were written."""
    assert removed(text, "conformance-9F2cX71", "deployments-token-x9K2", TOKEN) == text


def test_of_two_secrets_the_longer_names_what_both_claim() -> None:
    """Such as an altered token, of which each half is a half of the true one."""
    altered = TOKEN[:15] + "x" + TOKEN[16:]

    assert removed(f"<{altered}> <{TOKEN}>", TOKEN, altered) == "<$1> <$0>"
    assert removed(TOKEN * 3 + altered, TOKEN, altered) == "$0$0$0$1"


def test_a_short_secret_counts_whole() -> None:
    """Half of it might be anything."""
    assert removed("abc12 abc1 bc12", "abc12") == "$0 abc1 bc12"


def test_what_is_cut_from_a_body_is_cut_after_its_secrets_are_gone() -> None:
    """The place of the cut may lie in a token."""
    redact = Redactor({TOKEN: "$TOKEN"})
    for shift in range(len(TOKEN)):
        body = b"x" * (EVIDENCE_LIMIT - shift) + TOKEN.encode() * 2
        record = redact.record(Exchange("GET", "http://h/", "/", (), None, 200, (), body, 1.0))
        assert not [piece for piece in halves(TOKEN) if piece in (record.response_body or "")]


def test_headers_lose_secrets_in_names_and_values_and_cookies_altogether() -> None:
    """A cookie that a service hands out may open its doors as a token does."""
    sent = (("authorization", f"Bearer {TOKEN}"), ("cookie", "a=b"))
    came = ((f"x-{TOKENS['other'].lower()}", "1"), ("set-cookie", "session=0123"), ("x-echo", TOKEN))
    redact = Redactor({TOKEN: "$TOKEN", TOKENS["other"]: "$OTHER"})
    record = redact.record(Exchange("GET", "http://h/", "/", sent, None, 200, came, b"", 1.0))

    assert record.request_headers == (("authorization", "Bearer $TOKEN"), ("cookie", "a=b"))
    assert record.response_headers == (("x-$OTHER", "1"), ("set-cookie", "(removed)"), ("x-echo", "$TOKEN"))


def test_a_fingerprint_does_not_depend_on_the_token() -> None:
    """Else a waiver would be stale as soon as the token is another."""
    declared = Requirement("a-promise", "area", "page#heading", "It holds.", MUST)
    parts = [
        judge(declared, ControlFailed(f"said {token}"), in_body=True, redact=Redactor({token: "$TOKEN"}))
        for token in (TOKENS["full"], TOKENS["other"])
    ]

    assert parts[0] == parts[1]
    assert parts[0].reason == "said $TOKEN"


def test_an_address_that_holds_a_token_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would stand in the journal and in each report, and in the list of processes."""
    monkeypatch.setenv("DEPLOYMENTS_TOKEN", TOKENS["other"])

    assert main(["run", "--base-url", f"http://127.0.0.1:1/{TOKENS['other']}"]) == 2
    told = capsys.readouterr().err
    assert "holds a token" in told
    assert TOKENS["other"] not in told
