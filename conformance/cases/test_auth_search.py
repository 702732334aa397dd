"""Authentication: who may search, and what a search shows to whom; where a service has no search, nothing is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.expect import expect_status, expect_true, need, need_page, need_success
from conformance.model import MUST
from conformance.requirement import requirement
from conformance.revisions import QODER_SEPTEMBER

if TYPE_CHECKING:
    from conformance.cases.operations import Stage
    from conformance.cases.searches import Found
    from conformance.client import Client

ONLY = (QODER_SEPTEMBER,)


@requirement(
    "auth-search-needs-a-token", MUST, source="conventions/errors#error-types", covers="AUTH-012", revisions=ONLY
)
@pytest.mark.parametrize("caller", ["nobody", "stranger"])
@pytest.mark.usefixtures("searchable")
def test_a_search_without_a_token_is_401(stage: Stage, caller: str) -> None:
    """A search without a token, or with one that nobody was given, is answered with 401."""
    exchange = {"nobody": stage.nobody, "stranger": stage.stranger}[caller].search({"limit": 1})

    expect_status(exchange, 401)


@requirement("auth-search-is-of-one-account", MUST, source="search#", covers="AUTH-010", revisions=ONLY)
@pytest.mark.parametrize("what", ["all", "by agent"])
def test_a_search_is_of_one_account(other_api: Client, haystack: Found, what: str) -> None:
    """Deployments of one account are never found by a search of another."""
    need(bool(need_page(haystack.api.search({"agent_id": haystack.agent_id})).items), "their owner has to find them")
    need_success(other_api.list({"limit": 1}), "the other account has to be able to read its own list")

    exchange = other_api.search({"all": {"limit": 100}, "by agent": {"agent_id": haystack.agent_id}}[what])

    seen = [each["id"] for each in haystack.made if each["id"] in exchange.text]
    message = "another account was shown what is not its own"
    expect_true(not seen, message, expected="none of these ids", actual=seen, at=exchange)
